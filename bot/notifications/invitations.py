"""Invitation service: each change of an invitation commits with the messages that it causes."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial

from sqlalchemy import Connection

from bot import retry
from bot.domain.deliveries import NewDelivery
from bot.domain.events import Event
from bot.domain.invitations import Invitation, InvitationState, NewInvitation
from bot.domain.working_days import working_days_later
from bot.notifications.ingest import Ingest
from bot.notifications.invitation_news import CLOSED, accept, acceptance_message
from bot.storage.clock import read_now
from bot.storage.repositories import Repositories


class InvitationService:
    """Implement ``bot.context.Invitations``."""

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

    async def find(self, invitation_id: str) -> Invitation | None:
        """Return the invitation, or None."""
        return await self._database.read(partial(self._invitations.find, invitation_id=invitation_id))

    async def waiting(self) -> tuple[Invitation, ...]:
        """Return all that wait for a customer, the oldest first."""
        return await self._database.read(self._invitations.waiting)

    async def page(
        self, *, sender_id: str | None, states: Collection[InvitationState], limit: int, offset: int
    ) -> tuple[Invitation, ...]:
        """Return invitations of one sender or all, in some states or any, newest first."""
        page = partial(self._invitations.page, sender_id=sender_id, states=states, limit=limit, offset=offset)
        return await self._database.read(page)

    async def sender(self, person: str) -> str | None:
        """Return the id of a sender by id, or by a name that only one sender has, in either case."""
        return await self._database.read(partial(self._invitations.sender, person=person))

    async def tally(self, *, sender_id: str | None) -> Counter[InvitationState]:
        """Return how many invitations of one sender, or of all, are in each state."""
        return await self._database.read(partial(self._invitations.tally, sender_id=sender_id))

    async def record(self, new: NewInvitation) -> Invitation:
        """Commit the invitation; the delivery worker posts it, also after a crash."""
        recorded = await self._database.write(partial(self._invitations.record, new=new))
        self._wake()
        return recorded

    async def retry(self, invitation_id: str) -> Invitation | None:
        """Enqueue a failed one again; None where it has not failed."""
        retried = await self._database.write(partial(self._invitations.retry, invitation_id=invitation_id))
        self._wake()
        return retried

    async def post_again(self, invitation_id: str) -> Invitation | None:
        """Enqueue it once more, once for each reminder; None where nobody waits any longer."""
        again = await self._database.write(partial(self._invitations.post_again, invitation_id=invitation_id))
        self._wake()
        return again

    async def remind_later(self, invitation_id: str) -> Invitation | None:
        """Put the next reminder off; None where nobody waits any longer."""

        def work(connection: Connection) -> Invitation | None:
            row = self._invitations.find(connection, invitation_id)
            if row is None:
                return None
            at = working_days_later(read_now(connection), self._reminder_days, row.sender_tz)
            return self._invitations.remind_at(connection, invitation_id, at=at)

        return await self._database.write(work)

    async def close(self, invitation_id: str, *, by: str) -> Invitation | None:
        """Stop waiting, and take text and link out of the message; None where it is closed or accepted already."""

        def work(connection: Connection) -> tuple[Invitation | None, bool]:
            closed = self._invitations.close(connection, invitation_id, by=by)
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

        def work(connection: Connection) -> Invitation | None:
            event = self._new_customer(connection, event_id)
            row = self._invitations.find(connection, invitation_id)
            if event is None or row is None:
                return None
            accepted = accept(connection, self._invitations, row, event, None)
            if accepted is not None:
                self._ingest.notify(connection, event, instead=[acceptance_message(accepted, event)])
            return accepted

        accepted = await self._database.write(work)
        self._wake()
        return accepted

    async def is_another(self, event_id: str) -> Event | None:
        """Take a new customer for somebody else; the channels that were spared hear of it now."""

        def work(connection: Connection) -> Event | None:
            event = self._new_customer(connection, event_id)
            if event is not None:
                self._ingest.notify(connection, event, spared_too=True)
            return event

        event = await self._database.write(work)
        self._wake()
        return event

    async def new_customer(self, event_id: str) -> Event | None:
        """Return the event of a new customer; None where there is no such event."""
        return await self._database.read(partial(self._new_customer, event_id=event_id))

    def _new_customer(self, connection: Connection, event_id: str) -> Event | None:
        event = self._events.find(connection, event_id)
        return event if event is not None and event.kind.is_new_customer else None
