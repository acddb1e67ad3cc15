"""Lanes: conversations in which one delivery at a time goes, and how many may go in the whole workspace.

``due_at`` says when a lane is looked at next, rather too early than too late: whoever finds nothing there mends it.
A transaction that changes a lane, or its deliveries, has locked the lane before; several are locked in one order.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, case, delete, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.clock import later, now
from bot.storage.database import Database
from bot.storage.delivery import OWN, Delivery, DeliveryState
from bot.storage.tables import deliveries, lanes, paces

IS_WAITING = deliveries.c.state == DeliveryState.WAITING
UNUSED_SECONDS = 86400.0


async def wake(connection: AsyncConnection, database: Database, names: Collection[str]) -> None:
    """Lock lanes, made where they are missing; they are looked at as soon as their pace allows, or their lease ends."""
    fresh = database.insert(lanes).values(lane=bindparam("lane"), due_at=0.0, open_at=0.0, fence=0)
    due = case((lanes.c.claimed.is_(None), lanes.c.open_at), else_=lanes.c.due_at)
    woken = fresh.on_conflict_do_update(index_elements=[lanes.c.lane], set_={"due_at": due})
    # The bot's own lanes first: whoever is at work in one of them promises to conversations afterwards.
    in_order = sorted(set(names), key=lambda name: (not name.startswith(OWN), name))
    await connection.execute(woken, [{"lane": name} for name in in_order])


async def lock_of(connection: AsyncConnection, which: ColumnElement[bool]) -> tuple[str, ...]:
    """Lock the lanes of some deliveries, and return them."""
    theirs = select(deliveries.c.lane).where(which)
    locked = select(lanes.c.lane).where(lanes.c.lane.in_(theirs)).order_by(lanes.c.lane).with_for_update()
    return tuple((await connection.execute(locked)).scalars())


async def lock_due(connection: AsyncConnection, at: float, *, limit: int, own: bool) -> Sequence[Any]:
    """Lock the lanes whose turn it is, but for those that somebody is at; ``own``: only the bot's own."""
    due = (
        select(lanes.c.lane, lanes.c.claimed, lanes.c.fence)
        .where(lanes.c.due_at <= at)
        .order_by(lanes.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await connection.execute(due.where(lanes.c.lane.startswith(OWN)) if own else due)).all()


async def begin_heads(connection: AsyncConnection, rows: Sequence[Any], at: float) -> Sequence[Any]:
    """Begin the next delivery of each locked lane: what a dead owner was at, now a suspect, else the first due."""
    left_over = [row.claimed for row in rows if row.claimed is not None]
    if left_over:  # whatever has become of it since, such as a pause
        await connection.execute(update(deliveries).where(deliveries.c.number.in_(left_over)).values(suspect=True))
    first: ScalarSelect[int] = (
        select(deliveries.c.number)
        .where(deliveries.c.lane == lanes.c.lane, IS_WAITING, deliveries.c.due_at <= at)
        .order_by(deliveries.c.number)
        .limit(1)
        .correlate(lanes)
        .scalar_subquery()
    )
    heads = select(func.coalesce(lanes.c.claimed, first)).where(lanes.c.lane.in_([row.lane for row in rows]))
    begun = (
        update(deliveries)
        .where(deliveries.c.number.in_(heads), IS_WAITING)
        .values(attempts=deliveries.c.attempts + 1)
        .returning(*deliveries.c)
    )
    return (await connection.execute(begun)).all()


async def take(connection: AsyncConnection, begun: Sequence[Any], *, owner: str, until: float) -> None:
    """Give locked lanes to an owner, each with its delivery."""
    taken = update(lanes).where(lanes.c.lane == bindparam("b_lane"))
    taken = taken.values(due_at=until, owner=owner, claimed=bindparam("b_number"), fence=lanes.c.fence + 1)
    await connection.execute(taken, [{"b_lane": row.lane, "b_number": row.number} for row in begun])


async def let_go(connection: AsyncConnection, claimed: Delivery, *, pause: float) -> bool:
    """Open a lane again after so many seconds; False where it is no longer the owner's."""
    mine = and_(lanes.c.lane == claimed.lane, lanes.c.fence == claimed.fence, lanes.c.owner == claimed.owner)
    opens = now() + pause
    freed = update(lanes).where(mine).values(owner=None, claimed=None, open_at=opens, due_at=opens)
    return (await connection.execute(freed)).rowcount == 1


async def rest(connection: AsyncConnection, names: Collection[str]) -> None:
    """Free locked lanes in which nothing can go now, until something can."""
    first = select(func.min(deliveries.c.due_at)).where(deliveries.c.lane == lanes.c.lane, IS_WAITING)
    first_due = first.correlate(lanes).scalar_subquery()
    due = case((first_due.is_(None), null()), else_=later(lanes.c.open_at, func.coalesce(first_due, 0.0)))
    await connection.execute(update(lanes).where(lanes.c.lane.in_(names)).values(owner=None, claimed=None, due_at=due))


async def void(connection: AsyncConnection) -> None:
    """End every lease now."""
    await connection.execute(update(lanes).where(lanes.c.owner.is_not(None)).values(due_at=now()))


async def next_due(connection: AsyncConnection) -> float | None:
    """Return when the next lane is to be looked at."""
    due: float | None = (await connection.execute(select(func.min(lanes.c.due_at)))).scalar_one()
    return due


async def delete_unused(connection: AsyncConnection) -> None:
    """Delete the lanes without a delivery, once their pace is long over."""
    unused = and_(
        lanes.c.due_at.is_(None),
        lanes.c.open_at < now() - UNUSED_SECONDS,
        lanes.c.lane.not_in(select(deliveries.c.lane)),
    )
    await connection.execute(delete(lanes).where(unused))


async def spent(connection: AsyncConnection, database: Database, workspace_id: str) -> tuple[float, float]:
    """Lock the workspace's pace; return the time, and by when what was sent is paid for."""
    mine = select(now(), paces.c.spent_until).where(paces.c.workspace_id == workspace_id).with_for_update()
    row = (await connection.execute(mine)).first()
    if row is None:
        fresh = database.insert(paces).values(workspace_id=workspace_id, spent_until=0.0)
        await connection.execute(fresh.on_conflict_do_nothing())
        row = (await connection.execute(mine)).one()
    return row[0], max(row[0], row[1])


async def spend(connection: AsyncConnection, workspace_id: str, until: float) -> None:
    """Note by when what was sent will be paid for."""
    await connection.execute(update(paces).where(paces.c.workspace_id == workspace_id).values(spent_until=until))
