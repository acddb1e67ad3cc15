"""Transactional outbox: deliveries owed to conversations, and which process is at them.

    enqueue ─► waiting ─ claim ─► store plan ─► record a step … ─► finish: sent | dropped | dead
                ▲  └ hold ┐                                         │
                │◄ release┘                                         │
                └── tried again ────────────────────────────────────┘

A delivery is enqueued in the transaction of what causes it. Each conversation is a queue: one delivery at a time, at
its rate. Order is that of enqueueing; urgent ones go first, and news of one customer in the order they happened.
A claim is a lease on the queue with a fencing token, which guards every later write. A delivery whose lease expired
without an outcome is ``maybe_sent``. Instants are the database's.

Locks are taken in one order, so that no two transactions wait for each other: what deliveries are about (a
subscription, an invitation), then queues, then deliveries.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Insert, and_, bindparam, delete, or_, select, update

from bot import retry
from bot.domain.deliveries import (
    Delivery,
    DeliveryState,
    NewDelivery,
    Outcome,
    Rates,
    Step,
)
from bot.retry_after import seconds
from bot.storage import conversation_queues as queues
from bot.storage import delivery_rows as rows
from bot.storage import queue_claims, workspace_rate
from bot.storage.clock import GRACE, now
from bot.storage.conversation_queues import IS_WAITING
from bot.storage.database import Database
from bot.storage.json_columns import read_object
from bot.storage.tables import deliveries

_FINISHED = (DeliveryState.SENT, DeliveryState.DROPPED, DeliveryState.DEAD)

Known = Literal["ignored", "ready", "revived"]
"""What becomes of a delivery that was enqueued before, under the same idempotency key.

