"""What a customer card says in its fields: every value in words, and every gap with its reason."""

from bot.language import Language, deferred
from bot.partner_center.models import (
    Address,
    BillingProfile,
    CompanyProfile,
    Customer,
    CustomerRelationship,
    CustomerSummary,
)
from bot.partner_center.wire import GUID
from bot.reply import Block
from bot.typed_text import comparable
from bot.views.blocks import field
from bot.views.foreign import IN_FIELD, Words, clean, code, escape, name, span

DOMAINS_SHOWN = 3

RELATIONSHIPS = {
    CustomerRelationship.RESELLER: deferred("You are their reseller"),
    CustomerRelationship.ADVISOR: deferred("You are their advisor"),
    CustomerRelationship.SYNDICATION: deferred("Syndication"),
    CustomerRelationship.MICROSOFT_SUPPORT: deferred("Microsoft support"),
    CustomerRelationship.NONE: deferred("No relationship"),
    CustomerRelationship.UNKNOWN: deferred("Unknown to Microsoft"),
}
IN_A_LINE = {
    CustomerRelationship.RESELLER: deferred("you are their reseller"),
    CustomerRelationship.ADVISOR: deferred("you are their advisor"),
    CustomerRelationship.SYNDICATION: deferred("syndication relationship"),
    CustomerRelationship.MICROSOFT_SUPPORT: deferred("Microsoft support relationship"),
    CustomerRelationship.NONE: deferred("no relationship with you"),
    CustomerRelationship.UNKNOWN: deferred("relationship unknown to Microsoft"),
}
ACCESS = {
    True: deferred("Granted"),
    False: deferred("Not granted"),
    None: deferred("Microsoft does not say"),
}
ACCESS_IN_A_LINE = {
    True: deferred("delegated access granted"),
    False: deferred("delegated access not granted"),
    None: deferred("delegated access not stated"),
}


def title(customer: Customer | CustomerSummary) -> str:
    """Return what the customer is called: the name, else the domain, else the tenant ID."""
    return clean(customer.name or "") or clean(customer.domain or "") or customer.id


def is_title(customer: Customer | CustomerSummary, text: str) -> bool:
    """Say whether a text, such as the domain, is what the customer is called anyhow."""
    return clean(text).casefold() == title(customer).casefold()


def named(customer: Customer | CustomerSummary) -> Words:
    """Return the same as it stands in a sentence."""
    return name(title(customer))


def with_domain(lang: Language, customer: Customer) -> str:
    """Return "Contoso (contoso.com)" for ``text``, without the bracket where the domain is the name."""
    called = named(customer).plain
    if not customer.domain or is_title(customer, customer.domain):
        return called
    return lang.text("{name} ({domain})").format(name=called, domain=span(customer.domain).plain)


def in_a_line(lang: Language, customer: Customer) -> str:
    """Return relationship and delegated access for ``text``."""
    kind = customer.relationship_to_partner
    if isinstance(kind, CustomerRelationship):
        relationship = lang.text(IN_A_LINE[kind])
    else:
        relationship = lang.text("another kind of relationship")
    access = lang.text(ACCESS_IN_A_LINE[customer.allow_delegated_access])
    return lang.text("{relationship}, {access}").format(relationship=relationship, access=access)


def identity(lang: Language, customer: Customer) -> tuple[Block, ...]:
    """Return the four fields that any reader of the card may see."""
    return (
        field(lang.text("Tenant ID"), code(customer.id)),
        field(lang.text("Primary domain"), code(customer.domain) if customer.domain else _not_given(lang)),
        field(lang.text("Relationship"), _relationship(lang, customer)),
        field(lang.text("Delegated access"), lang.text(ACCESS[customer.allow_delegated_access])),
    )


def country(lang: Language, customer: Customer) -> Block:
    """Return the country of the company, or of its bills."""
    code_of = clean(_company_address(customer).country or _billing_address(customer).country or "")
    return field(lang.text("Country"), escape(lang.country(code_of)) if code_of else gap(lang, customer))


