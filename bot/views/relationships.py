"""The partners that are tied to a customer: a table, plainer where Slack cannot draw one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.finding import OneCustomer
from bot.language import Language, deferred
from bot.partner_center.models import Customer, PartnerRelationship, PartnerRelationships, RelationshipType
from bot.reply import Block, Message
from bot.views.blocks import actions, context, header, raw, section
from bot.views.customer_blocks import customer_button, read_from
from bot.views.customer_choice import beside
from bot.views.customer_fields import named, title
from bot.views.foreign import IN_SENTENCE, clean, code, escape, humanised, sentence
from bot.views.gaps import incomplete
from bot.views.paging import page_buttons
from bot.views.tables import PageOfRows, Row, fitting

PAGE = 100
"""Rows in one message, the stricter of Slack's published limits."""

# Told from where the reader stands: a row that names *you* as its provider is a reseller of yours.
KINDS = {
    RelationshipType.IS_INDIRECT_CLOUD_SOLUTION_PROVIDER_OF: deferred("Indirect reseller"),
    RelationshipType.IS_INDIRECT_RESELLER_OF: deferred("Indirect provider"),
    RelationshipType.NONE: deferred("No relationship"),
}
STATES = {"active": deferred("Active"), "inactive": deferred("Inactive")}


def listing(
    lang: Language,
    customer: Customer,
    relationships: PartnerRelationships,
    *,
    read_at: datetime,
    first: int = 0,
    found: OneCustomer | None = None,
) -> Message:
    """Return up to a hundred partners, from the ``first`` on; fewer where their names are very long.

    ``found`` is how a search led to the customer.
    """
    partners = relationships.items
    search = beside(lang, found, action="show_relationships")
    if not partners:
        return _empty(lang, customer, search)
    first = first if 0 <= first < len(partners) else 0
    count = len(partners)
    line = read_from(lang, read_at)
    tied = _tied(lang, relationships, count)
    gap = incomplete(lang, relationships.gap)
    counted = tied.format(count=lang.number(count))
    top = (
        header(lang.text("Relationships: {customer}").format(customer=title(customer))),
        section(counted),
    )

    def bottom(shown: int) -> tuple[Block, ...]:
        rows = lang.text("Rows {first}–{last} of {count}.").format(
            first=lang.number(first + 1), last=lang.number(first + shown), count=lang.number(count)
        )
        after = first + shown
        paging = page_buttons(
            lang,
            "relationships_page",
            lambda row: f"{customer.id}:{row}",
            first=first,
            after=after,
            total=count,
            page=PAGE,
        )
        return (
            context(line if shown == count else f"{line}. {rows}", *((gap,) if gap else ())),
            *search,
            *actions(*paging, customer_button(lang, customer.id)),
        )

    columns = _columns(lang, partners)
    page = PageOfRows(
        caption=lang.text("Partners tied to {customer}").format(customer=clean(title(customer), IN_SENTENCE)),
        head=tuple(column.label for column in columns),
        rows=tuple(_row(lang, columns, partner) for partner in partners[first : first + PAGE]),
    )
    blocks, plainer = fitting(top, page, bottom)
    said = sentence(lang.text("{customer}: {count}"), customer=named(customer), count=counted).plain
    return Message(text=f"{said} {gap}".rstrip(), blocks=blocks, plainer=plainer)


def _tied(lang: Language, relationships: PartnerRelationships, count: int) -> str:
    if relationships.more:
        return lang.text("More than {count} partners are tied to this customer.")
    if relationships.gap is not None:
        return lang.plural(
            "At least {count} partner is tied to this customer.",
            "At least {count} partners are tied to this customer.",
            count,
        )
    return lang.plural(
        "{count} partner is tied to this customer.", "{count} partners are tied to this customer.", count
    )


def _empty(lang: Language, customer: Customer, search: tuple[Block, ...]) -> Message:
    words = sentence(
        lang.text("No other partner is tied to {customer}. That is usual for customers you sell to directly."),
        customer=named(customer),
    )
    buttons = actions(customer_button(lang, customer.id))
    return Message(text=words.plain, blocks=(section(words.mrkdwn), *search, *buttons))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its label, what a partner has there ("" for nothing), and how a line of text says it."""

    label: str
    value: Callable[[PartnerRelationship], str]
    in_a_line: Callable[[str], str]


def _columns(lang: Language, partners: Sequence[PartnerRelationship]) -> tuple[Column, ...]:
    """Return the columns that at least one partner fills."""
    columns = (
        Column(lang.text("Name"), lambda partner: _name(lang, partner), _escaped),
        Column(lang.text("Kind"), lambda partner: _kind(lang, partner), _lowered),
        Column(lang.text("State"), lambda partner: _state(lang, partner), _lowered),
        Column(lang.text("Partner ID (MPN)"), lambda partner: clean(partner.mpn_id or "", IN_SENTENCE), code),
        Column(lang.text("Location"), lambda partner: _location(lang, partner), _escaped),
    )
    return tuple(column for column in columns if any(column.value(partner) for partner in partners))


def _row(lang: Language, columns: Sequence[Column], partner: PartnerRelationship) -> Row:
    values = [(column, column.value(partner)) for column in columns]
    return Row(
        cells=tuple(raw(value or lang.text("Not given")) for _, value in values),
        line=", ".join(column.in_a_line(value) for column, value in values if value),
    )


def _name(lang: Language, partner: PartnerRelationship) -> str:
    return clean(partner.name or "", IN_SENTENCE) or lang.text("No name")


def _kind(lang: Language, partner: PartnerRelationship) -> str:
    kind = partner.relationship_type
    if isinstance(kind, RelationshipType):
        return lang.text(KINDS[kind])
    return lang.text("Another kind of relationship")


def _state(lang: Language, partner: PartnerRelationship) -> str:
    state = clean(partner.state or "", IN_SENTENCE)
    known = STATES.get(state.lower())
    return humanised(state) if known is None else lang.text(known)


def _location(lang: Language, partner: PartnerRelationship) -> str:
    return lang.country(clean(partner.location or "", IN_SENTENCE))


def _escaped(value: str) -> str:
    return escape(value, IN_SENTENCE * 2)


def _lowered(value: str) -> str:
    return _escaped(value[:1].lower() + value[1:])
