"""The outbox: what is enqueued to conversations, and who is at it.

    enqueue ─► waiting ─ claim ─► (a step) ─ settle ─► sent | dropped | dead
                  ▲  └ hold ┐                 │
                  │◄ release ┘                │
                  └── more to do, or later ───┘

A delivery is enqueued with what causes it. Each conversation is a lane: one delivery at a time, in order, paced. A
claim is a lease on the lane; an owner left over from before makes its delivery a suspect, which is looked for in the
conversation before it is sent again. Every settlement is guarded by the claim's fence. Instants are the database's.

Whatever is locked together is locked in one order, so that no two transactions wait for each other: what they are
about (a subscription, an invitation), then lanes, then deliveries.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from bot import retry
from bot.domain.deliveries import OWN, Account, Delivery, DeliveryState, Doubt, NewDelivery, Pace, Settlement
from bot.retry_after import seconds
from bot.storage import conversation_queues
from bot.storage.clock import GRACE, instant, lately, now
from bot.storage.conversation_queues import IS_WAITING
from bot.storage.database import Database
from bot.storage.json_columns import read_list, read_object
from bot.storage.queue_waits import QueueWaits, queue_waits
from bot.storage.tables import deliveries

Also = Callable[[Connection], None]
"""What else is written in the transaction of a settlement."""

DAY = 86400.0
LONGEST_LANE_WAIT = 3600.0
"""Seconds that a conversation waits for once, whatever Slack asks for: https://docs.slack.dev/apis/web-api/rate-limits
speaks of minutes."""
LONGEST_ASIDE = DAY
"""Seconds that one delivery lets others go first for once, whatever Microsoft asks for."""
_FINISHED = (DeliveryState.SENT, DeliveryState.DROPPED, DeliveryState.DEAD)
_counts = and_(
    deliveries.c.state.in_((DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.DEAD)),
    ~deliveries.c.conversation.startswith(OWN),
)


@dataclass(frozen=True, slots=True)
class Claims:
    """What was claimed, and in how many seconds there may be more (None: when something is enqueued)."""

    deliveries: tuple[Delivery, ...]
    wait: float | None


class Outbox:
    """The tables of deliveries and lanes."""

    def __init__(self, database: Database, *, workspace_id: str, pace: Pace | None = None) -> None:
        self._database = database
        self._workspace_id = workspace_id
        self._pace = pace or Pace()

    def enqueue(self, connection: Connection, *new: NewDelivery) -> None:
        """Enqueue deliveries in the caller's transaction. Duplicate idempotency keys are ignored.

        The lanes are locked first: otherwise numbers and commits could disagree.
        """
        if not new:
            return
        conversation_queues.wake(connection, self._database, {delivery.lane for delivery in new})
        row = self._database.insert(deliveries).values(
            id=bindparam("id"),
            idempotency_key=bindparam("idempotency_key"),
            conversation=bindparam("conversation"),
            kind=bindparam("kind"),
            subject=bindparam("subject"),
            subscription_id=bindparam("subscription_id"),
            state=bindparam("state"),
            sent="{}",
            attempts=0,
            suspect=False,
            due_at=now() + bindparam("after", type_=deliveries.c.due_at.type),
            due_wait=bindparam("after", type_=deliveries.c.due_at.type),
            created_at=now(),
        )
        connection.execute(row.on_conflict_do_nothing(), [_row(delivery) for delivery in new])

    async def claim(
        self,
        *,
        owner: str,
        limit: int,
        lease_seconds: float,
        ahead_seconds: float = 0.0,
        busy: Collection[int] = (),
    ) -> Claims:
        """Take the next delivery of up to ``limit`` lanes; the lease must outlast every time-out of an attempt.

        Those whose turn comes within ``ahead_seconds`` are taken too, to be begun when it comes. ``busy`` are the
        numbers of the deliveries that the owner is at: they are not taken, whatever the clock says of their leases.
        """

        def work(connection: Connection) -> Claims:
            at, spent_until = conversation_queues.spent(connection, self._database, self._workspace_id)
            if spent_until > at + self._pace.longest + GRACE:  # the clock has been set back
                spent_until = at
            room = self._pace.room(spent_until - at)
            soon = at + ahead_seconds
            rows = conversation_queues.lock_due(
                connection, soon, limit=min(limit, room) or limit, own=room == 0, busy=busy
            )
            begun = conversation_queues.begin_heads(connection, rows, at) if rows else ()
            if begun:
                conversation_queues.take(connection, begun, owner=owner, at=at, lease=lease_seconds)
            if empty := {row.conversation for row in rows} - {row.conversation for row in begun}:
                conversation_queues.rest(connection, empty)
            turns = {row.conversation: row for row in rows}
            taken = tuple(_delivery(row, turns[row.conversation], owner, at) for row in begun)
            if paced := sum(delivery.is_paced for delivery in taken):
                conversation_queues.spend(
                    connection, self._workspace_id, spent_until + paced / self._pace.workspace_rate
                )
            due = conversation_queues.next_due(connection, at, busy=busy)
            if due is None:
                return Claims(taken, None)
            least = 1 / self._pace.workspace_rate if room == 0 else 0.0 if rows else retry.DATABASE.lane_again
            return Claims(taken, max(least, due - soon))

        return await self._database.write(work)

    async def settle(self, claimed: Delivery, how: Settlement, also: Also | None = None) -> bool:
        """End an attempt; False, and nothing written, where the claim was lost. Waits are cut to the longest."""
        how = replace(
            how,
            lane_seconds=seconds(how.lane_seconds, cap=LONGEST_LANE_WAIT) or 0.0,
            aside_seconds=seconds(how.aside_seconds, cap=LONGEST_ASIDE) or 0.0,
        )
        pause = max(how.lane_seconds, self._pace.channel_seconds if claimed.is_paced else 0.0)
        over = time.monotonic() + pause

        def work(connection: Connection) -> bool:
            if also is not None:
                also(connection)
            if not conversation_queues.let_go(connection, claimed, pause=max(0.0, over - time.monotonic())):
                connection.rollback()
                return False
            conversation_queues.end(connection, claimed, how)
            return True

        return await self._database.write(work)

    def hold(self, connection: Connection, subscription_id: str) -> None:
        """Keep what is to come for a subscription until it is resumed."""
        mine = and_(deliveries.c.subscription_id == subscription_id, IS_WAITING)
        conversation_queues.lock_of(connection, mine)
        connection.execute(update(deliveries).where(mine).values(state=DeliveryState.HELD))

    def release(self, connection: Connection, subscription_id: str, *, revive: Collection[str] = ()) -> None:
        """Let go what was held for a subscription, and what was given up for one of the reasons that are over now."""
        given_up = and_(deliveries.c.state == DeliveryState.DEAD, deliveries.c.reason.in_(revive))
        mine = and_(
            deliveries.c.subscription_id == subscription_id, or_(deliveries.c.state == DeliveryState.HELD, given_up)
        )
        if names := conversation_queues.lock_of(connection, mine):
            conversation_queues.wake(connection, self._database, names)
        again: dict[str, Any] = {"state": DeliveryState.WAITING, "attempts": 0, "reason": None, "settled_at": None}
        again |= {"due_at": now(), "due_wait": 0.0}
        connection.execute(update(deliveries).where(mine).values(again))

    def drop(self, connection: Connection, subscription_id: str) -> None:
        """Forget what is to come for a subscription."""
        to_come = deliveries.c.state.in_((DeliveryState.WAITING, DeliveryState.HELD))
        mine = and_(deliveries.c.subscription_id == subscription_id, to_come)
        conversation_queues.lock_of(connection, mine)
        connection.execute(update(deliveries).where(mine).values(state=DeliveryState.DROPPED, settled_at=now()))

    async def void_leases(self) -> None:
        """At start, on SQLite: one process uses the file, so whoever held a lane is gone. Elsewhere: nothing."""
        if self._database.is_sqlite:
            await self._database.write(conversation_queues.void)

    async def account(self) -> Account:
        """Return how many deliveries are to come and how many were given up."""
        statement = select(deliveries.c.state, func.count()).where(_counts).group_by(deliveries.c.state)

        def work(connection: Connection) -> Account:
            return _account(dict(connection.execute(statement).all()))

        return await self._database.read(work)

    async def waits(self) -> QueueWaits:
        """Return which conversations wait a minute or longer."""
        return await queue_waits(self._database)

    async def accounts(self, subscription_ids: Collection[str]) -> Mapping[str, Account]:
        """Return the same for each subscription that has any."""
        statement = (
            select(deliveries.c.subscription_id, deliveries.c.state, func.count())
            .where(_counts, deliveries.c.subscription_id.in_(subscription_ids))
            .group_by(deliveries.c.subscription_id, deliveries.c.state)
        )
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for subscription_id, state, count in await self._database.read(
            lambda connection: connection.execute(statement).all()
        ):
            found[subscription_id][state] = count
        return {subscription_id: _account(counts) for subscription_id, counts in found.items()}

    def waiting_in(self, connection: Connection, lane: str, kind: str) -> int:
        """Return how many deliveries of a kind are to come in a lane."""
        mine = and_(deliveries.c.conversation == lane, IS_WAITING, deliveries.c.kind == kind)
        count: int = connection.execute(select(func.count()).where(mine)).scalar_one()
        return count

    def sent_within(self, connection: Connection, lane: str, kind: str, within: float) -> int:
        """Return how many deliveries of a kind were sent into a lane lately."""
        mine = and_(
            deliveries.c.conversation == lane,
            deliveries.c.kind == kind,
            deliveries.c.state == DeliveryState.SENT,
            lately(deliveries.c.settled_at, within=within),
        )
        count: int = connection.execute(select(func.count()).where(mine)).scalar_one()
        return count

    async def clean_up(self, *, days: float) -> int:
        """Delete what was finished longer ago, and lanes that nothing has used since; return how many deliveries."""
        old = and_(deliveries.c.state.in_(_FINISHED), deliveries.c.settled_at < now() - days * DAY)
        count = await self._database.write(
            lambda connection: connection.execute(delete(deliveries).where(old)).rowcount
        )
        await self._database.write(conversation_queues.delete_unused)
        return count


def _account(counts: Mapping[str, int]) -> Account:
    to_come = counts.get(DeliveryState.WAITING, 0) + counts.get(DeliveryState.HELD, 0)
    return Account(waiting=to_come, given_up=counts.get(DeliveryState.DEAD, 0))


def _row(new: NewDelivery) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "idempotency_key": new.key,
        "conversation": new.lane,
        "kind": new.kind,
        "subject": new.subject,
        "subscription_id": new.subscription_id,
        "state": DeliveryState.HELD if new.held else DeliveryState.WAITING,
        "after": new.after_seconds,
    }


def _delivery(row: Any, lane: Any, owner: str, at: float) -> Delivery:
    # What was enqueued while the clock was ahead, nobody knows when, was enqueued within the last day.
    created_at = instant(row.created_at if row.created_at <= at + GRACE else at - DAY)
    assert created_at is not None  # noqa: S101 - the column is not nullable
    parts, doubtful = read_object(row.sent, str), read_list(row.maybe_sent)
    unreadable = parts is None or doubtful is None  # then any step may have been sent
    return Delivery(
        number=row.number,
        id=row.id,
        key=row.idempotency_key,
        lane=row.conversation,
        kind=row.kind,
        subject=row.subject,
        subscription_id=row.subscription_id,
        parts=parts or {},
        attempts=row.attempts,
        doubt=Doubt(steps=frozenset(doubtful or ()), lost=row.suspect or unreadable),
        created_at=created_at,
        fence=lane.fence + 1,
        owner=owner,
        wait=max(0.0, lane.due_at - at),
    )
