"""When something last happened is noted once a name."""

import pytest

from bot.storage.database import Database
from bot.storage.marks import Mark, Marks, Noted
from tests.storage.observations import HOUR, NOON
from tests.transactions import writing


@pytest.fixture
def marks(database: Database) -> Marks:
    return Marks(database)


async def test_what_was_never_noted_is_not_known(marks: Marks) -> None:
    assert await marks.get(Mark.POLLED) is None


async def test_the_last_time_counts(marks: Marks) -> None:
    await marks.set(Mark.POLLED, at=NOON, value="first")
    await marks.set(Mark.POLLED, at=NOON + HOUR)
    await marks.set(Mark.WEBHOOK, at=NOON, value="test-created")

    assert await marks.get(Mark.POLLED) == Noted(NOON + HOUR, None)
    assert await marks.get(Mark.WEBHOOK) == Noted(NOON, "test-created")


async def test_without_another_time_it_is_noted_at_the_databases(marks: Marks) -> None:
    before = await marks.now()
    await marks.set(Mark.BASELINE)

    noted = await marks.get(Mark.BASELINE)
    assert noted is not None
    assert before <= noted.at <= await marks.now()


async def test_a_mark_stands_or_falls_with_the_transaction_it_is_noted_in(database: Database, marks: Marks) -> None:
    async with writing(database) as connection:
        marks.note(connection, Mark.POLLED)
        connection.rollback()

    assert await marks.get(Mark.POLLED) is None
