"""Lanes: conversations in which one delivery at a time goes, and how many may go in the whole workspace.

``due_at`` says when a lane is looked at next, rather too early than too late: whoever finds nothing there mends it.
Beside each instant stands how far ahead it was set: one that lies further ahead was set by a clock that has been set
back since, and counts as due.
A transaction that changes a lane, or its deliveries, has locked the lane before; several are locked in one order.

Statements are made once: making one costs half as much as what the database does with it.
"""

import json
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
    case,
    delete,
    func,
    null,
    or_,
    select,
    true,
    update,
)

from bot.domain.deliveries import OWN, Delivery, DeliveryState, Settlement
from bot.storage.clock import astray, believed, due, later, now
from bot.storage.database import Database
from bot.storage.tables import conversation_queues, deliveries, workspace_rates

IS_WAITING = deliveries.c.state == DeliveryState.WAITING
UNUSED_SECONDS = 86400.0

_at: ColumnElement[float] = bindparam("at", type_=Double())
_is_free = or_(
    conversation_queues.c.delivery_number.is_(None),
    conversation_queues.c.delivery_number.not_in(bindparam("busy", expanding=True)),
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
    )
    .order_by(conversation_queues.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_own_due = _due.where(conversation_queues.c.conversation.startswith(OWN))
_suspect = (
    update(deliveries).where(deliveries.c.number.in_(bindparam("numbers", expanding=True))).values(suspect=true())
)
_first = (
    select(deliveries.c.number)
    .where(
        deliveries.c.conversation == conversation_queues.c.conversation,
        IS_WAITING,
        due(deliveries.c.due_at, wait=deliveries.c.due_wait, at=later(_at, _turn)),  # when its lane's turn comes
    )
    .order_by(deliveries.c.number)
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
_lock = (
    select(conversation_queues.c.fence).where(conversation_queues.c.conversation == bindparam("name")).with_for_update()
)
_take = (
    update(conversation_queues)
    .where(conversation_queues.c.conversation == bindparam("name"))
    .values(
        due_at=bindparam("until"),
        due_wait=bindparam("lease"),
        owner=bindparam("by"),
        delivery_number=bindparam("number"),
        fence=conversation_queues.c.fence + 1,
    )
)
_pause: ColumnElement[float] = bindparam("pause", type_=Double())
_opens = now() + _pause
_let_go = (
    update(conversation_queues)
    .where(
        conversation_queues.c.conversation == bindparam("name"),
        conversation_queues.c.fence == bindparam("number"),
        conversation_queues.c.owner == bindparam("by"),
    )
    .values(owner=None, delivery_number=None, open_at=_opens, open_wait=_pause, due_at=_opens, due_wait=_pause)
)
_end = (
    update(deliveries)
    .where(deliveries.c.number == bindparam("which"))
    .values(
        # What was held or dropped meanwhile stays so, unless this is the end of it.
        state=case((bindparam("finished", type_=Boolean()), bindparam("how")), else_=deliveries.c.state),
        settled_at=case((bindparam("finished", type_=Boolean()), now()), else_=deliveries.c.settled_at),
        due_at=now() + bindparam("aside", type_=Double()),
        due_wait=bindparam("aside", type_=Double()),
        sent=bindparam("sent"),
        reason=bindparam("reason"),
        attempts=bindparam("attempts"),
        suspect=bindparam("suspect"),
        maybe_sent=bindparam("maybe_sent"),
    )
)
_first_due = (
    select(func.min(believed(deliveries.c.due_at, wait=deliveries.c.due_wait)))
    .where(deliveries.c.conversation == conversation_queues.c.conversation, IS_WAITING)
    .correlate(conversation_queues)
    .scalar_subquery()
)
_next = later(
    believed(conversation_queues.c.open_at, wait=conversation_queues.c.open_wait), func.coalesce(_first_due, 0.0)
)
_rest = (
    update(conversation_queues)
    .where(conversation_queues.c.conversation.in_(bindparam("names", expanding=True)))
    .values(
        owner=None,
        delivery_number=None,
        due_at=case((_first_due.is_(None), null()), else_=_next),
        due_wait=later(0.0, _next - now()),
    )
)
_is_astray = and_(
    astray(conversation_queues.c.due_at, wait=0.0, at=_at),  # for the index; there are few
    astray(conversation_queues.c.due_at, wait=conversation_queues.c.due_wait, at=_at),
)
_next_due = select(
    select(func.min(conversation_queues.c.due_at)).scalar_subquery(),
    select(conversation_queues.c.conversation).where(_is_astray, _is_free).exists(),
)
_spent = (
    select(now(), workspace_rates.c.spent_until)
    .where(workspace_rates.c.workspace_id == bindparam("id"))
    .with_for_update()
)
_spend = (
    update(workspace_rates)
    .where(workspace_rates.c.workspace_id == bindparam("id"))
    .values(spent_until=bindparam("until"))
)


def wake(connection: Connection, database: Database, names: Collection[str]) -> None:
    """Lock lanes, made where they are missing; they are looked at as soon as their pace allows, or their lease ends."""
    fresh = database.insert(conversation_queues).values(
        conversation=bindparam("conversation"), due_at=0.0, due_wait=0.0, open_at=0.0, open_wait=0.0, fence=0
    )
    free = conversation_queues.c.delivery_number.is_(None)
    turn = {
        "due_at": case((free, conversation_queues.c.open_at), else_=conversation_queues.c.due_at),
        "due_wait": case((free, conversation_queues.c.open_wait), else_=conversation_queues.c.due_wait),
    }
    woken = fresh.on_conflict_do_update(index_elements=[conversation_queues.c.conversation], set_=turn)
    # The bot's own lanes, which begin with "~", come last: a settlement locks what it promises to before its own lane.
    connection.execute(woken, [{"conversation": name} for name in sorted(set(names))])


def lock_of(connection: Connection, which: ColumnElement[bool]) -> tuple[str, ...]:
    """Lock the lanes of some deliveries, and return them."""
    names = sorted(connection.execute(select(deliveries.c.conversation).where(which).distinct()).scalars())
    for name in names:  # in our own order: databases sort text by the language of whoever installed them
        connection.execute(_lock, {"name": name})
    return tuple(names)


def lock_due(connection: Connection, at: float, *, limit: int, own: bool, busy: Collection[int]) -> Sequence[Any]:
    """Lock the lanes whose turn it is, but for those that somebody else has locked; ``own``: only the bot's own.

    A delivery that is among ``busy`` is left alone though its lease is over, which the clock alone may have ended.
    """
    statement = _own_due if own else _due
    return connection.execute(statement, {"at": at, "most": limit, "busy": list(busy)}).all()


def begin_heads(connection: Connection, rows: Sequence[Any], at: float) -> Sequence[Any]:
    """Begin the next delivery of each locked lane: what a dead owner was at, now a suspect, else the first due."""
    left_over = [row.delivery_number for row in rows if row.delivery_number is not None]
    if left_over:  # whatever has become of it since, such as a pause
        connection.execute(_suspect, {"numbers": left_over})
    return connection.execute(_begin, {"names": [row.conversation for row in rows], "at": at}).all()


def take(connection: Connection, begun: Sequence[Any], *, owner: str, at: float, lease: float) -> None:
    """Give locked lanes to an owner for so many seconds, each with its delivery."""
    taken = [
        {"name": row.conversation, "number": row.number, "by": owner, "until": at + lease, "lease": lease}
        for row in begun
    ]
    connection.execute(_take, taken)


def let_go(connection: Connection, claimed: Delivery, *, pause: float) -> bool:
    """Open a lane again after so many seconds; False where it is no longer the owner's."""
    mine = {"name": claimed.lane, "number": claimed.fence, "by": claimed.owner}
    return connection.execute(_let_go, mine | {"pause": pause}).rowcount == 1


def end(connection: Connection, claimed: Delivery, how: Settlement) -> None:
    """Write down how an attempt ended."""
    parts = dict(claimed.parts) | ({} if how.part is None else {how.part: how.ts})
    finished = how.state is not DeliveryState.WAITING
    fresh = how.part is not None and not finished  # one of its messages stands; what comes next starts afresh
    counted = claimed.attempts if how.counts or finished else claimed.attempts - 1
    doubt = claimed.doubt.after(how)
    values = {
        "finished": finished,
        "how": how.state,
        "sent": json.dumps(parts),
        "reason": how.reason,
        "attempts": 0 if fresh else counted,
        "suspect": doubt.lost,
        "maybe_sent": json.dumps(sorted(doubt.steps)),
        "aside": how.aside_seconds,
    }
    connection.execute(_end, {"which": claimed.number} | values)


def rest(connection: Connection, names: Collection[str]) -> None:
    """Free locked lanes in which nothing can go now, until something can."""
    connection.execute(_rest, {"names": list(names)})


def void(connection: Connection) -> None:
    """End every lease now."""
    connection.execute(
        update(conversation_queues).where(conversation_queues.c.owner.is_not(None)).values(due_at=now(), due_wait=0.0)
    )


def next_due(connection: Connection, at: float, *, busy: Collection[int]) -> float | None:
    """Return when the next lane is to be looked at."""
    first: float | None
    first, is_one_astray = connection.execute(_next_due, {"at": at, "busy": list(busy)}).one()
    return at if is_one_astray else first


def delete_unused(connection: Connection) -> None:
    """Delete the lanes without a delivery, once their pace is long over."""
    unused = delete(conversation_queues).where(
        conversation_queues.c.due_at.is_(None),
        conversation_queues.c.open_at < now() - UNUSED_SECONDS,
        conversation_queues.c.conversation.not_in(select(deliveries.c.conversation)),
    )
    connection.execute(unused)


def spent(connection: Connection, database: Database, workspace_id: str) -> tuple[float, float]:
    """Lock the workspace's pace; return the time, and by when what was sent is paid for."""
    row = connection.execute(_spent, {"id": workspace_id}).first()
    if row is None:
        fresh = database.insert(workspace_rates).values(workspace_id=workspace_id, spent_until=0.0)
        connection.execute(fresh.on_conflict_do_nothing())
        row = connection.execute(_spent, {"id": workspace_id}).one()
    return row[0], max(row[0], row[1])


def spend(connection: Connection, workspace_id: str, until: float) -> None:
    """Note by when what was sent will be paid for."""
    connection.execute(_spend, {"id": workspace_id, "until": until})
