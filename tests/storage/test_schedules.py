"""Each slot of a schedule is taken once, by whichever process comes first."""

import asyncio
import time

import pytest
from sqlalchemy import select, update

from bot.storage.clock import now
from bot.storage.database import Database
from bot.storage.schedules import Schedules
from bot.storage.tables import schedules as table
from tests.transactions import read, reading, write, writing

HOUR = 3600.0


@pytest.fixture
def schedules(database: Database) -> Schedules:
    return Schedules(database)


async def passes(database: Database, seconds: float) -> None:
    """Let time pass for the schedules."""
    async with writing(database) as connection:
        connection.execute(update(table).values(due_at=table.c.due_at - seconds))


async def test_the_first_slot_is_due_at_once_and_taken_once(
    schedules: Schedules, database: Database, other_database: Database
) -> None:
    assert await read(database, schedules.seconds_until, "poll") == 0

    taken = await asyncio.gather(
        *(write(each, schedules.claim, "poll", period=HOUR) for _ in range(5) for each in (database, other_database))
    )

    assert taken.count(True) == 1


async def test_each_later_slot_is_taken_once(
    schedules: Schedules, database: Database, other_database: Database
) -> None:
    counts = []
    for _ in range(5):
        taken = await asyncio.gather(
            *(
                write(each, schedules.claim, "poll", period=HOUR)
                for _ in range(3)
                for each in (database, other_database)
            )
        )
        counts.append(taken.count(True))
        await passes(database, HOUR)

    assert counts == [1] * 5


async def test_slots_begin_at_whole_multiples_of_the_period(schedules: Schedules, database: Database) -> None:
    await write(database, schedules.claim, "poll", period=HOUR)

    async with reading(database) as connection:
        at, slot, due_at = connection.execute(select(now(), table.c.slot, table.c.due_at)).one()
    assert (slot.timestamp() % HOUR, (due_at - slot).total_seconds()) == (0, HOUR)
    assert slot.timestamp() <= at < due_at.timestamp()
    assert 0 < await read(database, schedules.seconds_until, "poll") <= HOUR


async def test_slots_that_nobody_took_are_made_up_for_by_one(schedules: Schedules, database: Database) -> None:
    await write(database, schedules.claim, "poll", period=HOUR)
    await passes(database, 30 * HOUR)

    assert await read(database, schedules.seconds_until, "poll") == 0
    assert [await write(database, schedules.claim, "poll", period=HOUR) for _ in range(3)] == [True, False, False]


async def test_schedules_of_different_names_do_not_wait_for_each_other(
    schedules: Schedules, database: Database
) -> None:
    assert [await write(database, schedules.claim, name, period=HOUR) for name in ("poll", "digests", "poll")] == [
        True,
        True,
        False,
    ]


async def test_a_slot_is_due_when_it_begins_and_not_before(
    schedules: Schedules, database: Database, other_database: Database
) -> None:
    period = 0.2
    taken, began = 0, time.time()
    async with asyncio.timeout(120):
        while taken < 4:
            await asyncio.sleep(await read(database, schedules.seconds_until, "poll"))
            both = await asyncio.gather(
                *(write(each, schedules.claim, "poll", period=period) for each in (database, other_database))
            )
            taken += both.count(True)
            slots = time.time() // period - began // period + 1
            assert taken <= slots + 1  # the first is due at once
