"""What stands in the database, with one value replaced, as by a newer release, a hand or a failing disk."""

import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
from sqlalchemy import Boolean, Double, Integer

from bot.errors import OperatorError
from bot.storage.column_types import Instant
from bot.storage.tables import metadata
from tests.fuzz import target
from tests.fuzz.answers import Asked
from tests.fuzz.mutations import MARK
from tests.fuzz.target import Case
from tests.world import World

NUMERIC = (Boolean, Double, Instant, Integer)
NUMBERS: dict[str, Any] = {
    "null": None,
    "zero": 0,
    "minus": -1,
    "huge": 2**62,
    "large fraction": 1e300,
    "infinity": float("inf"),
}
TEXTS: dict[str, Any] = {
    "null": None,
    "empty": "",
    "a word": MARK,
    "digits": "99999999999999999999",
    "a list": "[]",
    "an object": "{}",
    "brackets": "[" * 20_000,
    "broken JSON": '{"a',
    "JSON of another kind": '{"a": {"b": [null]}}',
    "long": MARK * 5_000,
    "commas": ",,",
}
"""What a column of that type can hold, by name; of other types SQLite would keep it, and nobody writes it."""
COMMANDS = ("status", "invites all", "subscriptions", "customer contoso.com")


class StoredRows:
    """One value of one row."""

    name: ClassVar = "stored_rows"

    def __init__(self) -> None:
        self._asked = Asked()
        self._saved: dict[Path, bytes] = {}

    def invent(self, chance: random.Random) -> Case:
        table = chance.choice([*metadata.tables.values()])
        column = chance.choice([*table.columns])
        values = NUMBERS if isinstance(column.type, NUMERIC) else TEXTS
        return {
            "table": table.name,
            "column": column.name,
            "row": chance.randrange(100),
            "value": chance.choice([*values]),
        }

    async def begin(self, world: World) -> None:
        """Fill the tables: an invitation that waits, subscriptions, and events that were told."""
        modal = await (await world.maya.types("/partner invite adatum.com")).modal()
        await world.maya.submits(modal)
        for channel in ("sales", "northwind"):
            await (await world.maya.types("/partner subscribe all", channel)).answer(where=lambda _: True)
        customer = next(iter(world.microsoft.partner_center.state.customers))
        await world.hears(*world.microsoft.happenings.grant_access(customer))
        await (await world.maya.types("/partner customer contoso.com")).answer()
        await world.restart(meanwhile=lambda: self._save(world))

    async def attempt(self, world: World, case: Case) -> list[str]:
        try:
            await world.restart(meanwhile=lambda: self._replace(world, case))
        except OperatorError:  # one sentence for whoever starts it
            await world.restart(meanwhile=lambda: self._restore(world))
            return []
        wrong = []
        for command in COMMANDS:
            asked = await world.tom.types(f"/partner {command}")
            wrong += [f"{each}: {command}" for each in await self._asked.wait(world, asked, target.shown(case))]
        async with aiohttp.ClientSession() as session, session.get(f"{world.url}/healthz") as health:
            wrong += [] if health.status == 200 else [f"not healthy: {health.status}"]
        return wrong

    async def end(self, world: World) -> list[str]:
        return self._asked.twice(world) + [f"complaint: {complaint}" for complaint in world.slack.complaints]

    def _save(self, world: World) -> None:
        self._saved = {file: file.read_bytes() for file in world.directory.glob("bot.db*")}

    def _restore(self, world: World) -> None:
        for file in world.directory.glob("bot.db*"):
            file.unlink()
        for file, content in self._saved.items():
            file.write_bytes(content)

    def _replace(self, world: World, case: Case) -> None:
        self._restore(world)
        table, column = case["table"], case["column"]
        with closing(sqlite3.connect(world.directory / "bot.db")) as database:
            rows = [row for (row,) in database.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]
            if not rows:
                return
            with suppress(sqlite3.IntegrityError), database:  # what the table itself refuses cannot stand there
                database.execute(
                    f"UPDATE {table} SET {column} = ? WHERE rowid = ?",
                    ((NUMBERS | TEXTS)[case["value"]], rows[case["row"] % len(rows)]),
                )