def details(lang: Language, customer: Customer) -> tuple[Block, ...]:
    """Return the five fields that the person who asked alone may see."""
    return (
        field(lang.text("Address"), escape(_address(customer)) or gap(lang, customer)),
        field(lang.text("Contact"), escape(_contact(customer)) or gap(lang, customer)),
        field(lang.text("Billing"), _billing(lang, customer) or _not_given(lang)),
        field(lang.text("Other domains"), _other_domains(lang, customer)),
        field(lang.text("Commerce ID"), code(customer.commerce_id) if customer.commerce_id else _not_given(lang)),
    )


def withholds(customer: Customer) -> bool:
    """Say whether Microsoft leaves fields out because the partner has no delegated access."""
    return not customer.allow_delegated_access and not (
        _address(customer) and _contact(customer) and customer.custom_domains is not None
    )


def gap(lang: Language, customer: Customer) -> str:
    """Return why a value that needs delegated access is not there."""
    return _not_given(lang) if customer.allow_delegated_access else _aside(lang.text("Withheld by Microsoft"))


def _not_given(lang: Language) -> str:
    return _aside(lang.text("Not given"))


def _aside(words: str) -> str:
    return f"_{words}_"


def _relationship(lang: Language, customer: Customer) -> str:
    kind = customer.relationship_to_partner
    if isinstance(kind, CustomerRelationship):
        return lang.text(RELATIONSHIPS[kind])
    return lang.text("Another kind of relationship")


def _profile(customer: Customer) -> CompanyProfile:
    return customer.company_profile or CompanyProfile()


def _bills(customer: Customer) -> BillingProfile:
    return customer.billing_profile or BillingProfile()


def _company_address(customer: Customer) -> Address:
    return _profile(customer).address or Address()


def _billing_address(customer: Customer) -> Address:
    return _bills(customer).default_address or Address()


def _address(customer: Customer) -> str:
    address = _company_address(customer)
    town = _joined(" ", address.postal_code, address.city)
    lines = (address.address_line1, address.address_line2, address.address_line3, address.district)
    return _joined(", ", *lines, town, address.state or address.region)


def _contact(customer: Customer) -> str:
    """Return name, e-mail and phone as far as they are known, the company's before those of its bills."""
    bills, address, other = _bills(customer), _company_address(customer), _billing_address(customer)
    persons = (bills, address, other)
    names = (_joined(" ", *map(_no_id, (each.first_name, each.last_name))) for each in persons)
    person = next(filter(None, names), None)
    e_mail = _profile(customer).email or bills.email or address.email_address or other.email_address
    return _joined(", ", person, e_mail, address.phone_number or other.phone_number)


def _no_id(part: str | None) -> str | None:
    """Read a GUID, which Microsoft puts where a name is not known, as no name."""
    return None if part and GUID.fullmatch(part.strip().strip("{}").lower()) else part


def _billing(lang: Language, customer: Customer) -> str:
    bills = _bills(customer)
    culture = escape(lang.language(clean(bills.culture or "")))
    language = escape(lang.language(clean(bills.language or "")))
    if culture and language:
        return lang.text("{culture}, documents in {language}").format(culture=culture, language=language)
    return culture or (language and lang.text("Documents in {language}").format(language=language))


def _other_domains(lang: Language, customer: Customer) -> str:
    if customer.custom_domains is None:
        return gap(lang, customer)
    each = {comparable(customer.domain or ""): ""}
    for domain in filter(clean, customer.custom_domains):
        each.setdefault(comparable(domain), domain)
    others = list(filter(None, each.values()))
    if not others:
        return lang.text("No others")
    shown = " ".join(code(domain, IN_FIELD // DOMAINS_SHOWN) for domain in others[:DOMAINS_SHOWN])
    rest = len(others) - DOMAINS_SHOWN
    if rest <= 0:
        return shown
    more = lang.plural("{domains} and {count} more", "{domains} and {count} more", rest)
    return more.format(domains=shown, count=lang.number(rest))


def _joined(separator: str, *parts: str | None) -> str:
    return separator.join(cleaned for part in parts if part and (cleaned := clean(part)))
