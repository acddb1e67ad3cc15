"""What is collected for a digest is told by one digest, and that digest is promised once."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.domain.channel_subscriptions import NewChannelSubscription, Rhythm
from bot.domain.event_kind import Topic
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.clock import read_now
from bot.storage.database import Database
from bot.storage.digests import Digests
from bot.storage.outbox import Outbox
from bot.storage.tables import digest_items
from tests.storage.observations import DAY, HOUR
from tests.transactions import read, reading, writing

NEW = NewChannelSubscription(
    submission_key="V1",
    workspace_id="T1",
    channel_id="C1",
    owner_id="U1",
    language="en",
    tz="Europe/London",
    topics=frozenset({Topic.CUSTOMERS}),
    rhythm=Rhythm.DAILY,
)


@pytest.fixture
def digests(database: Database) -> Digests:
    return Digests(database)


@pytest.fixture
async def now(database: Database) -> datetime:
    async with reading(database) as connection:
        return read_now(connection)


async def subscribe(database: Database, outbox: Outbox, key: str, *, next_at: datetime | None) -> str:
    """Return the id of a new follow whose next digest comes then."""
    async with writing(database) as connection:
        new = replace(NEW, submission_key=key)
        begun = ChannelSubscriptions(database, outbox).set(connection, new, next_digest_at=next_at)
    assert begun is not None
    return begun.id


async def take(
    database: Database, digests: Digests, subscription_id: str, *, due_at: datetime, next_at: datetime
) -> tuple[str | None, tuple[str, ...]]:
    """Return the digest that was taken, and what it tells."""
    async with writing(database) as connection:
        digest = digests.take(connection, subscription_id, due_at=due_at, next_at=next_at)
        return digest, () if digest is None else digests.content(connection, digest)


async def collect(database: Database, digests: Digests, subscription_id: str, *event_ids: str) -> None:
    async with writing(database) as connection:
        for event_id in event_ids:
            digests.collect(connection, [subscription_id], event_id)


async def test_a_digest_is_due_when_its_time_comes_and_its_subscription_is_active(
    database: Database, outbox: Outbox, digests: Digests, now: datetime
) -> None:
    due = await subscribe(database, outbox, "due", next_at=now)
    paused = await subscribe(database, outbox, "paused", next_at=now)
    await subscribe(database, outbox, "later", next_at=now + HOUR)
    await subscribe(database, outbox, "never", next_at=None)
    async with writing(database) as connection:
        ChannelSubscriptions(database, outbox).pause(connection, paused, reason="by_hand")

    assert await read(database, digests.due) == (due,)


async def test_what_has_come_together_is_told_by_one_digest(
    database: Database, outbox: Outbox, digests: Digests, now: datetime
) -> None:
    subscription_id = await subscribe(database, outbox, "a", next_at=now)
    other_id = await subscribe(database, outbox, "b", next_at=now)
    await collect(database, digests, subscription_id, "e1", "e2", "e1")
    await collect(database, digests, other_id, "e3")

    first, told = await take(database, digests, subscription_id, due_at=now, next_at=now + DAY)
    await collect(database, digests, subscription_id, "e4")
    second, told_later = await take(database, digests, subscription_id, due_at=now + DAY, next_at=now + 2 * DAY)

    assert sorted(told) == ["e1", "e2"]
    assert told_later == ("e4",)
    assert first != second
    found = await read(database, ChannelSubscriptions(database, outbox).find, subscription_id)
    assert found is not None
    assert (found.last_digest_at, found.next_digest_at) == (now + DAY, now + 2 * DAY)


async def test_a_digest_is_taken_by_one_process(
    database: Database, other_database: Database, outbox: Outbox, digests: Digests, now: datetime
) -> None:
    subscription_id = await subscribe(database, outbox, "a", next_at=now)
    await collect(database, digests, subscription_id, "e1")

    taken = await asyncio.gather(
        *(
            take(where, digests, subscription_id, due_at=now, next_at=now + DAY)
            for where in (database, other_database) * 3
        )
    )

    assert [told for digest, told in taken if digest is not None] == [("e1",)]


async def test_a_digest_with_nothing_to_tell_is_none(
    database: Database, outbox: Outbox, digests: Digests, now: datetime
) -> None:
    subscription_id = await subscribe(database, outbox, "a", next_at=now)

    assert await take(database, digests, subscription_id, due_at=now, next_at=now + DAY) == (None, ())
    assert await read(database, digests.due) == ()


async def test_what_waits_for_a_digest_that_will_not_come_is_let_go(
    database: Database, outbox: Outbox, digests: Digests, now: datetime
) -> None:
    subscription_id = await subscribe(database, outbox, "a", next_at=now)
    await collect(database, digests, subscription_id, "e1")
    await take(database, digests, subscription_id, due_at=now, next_at=now + DAY)
    await collect(database, digests, subscription_id, "e2", "e3")

    async with writing(database) as connection:
        released = digests.release(connection, subscription_id)
        kept = connection.execute(select(digest_items.c.event_id)).scalars().all()

    assert (sorted(released), kept) == (["e2", "e3"], ["e1"])


async def test_collecting_for_nobody_is_nothing(database: Database, digests: Digests) -> None:
    async with writing(database) as connection:
        digests.collect(connection, [], "e1")
        assert connection.execute(select(digest_items)).all() == []
