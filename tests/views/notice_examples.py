"""Examples of notices, digests and bursts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from bot.domain import event_kinds
from bot.domain.event_kind import Actor, EventKind
from bot.domain.events import Event, Source
from bot.language import Language
from bot.partner_center.models import Customer
from bot.reply import Message
from bot.views import notices
from bot.views.notices import Late, MicrosoftSubscriptionFacts
from tests.views import event_samples as samples
from tests.views.event_samples import NEW_CUSTOMER, SUBSCRIPTION, TOLD, event, subscription
from tests.views.samples import AT, HOSTILE, PORTAL, customer, hostile_customer

CHANNEL_SUBSCRIPTION = subscription()
SEATS = MicrosoftSubscriptionFacts(
    name="Microsoft 365 Business Premium", quantity=1204, status="active", unit="Licenses"
)
SHAPES = (
    event_kinds.RELATIONSHIP_ACCEPTED,
    event_kinds.ACCESS_ENDED,
    event_kinds.SUBSCRIPTION_CHANGED,
    event_kinds.FRAUD_ALERT,
)
"""Kinds whose cards differ in more than words."""
EVENTS: Mapping[str, Event] = {
    **{kind.name: event(kind, number=number) for number, kind in enumerate(event_kinds.KINDS)},
    "added, noticed in the list": event(event_kinds.CUSTOMER_ADDED, source=Source.LIST),
    "granted with an end": event(event_kinds.ACCESS_GRANTED, days=730, detail="Helpdesk Administrator"),
    **{f"ended by {actor}": event(event_kinds.ACCESS_ENDED, actor=actor) for actor in Actor},
    "ends in a day": event(event_kinds.ACCESS_EXPIRING, days=1),
    "ends in 14 days": event(event_kinds.ACCESS_EXPIRING, days=14),
    "removed by you": event(event_kinds.CUSTOMER_REMOVED, actor=Actor.PARTNER),
    "a subscription by its id": event(event_kinds.SUBSCRIPTION_CHANGED, resource=SUBSCRIPTION, detail="active"),
    "an invoice by its number": event(event_kinds.INVOICE_READY, resource="G012345"),
    "fraud in words": event(event_kinds.FRAUD_ALERT, resource=SUBSCRIPTION, detail="Unusual compute use"),
    "a migration by its id": event(event_kinds.MIGRATION_FAILED, resource=SUBSCRIPTION, detail="Not eligible"),
    "a referral by its id": event(event_kinds.REFERRAL_CREATED, resource=SUBSCRIPTION),
}


def card(
    lang: Language,
    of: Event,
    who: Customer | None = None,
    *,
    microsoft_subscription: MicrosoftSubscriptionFacts | None = None,
    unlinked: bool = False,
    late: Late | None = None,
    earlier: int = 0,
    awaited: bool = True,
) -> Message:
    """Return the card of an event."""
    return notices.notice(
        lang,
        of,
        who,
        subscription=CHANNEL_SUBSCRIPTION,
        portal_url=PORTAL,
        microsoft_subscription=microsoft_subscription,
        unlinked=unlinked,
        late=late,
        earlier=earlier,
        awaited=awaited,
    )


def reply(lang: Language, of: Event, who: Customer | None = None) -> Message:
    """Return a later change, in the thread of its card."""
    return notices.reply(lang, of, who, portal_url=PORTAL)


def digest(
    lang: Language,
    changes: Sequence[Event],
    *,
    names: Mapping[str, str] | None = None,
    begin: date = date(2026, 11, 16),
    end: date = date(2026, 11, 22),
) -> Message:
    """Return a digest."""
    return notices.digest(
        lang, changes, names or {}, begin=begin, end=end, next_at=AT, subscription=CHANNEL_SUBSCRIPTION
    )


def _card_of(of: Event) -> Callable[[Language], Message]:
    known = of.customer_id is not None and of.kind is not event_kinds.CUSTOMER_REMOVED
    return lambda lang: card(lang, of, customer() if known else None)


def _unanswered(of: Event) -> Callable[[Language], Message]:
    return lambda lang: card(lang, of)


def _hostile(kind: EventKind) -> Callable[[Language], Message]:
    return lambda lang: card(
        lang,
        samples.hostile_event(kind, HOSTILE),
        hostile_customer(),
        microsoft_subscription=MicrosoftSubscriptionFacts(name=HOSTILE, quantity=1, status=HOSTILE, unit=HOSTILE),
        unlinked=True,
        late=Late.SLACK,
        earlier=2,
    )


def _late(why: Late) -> Callable[[Language], Message]:
    return lambda lang: card(lang, event(), customer(), late=why, earlier=1)


EXAMPLES: Mapping[str, Callable[[Language], Message]] = {
    **{f"notices.notice {name}": _card_of(of) for name, of in EVENTS.items()},
    **{f"notices.notice late, {why}": _late(why) for why in Late},
    **{f"notices.notice unanswered, {kind}": _unanswered(event(kind)) for kind in NEW_CUSTOMER},
    **{f"notices.notice hostile {kind}": _hostile(kind) for kind in SHAPES},
    "notices.notice unlinked": lambda lang: card(lang, event(), customer(), unlinked=True),
    "notices.notice withheld": lambda lang: card(lang, event(), customer(delegated=False)),
    "notices.notice never answered": lambda lang: card(lang, event(), awaited=False),
    "notices.notice without any name": lambda lang: card(lang, event(customer=None, customer_id=None)),
    "notices.notice by its id": lambda lang: card(lang, event(customer=None)),
    "notices.notice long name": lambda lang: card(lang, event(), customer("Contoso " * 50)),
    "notices.notice seats": lambda lang: card(
        lang,
        event(event_kinds.SUBSCRIPTION_CHANGED, resource=SUBSCRIPTION),
        customer(),
        microsoft_subscription=SEATS,
        earlier=3,
    ),
    "notices.notice usage units": lambda lang: card(
        lang,
        event(event_kinds.SUBSCRIPTION_CHANGED),
        customer(),
        microsoft_subscription=MicrosoftSubscriptionFacts(
            name="", quantity=3, status="paused for now", unit="Usage units"
        ),
    ),
    "notices.reply": lambda lang: reply(lang, event(event_kinds.ACCESS_ENDED, actor=Actor.CUSTOMER), customer()),
    "notices.reply after another": lambda lang: notices.reply(
        lang,
        event(event_kinds.ACCESS_ENDED, actor=Actor.CUSTOMER),
        customer(),
        portal_url=PORTAL,
        before=event(event_kinds.ACCESS_GRANTED),
    ),
    "notices.reply seats": lambda lang: notices.reply(
        lang,
        event(event_kinds.SUBSCRIPTION_CHANGED),
        customer(),
        portal_url=None,
        microsoft_subscription=SEATS,
        late=Late.PAUSED,
    ),
    "notices.reply hostile": lambda lang: reply(
        lang, samples.hostile_event(event_kinds.FRAUD_ALERT, HOSTILE), hostile_customer()
    ),
    "notices.reply overtaken": lambda lang: notices.reply(
        lang, event(event_kinds.ACCESS_GRANTED, actor=Actor.CUSTOMER), customer(), portal_url=PORTAL, overtaken=True
    ),
    "notices.reply overtaken hostile": lambda lang: notices.reply(
        lang,
        samples.hostile_event(event_kinds.FRAUD_ALERT, HOSTILE),
        hostile_customer(),
        portal_url=PORTAL,
        overtaken=True,
    ),
    "notices.thread_root": lambda lang: notices.thread_root(lang, CHANNEL_SUBSCRIPTION),
    "notices.test": lambda lang: notices.test(lang, asked_by="U0ALINE", subscription=CHANNEL_SUBSCRIPTION),
    "notices.burst": lambda lang: notices.burst(
        lang, {event_kinds.CUSTOMER_ADDED: 6, event_kinds.SUBSCRIPTION_CHANGED: 28}, minutes=7
    ),
    "notices.burst of every kind": lambda lang: notices.burst(
        lang, dict.fromkeys(TOLD, 1204), minutes=1, subscription=CHANNEL_SUBSCRIPTION
    ),
    "notices.burst of nothing": lambda lang: notices.burst(lang, {event_kinds.FRAUD_ALERT: 0}, minutes=0),
    "notices.digest": lambda lang: digest(lang, samples.week(4)),
    "notices.digest of one": lambda lang: digest(lang, samples.week(1)[:1], begin=date(2026, 11, 22)),
    "notices.digest of two": lambda lang: digest(lang, samples.week(2)[:3], begin=date(2026, 10, 26)),
    "notices.digest of nobody": lambda lang: digest(lang, samples.week(0), begin=date(2025, 12, 29)),
    "notices.digest of many": lambda lang: digest(lang, samples.week(43)),
    "notices.digest hostile": lambda lang: digest(lang, samples.week(43, name=HOSTILE)),
    "notices.digest_rest": lambda lang: notices.digest_rest(lang, samples.week(22), {}, first=20),
    "notices.digest_rest hostile": lambda lang: notices.digest_rest(lang, samples.week(43, name=HOSTILE), {}, first=20),
}
