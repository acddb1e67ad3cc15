"""Topics of the second release, stored by position, mean the same by name; waits begun before are bounded."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select, text

from bot.domain.event_kind import Topic
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.database import Database, open_database
from bot.storage.migrate import MIGRATIONS, migrate
from bot.storage.outbox import Outbox
from bot.storage.tables import conversation_queues, deliveries
from tests.storage.enqueueing import FAST
from tests.transactions import read, reading, writing

BITS = {
    Topic.CUSTOMERS: 1,
    Topic.RELATIONSHIPS: 2,
    Topic.SUBSCRIPTIONS: 4,
    Topic.INVOICES: 8,
    Topic.SECURITY: 16,
    Topic.ALL: 32,
}
"""As the second release stored them."""
SETS: Sequence[frozenset[Topic]] = (
    *(frozenset({topic}) for topic in BITS),
    frozenset({Topic.CUSTOMERS, Topic.SECURITY}),
    frozenset({Topic.INVOICES, Topic.ALL}),
    frozenset(BITS),
)
FOLLOW = (
    "INSERT INTO follows (id, submission_key, workspace_id, channel_id, owner_id, language, tz, topics, countries, "
    "thread_only, rhythm, state, created_at, changed_at) "
    "VALUES (:id, :id, 'T1', 'C1', 'U1', 'fr', 'Europe/Paris', :topics, 'FR', :thread, 'weekly', 'paused', 1.0, 2.0)"
)
LANE = "INSERT INTO lanes (lane, due_at, open_at, fence) VALUES ('C1', 5.0, 4.0, 3)"
DELIVERY = (
    "INSERT INTO deliveries (id, key, lane, kind, subject, state, parts, attempts, suspect, due_at, created_at) "
    "VALUES ('d', 'k', 'C1', 'note', 's', 'waiting', '{}', 2, :suspect, 5.0, 1.0)"
)


def to_second_release(connection: Connection) -> None:
    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(configuration, "0002")


@pytest.fixture
async def upgraded(database_url: str) -> AsyncIterator[Database]:
    """A database that the second release has filled, brought up to date."""
    async with open_database(database_url) as database, writing(database) as connection:
        to_second_release(connection)
        rows: list[dict[str, Any]] = [
            {"id": str(number), "topics": sum(BITS[topic] for topic in topics), "thread": False}
            for number, topics in enumerate(SETS)
        ]
        connection.execute(text(FOLLOW), rows)
        connection.execute(text(LANE))
        connection.execute(text(DELIVERY), {"suspect": True})
    await migrate(database_url)
    async with open_database(database_url) as database:
        yield database


async def test_every_set_of_topics_stays_what_it_was(upgraded: Database) -> None:
    kept = ChannelSubscriptions(upgraded, Outbox(upgraded, workspace_id="T1", rates=FAST))

    for number, topics in enumerate(SETS):
        subscription = await read(upgraded, kept.find, str(number))
        assert subscription is not None
        assert (subscription.topics, subscription.countries, subscription.language) == (topics, ("FR",), "fr")


async def test_nobody_is_said_to_have_done_what_was_done_before_that_was_noted(upgraded: Database) -> None:
    subscription = await read(
        upgraded, ChannelSubscriptions(upgraded, Outbox(upgraded, workspace_id="T1", rates=FAST)).find, "0"
    )

    assert subscription is not None
    assert (subscription.changed_by, subscription.edited_at, subscription.edited_by) == (None, None, None)


async def test_topics_are_stored_by_name(upgraded: Database) -> None:
    async with reading(upgraded) as connection:
        words = connection.execute(text("SELECT topics FROM channel_subscriptions ORDER BY id")).scalars().all()

    assert words[: len(BITS)] == [f",{topic.value}," for topic in BITS]
    assert words[-1] == ",all,customers,invoices,relationships,security,subscriptions,"


async def test_what_was_to_be_delivered_is_as_it_was(upgraded: Database) -> None:
    async with reading(upgraded) as connection:
        lane = connection.execute(select(conversation_queues)).one()
        delivery = connection.execute(select(deliveries)).one()

    assert (lane.due_at, lane.due_wait, lane.open_at, lane.open_wait, lane.fence) == (5.0, 86400.0, 4.0, 3600.0, 3)
    assert (delivery.due_at, delivery.due_wait, delivery.maybe_sent, delivery.plan) == (5.0, 86400.0, True, None)
