"""Companies as Partner Center writes them: the resource by id, the slim list item, relationships, collections.

https://learn.microsoft.com/partner-center/developer/customer-resources
"""

import zlib
from collections.abc import Sequence

from sandbox.microsoft.company import Company, Partner, guid

Resource = dict[str, object]


def _present(**values: object) -> Resource:
    """Keys without a value are left out, as the service does."""
    return {key: value for key, value in values.items() if value is not None}


def _link(uri: str) -> Resource:
    return {"self": {"uri": uri, "method": "GET", "headers": []}}


def customer(company: Company) -> Resource:
    """``GET /v1/customers/{id}``."""
    uri = f"/customers/{company.tenant_id}"
    kind: Resource = {"relationshipToPartner": company.relationship}
    if company.bare:
        profile = {"tenantId": company.tenant_id, "domain": company.domain}
        return {"id": company.tenant_id, "companyProfile": profile, **kind, **company.extra}
    return {
        "id": company.tenant_id,
        "commerceId": guid(f"commerce/{company.tenant_id}"),
        "companyProfile": _company_profile(company, uri),
        "billingProfile": _billing_profile(company),
        **kind,
        "allowDelegatedAccess": company.delegated_access,
        **({"customDomains": list(company.all_domains)} if company.delegated_access else {}),
        "links": _link(uri),
        "attributes": {"objectType": "Customer"},
        **company.extra,
    }


def _company_profile(company: Company, uri: str) -> Resource:
    withheld = not company.delegated_access
    return {
        "tenantId": company.tenant_id,
        "domain": company.domain,
        "companyName": company.name,
        **({} if withheld else {"address": _address(company, "region"), "email": company.email}),
        **_present(organizationRegistrationNumber=company.organization_number),
        "links": _link(f"{uri}/profiles/company"),
        "attributes": {"objectType": "CustomerCompanyProfile"},
    }


def _billing_profile(company: Company) -> Resource:
    etag = zlib.crc32(company.tenant_id.encode()) * 2**31 - 2**62  # a signed 64-bit number in a string
    return {
        "id": guid(f"billing/{company.tenant_id}"),
        **_present(
            firstName=company.first_name,
            lastName=company.last_name,
            email=company.email,
            culture=company.culture,
            language=company.language,
            companyName=company.name,
        ),
        "defaultAddress": _address(company, "state"),
        "attributes": {"etag": str(etag), "objectType": "CustomerBillingProfile"},
    }


def _address(company: Company, region_key: str) -> Resource:
    """``region`` is what company profiles say, ``state`` what billing profiles say."""
    return _present(
        country=company.country,
        **{region_key: company.region},
        city=company.city,
        addressLine1=company.street,
        postalCode=company.postal_code,
        firstName=company.first_name,
        lastName=company.last_name,
        phoneNumber=company.phone,
    )


def summary(company: Company) -> Resource:
    """An item of ``GET /v1/customers``: no billing profile, no delegated access, no domains."""
    name = {} if company.bare else {"companyName": company.name}
    return {
        "id": company.tenant_id,
        "companyProfile": {
            "tenantId": company.tenant_id,
            "domain": company.domain,
            **name,
            "attributes": {"objectType": "CustomerCompanyProfile"},
        },
        "relationshipToPartner": company.relationship,
        "attributes": {"objectType": "Customer"},
    }


def relationship(partner: Partner) -> Resource:
    """An item of ``GET /v1/customers/{id}/relationships``."""
    return {
        **_present(
            id=partner.id,
            name=partner.name,
            relationshipType=partner.kind,
            mpnId=partner.mpn_id,
            state=partner.state,
            location=partner.location,
        ),
        "attributes": {"objectType": "PartnerRelationship"},
    }


def collection(items: Sequence[Resource], *, total: int, uri: str, following: Resource | None) -> Resource:
    """A page; ``following`` is the link to the next one."""
    links = {**_link(uri), "next": following} if following else {}
    return {
        "totalCount": total,
        "items": list(items),
        **({"links": links} if links else {}),
        "attributes": {"objectType": "Collection"},
    }


def invitation(url: str) -> Resource:
    """``GET /v1/customers/relationshiprequests``."""
    return {"url": url, "attributes": {"objectType": "RelationshipRequest"}}
