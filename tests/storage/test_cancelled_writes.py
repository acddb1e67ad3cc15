"""Writes whose callers leave at any point: what was stored is never reported as failed, nor the other way round."""

import asyncio
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from bot.storage.database import Database, open_database
from bot.storage.errors import DatabaseUnavailable, OutcomeUnknown
from tests.held import Line

INSERT = text("INSERT INTO seen_slack_events VALUES (:event, 0)")


async def stored(database: Database) -> set[str]:
    statement = text("SELECT event_id FROM seen_slack_events")
    return {*await database.read(lambda connection: connection.execute(statement).scalars().all())}


class Cancellation:
    """Cancels a task from the transaction's thread, which goes on when the event loop has seen to it."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.task: asyncio.Task[Any] | None = None
        self.came = False

    def strike(self, *_arguments: object) -> None:
        """Cancel, once, and wait until the event loop has gone round."""
        if self.came:
            return
        self.came = True
        seen = threading.Event()
        self.loop.call_soon_threadsafe(self._cancel, seen)
        seen.wait(60)

    def _cancel(self, seen: threading.Event) -> None:
        assert self.task is not None
        self.task.cancel()
        self.loop.call_later(0.01, seen.set)

    async def of(self, database: Database, work: Callable[[Connection], object]) -> bool:
        """Write; say whether the write reported success."""
        self.task = asyncio.ensure_future(database.write(work))
        try:
            await self.task
        except (asyncio.CancelledError, DatabaseUnavailable):
            return False
        return True


async def test_a_write_that_is_cancelled_before_it_commits_is_not_stored(database: Database) -> None:
    cancellation = Cancellation()

    def work(connection: Connection) -> None:
        connection.execute(INSERT, {"event": "Ev1"})
        cancellation.strike()

    assert not await cancellation.of(database, work)
    await database.write(lambda connection: connection.execute(INSERT, {"event": "Ev2"}))
    assert await stored(database) == {"Ev2"}


async def test_a_write_that_is_cancelled_while_it_commits_is_stored_and_says_so(database: Database) -> None:
    cancellation = Cancellation()
    event.listen(database._writers.engine, "commit", cancellation.strike)

    assert await cancellation.of(database, lambda connection: connection.execute(INSERT, {"event": "Ev1"}))
    assert cancellation.came
    assert await stored(database) == {"Ev1"}


async def test_a_write_that_is_cancelled_in_its_queue_is_never_begun(migrated_sqlite_url: str) -> None:
    async with open_database(migrated_sqlite_url) as database:
        let_go = threading.Event()
        first = asyncio.create_task(database.write(lambda _connection: let_go.wait()))
        await asyncio.sleep(0)
        second = asyncio.create_task(database.write(lambda connection: connection.execute(INSERT, {"event": "Ev1"})))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        let_go.set()
        await first

        await database.write(lambda connection: connection.execute(INSERT, {"event": "Ev2"}))
        assert await stored(database) == {"Ev2"}


async def test_whatever_the_moment_at_which_a_deadline_strikes_success_means_stored(database: Database) -> None:
    chance = random.Random(7)
    told: set[str] = set()
    unknown: set[str] = set()

    async def write(name: str) -> None:
        try:
            async with asyncio.timeout(chance.uniform(0.0, 0.006)):
                await database.write(
                    lambda connection: connection.execute(INSERT, {"event": name}), within=chance.uniform(0.001, 0.01)
                )
        except OutcomeUnknown:
            unknown.add(name)
        except (TimeoutError, DatabaseUnavailable):
            return
        else:
            told.add(name)

    for number in range(150):
        await asyncio.gather(*(write(f"Ev{number}-{each}") for each in range(2)))

    kept = await stored(database)
    assert told <= kept
    assert kept - told <= unknown


async def test_no_innocent_transaction_fails_beside_many_that_are_interrupted(database: Database) -> None:
    numbers = text(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n"
    )

    async def impatient() -> None:
        with pytest.raises(DatabaseUnavailable):
            await database.read(lambda connection: connection.execute(numbers).scalar_one(), within=0.02)

    async def innocent(name: str) -> None:
        await database.background.write(lambda connection: connection.execute(INSERT, {"event": name}), within=60)
        count = text("SELECT count(*) FROM seen_slack_events")
        await database.read(lambda connection: connection.execute(count).scalar_one(), within=60)

    for number in range(25):
        await asyncio.gather(*(impatient() for _ in range(2)), *(innocent(f"Ev{number}-{each}") for each in range(4)))

    assert len(await stored(database)) == 100


@pytest.mark.parametrize("breaks", [False, True])
async def test_a_commit_whose_answer_never_comes_is_not_reported_as_undone(
    migrated_postgresql_url: str, *, breaks: bool
) -> None:
    async with Line(migrated_postgresql_url).open() as line, open_database(line.address) as database:
        stopped = threading.Event()
        loop = asyncio.get_running_loop()

        def stop() -> None:
            line.stop_answers()
            stopped.set()

        def work(connection: Connection) -> None:
            connection.execute(INSERT, {"event": "Ev1"})
            loop.call_soon_threadsafe(stop)
            stopped.wait(60)

        writing = asyncio.create_task(database.write(work, within=5.0))
        async with open_database(migrated_postgresql_url) as other, asyncio.timeout(60):
            while await stored(other) == set():
                pass
        if breaks:
            line.cut()

        with pytest.raises(OutcomeUnknown):
            await writing
