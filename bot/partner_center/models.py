"""What Partner Center knows of customers, their partners and invitations, decoded once.

https://learn.microsoft.com/partner-center/developer/customer-resources
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.partner_center.paging import Gap
from bot.partner_center.wire import LENIENT, Flag, Guid, Resource, Text, read_enumeration, spellings


class CustomerRelationship(StrEnum):
    """What a customer is to the partner, in the order of Microsoft's numbers."""

    UNKNOWN = "unknown"
    RESELLER = "reseller"
    ADVISOR = "advisor"
    SYNDICATION = "syndication"
    MICROSOFT_SUPPORT = "microsoft_support"
    NONE = "none"


class RelationshipType(StrEnum):
    """What one partner is to another, in the order of Microsoft's numbers."""

    NONE = "none"
    IS_INDIRECT_RESELLER_OF = "is_indirect_reseller_of"
    IS_INDIRECT_CLOUD_SOLUTION_PROVIDER_OF = "is_indirect_cloud_solution_provider_of"


def _relationship(value: object) -> str:
    return read_enumeration(CustomerRelationship, value)


def _relationship_type(value: object) -> str:
    return read_enumeration(RelationshipType, value)


AnyCustomerRelationship = Annotated[CustomerRelationship | str, BeforeValidator(_relationship)]
"""Microsoft adds values ("Marketplace" was one): a text that is not known stays what it is."""

AnyRelationshipType = Annotated[RelationshipType | str, BeforeValidator(_relationship_type)]


def _decode_entities(value: object) -> object:
    """Until 2019 every ``&`` of the link stood as an entity inside the JSON string."""
    return value.replace("&amp;", "&") if isinstance(value, str) else value


_Contact = Annotated[Text, Field(repr=False)]
"""Text about a person or where to reach them: shown to those who asked, never in a log."""


class Address(Resource):
    """Where a company is; company profiles fill ``region``, billing profiles ``state``."""

    country: Text = None
    region: Text = None
    city: _Contact = None
    state: Text = None
    district: _Contact = None
    address_line1: _Contact = None
    address_line2: _Contact = None
    address_line3: _Contact = None
    postal_code: _Contact = None
    first_name: _Contact = None
    middle_name: _Contact = None
    last_name: _Contact = None
    phone_number: _Contact = None
    email_address: _Contact = None


class CompanyProfile(Resource):
    """Who a company is; without delegated access Microsoft leaves out ``address`` and ``email``."""

    tenant_id: Annotated[Guid | None, LENIENT] = None
    domain: Text = None
    company_name: Text = None
    address: Annotated[Address | None, LENIENT, Field(repr=False)] = None
    email: _Contact = None
    organization_registration_number: Annotated[
        Text, Field(validation_alias=spellings("organizationRegistrationNumber", "organizationRegistrationId"))
    ] = None


class BillingProfile(Resource):
    """Whom Microsoft addresses about money, and in which language."""

    id: Text = None
    first_name: _Contact = None
    last_name: _Contact = None
    email: _Contact = None
    culture: Text = None
    language: Text = None
    company_name: Text = None
    default_address: Annotated[Address | None, LENIENT, Field(repr=False)] = None


class _Company(Resource):
    """What a customer and a customer's line in a list have in common."""

    id: Guid
    """The tenant id, in lower case."""
    company_profile: Annotated[CompanyProfile | None, LENIENT] = None
    relationship_to_partner: AnyCustomerRelationship = CustomerRelationship.UNKNOWN

    @property
    def name(self) -> str | None:
        """The company's name; some customers have none."""
        return _filled(self.company_profile.company_name) if self.company_profile else None

    @property
    def domain(self) -> str | None:
        """The default domain."""
        return _filled(self.company_profile.domain) if self.company_profile else None


class Customer(_Company):
    """A customer, as ``GET /v1/customers/{id}`` has it.

    ``userCredentials`` is not read at all: real answers carry a password there, and nothing here needs it.
    """

    commerce_id: Annotated[Text, Field(validation_alias=spellings("commerceId", "commerceID"))] = None
    billing_profile: Annotated[BillingProfile | None, LENIENT] = None
    allow_delegated_access: Flag = None
    """None where Microsoft does not say."""
    custom_domains: Annotated[tuple[str, ...] | None, LENIENT] = None
    """None where Microsoft withholds them, which it does without delegated access."""
    associated_partner_id: Annotated[
        Text, Field(validation_alias=spellings("associatedPartnerId", "associatedPartnerID"))
    ] = None

    @property
    def name(self) -> str | None:
        """The company's name; where the company profile has none, that of the billing profile."""
        billing = self.billing_profile.company_name if self.billing_profile else None
        return super().name or _filled(billing)

    @property
    def country(self) -> str | None:
        """The ISO code of the company's country, or of its bills'."""
        billing = self.billing_profile.default_address if self.billing_profile else None
        company = self.company_profile.address if self.company_profile else None
        return next((address.country for address in (company, billing) if address and address.country), None)


class CustomerSummary(_Company):
    """A line in a list of customers: no billing profile, no word on delegated access."""


class CustomerMatches(Resource):
    """What a search found."""

    items: tuple[CustomerSummary, ...] = ()
    more: bool = False
    """There are more than were fetched."""
    gap: Gap | None = None
    """Why some may be missing besides."""


class PartnerRelationship(Resource):
    """A partner that is tied to a customer."""

    id: str
    """The partner's tenant id; opaque, recorded ones are no valid GUIDs."""
    name: Text = None
    relationship_type: AnyRelationshipType = RelationshipType.NONE
    mpn_id: Annotated[Text, Field(validation_alias=spellings("mpnId", "partnerId"))] = None
    """Microsoft's newer pages call it partner id; it identifies a location of the partner."""
    state: Text = None
    location: Text = None


class PartnerRelationships(Resource):
    """The partners that are tied to a customer; the count is what arrived, Microsoft's own is often wrong."""

    items: tuple[PartnerRelationship, ...] = ()
    more: bool = False
    """There are more than were fetched."""
    gap: Gap | None = None
    """Why some may be missing besides."""


class InvitationLink(Resource):
    """The link with which companies become customers: one per partner, without expiry, so worth as much as a key."""

    url: Annotated[str, BeforeValidator(_decode_entities), Field(repr=False)]
    """As it came, ``&amp;`` decoded once; look at it with ``invitation_link.inspect`` before showing it."""


def _filled(text: str | None) -> str | None:
    """Read an empty text as none."""
    return text if text and text.strip() else None
