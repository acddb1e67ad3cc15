"""Invitations: a promise that is committed before Slack hears of it, then posted once by whoever claims it.

    pending ─ claim ─► posting ─ posted ─► waiting ─► accepted | closed
       ▲                  │ └─ failed ─► failed ─ retry ─► pending
       └──── put_back ────┘

A claim is a lease: when it runs out unsettled, the invitation may have been posted or not. The next claim then says
``suspect``, and the poster looks into the channel before it posts. Every settlement is guarded by the claim's fence.
"""

from collections import Counter
from collections.abc import Collection
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, and_, func, literal, or_, select, update

from bot.storage.clock import instant, now
from bot.storage.database import Database
from bot.storage.invitation import Invitation, InvitationState, NewInvitation
from bot.storage.tables import invitations

__all__ = ["Invitation", "InvitationState", "Invitations", "NewInvitation"]

_OPEN = (InvitationState.PENDING, InvitationState.WAITING, InvitationState.FAILED)


class Invitations:
    """The table of invitations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, new: NewInvitation) -> Invitation:
        """Commit the promise; a second press on the same **Send** promises nothing twice.

        What was corrected between the presses counts, as long as nobody has begun to post.
        """
        values = {name: getattr(new, name) for name in NewInvitation.__slots__}
        statement = self._database.insert(invitations).values(
            id=str(uuid4()),
            state=InvitationState.PENDING,
            attempts=0,
            suspect=False,
            fence=0,
            due_at=now(),
            created_at=now(),
            **values,
        )
        corrected = statement.on_conflict_do_update(
            index_elements=[invitations.c.submission_key],
            set_=values,
            where=and_(invitations.c.state == InvitationState.PENDING, invitations.c.fence == 0),
        )
        async with self._database.write() as connection:
            await connection.execute(corrected)
            found = select(invitations).where(invitations.c.submission_key == new.submission_key)
            return _invitation((await connection.execute(found)).one())

    async def due(self, *, limit: int = 20) -> tuple[str, ...]:
        """Return the ids of what may be claimed now, in the order of their turn."""
        statement = (
            select(invitations.c.id)
            .where(invitations.c.due_at <= now())
            .order_by(invitations.c.due_at, invitations.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple((await connection.execute(statement)).scalars())

    async def seconds_until_due(self) -> float | None:
        """Return how long until something may be claimed, 0 for now, or None where nothing is under way."""
        async with self._database.read() as connection:
            seconds = (await connection.execute(select(func.min(invitations.c.due_at) - now()))).scalar_one()
        return None if seconds is None else max(0.0, seconds)

    async def claim(self, invitation_id: str, *, lease_seconds: float) -> Invitation | None:
        """Take it, to post it within the lease; None where another has it or it is settled.

        The lease must outlast every time-out of the posting.
        """
        return await self._change(
            and_(invitations.c.id == invitation_id, invitations.c.due_at <= now()),
            suspect=or_(invitations.c.suspect, invitations.c.state == InvitationState.POSTING),
            state=InvitationState.POSTING,
            due_at=now() + lease_seconds,
            fence=invitations.c.fence + 1,
            attempts=invitations.c.attempts + 1,
        )

    async def parent_posted(self, claimed: Invitation, *, ts: str) -> Invitation | None:
        """Note the one-line message whose thread will hold the invitation; None where the claim was lost."""
        return await self._change(_still_mine(claimed), parent_ts=ts)

    async def posted(
        self, claimed: Invitation, *, ts: str, kind: str, expected_tenant_id: str | None = None
    ) -> Invitation | None:
        """Settle: it stands in the channel; its tenant may be known by now. None where the claim was lost."""
        return await self._change(
            _still_mine(claimed),
            state=InvitationState.WAITING,
            message_ts=ts,
            link_kind=kind,
            expected_tenant_id=func.coalesce(expected_tenant_id, invitations.c.expected_tenant_id),
            posted_at=now(),
            due_at=None,
            suspect=False,
            reason=None,
        )

    async def failed(self, claimed: Invitation, *, reason: str) -> Invitation | None:
        """Settle: it cannot be posted, for a reason a program can read. None where the claim was lost."""
        return await self._change(_still_mine(claimed), state=InvitationState.FAILED, reason=reason, due_at=None)

    async def put_back(
        self, claimed: Invitation, *, seconds: float, reason: str | None = None, suspect: bool = False
    ) -> Invitation | None:
        """Try again in so many seconds; ``suspect`` where the last try may have reached Slack all the same."""
        return await self._change(
            _still_mine(claimed),
            state=InvitationState.PENDING,
            due_at=now() + seconds,
            reason=reason,
            suspect=or_(invitations.c.suspect, literal(suspect)),
        )

    async def retry(self, invitation_id: str) -> Invitation | None:
        """Promise a failed one again; None where it has not failed."""
        return await self._change(
            and_(invitations.c.id == invitation_id, invitations.c.state == InvitationState.FAILED),
            state=InvitationState.PENDING,
            due_at=now(),
            attempts=0,
            reason=None,
        )

    async def close(self, invitation_id: str, *, by: str) -> Invitation | None:
        """Stop following it; None where it is just being posted, or already closed or accepted."""
        return await self._change(
            and_(invitations.c.id == invitation_id, invitations.c.state.in_(_OPEN)),
            state=InvitationState.CLOSED,
            closed_at=now(),
            closed_by=by,
            due_at=None,
        )

    async def find(self, invitation_id: str) -> Invitation | None:
        """Return the invitation, or None."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(invitations).where(invitations.c.id == invitation_id))).one_or_none()
        return None if row is None else _invitation(row)

    async def page(
        self,
        *,
        sender_id: str | None = None,
        states: Collection[InvitationState] = (),
        limit: int = 20,
        offset: int = 0,
    ) -> tuple[Invitation, ...]:
        """Return invitations of one sender or all, in some states or any, newest first."""
        statement = (
            select(invitations)
            .where(*_matching(sender_id, states))
            .order_by(invitations.c.created_at.desc(), invitations.c.id)
            .limit(limit)
            .offset(offset)
        )
        async with self._database.read() as connection:
            return tuple(_invitation(row) for row in await connection.execute(statement))

    async def tally(self, *, sender_id: str | None = None) -> Counter[InvitationState]:
        """Return how many invitations of one sender, or of all, are in each state."""
        statement = (
            select(invitations.c.state, func.count()).where(*_matching(sender_id, ())).group_by(invitations.c.state)
        )
        async with self._database.read() as connection:
            return Counter({InvitationState(state): count for state, count in await connection.execute(statement)})

    async def void_leases(self) -> None:
        """At start, on SQLite: one process uses the file, so whoever held a lease is gone. Elsewhere: nothing."""
        if self._database.is_sqlite:
            await self._change(invitations.c.state == InvitationState.POSTING, due_at=now())

    async def _change(self, which: ColumnElement[bool], **values: Any) -> Invitation | None:
        statement = update(invitations).where(which).values(**values).returning(*invitations.c)
        async with self._database.write() as connection:
            row = (await connection.execute(statement)).first()
        return None if row is None else _invitation(row)


def _still_mine(claimed: Invitation) -> ColumnElement[bool]:
    return and_(
        invitations.c.id == claimed.id,
        invitations.c.fence == claimed.fence,
        invitations.c.state == InvitationState.POSTING,
    )


def _matching(sender_id: str | None, states: Collection[InvitationState]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if sender_id is not None:
        conditions.append(invitations.c.sender_id == sender_id)
    if states:
        conditions.append(invitations.c.state.in_(states))
    return conditions


def _invitation(row: Row[Any]) -> Invitation:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    del values["due_at"]
    values["state"] = InvitationState(values["state"])
    for name in ("created_at", "posted_at", "closed_at"):
        values[name] = instant(values[name])
    return Invitation(**values)
