"""What happened, in a few words: over a card, in a line of a digest, and counted."""

import math
from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.language import Language, deferred
from bot.partner_center.models import Customer
from bot.storage.event import Event, EventKind
from bot.views.customer_fields import title
from bot.views.foreign import clean

WHAT = {
    EventKind.CUSTOMER_ADDED: deferred("New customer"),
    EventKind.CUSTOMER_REMOVED: deferred("No longer your customer"),
    EventKind.RELATIONSHIP_ACCEPTED: deferred("Accepted your invitation"),
    EventKind.RELATIONSHIP_ACCEPTED_INDIRECT: deferred("Accepted your invitation through an indirect provider"),
    EventKind.ACCESS_GRANTED: deferred("Delegated access granted"),
    EventKind.ACCESS_ENDED: deferred("Delegated access ended"),
    EventKind.ACCESS_EXPIRING: deferred("Delegated access ends soon"),
    EventKind.SUBSCRIPTION_CHANGED: deferred("Microsoft subscription changed"),
    EventKind.USAGE_THRESHOLD: deferred("Usage threshold passed"),
    EventKind.MIGRATION_CREATED: deferred("Migration started"),
    EventKind.MIGRATION_COMPLETED: deferred("Migration completed"),
    EventKind.MIGRATION_FAILED: deferred("Migration failed"),
    EventKind.INVOICE_READY: deferred("Invoice ready"),
    EventKind.FRAUD_ALERT: deferred("Fraud alert"),
    EventKind.REFERRAL_CREATED: deferred("New referral"),
    EventKind.REFERRAL_UPDATED: deferred("Referral changed"),
    EventKind.TEST: deferred("Test event from Partner Center"),
    EventKind.QUIET: deferred("Other event"),
    EventKind.UNKNOWN: deferred("Event of a new kind"),
}
COUNTED: Mapping[EventKind, Callable[[Language, int], str]] = {
    EventKind.CUSTOMER_ADDED: lambda lang, count: lang.plural("{count} new customer", "{count} new customers", count),
    EventKind.CUSTOMER_REMOVED: lambda lang, count: lang.plural(
        "{count} customer removed", "{count} customers removed", count
    ),
    EventKind.RELATIONSHIP_ACCEPTED: lambda lang, count: lang.plural(
        "{count} invitation accepted", "{count} invitations accepted", count
    ),
    EventKind.RELATIONSHIP_ACCEPTED_INDIRECT: lambda lang, count: lang.plural(
        "{count} invitation accepted through an indirect provider",
        "{count} invitations accepted through an indirect provider",
        count,
    ),
    EventKind.ACCESS_GRANTED: lambda lang, count: lang.plural(
        "{count} grant of delegated access", "{count} grants of delegated access", count
    ),
    EventKind.ACCESS_ENDED: lambda lang, count: lang.plural(
        "{count} end of delegated access", "{count} ends of delegated access", count
    ),
    EventKind.ACCESS_EXPIRING: lambda lang, count: lang.plural(
        "{count} end of delegated access ahead", "{count} ends of delegated access ahead", count
    ),
    EventKind.SUBSCRIPTION_CHANGED: lambda lang, count: lang.plural(
        "{count} Microsoft subscription changed", "{count} Microsoft subscriptions changed", count
    ),
    EventKind.USAGE_THRESHOLD: lambda lang, count: lang.plural(
        "{count} usage threshold passed", "{count} usage thresholds passed", count
    ),
    EventKind.MIGRATION_CREATED: lambda lang, count: lang.plural(
        "{count} migration started", "{count} migrations started", count
    ),
    EventKind.MIGRATION_COMPLETED: lambda lang, count: lang.plural(
        "{count} migration completed", "{count} migrations completed", count
    ),
    EventKind.MIGRATION_FAILED: lambda lang, count: lang.plural(
        "{count} migration failed", "{count} migrations failed", count
    ),
    EventKind.INVOICE_READY: lambda lang, count: lang.plural("{count} invoice ready", "{count} invoices ready", count),
    EventKind.FRAUD_ALERT: lambda lang, count: lang.plural("{count} fraud alert", "{count} fraud alerts", count),
    EventKind.REFERRAL_CREATED: lambda lang, count: lang.plural("{count} new referral", "{count} new referrals", count),
    EventKind.REFERRAL_UPDATED: lambda lang, count: lang.plural(
        "{count} referral changed", "{count} referrals changed", count
    ),
}
"""The same for several of a kind; those that are missing are told to nobody."""


def what(lang: Language, kind: EventKind) -> str:
    """Return what happened, without to whom."""
    return lang.text(WHAT[kind])


def counted(lang: Language, kind: EventKind, count: int) -> str:
    """Return how many of a kind there are, such as "2 Microsoft subscriptions changed"."""
    template = COUNTED[kind](lang, count) if kind in COUNTED else _other(lang, count)
    return template.format(count=lang.number(count))


def _other(lang: Language, count: int) -> str:
    return lang.plural("{count} other event", "{count} other events", count)


def subject(event: Event, customer: Customer | None) -> str:
    """Return whom or what the event is about: the customer by name where it is known, else by what there is, or ""."""
    if event.kind is EventKind.INVOICE_READY and event.resource:
        return clean(event.resource)
    if customer is not None:
        return title(customer)
    known = (event.customer_name, event.customer_id, event.resource)
    return next(filter(None, map(clean, filter(None, known))), "")


def heading(lang: Language, event: Event, about: str) -> str:
    """Return the heading of a card; ``about`` is the subject, for plain text or escaped."""
    if not about:
        return what(lang, event.kind)
    match event.kind:
        case EventKind.RELATIONSHIP_ACCEPTED:
            template = lang.text("{customer} accepted your invitation")
        case EventKind.RELATIONSHIP_ACCEPTED_INDIRECT:
            template = lang.text("{customer} accepted your invitation through an indirect provider")
        case EventKind.ACCESS_EXPIRING if event.ends_at is not None:
            days = max(1, math.ceil((event.ends_at - event.received_at) / timedelta(days=1)))
            template = lang.plural(
                "Delegated access ends in {count} day: {customer}",
                "Delegated access ends in {count} days: {customer}",
                days,
            )
            return template.format(customer=about, count=lang.number(days))
        case kind:
            return lang.text("{what}: {customer}").format(what=what(lang, kind), customer=about)
    return template.format(customer=about)
