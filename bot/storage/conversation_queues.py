"""Conversation queues: deliveries of one conversation go one at a time, in order.

``due_at`` says when a queue is looked at next. It may be early; the claimer corrects it. Beside each instant stands how
far ahead it was set: an instant further ahead was set by a clock that has been set back since, and counts as due.
A transaction that changes a queue, or its deliveries, has locked the queue before; several are locked in one order.

Statements are built once: building one costs half as much as what the database does with it.
"""

import sys
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Double,
    and_,
    bindparam,
    case,
    delete,
    func,
    null,
    or_,
    select,
    true,
    update,
)

from bot import retry
from bot.domain.deliveries import Delivery, DeliveryState, Outcome
from bot.storage.clock import believed, due, later, now
from bot.storage.database import Database
from bot.storage.tables import conversation_queues, deliveries

IS_WAITING = deliveries.c.state == DeliveryState.WAITING
UNUSED_SECONDS = 86400.0
NONE: ColumnElement[Any] = bindparam("none", 0)
"""The number of no delivery."""
_earlier = deliveries.alias("earlier")


def first_of_its_customer(but: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that no earlier news of the same customer waits in the queue, ``but`` that delivery."""
    before = or_(
        _earlier.c.happened_at < deliveries.c.happened_at,
        and_(_earlier.c.happened_at == deliveries.c.happened_at, _earlier.c.number < deliveries.c.number),
    )
    held_back = and_(
        _earlier.c.conversation == deliveries.c.conversation,
        _earlier.c.customer_id == deliveries.c.customer_id,
        _earlier.c.state == DeliveryState.WAITING,
        _earlier.c.due_wait <= retry.ENRICHMENT.held_back,  # one that waits longer holds nothing back
        _earlier.c.number != but,
        before,
    )
    return ~select(_earlier.c.number).where(held_back).correlate(deliveries).exists()


def first_due(but: ColumnElement[Any]) -> Any:
    """Return when the first delivery of a queue is due, ``but`` that one; NULL where none waits."""
    return (
        select(func.min(believed(deliveries.c.due_at, wait=deliveries.c.due_wait)))
        .where(
            deliveries.c.conversation == conversation_queues.c.conversation,
            IS_WAITING,
            deliveries.c.number != but,
            first_of_its_customer(but),
        )
        .correlate(conversation_queues)
        .scalar_subquery()
    )


_is_named = conversation_queues.c.conversation == bindparam("name")
_lock = select(conversation_queues.c.fence).where(_is_named).with_for_update()
_is_mine = and_(
    _is_named, conversation_queues.c.fence == bindparam("token"), conversation_queues.c.owner == bindparam("by")
)

_pause: ColumnElement[float] = bindparam("pause", type_=Double())
_own: ColumnElement[float] = bindparam("own", type_=Double())
_opens = now() + _pause
_is_another_due = (
    select(deliveries.c.number)
    .where(
        deliveries.c.conversation == conversation_queues.c.conversation,
        IS_WAITING,
        deliveries.c.number != bindparam("number"),
        due(deliveries.c.due_at, wait=deliveries.c.due_wait),
    )
    .correlate(conversation_queues)
    .exists()
)
"""True also where it is held back by another: the claimer corrects that, and a long queue is not read to its end."""
_others = case((_is_another_due, now()), else_=first_due(bindparam("number")))
_own_due_at = case((bindparam("finished", type_=Boolean()), null()), else_=now() + _own)
_next = case(
    (_own_due_at.is_(None), _others),
    (_others.is_(None), _own_due_at),
    (_own_due_at < _others, _own_due_at),
    else_=_others,
)
_release = (
    update(conversation_queues)
    .where(_is_mine)
    .values(
        owner=None,
        delivery_number=None,
        open_at=_opens,
        open_wait=_pause,
        # What was enqueued since the claim, this statement need not see on PostgreSQL.
        due_at=case(
            (conversation_queues.c.woken, _opens),
            (_next.is_(None), null()),
            else_=later(_opens, func.coalesce(_next, 0.0)),
        ),
        due_wait=later(_pause, func.coalesce(_next, 0.0) - now()),
    )
    .returning(conversation_queues.c.due_at - now())
)
_rest_due = first_due(NONE)
_rest_next = later(
    believed(conversation_queues.c.open_at, wait=conversation_queues.c.open_wait), func.coalesce(_rest_due, 0.0)
)
_rest = (
    update(conversation_queues)
    .where(conversation_queues.c.conversation.in_(bindparam("names", expanding=True)))
    .values(
        owner=None,
        delivery_number=None,
        due_at=case((_rest_due.is_(None), null()), else_=_rest_next),
        due_wait=later(0.0, _rest_next - now()),
    )
)


def wake(connection: Connection, database: Database, names: Collection[str]) -> None:
    """Lock queues, made where they are missing; they are due as soon as their rate allows, or their lease ends."""
    fresh = database.insert(conversation_queues).values(
        conversation=bindparam("conversation"), due_at=0.0, due_wait=0.0, open_at=0.0, open_wait=0.0, fence=0
    )
    free = conversation_queues.c.delivery_number.is_(None)
    turn = {
        "due_at": case((free, conversation_queues.c.open_at), else_=conversation_queues.c.due_at),
        "due_wait": case((free, conversation_queues.c.open_wait), else_=conversation_queues.c.due_wait),
        "woken": true(),
    }
    woken = fresh.on_conflict_do_update(index_elements=[conversation_queues.c.conversation], set_=turn)
    # The bot's own queues, which begin with "~", come last: a handler locks what it enqueues into before its own queue.
    connection.execute(woken, [{"conversation": name} for name in sorted(set(names))])


def lock_of(connection: Connection, which: ColumnElement[bool]) -> tuple[str, ...]:
    """Lock the queues of some deliveries, and return their names."""
    names = sorted(connection.execute(select(deliveries.c.conversation).where(which).distinct()).scalars())
    for name in names:  # in our own order: databases sort text by the language of their installation
        connection.execute(_lock, {"name": name})
    return tuple(names)


def release(connection: Connection, claimed: Delivery, outcome: Outcome, *, pause: float) -> float | None:
    """Open a queue again after so many seconds; return the seconds until it is due, infinite where nothing waits.

    None where the claim was lost.
    """
    finished = outcome.state is not DeliveryState.WAITING
    values = {"pause": pause, "own": outcome.own_seconds, "finished": finished, "number": claimed.number}
    row = connection.execute(_release, _claim(claimed) | values).first()
    if row is None:
        return None
    return sys.float_info.max if row[0] is None else float(row[0])


def rest(connection: Connection, names: Collection[str]) -> None:
    """Free locked queues in which nothing can go now, until something can."""
    connection.execute(_rest, {"names": list(names)})


def delete_unused(connection: Connection) -> None:
    """Delete the queues without a delivery that were last used long ago."""
    unused = delete(conversation_queues).where(
        conversation_queues.c.due_at.is_(None),
        conversation_queues.c.open_at < now() - UNUSED_SECONDS,
        conversation_queues.c.conversation.not_in(select(deliveries.c.conversation)),
    )
    connection.execute(unused)


def _claim(claimed: Delivery) -> dict[str, Any]:
    return {"name": claimed.conversation, "token": claimed.fence, "by": claimed.owner}
