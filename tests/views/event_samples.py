"""What the views of notices are shown in tests: events, follows with their account, and how the bot is doing."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.context import Status
from bot.domain import event_kinds
from bot.domain.channel_subscriptions import ChannelSubscription, Rhythm, SubscriptionState, SubscriptionStats
from bot.domain.event_kind import Actor, EventKind, Topic
from bot.domain.events import Event, Source
from bot.storage.queue_waits import LISTED, NO_WAITS, QueueWait, QueueWaits
from tests.views.samples import AT, TENANT

NAMES = {
    event_kinds.RELATIONSHIP_ACCEPTED: "reseller-relationship-accepted-by-customer",
    event_kinds.ACCESS_GRANTED: "granular-admin-relationship-approved",
    event_kinds.ACCESS_ENDED: "dap-admin-relationship-terminated-by-microsoft",
    event_kinds.ACCESS_EXPIRING: "granular_admin_relationship",
    event_kinds.SUBSCRIPTION_CHANGED: "subscription-updated",
    event_kinds.FRAUD_ALERT: "azure-fraud-event-detected",
    event_kinds.INVOICE_READY: "invoice-ready",
}
NOBODYS = frozenset({event_kinds.INVOICE_READY, event_kinds.TEST})
"""Events without a customer."""
TOLD = [kind for kind in event_kinds.KINDS if kind.topic is not None]
NEW_CUSTOMER = [kind for kind in event_kinds.KINDS if kind.is_new_customer]
SUBSCRIPTION = "5c07a1f2-6d3e-4b8a-9c55-0e2f7d1b3a64"


def event(
    kind: EventKind = event_kinds.RELATIONSHIP_ACCEPTED,
    *,
    customer: str | None = "Contoso Retail France",
    customer_id: str | None = TENANT,
    resource: str | None = None,
    actor: Actor | None = None,
    detail: str | None = None,
    source: Source = Source.WEBHOOK,
    days: int | None = None,
    number: int = 1,
) -> Event:
    """Return an event as it is kept; something ends in so many ``days``."""
    whose = kind not in NOBODYS
    return Event(
        id=f"e{number}",
        kind=kind,
        source=source,
        name=NAMES.get(kind, "a-name-of-microsofts"),
        happened_at=AT + timedelta(minutes=number),
        received_at=AT + timedelta(minutes=number),
        customer_id=customer_id if whose else None,
        customer_name=customer if whose else None,
        resource=resource,
        actor=actor,
        detail=detail,
        ends_at=None if days is None else AT + timedelta(days=days),
    )


def hostile_event(kind: EventKind, text: str) -> Event:
    """Return an event of which every text is foreign."""
    return replace(event(kind, customer=text, resource=text, detail=text), name=text)


def week(customers: int, *, name: str = "Northwind") -> tuple[Event, ...]:
    """Return what happened to so many customers: each more than the last, and an invoice of your own."""
    kinds = (event_kinds.RELATIONSHIP_ACCEPTED, event_kinds.ACCESS_GRANTED, *[event_kinds.SUBSCRIPTION_CHANGED] * 2)
    changes = [
        event(kind, customer=f"{name} {number}", customer_id=f"{number:08d}-0000-4000-8000-000000000000", number=number)
        for number in range(customers)
        for kind in kinds[: number % len(kinds) + 1]
    ]
    return (*changes, event(event_kinds.INVOICE_READY, resource="G012345"))


def subscription(
    *topics: Topic,
    state: SubscriptionState = SubscriptionState.ACTIVE,
    reason: str | None = None,
    customer: str | None = None,
    countries: tuple[str, ...] = (),
    thread_only: bool = False,
    rhythm: Rhythm = Rhythm.NOW,
    last_event_at: datetime | None = AT,
    number: int = 1,
    changed_by: str | None = None,
    edited_by: str | None = None,
) -> ChannelSubscription:
    """Return a subscription as it is kept."""
    digest = rhythm is not Rhythm.NOW
    return ChannelSubscription(
        id=f"f{number}",
        submission_key="V1",
        workspace_id="T0",
        channel_id="C0SALES",
        owner_id="U0ALINE",
        language="fr",
        tz="Europe/Paris",
        topics=frozenset(topics or {Topic.CUSTOMERS}),
        customer_id=None if customer is None else TENANT,
        customer_name=customer or None,
        countries=countries,
        thread_only=thread_only,
        rhythm=rhythm,
        thread_ts=None,
        state=state,
        reason=reason,
        created_at=AT - timedelta(days=30),
        changed_at=AT,
        changed_by=changed_by,
        edited_at=AT if edited_by else None,
        edited_by=edited_by,
        last_event_at=last_event_at,
        last_delivered_at=last_event_at,
        last_digest_at=AT - timedelta(days=7) if digest and last_event_at else None,
        next_digest_at=AT + timedelta(days=1) if digest else None,
    )


def subscription_stats(count: int, *, customer: str | None = None) -> tuple[SubscriptionStats, ...]:
    """Return so many follows of every kind, the second and each third after it paused."""
    return tuple(
        SubscriptionStats(
            subscription=subscription(
                *(Topic.CUSTOMERS, Topic.RELATIONSHIPS, Topic.SUBSCRIPTIONS)[: number % 3 + 1],
                state=SubscriptionState.PAUSED if number % 3 == 1 else SubscriptionState.ACTIVE,
                reason="is_archived" if number % 3 == 1 else None,
                customer=customer,
                countries=("FR", "BE")[: number % 3],
                thread_only=number % 4 == 3,
                rhythm=tuple(Rhythm)[number % len(Rhythm)],
                last_event_at=None if number % 5 == 4 else AT,
                number=number,
            ),
            waiting=number * 3,
            given_up=number // 2,
        )
        for number in range(count)
    )


def status(
    *,
    sign_in: bool = True,
    polls: bool = True,
    poll: bool = True,
    history: bool = True,
    unknown: tuple[str, ...] = (),
    fresh: bool = False,
    mfa: bool | None = True,
    signing_secret_fails: bool = False,
    waits: QueueWaits = NO_WAITS,
    slack_refuses: str | None = None,
) -> Status:
    """Return how the bot is doing; ``fresh`` where nothing has happened yet."""
    return Status(
        signed_in_at=None if fresh else AT - timedelta(days=12),
        mfa=mfa,
        sign_in_works=sign_in,
        polls=polls,
        polled_at=None if fresh else AT,
        poll_works=poll,
        webhook_at=None if fresh else AT,
        waiting=0 if fresh else 1204,
        given_up=0,
        paused=0 if fresh else 1,
        requests_left=461,
        history=history,
        unknown_events=unknown,
        signing_secret_fails=signing_secret_fails,
        waits=waits,
        slack_refuses=slack_refuses,
    )


def waits(count: int, *, slack_asked: bool = True) -> QueueWaits:
    """Return so many conversations that wait, the first of them a person's."""
    ids = ("U0MAYA", *(f"C{number:04}" for number in range(1, count)))[:LISTED]
    until = AT + timedelta(minutes=5)
    listed = tuple(
        QueueWait(conversation_id=each, until=until - timedelta(seconds=number)) for number, each in enumerate(ids)
    )
    return QueueWaits(count=count, until=until, slack_asked=slack_asked, listed=listed)
