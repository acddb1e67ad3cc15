"""Writes that are cancelled at every point: what was stored is never reported as failed, nor the other way round."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from bot.storage.database import Database, open_database
from bot.storage.errors import DatabaseUnavailable, OutcomeUnknown
from tests.held import Line

Cancel = Callable[["asyncio.Task[Any]", "asyncio.Future[Any] | None"], object]


def before_it_waits(task: "asyncio.Task[Any]", _waited_for: "asyncio.Future[Any] | None") -> None:
    """Cancel as it begins to wait."""
    task.cancel()


def as_it_wakes(task: "asyncio.Task[Any]", waited_for: "asyncio.Future[Any] | None") -> None:
    """Cancel when what it waits for is done and it has not heard of it yet."""
    if waited_for is None:
        task.cancel()
    else:
        waited_for.add_done_callback(lambda _: task.cancel())


class Cancelled:
    """Work whose task is cancelled where it waits for the ``at``-th time, and so many ``times`` from there on."""

    def __init__(self, work: Awaitable[None], cancel: Cancel, *, at: int, times: int) -> None:
        self._work = work
        self._cancel = cancel
        self._at = range(at, at + times)
        self.reached = False

    def __await__(self) -> Generator[Any, None, None]:
        task, steps, number = asyncio.current_task(), self._work.__await__(), 0
        assert task is not None
        step: Callable[[], Any] = partial(next, steps)
        while True:
            try:
                waited_for = step()
            except StopIteration:
                return
            if number in self._at:
                self.reached = True
                self._cancel(task, waited_for)
            number += 1
            try:
                yield waited_for
            except BaseException as error:  # noqa: BLE001 - handed on
                step = partial(steps.throw, error)
            else:
                step = partial(next, steps)


async def stored(database: Database) -> set[str]:
    async with database.read() as connection:
        return {*(await connection.execute(text("SELECT event_id FROM seen_deliveries"))).scalars()}


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("cancel", [before_it_waits, as_it_wakes])
async def test_a_write_that_is_cancelled_anywhere_is_stored_where_it_reports_success_and_only_there(
    database: Database, cancel: Cancel, times: int
) -> None:
    async def write(event: str) -> None:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO seen_deliveries VALUES (:event, 0)"), {"event": event})

    async def run(work: Cancelled) -> None:
        await work

    told: set[str] = set()
    failed = 0
    while True:
        event = f"Ev{len(told) + failed}"
        work = Cancelled(write(event), cancel, at=len(told) + failed, times=times)
        try:
            await asyncio.create_task(run(work))
        except (asyncio.CancelledError, DatabaseUnavailable):
            failed += 1
        else:
            told.add(event)
        if not work.reached:
            break

    assert await stored(database) == told
    assert failed > 3
    assert len(told) > 1


@pytest.mark.parametrize("breaks", [False, True])
async def test_a_commit_whose_answer_never_comes_is_not_reported_as_undone(
    migrated_postgresql_url: str, *, breaks: bool
) -> None:
    async with Line(migrated_postgresql_url).open() as line, open_database(line.address) as database:

        async def write() -> None:
            async with database.write(within=5.0) as connection:
                await connection.execute(text("INSERT INTO seen_deliveries VALUES ('Ev1', 0)"))
                line.stop_answers()

        writing = asyncio.create_task(write())
        async with open_database(migrated_postgresql_url) as other, asyncio.timeout(60):
            while await stored(other) == set():
                pass
        if breaks:
            line.cut()

        with pytest.raises(OutcomeUnknown):
            await writing
