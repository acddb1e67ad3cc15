"""Finds out whose invitation a new customer has accepted, and lets everyone concerned hear of it, once each.

A lane of the bot's own, so that Microsoft's slowness holds back no channel.
"""

from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection

from bot.domain.deliveries import Delivery, NewDelivery
from bot.domain.events import Event
from bot.notifications.asking import AGAIN, Customers, NoAnswer
from bot.notifications.ingest import Ingest
from bot.notifications.invitation_matching import Match, match
from bot.notifications.steps import Decision, Drop, Finish, Later, Step, Writer
from bot.partner_center.models import Customer
from bot.storage.events import Events
from bot.storage.invitations import Invitation, Invitations

log = structlog.get_logger()

ACCEPTED = "accepted"
"""The kind of the delivery that tells in its thread that an invitation was accepted; its subject is the invitation."""
QUESTION = "question"
"""The kind of the delivery that asks there whether this is the customer; its subject: event and invitation."""
TOLD = "told"
LATE_TRY = 300.0
"""Seconds between tries where Microsoft did not answer in time: the invitation is still to be found."""
LATEST = 86400.0
"""Seconds after which nobody looks for it any longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Finish):
    """What was found out."""

    event: Event
    customer: Customer | None
    match: Match = field(default_factory=Match)


class AcceptanceWriter(Writer):
    """Writes deliveries whose subject is the event of a new customer; they send nothing themselves."""

    def __init__(self, *, events: Events, invitations: Invitations, customers: Customers, ingest: Ingest) -> None:
        self._events = events
        self._invitations = invitations
        self._customers = customers
        self._ingest = ingest

    async def decide(self, delivery: Delivery) -> Decision:
        """Compare the customer with the invitations that wait; without its record, by its tenant ID alone at first."""
        event = await self._events.find(delivery.subject)
        if event is None:
            return Drop("no such event")
        waiting = await self._invitations.waiting()
        found = match(waiting, event, None)
        if found.sure is not None or not waiting:
            return Found(event=event, customer=None, match=found)
        try:
            customer = await self._customers.record(event.customer_id, since=event.received_at)
        except NoAnswer as error:
            if error.in_time:
                return Later(seconds=AGAIN)
            if TOLD not in delivery.parts:
                return Found(event=event, customer=None, part=TOLD, last=False)
            too_late = await self._customers.age(min(event.received_at, delivery.created_at)) > LATEST
            return Drop("customer not read") if too_late else Later(seconds=LATE_TRY)
        return Found(event=event, customer=customer, match=match(waiting, event, customer))

    def stepped(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:  # noqa: ARG002
        """Settle the invitation that is sure, ask about those that may be, notify subscribed channels."""
        if not isinstance(step, Found):
            return
        event, customer, found = step.event, step.customer, step.match
        instead = [_question(event, row) for row in found.perhaps]
        if found.sure is not None:
            row = accept(connection, self._invitations, found.sure, event, customer)
            instead += [acceptance(row)] if row else []
        self._ingest.notify(connection, event, instead=instead)


def accept(
    connection: Connection, invitations: Invitations, row: Invitation, event: Event, customer: Customer | None
) -> Invitation | None:
    """Note that an invitation was accepted; None where it waits no longer."""
    assert event.customer_id is not None  # noqa: S101 - a new customer has an id
    accepted = invitations.accept(
        connection,
        row.id,
        at=event.happened_at,
        tenant_id=event.customer_id,
        name=(customer.name if customer else None) or event.customer_name,
        domain=customer.domain if customer else None,
    )
    if accepted is not None:
        log.info("invitation accepted")
    return accepted


def acceptance(row: Invitation) -> NewDelivery:
    """Return the delivery by which the thread of an invitation hears of its acceptance."""
    return NewDelivery(key=f"{ACCEPTED}:{row.id}", lane=row.channel_id, kind=ACCEPTED, subject=row.id)


def _question(event: Event, row: Invitation) -> NewDelivery:
    subject = f"{event.id} {row.id}"
    return NewDelivery(key=f"{QUESTION}:{event.id}:{row.id}", lane=row.channel_id, kind=QUESTION, subject=subject)
