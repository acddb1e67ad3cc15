"""Many changes in one message, by customer: once a day or once a week."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from babel.dates import format_date

from bot.domain.channel_subscriptions import ChannelSubscription
from bot.domain.events import Event
from bot.language import Language
from bot.reply import Block, Message
from bot.views.blocks import context, header, section
from bot.views.foreign import IN_SENTENCE, Words, code, name, sentence, stamp
from bot.views.notices.headings import counted, what
from bot.views.subscriptions.words import subscribed_here

CUSTOMERS = 20
"""Customers in one message."""
NAMES_SHOWN = 2
_ROOM = 420
"""Characters for each, so that so many fit into a message."""


def digest(
    lang: Language,
    changes: Sequence[Event],
    names: Mapping[str, str],
    *,
    begin: date,
    end: date,
    next_at: datetime | None,
    subscription: ChannelSubscription,
) -> Message:
    """Return what changed from ``begin`` to ``end``, both included: for your own account, and for twenty customers.

    ``names`` are those of customers by tenant id; without one the event's own, or the id, stands for it.
    """
    customers = _by_customer(changes)
    own = [event for event in changes if event.customer_id is None]
    summary = _summary(lang, len(changes), len(customers))
    lines = [] if next_at is None else [lang.text("Next: {when}.").format(when=stamp(lang, next_at).mrkdwn)]
    if (rest := len(customers) - CUSTOMERS) > 0:
        more = lang.plural("{count} more customer is in the thread.", "{count} more customers are in the thread.", rest)
        lines.append(more.format(count=lang.number(rest)))
    return Message(
        text=_text(lang, summary, [_name(group, names) for group in customers]),
        blocks=(
            header(lang.text("Partner Center, {days}").format(days=_days(lang, begin, end))),
            section(f"{summary}."),
            *((_section(lang, lang.text("Your account"), own),) if own else ()),
            *(_section(lang, _name(group, names).mrkdwn, group) for group in customers[:CUSTOMERS]),
            context(*((" ".join(lines),) if lines else ()), subscribed_here(lang, subscription)),
        ),
    )


def digest_rest(lang: Language, changes: Sequence[Event], names: Mapping[str, str], *, first: int) -> Message:
    """Return the twenty customers from the ``first`` on, for the thread of the digest."""
    customers = _by_customer(changes)
    shown = customers[first : first + CUSTOMERS]
    text = lang.text("Customers {first}–{last} of {count}.").format(
        first=lang.number(first + 1), last=lang.number(first + len(shown)), count=lang.number(len(customers))
    )
    sections = (_section(lang, _name(group, names).mrkdwn, group) for group in shown)
    return Message(text=text, blocks=(*sections, context(text)))


def digest_pages(changes: Sequence[Event]) -> range:
    """Return the ``first`` of each message that holds what the digest itself does not."""
    return range(CUSTOMERS, len(_by_customer(changes)), CUSTOMERS)


Group = list[Event]


def _by_customer(changes: Sequence[Event]) -> list[Group]:
    """Return the changes of each customer, in the order in which the customers first appear."""
    groups: dict[str, Group] = {}
    for event in changes:
        if event.customer_id is not None:
            groups.setdefault(event.customer_id, []).append(event)
    return list(groups.values())


def _name(group: Group, names: Mapping[str, str]) -> Words:
    tenant_id = group[0].customer_id or ""
    own = next((event.customer_name for event in group if event.customer_name), None)
    known = name(names.get(tenant_id) or own or "")
    return known if known.mrkdwn else name(tenant_id)


def _summary(lang: Language, changes: int, customers: int) -> str:
    """Return "9 changes for 4 customers", or only how many changes where none is a customer's."""
    changed = lang.plural("{count} change", "{count} changes", changes).format(count=lang.number(changes))
    if not customers:
        return changed
    of = lang.plural("{changes} for {count} customer", "{changes} for {count} customers", customers)
    return of.format(changes=changed, count=lang.number(customers))


def _text(lang: Language, summary: str, names: Sequence[Words]) -> str:
    if not names:
        return f"{summary}."
    shown = [each.plain for each in names[:NAMES_SHOWN]]
    rest = len(names) - len(shown)
    if not rest:
        return lang.text("{summary}: {customers}.").format(summary=summary, customers=lang.join(shown))
    more = lang.plural("{summary}: {customers} and {count} more.", "{summary}: {customers} and {count} more.", rest)
    return more.format(summary=summary, customers=", ".join(shown), count=lang.number(rest))


def _section(lang: Language, title: str, group: Group) -> Block:
    """Return a title with a line for each kind of change; what does not fit is counted."""
    kinds = dict.fromkeys(event.kind for event in group)
    by_kind = [[event for event in group if event.kind is kind] for kind in kinds]
    lines, room = [title], _ROOM - len(title)
    for place, events in enumerate(by_kind):
        line = f"• {_line(lang, events)}"
        room -= len(line) + 1
        if room < 0:
            left = sum(map(len, by_kind[place:]))
            more = lang.plural("{count} more change", "{count} more changes", left)
            lines.append(f"• {more.format(count=lang.number(left))}")
            break
        lines.append(line)
    return section("\n".join(lines))


def _line(lang: Language, events: Group) -> str:
    """Return what happened and when; several of a kind are counted."""
    event, *others = events
    if others:
        return counted(lang, event.kind, len(events))
    happened = what(lang, event.kind)
    if event.customer_id is None and (event.resource or event.customer_name):
        of = code(event.resource, IN_SENTENCE) if event.resource else name(event.customer_name or "").mrkdwn
        happened = sentence(lang.text("{what}, {subject}"), what=happened, subject=Words(mrkdwn=of, plain=of)).mrkdwn
    return lang.text("{what}: {when}").format(what=happened, when=stamp(lang, event.happened_at).mrkdwn)


def _days(lang: Language, begin: date, end: date) -> str:
    """Return "16–22 November 2026", as short as the two days allow."""
    last = format_date(end, "d MMMM y", locale=lang.code)
    if begin == end:
        return last
    if begin.year != end.year:
        first = format_date(begin, "d MMMM y", locale=lang.code)
    elif begin.month != end.month:
        first = format_date(begin, "d MMMM", locale=lang.code)
    else:
        return f"{begin.day}–{last}"
    return f"{first} – {last}"
