"""Rows of deliveries: new and claimed ones, their plan, the steps that are recorded, the end of an attempt."""

import json
from collections.abc import Collection, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import Boolean, ColumnElement, Connection, Double, and_, bindparam, case, null, select, true, update

from bot.domain.deliveries import Delivery, DeliveryState, NewDelivery, Outcome, Step
from bot.storage.clock import GRACE, instant, now
from bot.storage.clock import seconds as stored_instant
from bot.storage.delivery_plans import read_plan, stored_plan
from bot.storage.json_columns import read_object
from bot.storage.tables import conversation_queues as queues
from bot.storage.tables import deliveries

_own: ColumnElement[float] = bindparam("own", type_=Double())
_maybe_sent = (
    update(deliveries).where(deliveries.c.number.in_(bindparam("numbers", expanding=True))).values(maybe_sent=true())
)
_finish = (
    update(deliveries)
    .where(deliveries.c.number == bindparam("which"))
    .values(
        # What was held or dropped meanwhile stays so, unless the delivery is finished.
        state=case((bindparam("finished", type_=Boolean()), bindparam("how")), else_=deliveries.c.state),
        finished_at=case((bindparam("finished", type_=Boolean()), now()), else_=deliveries.c.finished_at),
        due_at=now() + _own,
        due_wait=_own,
        plan=case((bindparam("over", type_=Boolean()), null()), else_=deliveries.c.plan),
        sent=bindparam("done"),
        reason=bindparam("why"),
        attempts=bindparam("tried"),
        maybe_sent=bindparam("doubt"),
    )
)
_is_mine = and_(
    deliveries.c.number == bindparam("which"),
    select(queues.c.conversation)
    .where(
        queues.c.conversation == deliveries.c.conversation,
        queues.c.fence == bindparam("token"),
        queues.c.owner == bindparam("by"),
    )
    .exists(),
)
"""A race with another owner's claim is harmless: by then too little of the lease is left for a write."""
_store_plan = update(deliveries).where(_is_mine).values(plan=bindparam("steps"))
_record = update(deliveries).where(_is_mine).values(sent=bindparam("done"), attempts=1, maybe_sent=False)
DAY = 86400.0
URGENT, NORMAL = 0, 1
"""Priorities as stored."""


def new_row(new: NewDelivery) -> dict[str, Any]:
    """Return the values of a delivery to insert."""
    return {
        "id": str(uuid4()),
        "idempotency_key": new.idempotency_key,
        "conversation": new.conversation,
        "kind": new.kind,
        "subject": new.subject,
        "subscription_id": new.subscription_id,
        "customer_id": new.customer_id,
        "happened_at": stored_instant(new.happened_at),
        "priority": URGENT if new.urgent else NORMAL,
        "state": DeliveryState.HELD if new.held else DeliveryState.WAITING,
        "after": new.after_seconds,
    }


def claimed_delivery(row: Any, queue: Any, owner: str, at: float) -> Delivery:
    """Return the delivery of a row that an owner has just claimed, with the row of its locked queue."""
    # What was enqueued while the clock was ahead, nobody knows when, was enqueued within the last day.
    created_at = instant(row.created_at if row.created_at <= at + GRACE else at - DAY)
    claimed_at = instant(at)
    assert created_at is not None  # noqa: S101 - the column is not nullable
    assert claimed_at is not None  # noqa: S101
    sent = read_object(row.sent, str)
    return Delivery(
        number=row.number,
        id=row.id,
        idempotency_key=row.idempotency_key,
        conversation=row.conversation,
        kind=row.kind,
        subject=row.subject,
        subscription_id=row.subscription_id,
        customer_id=row.customer_id,
        happened_at=instant(row.happened_at),
        urgent=row.priority == URGENT,
        plan=read_plan(row.plan),
        sent=sent or {},
        maybe_sent=row.maybe_sent or sent is None,  # where it cannot be read, any step may have been written
        attempts=row.attempts,
        created_at=created_at,
        claimed_at=claimed_at,
        fence=queue.fence + 1,
        owner=owner,
        wait=max(0.0, queue.due_at - at),
    )


def mark_maybe_sent(connection: Connection, numbers: Collection[int]) -> None:
    """Note that an owner has left deliveries without an outcome."""
    connection.execute(_maybe_sent, {"numbers": list(numbers)})


def store_plan(connection: Connection, claimed: Delivery, steps: Sequence[Step]) -> bool:
    """Store the plan of a claimed delivery; False where the claim was lost."""
    return connection.execute(_store_plan, _claim(claimed) | {"steps": stored_plan(steps)}).rowcount == 1


def record(connection: Connection, claimed: Delivery) -> bool:
    """Record the steps that are done: nothing is in doubt, and the next step has all its attempts.

    False where the claim was lost.
    """
    return connection.execute(_record, _claim(claimed) | {"done": json.dumps(dict(claimed.sent))}).rowcount == 1


def finish(connection: Connection, claimed: Delivery, outcome: Outcome) -> None:
    """Write the end of an attempt."""
    finished = outcome.state is not DeliveryState.WAITING
    over = outcome.state in (DeliveryState.SENT, DeliveryState.DROPPED)  # what failed may be revived
    values = {
        "which": claimed.number,
        "finished": finished,
        "how": outcome.state,
        "own": outcome.own_seconds,
        "done": json.dumps(dict(claimed.sent)),
        "why": outcome.reason,
        "tried": claimed.attempts if outcome.counts or finished else claimed.attempts - 1,
        "doubt": claimed.maybe_sent and not over,
        "over": over,
    }
    connection.execute(_finish, values)


def _claim(claimed: Delivery) -> dict[str, object]:
    return {"which": claimed.number, "token": claimed.fence, "by": claimed.owner}
