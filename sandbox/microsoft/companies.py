"""The made-up world: one partner, its app registration, and its customers, the ordinary and the odd.

All names are invented or Microsoft's own sample names; no tenant id belongs to anybody.
"""

from typing import Final

from sandbox.microsoft.company import Company, Partner, guid
from sandbox.microsoft.markets import national_companies, resellers

PARTNER_TENANT_ID: Final = "5b6c0f5e-2f0a-4c57-9d55-0a1d5f3c7e10"
PARTNER_NAME: Final = "Adventure Works"
PARTNER_DOMAIN: Final = "adventure-works.com"
CLIENT_ID: Final = "9f3d1a42-7c0b-4e86-a5e3-6f1b2d4c8e20"
CLIENT_SECRET: Final = "sandbox~client.secret-0123456789"
REFRESH_TOKEN: Final = "0.sandbox-refresh-token-seed"
"""The consent of the partner's admin agent, made with MFA."""

CONTOSO: Final = Company(
    tenant_id=guid("contoso.com"),
    name="Contoso",
    domain="contoso.com",
    domains=("contoso.com", "contoso.onmicrosoft.com", "contoso-shop.com", "mail.contoso.net"),
    organization_number="12-3456789",
    street="1 Contoso Plaza",
    email="it@contoso.com",
    partners=tuple(resellers("contoso.com", 3)),
)
FABRIKAM: Final = Company(
    tenant_id=guid("fabrikam.com"),
    name="Fabrikam",
    domain="fabrikam.com",
    domains=("fabrikam.com", "fabrikam.onmicrosoft.com", "fabrikamresidences.com"),
    city="Portland",
    region="OR",
    postal_code="97201",
    email="it@fabrikam.com",
    first_name="Dana",
    last_name="Birkby",
    partners=(
        *resellers("fabrikam.com", 8),
        *resellers("fabrikam.com", 2, first=8, state="Active", location="US"),
        Partner(id=guid("fabrikam.com/10"), name="Zephyr Alliance", kind="is_indirect_reseller_of", mpn_id="0012345"),
        Partner(id=guid("fabrikam.com/11"), name="Former Friends Ltd", kind="none", state="Inactive", location="FR"),
    ),
)
ADATUM: Final = Company(
    tenant_id=guid("adatum.com"),
    name="Adatum Corporation",
    domain="adatum.com",
    domains=("adatum.com", "adatum.onmicrosoft.com"),
    email="it@adatum.com",
    relationship="advisor",
    partners=tuple(resellers("adatum.com", 1)),
)
"""A Domain search for ``adatum.com`` also finds ``adatum.com.br``."""
NORTHWIND: Final = Company(
    tenant_id=guid("northwindtraders.com"),
    name="Northwind Traders",
    domain="northwindtraders.onmicrosoft.com",
    domains=("northwindtraders.onmicrosoft.com", "northwindtraders.com"),
    email="it@northwindtraders.com",
    partners=tuple(resellers("northwindtraders.com", 2)),
)
"""The domain people know is not its default one: only Entra resolves ``northwindtraders.com``."""
TAILSPIN: Final = Company(
    tenant_id=guid("tailspintoys.com"),
    name="Tailspin Toys",
    domain="tailspintoys.com",
    domains=("tailspintoys.com",),
    delegated_access=False,
    partners=tuple(resellers("tailspintoys.com", 4)),
)
"""No delegated access: address, e-mail and domains are withheld."""
WINGTIP: Final = Company(
    tenant_id=guid("wingtiptoys.com"),
    name="Wingtip Toys",
    domain="wingtiptoys.com",
    domains=("wingtiptoys.com", "wingtip.onmicrosoft.com"),
)
"""No relationships."""
LITWARE: Final = Company(
    tenant_id=guid("litware.com"),
    name="Litware",
    domain="litware.com",
    domains=("litware.com",),
    partners=tuple(resellers("litware.com", 130)),
)
"""130 indirect resellers, on two pages."""
PROSEWARE: Final = Company(
    tenant_id=guid("proseware.com"),
    name="Proseware, Inc.",
    domain="proseware.com",
    domains=("proseware.com",),
    direct=True,
)
"""Its relationships are refused with 1002."""

