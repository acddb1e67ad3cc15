"""Ingestion of what sources observe: new events are kept and enqueued for the subscribed channels in one transaction.

An event that lacks facts is held back in every channel for a bounded time, with later news of the same customer, while
a delivery of the bot's own asks for them. After that it goes out as it is, and is updated.
"""

from collections.abc import Callable, Iterable, Sequence

import structlog
from sqlalchemy import Connection

from bot.domain.channel_subscriptions import Rhythm
from bot.domain.deliveries import OWN, NewDelivery
from bot.domain.event_kinds import ACCESS_ENDED, FRAUD_ALERT
from bot.domain.events import Event, EventFacts, Observation
from bot.metrics import EVENTS
from bot.notifications.enrichment import held_back
from bot.partner_center.client import PartnerCenter
from bot.partner_center.protocol import readable_id
from bot.storage.checkpoints import Checkpoint
from bot.storage.outbox import Known, Outbox
from bot.storage.repositories import Repositories

log = structlog.get_logger()

NOTIFICATION = "notice"
"""Kind of the delivery that notifies a channel of an event; its subject is the event's id."""
ACCEPTANCE = "acceptance"
"""Kind of the delivery that finds out whose invitation a new customer accepted; its subject is the event's id."""
ENRICHMENT = "enrichment"
"""Kind of the delivery that asks for what an event lacks; its subject is the event's id."""


class Ingest:
    """Where every source brings what it observes."""

    def __init__(self, repositories: Repositories, *, partner_center: PartnerCenter, wake: Callable[[], None]) -> None:
        self._database = repositories.database
        self._events = repositories.events
        self._subscriptions = repositories.subscriptions
        self._digests = repositories.digests
        self._invitations = repositories.invitations
        self._outbox = repositories.outbox
        self._checkpoints = repositories.checkpoints
        self._partner_center = partner_center
        self._wake = wake

    async def ingest(self, *observations: Observation, checkpoint: Checkpoint | None = None) -> tuple[Event, ...]:
        """Keep what was observed, and note a checkpoint; return what is new, once all of it is committed."""
        in_order = sorted(observations, key=lambda each: each.happened_at)

        def work(connection: Connection) -> tuple[tuple[Event, ...], bool]:
            recorded = (self._events.record(connection, each) for each in in_order)
            new = tuple(event for event in recorded if event is not None)
            due = [delivery for event in new if event.notified for delivery in self._due(connection, event)]
            self._outbox.enqueue(connection, *due)  # at once: queues are locked in one order
            if checkpoint is not None:
                self._checkpoints.set(connection, checkpoint)
            return new, bool(due)

        new, enqueued = await self._database.write(work)
        for event in new:
            kind = event.kind.name
            EVENTS.labels(event.source, kind).inc()
            log.info("event", name=readable_id(event.name), event_kind=kind, source=event.source, told=event.notified)
            if event.customer_id is not None:
                self._partner_center.forget(event.customer_id)
        if enqueued:
            self._wake()
        return new

    def _due(self, connection: Connection, event: Event) -> Iterable[NewDelivery]:
        """Return the notifications of an event, and the delivery that asks for what it lacks."""
        asking = self._asking(connection, event)
        held = 0.0 if asking is None else held_back(urgent=event.kind.is_alarm)
        return (*self._notifications(connection, event, held=held), *(() if asking is None else (asking,)))

    def _asking(self, connection: Connection, event: Event) -> NewDelivery | None:
        if event.kind.is_new_customer and event.customer_id is not None:
            waits = self._invitations.any_waits(connection)
            return _own(ACCEPTANCE, event, event.customer_id) if waits else None
        lacks = lacking(event)
        return None if lacks is None else _own(ENRICHMENT, event, lacks)

    def enriched(self, connection: Connection, event: Event, facts: EventFacts) -> None:
        """Keep facts that were found, and let the event wait for them no longer."""
        self.notify(connection, self._events.learn(connection, event.id, facts))

    def notify(
        self, connection: Connection, event: Event, *, instead: Sequence[NewDelivery] = (), spared_too: bool = False
    ) -> None:
        """Notify every subscribed channel now, but for those with something to read ``instead``.

        ``spared_too``: also those that had something else to read before.
        """
        spared = {other.conversation for other in instead}
        notifications = self._notifications(connection, event)
        known: Known = "revived" if spared_too else "ready"
        wanted = tuple(each for each in notifications if each.conversation not in spared)
        self._outbox.enqueue(connection, *wanted, *instead, known=known)  # at once: queues are locked in one order
        keys = [each.idempotency_key for each in notifications if each.conversation in spared]
        if keys:
            self._outbox.drop_known(connection, keys)

    def _notifications(self, connection: Connection, event: Event, *, held: float = 0.0) -> tuple[NewDelivery, ...]:
        """Return a notification for each subscribed channel, and keep the event for the digests that will tell it."""
        matches = self._subscriptions.matching(connection, event)
        if not matches:
            return ()
        self._subscriptions.event_seen(connection, event)
        at_once = {match.channel_id: match for match in reversed(matches) if match.rhythm is Rhythm.NOW}
        digested = [match.id for match in matches if match.rhythm is not Rhythm.NOW]
        self._digests.collect(connection, digested, event.id)
        return tuple(
            notification(event, channel_id=channel_id, subscription_id=match.id, held=match.paused, after_seconds=held)
            for channel_id, match in at_once.items()
        )


def notification(
    event: Event, *, channel_id: str, subscription_id: str, held: bool, after_seconds: float = 0.0
) -> NewDelivery:
    """Return the delivery that notifies a channel of an event."""
    return NewDelivery(
        idempotency_key=f"{NOTIFICATION}:{event.id}:{channel_id}",
        conversation=channel_id,
        kind=NOTIFICATION,
        subject=event.id,
        subscription_id=subscription_id,
        customer_id=event.customer_id,
        happened_at=event.happened_at,
        urgent=event.kind.is_alarm,
        held=held,
        after_seconds=after_seconds,
    )


def lacking(event: Event) -> str | None:
    """Return by what Microsoft is asked for a fact that an event lacks; None where it lacks none."""
    if event.kind is FRAUD_ALERT and event.customer_id is None:
        return event.resource
    if event.kind is ACCESS_ENDED and event.actor is None:
        return event.audit_id
    return None


def is_being_enriched(connection: Connection, outbox: Outbox, event: Event) -> bool:
    """Say whether a fact that an event lacks is still asked for."""
    return lacking(event) is not None and outbox.is_to_come(connection, ENRICHMENT, event.id)


def _own(kind: str, event: Event, about: str) -> NewDelivery:
    return NewDelivery(idempotency_key=f"{kind}:{event.id}", conversation=f"{OWN}{about}", kind=kind, subject=event.id)
