"""When something last happened is noted once a name."""

import pytest

from bot.storage.checkpoints import Checkpoint, Checkpoints, Noted
from bot.storage.database import Database
from tests.storage.observations import HOUR, NOON
from tests.transactions import writing


@pytest.fixture
def checkpoints(database: Database) -> Checkpoints:
    return Checkpoints(database)


async def test_what_was_never_noted_is_not_known(checkpoints: Checkpoints) -> None:
    assert await checkpoints.get(Checkpoint.POLLED) is None


async def test_the_last_time_counts(checkpoints: Checkpoints) -> None:
    await checkpoints.set(Checkpoint.POLLED, at=NOON, value="first")
    await checkpoints.set(Checkpoint.POLLED, at=NOON + HOUR)
    await checkpoints.set(Checkpoint.WEBHOOK, at=NOON, value="test-created")

    assert await checkpoints.get(Checkpoint.POLLED) == Noted(NOON + HOUR, None)
    assert await checkpoints.get(Checkpoint.WEBHOOK) == Noted(NOON, "test-created")


async def test_without_another_time_it_is_noted_at_the_databases(checkpoints: Checkpoints) -> None:
    before = await checkpoints.now()
    await checkpoints.set(Checkpoint.BASELINE)

    noted = await checkpoints.get(Checkpoint.BASELINE)
    assert noted is not None
    assert before <= noted.at <= await checkpoints.now()


async def test_a_checkpoint_stands_or_falls_with_the_transaction_it_is_noted_in(
    database: Database, checkpoints: Checkpoints
) -> None:
    async with writing(database) as connection:
        checkpoints.note(connection, Checkpoint.POLLED)
        connection.rollback()

    assert await checkpoints.get(Checkpoint.POLLED) is None
