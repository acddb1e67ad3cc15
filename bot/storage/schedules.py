"""Schedules of periodic jobs: each slot is claimed by one process."""

import math

from sqlalchemy import Connection, select, update

from bot.storage.clock import believed, due, now
from bot.storage.database import Database
from bot.storage.tables import schedules


class Schedules:
    """Repository of schedules."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, connection: Connection, name: str, *, period: float) -> bool:
        """Claim the slot that is due, and set when the next begins; False where none is, or another has it.

        Slots begin at whole multiples of the period, except for the first, which is due at once.
        """
        at: float = connection.execute(select(now())).scalar_one()
        slot = at - at % period
        row = self._database.insert(schedules).values(name=name, due_at=at)
        connection.execute(row.on_conflict_do_nothing())
        mine = update(schedules).where(schedules.c.name == name, due(schedules.c.due_at, wait=period, at=at))
        return connection.execute(mine.values(slot=slot, due_at=slot + period)).rowcount == 1

    def seconds_until(self, connection: Connection, name: str, *, period: float = math.inf) -> float:
        """Return how long it is to the next slot; 0 where it is due, or further away than a whole period."""
        statement = select(believed(schedules.c.due_at, wait=period) - now()).where(schedules.c.name == name)
        seconds = connection.execute(statement).scalar_one_or_none()
        return 0.0 if seconds is None else max(0.0, seconds)
