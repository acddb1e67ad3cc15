"""When something last happened is noted once a name."""

import pytest

from bot.storage.checkpoints import Checkpoint, Checkpoints, Noted
from bot.storage.clock import read_now
from bot.storage.database import Database
from tests.storage.observations import HOUR, NOON
from tests.transactions import read, write, writing


@pytest.fixture
def checkpoints(database: Database) -> Checkpoints:
    return Checkpoints(database)


async def test_what_was_never_noted_is_not_known(checkpoints: Checkpoints, database: Database) -> None:
    assert await read(database, checkpoints.get, Checkpoint.POLLED) is None


async def test_the_last_time_counts(checkpoints: Checkpoints, database: Database) -> None:
    await write(database, checkpoints.set, Checkpoint.POLLED, at=NOON, value="first")
    await write(database, checkpoints.set, Checkpoint.POLLED, at=NOON + HOUR)
    await write(database, checkpoints.set, Checkpoint.WEBHOOK, at=NOON, value="test-created")

    assert await read(database, checkpoints.get, Checkpoint.POLLED) == Noted(NOON + HOUR, None)
    assert await read(database, checkpoints.get, Checkpoint.WEBHOOK) == Noted(NOON, "test-created")


async def test_without_another_time_it_is_noted_at_the_databases(checkpoints: Checkpoints, database: Database) -> None:
    before = await database.read(read_now)
    await write(database, checkpoints.set, Checkpoint.BASELINE)

    noted = await read(database, checkpoints.get, Checkpoint.BASELINE)
    assert noted is not None
    assert before <= noted.at <= await database.read(read_now)


async def test_a_checkpoint_stands_or_falls_with_the_transaction_it_is_noted_in(
    database: Database, checkpoints: Checkpoints
) -> None:
    async with writing(database) as connection:
        checkpoints.set(connection, Checkpoint.POLLED)
        connection.rollback()

    assert await read(database, checkpoints.get, Checkpoint.POLLED) is None
