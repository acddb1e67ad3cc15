"""Repository of invitations; each is committed before Slack hears of it.

    pending ─ posted ─► waiting ─► accepted | closed
       ▲ └─ failed ─► failed ─┐        ▲
       └────── retry ─────────┘        └ closed, too, before it is posted

The delivery that posts an invitation is enqueued in the transaction that records it.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, union_all, update

from bot.domain.deliveries import NewDelivery
from bot.domain.invitations import Invitation, InvitationState, NewInvitation
from bot.storage.clock import due, now
from bot.storage.database import Database
from bot.storage.outbox import Outbox
from bot.storage.tables import conversation_queues as queues
from bot.storage.tables import deliveries, invitations
from bot.storage.waiting_invitations import invitation_of, match_keys

POSTS = "invitation"
"""The kind of the delivery that posts an invitation; its subject is the invitation's id."""

LONGEST_REMINDER = 130 * 86400.0
"""Seconds: ninety working days, the longest setting, and the weekends between."""

_NEWEST_FIRST = (invitations.c.created_at.desc(), invitations.c.id)
_OPEN = (InvitationState.PENDING, InvitationState.WAITING, InvitationState.FAILED)


class Invitations:
    """Repository of invitations."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    def record(self, connection: Connection, new: NewInvitation) -> Invitation:
        """Record the invitation and enqueue its delivery; a second press on the same **Send** enqueues nothing.

        What was corrected between the presses counts, as long as nobody has begun to post.
        """
        values = {name: getattr(new, name) for name in NewInvitation.__slots__}
        values |= match_keys(company=new.company, expected_name=new.expected_name, expected_domain=new.expected_domain)
        statement = self._database.insert(invitations).values(
            id=str(uuid4()), state=InvitationState.PENDING, created_at=now(), reminders=0, **values
        )
        corrected = statement.on_conflict_do_update(
            index_elements=[invitations.c.submission_key],
            set_=values,
            where=and_(invitations.c.state == InvitationState.PENDING, ~_begun()),
        )
        connection.execute(corrected)
        found = select(invitations).where(invitations.c.submission_key == new.submission_key)
        recorded = _invitation(connection.execute(found).one())
        self._outbox.enqueue(connection, _delivery(recorded, f"{POSTS}:{recorded.id}"))
        return recorded

    def parent_posted(self, connection: Connection, invitation_id: str, *, ts: str) -> None:
        """Note the one-line message whose thread will hold the invitation."""
        _change(connection, invitations.c.id == invitation_id, parent_ts=ts)

    def posted(
        self,
        connection: Connection,
        invitation_id: str,
        *,
        ts: str,
        kind: str,
        expected_tenant_id: str | None,
        remind_at: datetime | None,
    ) -> Invitation | None:
        """Note that it stands in the channel, for the first time or again; its tenant may be known by now."""
        standing = and_(
            invitations.c.id == invitation_id,
            invitations.c.state.in_((InvitationState.PENDING, InvitationState.WAITING)),
        )
        return _change(
            connection,
            standing,
            state=InvitationState.WAITING,
            message_ts=ts,
            link_kind=kind,
            expected_tenant_id=func.coalesce(expected_tenant_id, invitations.c.expected_tenant_id),
            posted_at=func.coalesce(invitations.c.posted_at, now()),
            remind_at=remind_at,
            reason=None,
        )

    def failed(self, connection: Connection, invitation_id: str, *, reason: str) -> Invitation | None:
        """Note that it cannot be posted, for a reason a program can read."""
        pending = and_(invitations.c.id == invitation_id, invitations.c.state == InvitationState.PENDING)
        return _change(connection, pending, state=InvitationState.FAILED, reason=reason)

    def retry(self, connection: Connection, invitation_id: str) -> Invitation | None:
        """Enqueue a failed one again; None where it has not failed."""
        failed = and_(invitations.c.id == invitation_id, invitations.c.state == InvitationState.FAILED)
        retried = _change(connection, failed, state=InvitationState.PENDING, reason=None)
        if retried is not None:
            self._outbox.enqueue(connection, _delivery(retried, f"{POSTS}:{retried.id}:{uuid4()}"))
        return retried

    def post_again(self, connection: Connection, invitation_id: str) -> Invitation | None:
        """Enqueue once more one that waits, once for each reminder; None where it waits no longer."""
        row = connection.execute(select(invitations).where(_waiting(invitation_id))).first()
        if row is None:
            return None
        again = _invitation(row)
        self._outbox.enqueue(connection, _delivery(again, f"{POSTS}:{again.id}:again:{again.reminders}"))
        return again

    def accept(
        self,
        connection: Connection,
        invitation_id: str,
        *,
        at: datetime,
        tenant_id: str,
        name: str | None,
        domain: str | None,
    ) -> Invitation | None:
        """Note who accepted; None where it waits no longer, so that it is notified once."""
        return _change(
            connection,
            _waiting(invitation_id),
            state=InvitationState.ACCEPTED,
            accepted_at=at,
            accepted_tenant_id=tenant_id,
            accepted_name=name,
            accepted_domain=domain,
            remind_at=None,
        )

    def close(
        self, connection: Connection, invitation_id: str, *, by: str | None = None, reason: str | None = None
    ) -> Invitation | None:
        """Stop waiting for it; None where it is just being posted, or already closed or accepted."""
        still_open = and_(invitations.c.id == invitation_id, invitations.c.state.in_(_OPEN), ~_being_posted())
        return _change(
            connection,
            still_open,
            state=InvitationState.CLOSED,
            closed_at=now(),
            closed_by=by,
            reason=reason,
            remind_at=None,
        )

    def is_being_posted(self, connection: Connection, invitation_id: str) -> bool:
        """Say whether an open one is about to get its message, which nobody can close until it is recorded."""
        which = and_(invitations.c.id == invitation_id, invitations.c.state.in_(_OPEN), _being_posted())
        return connection.execute(select(invitations.c.id).where(which)).first() is not None

    def waiting(self, connection: Connection, *, channel_id: str | None = None) -> tuple[Invitation, ...]:
        """Return all that wait for a customer, in one channel or anywhere, the oldest first."""
        which = [invitations.c.state == InvitationState.WAITING]
        which += [] if channel_id is None else [invitations.c.channel_id == channel_id]
        statement = select(invitations).where(*which).order_by(invitations.c.created_at, invitations.c.id)
        return tuple(_invitation(row) for row in connection.execute(statement))

    def any_waits(self, connection: Connection) -> bool:
        """Say whether any invitation waits for a customer."""
        which = invitations.c.state == InvitationState.WAITING
        return connection.execute(select(invitations.c.id).where(which).limit(1)).first() is not None

    def due_reminders(self, connection: Connection, *, wait: float = LONGEST_REMINDER) -> tuple[Invitation, ...]:
        """Return those whose senders are to be reminded now; a reminder is no more than ``wait`` seconds away."""
        reminded = and_(invitations.c.state == InvitationState.WAITING, due(invitations.c.remind_at, wait=wait))
        rows = connection.execute(select(invitations).where(reminded).order_by(invitations.c.remind_at))
        return tuple(_invitation(row) for row in rows)

    def reminded(self, connection: Connection, invitation: Invitation, *, next_at: datetime) -> Invitation | None:
        """Note a reminder, and when the next is due; None where another has noted it, or nobody waits any longer."""
        mine = and_(_waiting(invitation.id), invitations.c.reminders == invitation.reminders)
        return _change(connection, mine, reminders=invitation.reminders + 1, remind_at=next_at)

    def remind_at(self, connection: Connection, invitation_id: str, *, at: datetime) -> Invitation | None:
        """Put the next reminder off; None where nobody waits any longer."""
        return _change(connection, _waiting(invitation_id), remind_at=at)

    def find(self, connection: Connection, invitation_id: str) -> Invitation | None:
        """Return the invitation, or None."""
        statement = select(invitations).where(invitations.c.id == invitation_id)
        row = connection.execute(statement).one_or_none()
        return None if row is None else _invitation(row)

    def read(self, connection: Connection, invitation_id: str) -> Invitation:
        """Return an invitation that is known to exist."""
        return _invitation(connection.execute(select(invitations).where(invitations.c.id == invitation_id)).one())

    def page(
        self,
        connection: Connection,
        *,
        sender_id: str | None = None,
        states: Collection[InvitationState] = (),
        limit: int = 20,
        offset: int = 0,
    ) -> tuple[Invitation, ...]:
        """Return invitations of one sender or all, in some states or any, newest first."""
        which = _matching(sender_id, states)
        if states and sender_id is None:  # each state by the index, as far as it can be on this page
            each = (select(invitations.c.id).where(invitations.c.state == state) for state in states)
            newest = (one.order_by(*_NEWEST_FIRST).limit(offset + limit).subquery() for one in each)
            which = [invitations.c.id.in_(union_all(*(select(one.c.id) for one in newest)))]
        statement = select(invitations).where(*which).order_by(*_NEWEST_FIRST).limit(limit).offset(offset)
        return tuple(_invitation(row) for row in connection.execute(statement))

    def sender(self, connection: Connection, person: str) -> str | None:
        """Return the id of a sender by id, or by a name that only one sender has, whatever its case."""
        by_id = select(invitations.c.sender_id).where(invitations.c.sender_id == person).limit(1)
        if connection.execute(by_id).first() is not None:
            return person
        names = select(invitations.c.sender_id, invitations.c.sender_name).distinct()
        senders = [(sender, known.casefold()) for sender, known in connection.execute(names)]
        name = person.casefold().strip()
        exact = {sender for sender, known in senders if name == known}
        found = exact or {sender for sender, known in senders if name in known.split()}
        return found.pop() if len(found) == 1 else None

    def tally(self, connection: Connection, *, sender_id: str | None = None) -> Counter[InvitationState]:
        """Return how many invitations of one sender, or of all, are in each state."""
        statement = (
            select(invitations.c.state, func.count()).where(*_matching(sender_id, ())).group_by(invitations.c.state)
        )
        counts: Counter[InvitationState] = Counter()
        for state, count in connection.execute(statement):
            counts[state] += count
        return counts


def _delivery(of: Invitation, key: str) -> NewDelivery:
    return NewDelivery(idempotency_key=key, conversation=of.channel_id, kind=POSTS, subject=of.id)


def _waiting(invitation_id: str) -> ColumnElement[bool]:
    return and_(invitations.c.id == invitation_id, invitations.c.state == InvitationState.WAITING)


def _begun() -> ColumnElement[bool]:
    mine = and_(deliveries.c.kind == POSTS, deliveries.c.subject == invitations.c.id, deliveries.c.attempts > 0)
    return select(deliveries.c.number).where(mine).correlate(invitations).exists()


def _being_posted() -> ColumnElement[bool]:
    claimed = deliveries.c.number.in_(select(queues.c.delivery_number).where(queues.c.delivery_number.is_not(None)))
    mine = and_(deliveries.c.kind == POSTS, deliveries.c.subject == invitations.c.id, claimed)
    return select(deliveries.c.number).where(mine).correlate(invitations).exists()


def _change(connection: Connection, which: ColumnElement[bool], **values: Any) -> Invitation | None:
    statement = update(invitations).where(which).values(**values).returning(*invitations.c)
    row = connection.execute(statement).first()
    return None if row is None else _invitation(row)


def _matching(sender_id: str | None, states: Collection[InvitationState]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if sender_id is not None:
        conditions.append(invitations.c.sender_id == sender_id)
    if states:
        conditions.append(invitations.c.state.in_(states))
    return conditions


def _invitation(row: Row[Any]) -> Invitation:
    return invitation_of(row._mapping)  # noqa: SLF001 - the documented way to a row's names
