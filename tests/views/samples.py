"""What the views are shown in tests: customers, partners, invitations and links, usual, strange and hostile."""

from datetime import UTC, datetime, timedelta

from bot.context import Channel
from bot.domain.invitations import Invitation, InvitationState
from bot.partner_center.errors import Diagnosis
from bot.partner_center.invitation_link import AdministratorAccess, InspectedLink
from bot.partner_center.models import (
    Address,
    BillingProfile,
    CompanyProfile,
    Customer,
    CustomerMatches,
    CustomerRelationship,
    CustomerSummary,
    PartnerRelationship,
    PartnerRelationships,
    RelationshipType,
)

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
TENANT = "8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903"
PARTNER = "1b7f0c52-9f6e-4a0f-8d6b-2c3a4e5f6071"
PORTAL = f"https://partner.microsoft.com/dashboard/v2/customers/{TENANT}/servicemanagementpage"
URL = (
    "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship"
    f"&partnerId={PARTNER}&msppId=0&DAP=false#/BillingAccounts/partner-invitation"
)
HOSTILE = "<!channel> & <@U0EVIL> <http://evil.example|click> *b* `code`\n> \u202eright\u202c\x00to left " * 6
SALES = Channel(id="C0SALES", name="sales", external=False)
SHARED = Channel(id="C0SHARED", name="northwind", external=True)
UNSEEN = Channel(id="C0UNSEEN", name="", external=True, known=False)


def customer(
    name: str | None = "Contoso Retail France",
    *,
    delegated: bool | None = True,
    relationship: CustomerRelationship | str = CustomerRelationship.RESELLER,
    domain: str | None = "contoso.com",
) -> Customer:
    """Return a customer with everything, or with what Microsoft leaves without delegated access."""
    address = Address(
        country="FR",
        city="Lyon",
        address_line1="12 rue des Lilas",
        postal_code="69003",
        phone_number="+33 4 00 00 00 00",
    )
    return Customer(
        id=TENANT,
        commerce_id="2a0e7c44-9d1b-4f6e-b8a3-71c5d0e94f12",
        company_profile=CompanyProfile(
            tenant_id=TENANT,
            domain=domain,
            company_name=name,
            address=address if delegated else None,
            email="jeanne@contoso.com" if delegated else None,
        ),
        billing_profile=BillingProfile(
            first_name="Jeanne",
            last_name="Morel",
            culture="fr-FR",
            language="en",
            default_address=Address(country="FR"),
        )
        if delegated
        else None,
        relationship_to_partner=relationship,
        allow_delegated_access=delegated,
        custom_domains=(
            "contoso.com",
            "contoso.fr",
            "contoso.onmicrosoft.com",
            "contoso.example",
            "contoso.test",
            "contoso.de",
        )
        if delegated
        else None,
    )


def hostile_customer(name: str = HOSTILE) -> Customer:
    """Return a customer of whom every text is foreign and long."""
    address = Address(
        country=name,
        region=name,
        city=name,
        state=name,
        district=name,
        address_line1=name,
        address_line2=name,
        address_line3=name,
        postal_code=name,
        phone_number=name,
    )
    return Customer(
        id=TENANT,
        commerce_id=name,
        company_profile=CompanyProfile(domain=name, company_name=name, address=address, email=name),
        billing_profile=BillingProfile(
            first_name=name, last_name=name, culture=name, language=name, default_address=address
        ),
        relationship_to_partner=name,
        allow_delegated_access=True,
        custom_domains=(name, f"{name}2", f"{name}3", f"{name}4"),
    )


def matches(count: int, *, more: bool = False, name: str = "Contoso") -> CustomerMatches:
    """Return so many customers whose names begin alike; every third has no name, every fifth no domain."""
    return CustomerMatches(
        items=tuple(
            CustomerSummary(
                id=f"{index:08d}-0000-4000-8000-000000000000",
                company_profile=CompanyProfile(
                    company_name=None if index % 3 == 2 else f"{name} {index}",
                    domain=None if index % 5 == 4 else f"contoso{index}.example",
                ),
            )
            for index in range(count)
        ),
        more=more,
    )


def partners(
    count: int, *, full: bool = False, more: bool = False, name: str = "Fabrikam Distribution"
) -> PartnerRelationships:
    """Return so many partners, with state and location too where ``full``."""
    kinds = (*RelationshipType, "is_something_new")
    return PartnerRelationships(
        items=tuple(
            PartnerRelationship(
                id=f"{index:08d}-0000-4000-8000-000000000000",
                name=None if index % 7 == 6 else f"{name} {index}",
                relationship_type=kinds[(index + 2) % len(kinds)],
                mpn_id=f"{index:07d}",
                state=("Active" if index % 2 else "pending review") if full else None,
                location=("FR" if index % 2 else "XQ") if full else None,
            )
            for index in range(count)
        ),
        more=more,
    )


def invitation(
    state: InvitationState = InvitationState.WAITING,
    *,
    company: str = "Contoso Retail France",
    note: str | None = None,
    sender: str = "Aline Marchand",
    days: int = 2,
    number: int = 1,
    domain: str | None = "contoso.com",
    reason: str | None = None,
    reminders: int = 0,
    accepted_by: str | None = "Contoso Retail France",
) -> Invitation:
    """Return an invitation as it is kept; with a ``reason`` nobody closed it."""
    posted = state not in {InvitationState.PENDING, InvitationState.FAILED}
    closed = state is InvitationState.CLOSED
    accepted = state is InvitationState.ACCEPTED
    return Invitation(
        id=f"00000000-0000-4000-8000-{number:012d}",
        submission_key="V1",
        workspace_id="T0",
        sender_id="U0ALINE",
        sender_name=sender,
        sender_locale="fr-FR",
        sender_tz="Europe/Paris",
        channel_id="C0SALES",
        thread_ts="1795440000.000100",
        parent_ts=None,
        message_ts=f"1795442700.{number:06d}" if posted else None,
        company=company,
        expected_name=None,
        expected_domain=domain,
        expected_tenant_id=None,
        note=note,
        language="en",
        external_channel=False,
        link_kind="reseller",
        state=state,
        reason=reason,
        created_at=AT - timedelta(days=days),
        posted_at=AT - timedelta(days=days) if posted else None,
        accepted_at=AT + timedelta(hours=4) if accepted else None,
        accepted_tenant_id=TENANT if accepted else None,
        accepted_name=accepted_by if accepted else None,
        accepted_domain=domain if accepted else None,
        reminders=reminders,
        remind_at=AT + timedelta(days=5) if state is InvitationState.WAITING else None,
        closed_at=AT if closed else None,
        closed_by="U0ALINE" if closed and reason is None else None,
    )


def link(
    access: AdministratorAccess = AdministratorAccess.NO,
    *,
    provider: str | None = None,
    recognised: bool = True,
    verified: bool = True,
    url: str = URL,
) -> InspectedLink:
    """Return a link that passed the inspection."""
    return InspectedLink(
        url=url,
        kind="indirect_reseller" if provider else "reseller",
        administrator_access=access,
        indirect_provider_id=provider,
        recognised=recognised,
        verified=verified,
    )


DIAGNOSIS = Diagnosis(
    operation=f"GET /v1/customers/{TENANT}",
    at=AT,
    cloud="global",
    partner_tenant_id=PARTNER,
    request_id="5f3c2a10-0000-4000-8000-000000000001",
    correlation_id="5f3c2a10-0000-4000-8000-000000000002",
    customer_tenant_id=TENANT,
    status=403,
    code="20002",
)
