"""Rows of claimed deliveries: their plan, the steps that are recorded, the end of an attempt."""

import json
from collections.abc import Collection, Sequence

from sqlalchemy import Boolean, ColumnElement, Connection, Double, and_, bindparam, case, null, select, true, update

from bot.domain.deliveries import Delivery, DeliveryState, Outcome, Step
from bot.storage.clock import now
from bot.storage.delivery_plans import stored_plan
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
