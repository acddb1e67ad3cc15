"""Finds out what Microsoft's event leaves out before it is told: whom a fraud alert is about, who ended an access.

In lanes of the bot's own, and for half a minute at most: a notice that lacks something is better than a late one.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain.deliveries import Delivery
from bot.domain.events import Event, EventFacts
from bot.notifications.asking import AGAIN, Customers, NoAnswer
from bot.notifications.ingest import Ingest
from bot.notifications.steps import Decision, Drop, Finish, Later, Step, Writer
from bot.storage.events import Events

NOTHING = EventFacts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Finish):
    """What Microsoft says of the event beyond what is known."""

    event: Event
    facts: EventFacts


class FindingWriter(Writer):
    """Writes deliveries whose subject is an event that lacks something; they send nothing themselves."""

    def __init__(self, *, events: Events, customers: Customers, ingest: Ingest) -> None:
        self._events = events
        self._customers = customers
        self._ingest = ingest

    async def decide(self, delivery: Delivery) -> Decision:
        """Ask Microsoft, again while there is time."""
        event = await self._events.find(delivery.subject)
        if event is None:
            return Drop("no such event")
        try:
            return Found(event=event, facts=await self.find_out(event))
        except NoAnswer as error:
            return Later(seconds=AGAIN) if error.in_time else Found(event=event, facts=NOTHING)

    async def find_out(self, event: Event) -> EventFacts:
        """Return what Microsoft says; raises NoAnswer."""
        raise NotImplementedError

    def stepped(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:  # noqa: ARG002
        """Keep what was found out, and tell the channels that have subscribed."""
        if isinstance(step, Found):
            self._ingest.notify(connection, self._events.learn(connection, step.event.id, step.facts))


class AlertWriter(FindingWriter):
    """Finds out whom a fraud alert is about, and what Microsoft saw: the event names an Azure subscription alone."""

    async def find_out(self, event: Event) -> EventFacts:
        """Look the alert up by its subscription."""
        alert = await self._customers.alert(event.resource, since=event.received_at)
        if alert is None:
            return NOTHING
        return EventFacts(
            customer_id=alert.customer_id,
            customer_name=alert.customer_name,
            detail=alert.display_name or alert.event_type,
        )


class EndingWriter(FindingWriter):
    """Finds out who ended a delegated access: only Microsoft's audit record says so."""

    async def find_out(self, event: Event) -> EventFacts:
        """Look the audit record up, and whose account it names."""
        return EventFacts(actor=await self._customers.actor(event.audit_id, event.customer_id, since=event.received_at))
