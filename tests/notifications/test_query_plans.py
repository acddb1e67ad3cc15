"""What people and Microsoft ask of a database that has been in use for years is found by indexes, whatever it holds."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import insert

from bot.storage.clock import read_now
from bot.storage.database import open_database
from bot.storage.tables import schedules
from tests.costs import Costs, costs
from tests.filled import fill
from tests.notifications.test_costs import JOBS, finishes, invited
from tests.notifications.test_notices import SKI, subscribe, told
from tests.transactions import writing
from tests.world import World

LARGE = frozenset({"invitations", "deliveries", "channel_subscriptions", "events", "earlier", "ended"})
"""The tables that grow, and the other names that statements give them."""
EXCEPTIONS = {
    "count(*) AS count_1 \nFROM invitations GROUP BY": "counted over an index: 6 ms for 100,000",
    "FROM invitations ORDER BY invitations.created_at DESC": "newest first by an index, which ends with the page",
}
"""Parts of statements that may read from end to end, and why."""
ROWS = 200
"""Enough: SQLite's plans do not depend on it without ANALYZE."""


async def lists_invitations(world: World, count: Costs) -> None:
    count.clear()
    await (await world.maya.types("/partner invites all")).answer()


async def lists_those_that_wait(world: World, count: Costs) -> None:
    count.clear()
    await (await world.maya.types("/partner invites waiting")).answer()


async def lists_those_of_a_person(world: World, count: Costs) -> None:
    await invited(world, count)
    count.clear()
    await (await world.priya.types(f"/partner invites <@{world.maya.id}>")).answer()


async def asks_for_the_status(world: World, count: Costs) -> None:
    count.clear()
    await (await world.tom.types("/partner status")).answer()


async def reads_the_metrics(world: World, count: Costs) -> None:
    count.clear()
    async with aiohttp.ClientSession() as session, session.get(f"{world.url}/metrics") as answer:
        assert answer.status == 200


async def notifies(world: World, count: Costs) -> None:
    await subscribe(world, "all")
    count.clear()
    await world.hears(*world.microsoft.happenings.invoice_ready("G012345"))
    await count.until(finishes)


async def accepts(world: World, count: Costs) -> None:
    posted = await invited(world, count)
    count.clear()
    await world.hears(*world.microsoft.happenings.accept_invitation("relecloud.com", "Relecloud"))
    await world.slack.wait_for(lambda: next((m for m in world.said() if m.ts == posted.ts and m.reactions), None))
    await count.until(finishes, times=2)


async def asks_whether_it_is_the_customer(world: World, count: Costs) -> None:
    await invited(world, count)
    count.clear()
    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Relecloud Ski"))
    await told(world, "Relecloud Ski")


PATHS = (
    lists_invitations,
    lists_those_that_wait,
    lists_those_of_a_person,
    asks_for_the_status,
    reads_the_metrics,
    notifies,
    accepts,
    asks_whether_it_is_the_customer,
)


async def used(address: str, rows: int) -> None:
    """Fill a migrated database, in which no job is due."""
    async with open_database(address) as database, writing(database) as connection:
        due = {"due_at": read_now(connection) + timedelta(seconds=80), "slot": read_now(connection)}
        connection.execute(insert(schedules), [{"name": name, **due} for name in JOBS])
        fill(connection, rows)


@pytest.fixture
async def counted(quiet_world: World, migrated_sqlite_url: str) -> AsyncIterator[tuple[World, Costs]]:
    """A world with a filled database, with its costs."""
    await used(migrated_sqlite_url, ROWS)
    with costs() as count:
        async with quiet_world.bot(DATABASE_URL=migrated_sqlite_url):
            yield quiet_world, count


@pytest.mark.parametrize("path", PATHS)
async def test_no_statement_reads_a_whole_table(
    counted: tuple[World, Costs], migrated_sqlite_url: str, path: Callable[[World, Costs], Awaitable[None]]
) -> None:
    world, count = counted
    await path(world, count)

    assert list(scans(count, Path(migrated_sqlite_url.removeprefix("sqlite:///")))) == []


def scans(count: Costs, file: Path) -> list[str]:
    """Return the steps of statements that read a large table, or an index of it, from end to end."""
    connection = sqlite3.connect(file)
    found = []
    for transaction in count.transactions:
        for statement, parameters in transaction.executed:
            if not statement.startswith(("SELECT", "UPDATE", "DELETE")) or any(
                part in statement for part in EXCEPTIONS
            ):
                continue
            first = parameters[0] if isinstance(parameters, list) else parameters
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", first).fetchall()
            found += [f"{step}: {statement}" for *_, step in plan if _scans(step) or _reads_a_state(step, statement)]
    connection.close()
    return found


def _scans(step: str) -> bool:
    words = step.split()
    return words[0] == "SCAN" and words[1] in LARGE


def _reads_a_state(step: str, statement: str) -> bool:
    """Say whether all invitations of a state are read, and not the first of them."""
    return (
        step.startswith("SEARCH invitations") and "(state=?)" in step and not {"LIMIT", "EXISTS"} & {*statement.split()}
    )
