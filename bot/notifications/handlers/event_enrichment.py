"""Enrichment of an event: whom a fraud alert is about, who ended a delegated access."""

from functools import partial

from sqlalchemy import Connection

from bot import retry
from bot.delivery.handler import DONE, Decision, DeliveryHandler, Drop, Planner, Wait
from bot.domain.deliveries import Delivery
from bot.domain.event_kinds import FRAUD_ALERT
from bot.domain.events import Event, EventFacts
from bot.notifications.enrichment import NoAnswer, age, held_back
from bot.notifications.handlers import Dependencies
from bot.notifications.ingest import ENRICHMENT, lacking


class EventEnrichmentHandler(DeliveryHandler):
    """Handler of deliveries whose subject is an event that lacks something; they send nothing themselves."""

    kind = ENRICHMENT

    def __init__(self, dependencies: Dependencies) -> None:
        self._database = dependencies.repositories.database
        self._events = dependencies.repositories.events
        self._enrichment = dependencies.enrichment
        self._ingest = dependencies.ingest

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Ask Microsoft; again while channels wait, then now and then for a day."""
        event = await self._database.read(partial(self._events.find, event_id=delivery.subject))
        if event is None or lacking(event) is None:
            return Drop("nothing lacks")
        old = age(event.received_at, now=delivery.claimed_at)
        try:
            facts = await self._facts(event, left=held_back(urgent=event.kind.is_alarm) - old)
        except NoAnswer as error:
            return Wait(error.next_try) if old <= retry.ENRICHMENT.latest else Drop("not answered")
        return partial(self._plan, event=event, facts=facts)

    def _plan(self, connection: Connection, *, event: Event, facts: EventFacts) -> Decision:
        self._ingest.enriched(connection, event, facts)
        return DONE

    async def _facts(self, event: Event, *, left: float) -> EventFacts:
        if event.kind is FRAUD_ALERT:
            alert = await self._enrichment.alert(event.resource, left=left)
            if alert is None:
                return EventFacts()
            return EventFacts(
                customer_id=alert.customer_id,
                customer_name=alert.customer_name,
                detail=alert.display_name or alert.event_type,
            )
        return EventFacts(actor=await self._enrichment.actor(event.audit_id, event.customer_id, left=left))


def handler(dependencies: Dependencies) -> EventEnrichmentHandler:
    """Return the handler."""
    return EventEnrichmentHandler(dependencies)
