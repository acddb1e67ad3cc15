"""What happened, in a few words: over a card, in a line of a digest, and counted."""

import math
from datetime import timedelta

from bot.domain.event_kind import INVOICE, EventKind
from bot.domain.events import Event
from bot.language import Language
from bot.partner_center.models import Customer
from bot.views.customer_fields import title
from bot.views.foreign import clean


def what(lang: Language, kind: EventKind) -> str:
    """Return what happened, without to whom."""
    return lang.text(kind.heading)


def counted(lang: Language, kind: EventKind, count: int) -> str:
    """Return how many of a kind there are, such as "2 Microsoft subscriptions changed"."""
    template = _other(lang, count) if kind.counted is None else lang.plural(*kind.counted, count)
    return template.format(count=lang.number(count))


def _other(lang: Language, count: int) -> str:
    return lang.plural("{count} other event", "{count} other events", count)


def subject(event: Event, customer: Customer | None) -> str:
    """Return whom or what the event is about: the customer by name where it is known, else by what there is, or ""."""
    if event.kind.subject is INVOICE and event.resource:
        return clean(event.resource)
    if customer is not None:
        return title(customer)
    known = (event.customer_name, event.customer_id, event.resource)
    return next(filter(None, map(clean, filter(None, known))), "")


def heading(lang: Language, event: Event, about: str) -> str:
    """Return the heading of a card; ``about`` is the subject, for plain text or escaped."""
    if not about:
        return what(lang, event.kind)
    kind = event.kind
    if kind.countdown is not None and event.ends_at is not None:
        days = max(1, math.ceil((event.ends_at - event.received_at) / timedelta(days=1)))
        return lang.plural(*kind.countdown, days).format(customer=about, count=lang.number(days))
    if kind.sentence is not None:
        return lang.text(kind.sentence).format(customer=about)
    return lang.text("{what}: {customer}").format(what=what(lang, kind), customer=about)