``ready``: one that waits to be enriched waits no longer; ``revived``: one that was dropped is to come after all, too.
"""


@dataclass(frozen=True, slots=True)
class Claims:
    """What was claimed, and in how many seconds there may be more (None: when something is enqueued)."""

    deliveries: tuple[Delivery, ...]
    wait: float | None


class Outbox:
    """Repository of deliveries and conversation queues."""

    def __init__(self, database: Database, *, workspace_id: str, rates: Rates | None = None) -> None:
        self._database = database
        self._workspace_id = workspace_id
        self._rates = rates or Rates()
        self._inserts = {known: _insert(database, known) for known in get_args(Known)}
        self.enqueued = 0
        """Number of deliveries enqueued through this object, also where the transaction was rolled back."""

    def enqueue(self, connection: Connection, *new: NewDelivery, known: Known = "ignored") -> None:
        """Enqueue deliveries in the caller's transaction.

        The queues are locked first: otherwise numbers and commits could disagree.
        """
        if not new:
            return
        queues.wake(connection, self._database, {delivery.conversation for delivery in new})
        self._urge(connection, new)
        connection.execute(self._inserts[known], [rows.new_row(delivery) for delivery in new])
        self.enqueued += len(new)

    def _urge(self, connection: Connection, new: Sequence[NewDelivery]) -> None:
        """Let earlier news of a customer go ahead with the urgent one that waits for them."""
        for customer_id in {each.customer_id for each in new if each.urgent and each.customer_id is not None}:
            mine = {each.conversation for each in new if each.urgent and each.customer_id == customer_id}
            which = and_(deliveries.c.customer_id == customer_id, deliveries.c.conversation.in_(mine), IS_WAITING)
            connection.execute(update(deliveries).where(which).values(priority=rows.URGENT))

    def claim(
        self,
        connection: Connection,
        *,
        owner: str,
        limit: int,
        lease_seconds: float,
        ahead_seconds: float = 0.0,
        busy: Collection[int] = (),
        take_over: bool = True,
    ) -> Claims:
        """Claim the next delivery of up to ``limit`` queues.

        Those whose turn comes within ``ahead_seconds`` are claimed too, to be begun when it comes. ``busy`` are the
        numbers of the deliveries that the owner is at: they are not claimed, whatever the clock says of their leases.
        Without ``take_over`` what other owners have left is not claimed either.
        """
        at, spent_until = workspace_rate.spent(connection, self._database, self._workspace_id)
        if spent_until > at + self._rates.longest + GRACE:  # the clock has been set back
            spent_until = at
        room = self._rates.room(spent_until - at)
        soon = at + ahead_seconds
        locked = queue_claims.lock_due(
            connection,
            soon,
            limit=min(limit, room) or limit,
            own=room == 0,
            busy=busy,
            owner=owner,
            take_over=take_over,
        )
        begun = queue_claims.begin_heads(connection, locked, at) if locked else ()
        if begun:
            queue_claims.lease(connection, begun, owner=owner, at=at, seconds=lease_seconds)
        if empty := {row.conversation for row in locked} - {row.conversation for row in begun}:
            queues.rest(connection, empty)
        turns = {row.conversation: row for row in locked}
        claimed = tuple(rows.claimed_delivery(row, turns[row.conversation], owner, at) for row in begun)
        if paced := sum(delivery.is_paced for delivery in claimed):
            until = spent_until + paced / self._rates.workspace_rate
            workspace_rate.spend(connection, self._workspace_id, until)
        due = queue_claims.next_due(connection, at, busy=busy)
        if due is None:
            return Claims(claimed, None)
        least = 1 / self._rates.workspace_rate if room == 0 else 0.0 if locked else retry.DATABASE.lane_again
        return Claims(claimed, max(least, due - soon))

    def renew(
        self, connection: Connection, numbers: Collection[int], *, owner: str, lease_seconds: float
    ) -> frozenset[int]:
        """Renew the leases of an owner in one statement; return the numbers of the deliveries that it still holds."""
        return queue_claims.renew(connection, numbers, owner=owner, seconds=lease_seconds)

    def store_plan(self, connection: Connection, claimed: Delivery, steps: Sequence[Step]) -> bool:
        """Store a plan in the transaction that read its facts; False where the claim was lost."""
        return rows.store_plan(connection, claimed, steps)

    def is_recorded(self, connection: Connection, claimed: Delivery, step: str) -> bool:
        """Say whether a step of a delivery is recorded."""
        sent = connection.execute(select(deliveries.c.sent).where(deliveries.c.number == claimed.number)).scalar()
        return step in (read_object(sent or "", str) or {})

    def record(self, connection: Connection, claimed: Delivery) -> float | None:
        """Record the sent steps of a delivery that has more, and pay for the next write.

        Returns the seconds until the rates permit that; None where the claim was lost.
        """
        if not rows.record(connection, claimed):
            return None
        if not claimed.is_paced:
            return 0.0
        rate, longest = self._rates.workspace_rate, self._rates.longest
        ahead = workspace_rate.spend_one(connection, self._workspace_id, each=1 / rate, longest=longest)
        return max(self._rates.channel_seconds, ahead - longest)

    def finish(self, connection: Connection, claimed: Delivery, outcome: Outcome) -> float | None:
        """End an attempt and the lease; waits are cut to the longest.

        Returns the seconds until the queue is due again, infinite where nothing waits; None where the claim was lost.
        """
        outcome = replace(
            outcome,
            queue_seconds=seconds(outcome.queue_seconds, cap=retry.DELIVERY.longest_queue_wait) or 0.0,
            own_seconds=seconds(outcome.own_seconds, cap=retry.DELIVERY.longest_own_wait) or 0.0,
        )
        pause = max(outcome.queue_seconds, self._rates.channel_seconds if claimed.is_paced else 0.0)
        due = queues.release(connection, claimed, outcome, pause=pause)
        if due is not None:
            rows.finish(connection, claimed, outcome)
        return due

    def hold(self, connection: Connection, subscription_id: str) -> None:
        """Hold what is to come for a subscription until it is resumed."""
        mine = and_(deliveries.c.subscription_id == subscription_id, IS_WAITING)
        queues.lock_of(connection, mine)
        connection.execute(update(deliveries).where(mine).values(state=DeliveryState.HELD))

    def release(self, connection: Connection, subscription_id: str, *, revive: Collection[str] = ()) -> None:
        """Release what is held for a subscription, and what failed for one of the reasons that are over now."""
        failed = and_(deliveries.c.state == DeliveryState.DEAD, deliveries.c.reason.in_(revive))
        mine = and_(
            deliveries.c.subscription_id == subscription_id, or_(deliveries.c.state == DeliveryState.HELD, failed)
        )
        if names := queues.lock_of(connection, mine):
            queues.wake(connection, self._database, names)
        again: dict[str, Any] = {"state": DeliveryState.WAITING, "attempts": 0, "reason": None, "finished_at": None}
        again |= {"due_at": now(), "due_wait": 0.0}
        connection.execute(update(deliveries).where(mine).values(again))

    def drop(self, connection: Connection, subscription_id: str) -> None:
        """Drop what is to come for a subscription."""
        to_come = deliveries.c.state.in_((DeliveryState.WAITING, DeliveryState.HELD))
        self._drop(connection, and_(deliveries.c.subscription_id == subscription_id, to_come))

    def drop_known(self, connection: Connection, idempotency_keys: Collection[str]) -> None:
        """Drop deliveries by their keys, where they are still to come and no attempt has begun."""
        to_come = deliveries.c.state.in_((DeliveryState.WAITING, DeliveryState.HELD))
        which = deliveries.c.idempotency_key.in_(sorted(idempotency_keys))
        self._drop(connection, and_(which, to_come, deliveries.c.attempts == 0))

    def _drop(self, connection: Connection, which: Any) -> None:
        queues.lock_of(connection, which)
        connection.execute(update(deliveries).where(which).values(state=DeliveryState.DROPPED, finished_at=now()))

    def end_leases(self, connection: Connection) -> None:
        """End every lease, where one process alone uses the database and has just started."""
        queue_claims.end_leases(connection)

    def is_to_come(self, connection: Connection, kind: str, subject: str) -> bool:
        """Say whether a delivery of a kind about a subject is to come."""
        which = and_(deliveries.c.idempotency_key == f"{kind}:{subject}", IS_WAITING)
        return connection.execute(select(deliveries.c.number).where(which)).first() is not None

    def clean_up(self, connection: Connection, *, days: float) -> int:
        """Delete the deliveries that were finished longer ago; return their number."""
        old = and_(deliveries.c.state.in_(_FINISHED), deliveries.c.finished_at < now() - days * rows.DAY)
        return connection.execute(delete(deliveries).where(old)).rowcount

    def clean_up_queues(self, connection: Connection) -> None:
        """Delete queues not used for a day; apart from deliveries, whose rows are locked after their queues."""
        queues.delete_unused(connection)


def _insert(database: Database, known: Known) -> Insert:
    """Return the INSERT of new deliveries, built once."""
    row = database.insert(deliveries).values(
        id=bindparam("id"),
        idempotency_key=bindparam("idempotency_key"),
        conversation=bindparam("conversation"),
        kind=bindparam("kind"),
        subject=bindparam("subject"),
        subscription_id=bindparam("subscription_id"),
        customer_id=bindparam("customer_id"),
        happened_at=bindparam("happened_at"),
        priority=bindparam("priority"),
        state=bindparam("state"),
        sent="{}",
        attempts=0,
        maybe_sent=False,
        due_at=now() + bindparam("after", type_=deliveries.c.due_at.type),
        due_wait=bindparam("after", type_=deliveries.c.due_at.type),
        created_at=now(),
    )
    if known == "ignored":
        row = row.on_conflict_do_nothing()
    else:
        ready = and_(IS_WAITING, deliveries.c.attempts == 0)
        dropped = deliveries.c.state == DeliveryState.DROPPED
        row = row.on_conflict_do_update(
            index_elements=[deliveries.c.idempotency_key],
            set_={
                "state": row.excluded.state,
                "due_at": now(),
                "due_wait": 0.0,
                "customer_id": row.excluded.customer_id,
                "reason": None,
                "finished_at": None,
            },
            where=or_(ready, dropped) if known == "revived" else ready,
        )
    return row
