"""Invitation service: each change of an invitation commits with the messages that it causes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from bot import retry
from bot.domain.deliveries import NewDelivery
from bot.domain.events import Event
from bot.domain.invitations import Invitation
from bot.domain.working_days import working_days_later
from bot.notifications.ingest import Ingest
from bot.notifications.writers.acceptances import accept, acceptance
from bot.storage.clock import read_now
from bot.storage.database import Database
from bot.storage.events import Events
from bot.storage.invitations import Invitations
from bot.storage.outbox import Outbox

REMINDER = "nudge"
"""The kind of the delivery that reminds a sender; its subject is the invitation's id."""
CLOSED = "closed"
"""The kind of the delivery that takes the text out of the message of a closed one; likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationService:
    """Implement ``bot.context.InvitationActions``."""

    database: Database
    invitations: Invitations
    events: Events
    outbox: Outbox
    ingest: Ingest
    wake: Callable[[], None]
    reminder_days: int

    async def post_again(self, invitation_id: str) -> Invitation | None:
        """Enqueue it once more, once for each reminder; None where nobody waits any longer."""
        row = await self.invitations.find(invitation_id)
        if row is None:
            return None

        again = await self.database.write(
            lambda connection: self.invitations.post_again(connection, invitation_id, press=str(row.reminders))
        )
        self.wake()
        return again

    async def remind_later(self, invitation_id: str) -> Invitation | None:
        """Put the next reminder off; None where nobody waits any longer."""
        row = await self.invitations.find(invitation_id)
        if row is None:
            return None

        def work(connection: Connection) -> Invitation | None:
            at = working_days_later(read_now(connection), self.reminder_days, row.sender_tz)
            return self.invitations.remind_at(connection, invitation_id, at=at)

        return await self.database.write(work)

    async def close(self, invitation_id: str, *, by: str) -> Invitation | None:
        """Stop waiting, and take text and link out of the message; None where it is closed or accepted already."""

        def work(connection: Connection) -> tuple[Invitation | None, bool]:
            closed = self.invitations.close_within(connection, invitation_id, by=by)
            if closed is None:
                return None, self.invitations.is_being_posted(connection, invitation_id)
            edit = NewDelivery(key=f"{CLOSED}:{closed.id}", lane=closed.channel_id, kind=CLOSED, subject=closed.id)
            self.outbox.enqueue(connection, edit)
            return closed, False

        clock = asyncio.get_running_loop().time
        end = clock() + retry.SLACK.recorded
        closed, early = await self.database.write(work)
        while early and clock() < end:
            await asyncio.sleep(retry.SLACK.recorded_again)
            closed, early = await self.database.write(work)
        self.wake()
        return closed

    async def is_customer(self, event_id: str, invitation_id: str) -> Invitation | None:
        """Take a new customer for the one that was invited; None where one of the two is gone."""
        event = await self.new_customer(event_id)
        row = await self.invitations.find(invitation_id)
        if event is None or row is None:
            return None

        def work(connection: Connection) -> Invitation | None:
            accepted = accept(connection, self.invitations, row, event, None)
            if accepted is not None:
                self.ingest.notify(connection, event, instead=[acceptance(accepted)])
            return accepted

        accepted = await self.database.write(work)
        self.wake()
        return accepted

    async def is_another(self, event_id: str) -> Event | None:
        """Take a new customer for somebody else; the channels that were spared hear of it now."""
        event = await self.new_customer(event_id)
        if event is not None:

            def work(connection: Connection) -> None:
                self.ingest.notify(connection, event)

            await self.database.write(work)
            self.wake()
        return event

    async def new_customer(self, event_id: str) -> Event | None:
        """Return the event of a new customer; None where there is no such event."""
        event = await self.events.find(event_id)
        return event if event is not None and event.kind.is_new_customer else None
