"""The clock that can be moved: what goes with it, and what does not."""

import asyncio
import sqlite3
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import uvloop
from sqlalchemy import select

from bot.storage.clock import now
from bot.storage.database import open_database
from sandbox.clock import Clock
from sandbox.later import command
from tests.transactions import reading

DAYS = timedelta(days=30)


def test_every_way_to_ask_for_the_time_is_ahead_and_right_again_afterwards() -> None:
    real = time.time()
    with Clock() as clock:
        clock.move(DAYS)
        told = [
            time.time(),
            time.time_ns() / 1e9,
            datetime.now(UTC).timestamp(),
            time.mktime(time.localtime()),
            (uuid.uuid1().time - 0x01B21DD213814000) / 1e7,
        ]

        assert clock.ahead == DAYS
    assert all(DAYS.total_seconds() - 1 <= each - real < DAYS.total_seconds() + 60 for each in told)
    assert real <= time.time() < real + 60


def test_moves_add_up_and_may_end_at_a_moment_of_the_calendar(clock: Clock) -> None:
    clock.move(timedelta(hours=1))
    clock.move(timedelta(hours=2))
    assert clock.ahead == timedelta(hours=3)

    year = datetime.now(UTC).year + 1
    morning = datetime(year, 3, 31, 9, tzinfo=ZoneInfo("Europe/Paris"))  # summer time has begun
    clock.move_to(morning)
    assert timedelta() <= datetime.now(UTC) - morning < timedelta(minutes=1)


def test_time_does_not_go_back(clock: Clock) -> None:
    with pytest.raises(ValueError, match="only passes"):
        clock.move(-DAYS)


def test_a_clock_is_set_back_only_by_that_name(clock: Clock) -> None:
    real = time.time()
    clock.move(DAYS)
    clock.set_back(DAYS + timedelta(hours=1))

    assert clock.ahead == timedelta(hours=-1)
    assert -3600 <= time.time() - real < -3600 + 60
    with pytest.raises(ValueError, match="positive"):
        clock.set_back(-DAYS)


async def test_the_databases_clock_goes_with_it(clock: Clock, tmp_path: Path) -> None:
    async def asked() -> float:
        async with open_database(f"sqlite:///{tmp_path / 'bot.db'}") as database, reading(database) as connection:
            return connection.execute(select(now())).scalar_one()

    real = await asked()
    clock.move(DAYS)
    assert abs(await asked() - time.time()) < 5

    assert await asked() - real >= DAYS.total_seconds()


async def test_sqlite_is_itself_again_afterwards() -> None:
    connect = sqlite3.connect
    with Clock() as clock:
        clock.move(DAYS)
    assert sqlite3.connect is connect


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_running_loop_notices_nothing(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def run() -> tuple[float, bool]:
        hasty = asyncio.ensure_future(asyncio.wait_for(asyncio.Event().wait(), 3600))
        began, by_loop = time.monotonic(), asyncio.get_running_loop().time()
        with Clock() as clock:
            clock.move(DAYS)
            await asyncio.sleep(0.02)
            took = max(time.monotonic() - began, asyncio.get_running_loop().time() - by_loop)
            still_waits = not hasty.done()
        hasty.cancel()
        await asyncio.gather(hasty, return_exceptions=True)
        return took, still_waits

    with asyncio.Runner(loop_factory=loop) as runner:
        took, still_waits = runner.run(run())

    assert 0.02 <= took < 5
    assert still_waits


def test_a_program_is_started_as_ever_where_no_time_has_passed() -> None:
    assert command(["bot", "run"], timedelta())[1:] == ("-m", "bot", "run")
    assert command(["bot", "run"], DAYS)[1:] == ("-m", "sandbox.later", "2592000.0", "bot", "run")
