"""Slack's events are handled once, however often they come."""

import asyncio

from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.slack_events import SlackEvents
from tests.transactions import reading, write


async def test_an_event_is_new_once(database: Database) -> None:
    slack_events = SlackEvents(database)

    assert [await write(database, slack_events.first_sight, "Ev1") for _ in range(2)] == [True, False]
    assert await write(database, slack_events.first_sight, "Ev2")


async def test_two_processes_that_get_the_same_event_agree_on_who_handles_it(
    database: Database, other_database: Database
) -> None:
    slack_events = SlackEvents(database)

    sights = await asyncio.gather(
        *(write(each, slack_events.first_sight, "Ev1") for _ in range(5) for each in (database, other_database))
    )

    assert sights.count(True) == 1


async def test_what_is_too_old_to_come_again_is_forgotten(database: Database) -> None:
    await write(database, SlackEvents(database, remembered_seconds=-1).first_sight, "Ev1")

    assert await write(database, SlackEvents(database).first_sight, "Ev2")
    async with reading(database) as connection:
        remembered = connection.execute(text("SELECT event_id FROM seen_slack_events")).scalars().all()
    assert remembered == ["Ev2"]
