"""What is done every so often: each slot is taken by one process, whichever of the replicas comes first."""

import math

from sqlalchemy import Connection, select, update

from bot.storage.clock import believed, due, now
from bot.storage.database import Database
from bot.storage.tables import schedules


class Schedules:
    """The table of schedules."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, *, period: float) -> bool:
        """Take the slot that is due, and set when the next begins; False where none is, or another has it.

        Slots begin at whole multiples of the period, except for the first, which is due at once.
        """

        def work(connection: Connection) -> bool:
            at: float = connection.execute(select(now())).scalar_one()
            slot = at - at % period
            row = self._database.insert(schedules).values(name=name, due_at=at)
            connection.execute(row.on_conflict_do_nothing())
            mine = update(schedules).where(schedules.c.name == name, due(schedules.c.due_at, wait=period, at=at))
            return connection.execute(mine.values(slot=slot, due_at=slot + period)).rowcount == 1

        return await self._database.write(work)

    async def seconds_until(self, name: str, *, period: float = math.inf) -> float:
        """Return how long it is to the next slot; 0 where it is due, or further away than a whole period."""
        statement = select(believed(schedules.c.due_at, wait=period) - now()).where(schedules.c.name == name)
        seconds = await self._database.read(lambda connection: connection.execute(statement).scalar_one_or_none())
        return 0.0 if seconds is None else max(0.0, seconds)
