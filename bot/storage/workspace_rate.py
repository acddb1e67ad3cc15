"""Rate of the whole workspace: by when the messages sent so far are paid for."""

from sqlalchemy import ColumnElement, Connection, Double, bindparam, select, update

from bot.storage.clock import believed, later, now
from bot.storage.database import Database
from bot.storage.tables import workspace_rates

_is_workspace = workspace_rates.c.workspace_id == bindparam("id")
_spent = select(now(), workspace_rates.c.spent_until).where(_is_workspace).with_for_update()
_spend = update(workspace_rates).where(_is_workspace).values(spent_until=bindparam("until"))
_longest: ColumnElement[float] = bindparam("longest", type_=Double())
_spend_one = (
    update(workspace_rates)
    .where(_is_workspace)
    .values(
        spent_until=later(now(), believed(workspace_rates.c.spent_until, wait=_longest))
        + bindparam("each", type_=Double())
    )
    .returning(workspace_rates.c.spent_until - now())
)


def spent(connection: Connection, database: Database, workspace_id: str) -> tuple[float, float]:
    """Lock the workspace's rate; return the time, and by when what was sent is paid for."""
    row = connection.execute(_spent, {"id": workspace_id}).first()
    if row is None:
        fresh = database.insert(workspace_rates).values(workspace_id=workspace_id, spent_until=0.0)
        connection.execute(fresh.on_conflict_do_nothing())
        row = connection.execute(_spent, {"id": workspace_id}).one()
    return row[0], max(row[0], row[1])


def spend(connection: Connection, workspace_id: str, until: float) -> None:
    """Note by when what was sent will be paid for."""
    connection.execute(_spend, {"id": workspace_id, "until": until})


def spend_one(connection: Connection, workspace_id: str, *, each: float, longest: float) -> float:
    """Pay for one more message; return for how many seconds ahead messages are paid for then."""
    values = {"id": workspace_id, "each": each, "longest": longest}
    ahead = connection.execute(_spend_one, values).scalar()
    return 0.0 if ahead is None else float(ahead)
