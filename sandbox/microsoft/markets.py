"""The bulk of the customers: invented brands and their national companies, so that names collide as in life."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.microsoft.company import Company, Partner, guid


@dataclass(frozen=True, slots=True)
class Market:
    """A country as customers there fill it in."""

    name: str
    country: str
    tld: str
    culture: str
    city: str
    postal_code: str
    phone: str
    contact: tuple[str, str]
    region: str | None = None


MARKETS = (
    Market("France", "FR", "fr", "fr-FR", "Lyon", "69002", "+33 4 99 55 01 00", ("Amélie", "Garnier")),
    Market("Switzerland", "CH", "ch", "fr-CH", "Lausanne", "1003", "+41 21 555 01 00", ("Lukas", "Keller"), "VD"),
    Market("Germany", "DE", "de", "de-DE", "Köln", "50667", "+49 221 5550100", ("Jörg", "Weiß")),
    Market("United Kingdom", "GB", "co.uk", "en-GB", "Leeds", "LS1 4AP", "+44 113 496 0100", ("Priya", "Shah")),
    Market("Canada", "CA", "ca", "fr-CA", "Québec", "G1R 4P5", "+1 418 555 0100", ("Maude", "Tremblay"), "QC"),
    Market("Japan", "JP", "co.jp", "ja-JP", "大阪市", "530-0001", "+81 6 5550 0100", ("美咲", "田中"), "大阪府"),
    Market("Italy", "IT", "it", "it-IT", "Torino", "10121", "+39 011 555 0100", ("Giulia", "Ferri"), "TO"),
    Market("Spain", "ES", "es", "es-ES", "Málaga", "29001", "+34 952 55 01 00", ("Íñigo", "Peña")),
    Market("Netherlands", "NL", "nl", "nl-NL", "Utrecht", "3511 AA", "+31 30 555 0100", ("Sanne", "de Vries")),
    Market("Sweden", "SE", "se", "sv-SE", "Malmö", "211 22", "+46 40 555 01 00", ("Åsa", "Öberg")),
    Market("Brazil", "BR", "com.br", "pt-BR", "Recife", "50030-230", "+55 81 5555 0100", ("João", "Araújo"), "PE"),
    Market("Australia", "AU", "com.au", "en-AU", "Hobart", "7000", "+61 3 5550 0100", ("Ruby", "Nguyen"), "TAS"),
)
# A brand, and the range of markets it is in. Contoso and Fabrikam stop before `.com.br`, so that a Domain search
# for `contoso.com` finds one; Adatum does not, because starts_with then finds two.
BRANDS: tuple[tuple[str, int, int], ...] = (
    ("Contoso", 0, 10),
    ("Contoso Retail", 0, 3),
    ("Contoso Hotels", 1, 5),
    ("Fabrikam", 0, 8),
    ("Fabrikam Residences", 3, 7),
    ("Adatum", 4, 12),
    ("Northwind Traders", 0, 6),
    ("Tailspin Toys", 2, 9),
    ("Wingtip Toys", 3, 10),
    ("Litware", 5, 12),
    ("Proseware", 0, 7),
    ("Trey Research", 6, 12),
    ("Woodgrove Bank", 1, 6),
    ("Fourth Coffee", 0, 8),
    ("Wide World Importers", 4, 10),
    ("Lucerne Publishing", 1, 4),
    ("Blue Yonder Airlines", 3, 9),
    ("Coho Winery", 7, 12),
)
KINDS = ("reseller", "reseller", "reseller", "advisor", "reseller", "syndication", "reseller", "microsoft_support")


def slug(name: str) -> str:
    """The name as it stands in a domain."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def national_companies() -> Iterator[Company]:
    """One company for each brand in each of its markets."""
    for brand, first, last in BRANDS:
        for index, market in enumerate(MARKETS[first:last]):
            yield _company(brand, market, index)


def _company(brand: str, market: Market, index: int) -> Company:
    vanity = f"{slug(brand)}.{market.tld}"
    initial = f"{slug(brand)}{market.country.lower()}.onmicrosoft.com"
    tenant_id = guid(vanity)
    return Company(
        tenant_id=tenant_id,
        name=f"{brand} {market.name}",
        # Many tenants never change their default domain; the Domain search then misses the one people know.
        domain=vanity if index % 2 == 0 else initial,
        domains=(vanity, initial),
        country=market.country,
        region=market.region,
        city=market.city,
        street=f"{index + 1} Invented Street",
        postal_code=market.postal_code,
        phone=market.phone,
        first_name=market.contact[0],
        last_name=market.contact[1],
        email=f"it@{vanity}",
        culture=market.culture,
        language=market.culture.partition("-")[0],
        relationship=KINDS[index % len(KINDS)],
        delegated_access=index % 5 != 4,
        partners=tuple(resellers(tenant_id, index % 4)),
    )


RESELLER_NAMES = (
    "First Up Consultants",
    "Nod Consulting",
    "Relecloud",
    "Lamna Services",
    "VanArsdel Cloud",
    "Munson Partners",
    "Tailwind Advisers",
    "Bellows Systems",
    "Consolidated Messenger",
    "Southridge IT",
    "Liberty Sun Hosting",
    "Terra Firma Networks",
)


def resellers(seed: str, count: int, *, first: int = 0, **more: str) -> Iterator[Partner]:
    """So many indirect resellers from the ``first``, as the endpoint lists them: without state and location."""
    for number in range(first, first + count):
        name = RESELLER_NAMES[number % len(RESELLER_NAMES)]
        round_ = number // len(RESELLER_NAMES)
        yield Partner(
            id=guid(f"{seed}/{number}"),
            name=name if round_ == 0 else f"{name} {round_ + 1}",
            mpn_id=str(4_847_383 + 97 * number),
            **more,
        )
