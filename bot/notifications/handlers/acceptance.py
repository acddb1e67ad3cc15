"""Acceptance: find out whose invitation a new customer has accepted, and tell everyone concerned, once each.

A queue of the bot's own, so that Microsoft's slowness holds back no channel.
"""

from functools import partial

import structlog
from sqlalchemy import Connection

from bot import retry
from bot.delivery.handler import DONE, Decision, DeliveryHandler, Drop, Planner, Wait
from bot.domain.deliveries import Delivery
from bot.domain.events import Event
from bot.notifications.enrichment import NoAnswer, age, held_back
from bot.notifications.handlers import Dependencies
from bot.notifications.ingest import ACCEPTANCE
from bot.notifications.invitation_matching import Match, find_match
from bot.notifications.invitation_news import accept, acceptance_message, acceptance_question
from bot.partner_center.models import Customer

log = structlog.get_logger()


class AcceptanceHandler(DeliveryHandler):
    """Handler of deliveries whose subject is the event of a new customer; they send nothing themselves."""

    kind = ACCEPTANCE

    def __init__(self, dependencies: Dependencies) -> None:
        self._database = dependencies.repositories.database
        self._events = dependencies.repositories.events
        self._invitations = dependencies.repositories.invitations
        self._enrichment = dependencies.enrichment
        self._ingest = dependencies.ingest

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Compare the customer with the invitations that wait; without its record, by its tenant ID alone."""

        def read(connection: Connection) -> tuple[Event | None, Match, bool]:
            event = self._events.find(connection, delivery.subject)
            found = Match() if event is None else find_match(connection, event, None)
            return event, found, found.sure is None and self._invitations.any_waits(connection)

        event, found, maybe = await self._database.read(read)
        if event is None:
            return Drop("no such event")
        if not maybe:
            return partial(self._plan, event=event, customer=None, found=found)
        old = age(event.received_at, now=delivery.claimed_at)
        try:
            customer = await self._enrichment.customer(event.customer_id, left=held_back() - old)
        except NoAnswer as error:
            return Wait(error.next_try) if old <= retry.ENRICHMENT.latest else Drop("customer not read")
        found = await self._database.read(lambda connection: find_match(connection, event, customer))
        return partial(self._plan, event=event, customer=customer, found=found)

    def _plan(self, connection: Connection, *, event: Event, customer: Customer | None, found: Match) -> Decision:
        """Record the invitation that is sure, ask about those that may be, and notify the subscribed channels."""
        instead = [acceptance_question(event, row) for row in found.perhaps]
        if found.sure is not None:
            row = accept(connection, self._invitations, found.sure, event, customer)
            instead += [acceptance_message(row, event)] if row else []
        self._ingest.notify(connection, event, instead=instead)
        return DONE


def handler(dependencies: Dependencies) -> AcceptanceHandler:
    """Return the handler."""
    return AcceptanceHandler(dependencies)
