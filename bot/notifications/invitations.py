"""Invitation service: each change of an invitation commits with the messages that it causes."""

import asyncio
from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection

from bot import retry
from bot.domain.deliveries import NewDelivery
from bot.domain.events import Event
from bot.domain.invitations import Invitation
from bot.domain.working_days import working_days_later
from bot.notifications.ingest import Ingest
from bot.notifications.invitation_news import CLOSED, accept, acceptance_message
from bot.storage.clock import read_now
from bot.storage.repositories import Repositories


class InvitationService:
    """Implement ``bot.context.InvitationActions``."""

    def __init__(
        self, repositories: Repositories, *, ingest: Ingest, wake: Callable[[], None], reminder_days: int
    ) -> None:
        self._database = repositories.database
        self._invitations = repositories.invitations
        self._events = repositories.events
        self._outbox = repositories.outbox
        self._ingest = ingest
        self._wake = wake
        self._reminder_days = reminder_days

    async def post_again(self, invitation_id: str) -> Invitation | None:
        """Enqueue it once more, once for each reminder; None where nobody waits any longer."""
        row = await self._invitations.find(invitation_id)
        if row is None:
            return None

        again = await self._database.write(
            lambda connection: self._invitations.post_again(connection, invitation_id, press=str(row.reminders))
        )
        self._wake()
        return again

    async def remind_later(self, invitation_id: str) -> Invitation | None:
        """Put the next reminder off; None where nobody waits any longer."""
        row = await self._invitations.find(invitation_id)
        if row is None:
            return None

        def work(connection: Connection) -> Invitation | None:
            at = working_days_later(read_now(connection), self._reminder_days, row.sender_tz)
            return self._invitations.remind_at(connection, invitation_id, at=at)

        return await self._database.write(work)

    async def close(self, invitation_id: str, *, by: str) -> Invitation | None:
        """Stop waiting, and take text and link out of the message; None where it is closed or accepted already."""

        def work(connection: Connection) -> tuple[Invitation | None, bool]:
            closed = self._invitations.close_within(connection, invitation_id, by=by)
            if closed is None:
                return None, self._invitations.is_being_posted(connection, invitation_id)
            edit = NewDelivery(
                idempotency_key=f"{CLOSED}:{closed.id}",
                conversation=closed.channel_id,
                kind=CLOSED,
                subject=closed.id,
            )
            self._outbox.enqueue(connection, edit)
            return closed, False

        clock = asyncio.get_running_loop().time
        end = clock() + retry.SLACK.recorded
        closed, early = await self._database.write(work)
        while early and clock() < end:
            await asyncio.sleep(retry.SLACK.recorded_again)
            closed, early = await self._database.write(work)
        self._wake()
        return closed

    async def is_customer(self, event_id: str, invitation_id: str) -> Invitation | None:
        """Take a new customer for the one that was invited; None where one of the two is gone."""
        event = await self.new_customer(event_id)
        row = await self._invitations.find(invitation_id)
        if event is None or row is None:
            return None

        def work(connection: Connection) -> Invitation | None:
            accepted = accept(connection, self._invitations, row, event, None)
            if accepted is not None:
                self._ingest.notify(connection, event, instead=[acceptance_message(accepted, event)])
            return accepted

        accepted = await self._database.write(work)
        self._wake()
        return accepted

    async def is_another(self, event_id: str) -> Event | None:
        """Take a new customer for somebody else; the channels that were spared hear of it now."""
        event = await self.new_customer(event_id)
        if event is not None:

            def work(connection: Connection) -> None:
                self._ingest.notify(connection, event, spared_too=True)

            await self._database.write(work)
            self._wake()
        return event

    async def new_customer(self, event_id: str) -> Event | None:
        """Return the event of a new customer; None where there is no such event."""
        event = await self._database.read(partial(self._events.find, event_id=event_id))
        return event if event is not None and event.kind.is_new_customer else None