ALL_KINDS: Final = Company(
    tenant_id=guid("treyresearch.net"),
    name="Trey Research",
    domain="treyresearch.net",
    domains=("treyresearch.net",),
    partners=(
        Partner(id="49eutj99-euc9-4f3a-0000-0000000000zz", name="Opaque Id Partners", mpn_id="0000042"),
        Partner(id=guid("kind/2"), name="Reseller Of Theirs", kind="is_indirect_reseller_of", mpn_id="5550001"),
        Partner(id=guid("kind/3"), name="No Kind", kind="none", mpn_id="5550002", state="Active", location="CH"),
        Partner(id=guid("kind/4"), name="New Kind", kind="is_marketplace_publisher_of", mpn_id="5550003"),
        Partner(id=guid("kind/5"), name="Numbered Kind", kind=2, mpn_id="5550004", state="suspended", location="ZZ"),
        Partner(id=guid("kind/6").upper(), name="<!here> *Shouting* & Sons", mpn_id=None),
        Partner(id=guid("kind/7"), name=None, mpn_id="5550006"),
    ),
)
"""Relationships of every kind, an unknown one, one as a number, leading zeros, an id that is no GUID, no name."""
LONG_NAME: Final = Company(
    tenant_id=guid("longname.example"),
    name=("The Very Long Company Name That Goes On And On " * 9)[:400],
    domain="longname.example",
    domains=tuple(f"branch-{number:03}.longname.example" for number in range(120)),
)
"""A name of 400 characters, and 120 domains."""
BROADCAST: Final = Company(tenant_id=guid("broadcast.example"), name="<!channel>", domain="broadcast.example")
MARKUP: Final = Company(
    tenant_id=guid("markup.example"),
    name="*bold* _x_ ~y~ `z` ```code``` &amp; <b>&</b>",
    domain="markup.example",
    domains=("markup.example",),
    street="> quoted\nsecond line",
    first_name="<@U0000000000>",
    last_name=":boom:",
)
DISGUISED_LINK: Final = Company(
    tenant_id=guid("disguised.example"), name="<http://evil.example|Contoso>", domain="disguised.example"
)
BIDI: Final = Company(
    tenant_id=guid("bidi.example"),
    name="Acme \u202egnihtyna\u202c \u2066Ltd\u2069\u200b\ufeff \u0007bell\u0000nul\ttab\r\nline 🚀",
    domain="bidi.example",
)
"""Direction overrides, zero-width and control characters, line breaks, an emoji."""
NAMELESS: Final = Company(tenant_id=guid("nameless.example"), name=None, domain="nameless.example")
BARE: Final = Company(tenant_id=guid("bare.example"), name=None, domain="bare.example", bare=True)
"""Only tenantId and domain, no billing profile, nothing else."""
MARKETPLACE: Final = Company(
    tenant_id=guid("marketplace.example"),
    name="Southridge Video",
    domain="marketplace.example",
    relationship="marketplace",
)
"""A kind of relationship that no document lists."""
NUMBERED: Final = Company(
    tenant_id=guid("numbered.example"), name="Humongous Insurance", domain="numbered.example", relationship=1
)
"""The relationship comes as a number (1: reseller)."""
UNKNOWN_KIND: Final = Company(
    tenant_id=guid("unknown.example"), name="Graphic Design Institute", domain="unknown.example", relationship="unknown"
)
ENDED: Final = Company(
    tenant_id=guid("ended.example"),
    name="School of Fine Art",
    domain="ended.example",
    relationship="none",
    delegated_access=False,
)
ODD_CULTURE: Final = Company(
    tenant_id=guid("culture.example"),
    name="Margie's Travel",
    domain="culture.example",
    country="XK",
    culture="qps-ploc-x-invented",
    language="tlh",
)
"""A culture, a language and a country that tables of names may lack."""
UPPERCASE: Final = Company(
    tenant_id=guid("uppercase.example").upper(), name="City Power & Light", domain="UpperCase.Example"
)
"""Ids in capitals on the wire."""
NULLS: Final = Company(
    tenant_id=guid("nulls.example"),
    name="Consolidated Messenger",
    domain="nulls.example",
    delegated_access=None,
    extra=dict.fromkeys(("commerceId", "billingProfile", "customDomains", "associatedPartnerId", "links")),
)
WITH_PASSWORD: Final = Company(
    tenant_id=guid("credentials.example"),
    name="Best For You Organics",
    domain="credentials.example",
    extra={"userCredentials": {"userName": "admin", "password": "never-show-this-password"}},
)
"""``userCredentials`` with a password, as captured bodies have had."""

NOTABLE: Final = (
    *(CONTOSO, FABRIKAM, ADATUM, NORTHWIND, TAILSPIN, WINGTIP, LITWARE, PROSEWARE, ALL_KINDS, LONG_NAME, BROADCAST),
    *(MARKUP, DISGUISED_LINK, BIDI, NAMELESS, BARE, MARKETPLACE, NUMBERED, UNKNOWN_KIND, ENDED, ODD_CULTURE),
    *(UPPERCASE, NULLS, WITH_PASSWORD),
)
CUSTOMERS: Final[tuple[Company, ...]] = (*NOTABLE, *national_companies())

STRANGERS: Final = {
    "alpineskihouse.com": guid("alpineskihouse.com"),
    "nodpublishers.com": guid("nodpublishers.com"),
    "relecloud.com": guid("relecloud.com"),
}
"""Domains of tenants that exist in Entra and are nobody's customers here."""
DEMO_DOMAINS: Final = ("contoso.com", "fabrikam.com", "northwindtraders.com", "tailspintoys.com", "litware.com")
"""What a page may offer to try first."""
