"""Claims of conversation queues: the deliveries that are due, each leased with its queue to one owner."""

import sys
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Double,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    update,
)

from bot.domain.deliveries import OWN
from bot.storage.clock import astray, believed, due, later, now
from bot.storage.conversation_queues import IS_WAITING, NONE, first_of_its_customer
from bot.storage.delivery_rows import mark_maybe_sent
from bot.storage.tables import conversation_queues, deliveries

_at: ColumnElement[float] = bindparam("at", type_=Double())
_is_free = or_(
    conversation_queues.c.delivery_number.is_(None),
    conversation_queues.c.delivery_number.not_in(bindparam("busy", expanding=True)),
)
_may_take_over = or_(
    conversation_queues.c.delivery_number.is_(None),
    conversation_queues.c.owner == bindparam("by"),
    bindparam("take_over", type_=Boolean()),
)
_turn = believed(conversation_queues.c.due_at, wait=conversation_queues.c.due_wait, at=_at)
_due = (
    select(
        conversation_queues.c.conversation,
        conversation_queues.c.delivery_number,
        conversation_queues.c.fence,
        _turn.label("due_at"),
    )
    .where(
        conversation_queues.c.due_at.between(0.0, sys.float_info.max),  # not NULL, as an index has it
        due(conversation_queues.c.due_at, wait=conversation_queues.c.due_wait, at=_at),
        _is_free,
        _may_take_over,
    )
    .order_by(conversation_queues.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_own_due = _due.where(conversation_queues.c.conversation.startswith(OWN))
_first = (
    select(deliveries.c.number)
    .where(
        deliveries.c.conversation == conversation_queues.c.conversation,
        IS_WAITING,
        due(deliveries.c.due_at, wait=deliveries.c.due_wait, at=later(_at, _turn)),  # when its queue's turn comes
        first_of_its_customer(NONE),
    )
    .order_by(deliveries.c.priority, deliveries.c.number)
    .limit(1)
    .correlate(conversation_queues)
    .scalar_subquery()
)
_heads = select(func.coalesce(conversation_queues.c.delivery_number, _first)).where(
    conversation_queues.c.conversation.in_(bindparam("names", expanding=True))
)
_begin = (
    update(deliveries)
    .where(deliveries.c.number.in_(_heads), IS_WAITING)
    .values(attempts=deliveries.c.attempts + 1)
    .returning(*deliveries.c)
)
_is_named = conversation_queues.c.conversation == bindparam("name")
_lease_queue = (
    update(conversation_queues)
    .where(_is_named)
    .values(
        due_at=bindparam("until"),
        due_wait=bindparam("lease"),
        owner=bindparam("by"),
        delivery_number=bindparam("number"),
        woken=false(),
        fence=conversation_queues.c.fence + 1,
    )
)
_lease: ColumnElement[float] = bindparam("lease", type_=Double())
_renew = (
    update(conversation_queues)
    .where(
        conversation_queues.c.owner == bindparam("by"),
        conversation_queues.c.delivery_number.in_(bindparam("numbers", expanding=True)),
    )
    .values(due_at=now() + _lease, due_wait=_lease)
    .returning(conversation_queues.c.delivery_number)
)
_is_astray = and_(
    astray(conversation_queues.c.due_at, wait=0.0, at=_at),  # for the index; there are few
    astray(conversation_queues.c.due_at, wait=conversation_queues.c.due_wait, at=_at),
)
_next_due = select(
    select(func.min(conversation_queues.c.due_at)).scalar_subquery(),
    select(conversation_queues.c.conversation).where(_is_astray, _is_free).exists(),
)


def lock_due(
    connection: Connection, at: float, *, limit: int, own: bool, busy: Collection[int], owner: str, take_over: bool
) -> Sequence[Any]:
    """Lock the queues whose turn it is, but for those that another transaction holds; ``own``: only the bot's own.

    A delivery among ``busy`` is left alone though its lease is over, which the clock alone may have ended. Without
    ``take_over`` what another owner has left is left alone.
    """
    statement = _own_due if own else _due
    values = {"at": at, "most": limit, "busy": list(busy), "by": owner, "take_over": take_over}
    return connection.execute(statement, values).all()


def begin_heads(connection: Connection, rows: Sequence[Any], at: float) -> Sequence[Any]:
    """Begin the next delivery of each locked queue: what a dead owner left, which is ``maybe_sent``, else the first."""
    left_over = [row.delivery_number for row in rows if row.delivery_number is not None]
    if left_over:  # whatever its state is by now, such as held
        mark_maybe_sent(connection, left_over)
    return connection.execute(_begin, {"names": [row.conversation for row in rows], "at": at}).all()


def lease(connection: Connection, begun: Sequence[Any], *, owner: str, at: float, seconds: float) -> None:
    """Give locked queues to an owner for so many seconds, each with its delivery."""
    leased = [
        {"name": row.conversation, "number": row.number, "by": owner, "until": at + seconds, "lease": seconds}
        for row in begun
    ]
    connection.execute(_lease_queue, leased)


def renew(connection: Connection, numbers: Collection[int], *, owner: str, seconds: float) -> frozenset[int]:
    """Renew an owner's leases for so many seconds; return the numbers of the deliveries that it still holds."""
    values = {"by": owner, "numbers": list(numbers), "lease": seconds}
    return frozenset(connection.execute(_renew, values).scalars())


def end_leases(connection: Connection) -> None:
    """End every lease now."""
    connection.execute(
        update(conversation_queues).where(conversation_queues.c.owner.is_not(None)).values(due_at=now(), due_wait=0.0)
    )


def next_due(connection: Connection, at: float, *, busy: Collection[int]) -> float | None:
    """Return when the next queue is to be looked at."""
    first: float | None
    first, is_one_astray = connection.execute(_next_due, {"at": at, "busy": list(busy)}).one()
    return at if is_one_astray else first
