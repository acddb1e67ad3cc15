"""Record observations and enqueue a delivery for each subscribed channel, in one transaction."""

from collections.abc import Callable, Collection, Iterable, Sequence

import structlog
from sqlalchemy import Connection

from bot.domain.channel_subscriptions import Rhythm
from bot.domain.deliveries import OWN, NewDelivery
from bot.domain.event_kinds import ACCESS_ENDED, FRAUD_ALERT
from bot.domain.events import Event, Observation
from bot.metrics import EVENTS
from bot.partner_center.client import PartnerCenter
from bot.partner_center.protocol import readable_id
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.database import Database
from bot.storage.digests import Digests
from bot.storage.events import Events
from bot.storage.outbox import Outbox

log = structlog.get_logger()

NOTICE = "notice"
"""The kind of the delivery that tells a channel of an event; its subject is the event's id."""
ACCEPTANCE = "acceptance"
"""The kind of the delivery that finds out whose invitation a new customer accepted; likewise."""
ALERT = "alert"
"""The kind of the delivery that finds out whom a fraud alert is about; likewise."""
ENDING = "ending"
"""The kind of the delivery that finds out who ended a delegated access; likewise."""


class Ingest:
    """Record what the sources observe."""

    def __init__(
        self,
        *,
        database: Database,
        events: Events,
        subscriptions: ChannelSubscriptions,
        digests: Digests,
        outbox: Outbox,
        partner_center: PartnerCenter,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._events = events
        self._subscriptions = subscriptions
        self._digests = digests
        self._outbox = outbox
        self._partner_center = partner_center
        self._wake = wake

    async def ingest(self, *observations: Observation) -> tuple[Event, ...]:
        """Record observations; return the events that are new, once all of it is committed."""

        def work(connection: Connection) -> tuple[Event, ...]:
            new = tuple(event for seen in observations if (event := self._events.record(connection, seen)) is not None)
            deliveries = [delivery for event in new if event.notified for delivery in self._due(connection, event)]
            self._outbox.enqueue(connection, *deliveries)  # at once: lanes are locked in one order
            return new

        new = await self._database.write(work)
        for event in new:
            kind = event.kind.name
            EVENTS.labels(event.source, kind).inc()
            log.info("event", name=readable_id(event.name), event_kind=kind, source=event.source, told=event.notified)
            if event.customer_id is not None:
                self._partner_center.forget(event.customer_id)
        if new:
            self._wake()
        return new

    def _due(self, connection: Connection, event: Event) -> Iterable[NewDelivery]:
        """Return the deliveries to enqueue: notices, or first the one that fetches what the event lacks."""
        if event.kind.is_new_customer and event.customer_id is not None:
            return (_finding_out(ACCEPTANCE, event, event.customer_id),)
        if event.kind is FRAUD_ALERT and event.customer_id is None and event.resource is not None:
            return (_finding_out(ALERT, event, event.resource),)
        if event.kind is ACCESS_ENDED and event.actor is None and event.audit_id is not None:
            return (_finding_out(ENDING, event, event.audit_id),)
        return self._notices(connection, event)

    def notify(self, connection: Connection, event: Event, *, instead: Sequence[NewDelivery] = ()) -> None:
        """Enqueue notices for the subscribed channels, and other deliveries ``instead`` for some of them."""
        notices = self._notices(connection, event, but_not={other.lane for other in instead})
        self._outbox.enqueue(connection, *instead, *notices)  # at once: lanes are locked in one order

    def _notices(self, connection: Connection, event: Event, but_not: Collection[str] = ()) -> tuple[NewDelivery, ...]:
        """Return a notice for each channel that has subscribed to it, and keep it for the digests that will tell it."""
        self._subscriptions.event_seen(connection, event)
        matches = self._subscriptions.matching(connection, event)
        at_once = {match.channel_id: match for match in reversed(matches) if match.rhythm is Rhythm.NOW}
        later = [match.id for match in matches if match.rhythm is not Rhythm.NOW]
        self._digests.collect(connection, later, event.id)
        return tuple(
            NewDelivery(
                key=f"{NOTICE}:{event.id}:{channel_id}",
                lane=channel_id,
                kind=NOTICE,
                subject=event.id,
                subscription_id=match.id,
                held=match.paused,
            )
            for channel_id, match in at_once.items()
            if channel_id not in but_not
        )


def _finding_out(kind: str, event: Event, about: str) -> NewDelivery:
    return NewDelivery(key=f"{kind}:{event.id}", lane=f"{OWN}{about}", kind=kind, subject=event.id)
