"""What channels follow: which events are theirs, and what becomes of what is to come when that changes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.domain import event_kinds
from bot.domain.channel_subscriptions import (
    PAUSED_BY_HAND,
    ChannelSubscription,
    NewChannelSubscription,
    Rhythm,
    SubscriptionState,
    SubscriptionStats,
)
from bot.domain.deliveries import DeliveryState, Outcome
from bot.domain.event_kind import EventKind, Topic
from bot.domain.events import Event, Source
from bot.storage.channel_subscriptions import RESTORABLE_DAYS, ChannelSubscriptions, Match
from bot.storage.clock import read_now
from bot.storage.database import Database
from bot.storage.outbox import Outbox
from bot.storage.tables import channel_subscriptions as table
from bot.storage.tables import digest_items
from tests.storage.enqueueing import Statements, claim, drained, enqueue, finish, note
from tests.storage.observations import CUSTOMER, DAY, NOON
from tests.transactions import read, reading, write, writing

NEW = NewChannelSubscription(
    submission_key="V1",
    workspace_id="T1",
    channel_id="C1",
    owner_id="U1",
    language="fr",
    tz="Europe/Paris",
    topics=frozenset({Topic.CUSTOMERS, Topic.INVOICES}),
    countries=("FR", "BE"),
)
Change = Callable[[Connection], ChannelSubscription | None]


@pytest.fixture
def subscriptions(database: Database, outbox: Outbox) -> ChannelSubscriptions:
    return ChannelSubscriptions(database, outbox)


def event(kind: EventKind = event_kinds.CUSTOMER_ADDED, *, customer_id: str | None = CUSTOMER) -> Event:
    return Event(
        id="e1",
        kind=kind,
        source=Source.WEBHOOK,
        name="n",
        happened_at=NOON,
        received_at=NOON,
        customer_id=customer_id,
    )


async def within(database: Database, change: Change) -> ChannelSubscription | None:
    async with writing(database) as connection:
        return change(connection)


async def subscribe(
    database: Database, subscriptions: ChannelSubscriptions, new: NewChannelSubscription = NEW, **changed: Any
) -> ChannelSubscription:
    new = replace(new, **{"submission_key": str(uuid4()), **changed})
    begun = await within(database, lambda connection: subscriptions.set(connection, new, next_digest_at=None))
    assert begun is not None
    return begun


async def matching(database: Database, subscriptions: ChannelSubscriptions, happened: Event) -> list[str]:
    """Return the channels that an event is for."""
    async with reading(database) as connection:
        return [match.channel_id for match in subscriptions.matching(connection, happened)]


# Begun and changed


async def test_a_subscription_is_found_as_it_was_set(database: Database, subscriptions: ChannelSubscriptions) -> None:
    async with writing(database) as connection:
        at = read_now(connection)
        begun = subscriptions.set(connection, NEW, next_digest_at=at + DAY)

    assert begun is not None
    assert {name: getattr(begun, name) for name in NewChannelSubscription.__slots__} == {
        name: getattr(NEW, name) for name in NewChannelSubscription.__slots__
    }
    assert (begun.state, begun.reason, begun.next_digest_at) == (SubscriptionState.ACTIVE, None, at + DAY)
    assert await read(database, subscriptions.find, begun.id) == begun
    assert await read(database, subscriptions.find, "nothing") is None
    assert await read(database, subscriptions.of_channel, "C1") == (begun,)


async def test_a_second_press_begins_nothing(
    database: Database, other_database: Database, subscriptions: ChannelSubscriptions
) -> None:
    async def press(where: Database) -> ChannelSubscription | None:
        return await within(where, lambda connection: subscriptions.set(connection, NEW, next_digest_at=None))

    presses = await asyncio.gather(*(press(where) for where in (database, other_database) * 3))

    assert sum(begun is not None for begun in presses) == 1
    assert len(await read(database, subscriptions.of_channel, "C1")) == 1


async def test_a_subscription_can_change_and_owner_and_channel_stay(
    database: Database, subscriptions: ChannelSubscriptions
) -> None:
    first = await subscribe(database, subscriptions)
    other = replace(
        NEW, submission_key="V2", channel_id="C2", owner_id="U2", topics=frozenset({Topic.ALL}), rhythm=Rhythm.DAILY
    )

    changed = await within(
        database, lambda connection: subscriptions.change(connection, first.id, other, next_digest_at=NOON)
    )

    topics = frozenset({Topic.ALL})
    assert changed is not None
    assert changed.edited_at is not None
    assert changed == replace(
        first,
        topics=topics,
        rhythm=Rhythm.DAILY,
        next_digest_at=NOON,
        edited_at=changed.edited_at,
        edited_by="U2",
    )
    await within(database, lambda connection: subscriptions.remove(connection, first.id))
    gone = await within(
        database, lambda connection: subscriptions.change(connection, first.id, NEW, next_digest_at=None)
    )
    assert gone is None


# Matched


async def test_an_event_is_for_subscriptions_to_its_topic_or_all(
    database: Database, subscriptions: ChannelSubscriptions
) -> None:
    for topic in Topic:
        await subscribe(database, subscriptions, channel_id=topic, topics=frozenset({topic}))

    for kind in event_kinds.KINDS:
        wanted = set() if kind.topic is None else {kind.topic, Topic.ALL}
        assert set(await matching(database, subscriptions, event(kind))) == wanted


async def test_a_subscription_to_one_customer_matches_no_other(
    database: Database, subscriptions: ChannelSubscriptions
) -> None:
    await subscribe(database, subscriptions, channel_id="one", customer_id=CUSTOMER)
    await subscribe(database, subscriptions, channel_id="other", customer_id="another")
    await subscribe(database, subscriptions, channel_id="any")

    assert await matching(database, subscriptions, event()) == ["one", "any"]
    assert await matching(database, subscriptions, event(customer_id=None)) == ["any"]


async def test_a_paused_subscription_is_matched_as_such_and_a_removed_one_is_not(
    database: Database, subscriptions: ChannelSubscriptions
) -> None:
    paused = await subscribe(database, subscriptions)
    removed = await subscribe(database, subscriptions, channel_id="C2", rhythm=Rhythm.DAILY)
    async with writing(database) as connection:
        subscriptions.pause(connection, paused.id, reason=PAUSED_BY_HAND)
        before = subscriptions.matching(connection, event())
        subscriptions.remove(connection, removed.id)
        after = subscriptions.matching(connection, event())

    still = Match(id=paused.id, channel_id="C1", rhythm=Rhythm.NOW, paused=True)
    assert (before, after) == (
        (still, Match(id=removed.id, channel_id="C2", rhythm=Rhythm.DAILY, paused=False)),
        (still,),
    )


async def test_those_an_event_is_for_have_heard_of_it(database: Database, subscriptions: ChannelSubscriptions) -> None:
    theirs = await subscribe(database, subscriptions)
    not_theirs = await subscribe(database, subscriptions, topics=frozenset({Topic.SECURITY}))

    async with writing(database) as connection:
        subscriptions.event_seen(connection, event())

    found, other = (
        await read(database, subscriptions.find, theirs.id),
        await read(database, subscriptions.find, not_theirs.id),
    )
    assert found is not None
    assert found.last_event_at is not None
    assert other == not_theirs


async def test_matching_is_one_question_however_many_subscribe(
    database: Database, subscriptions: ChannelSubscriptions
) -> None:
    first = await subscribe(database, subscriptions)
    async with writing(database) as connection:
        row = dict(zip(table.c.keys(), connection.execute(select(table)).one(), strict=True))
        at: datetime = row["created_at"]
        later = (
            {"id": f"f{n}", "submission_key": f"k{n}", "created_at": at + timedelta(seconds=n)} for n in range(1, 500)
        )
        connection.execute(insert(table), [row | other for other in later])
    statements = Statements(database)

    async with reading(database) as connection:
        found = subscriptions.matching(connection, event())

    assert (len(found), found[0].id, len(statements.seen)) == (500, first.id, 1)


# Paused, removed, restored


async def test_a_pause_holds_what_is_to_come_and_is_told_once(
    database: Database, subscriptions: ChannelSubscriptions, outbox: Outbox
) -> None:
    first = await subscribe(database, subscriptions)
    await enqueue(database, outbox, note("a", subscription_id=first.id))

    paused = await within(database, lambda connection: subscriptions.pause(connection, first.id, reason="is_archived"))
    again = await within(database, lambda connection: subscriptions.pause(connection, first.id, reason="is_archived"))

    assert paused is not None
    assert (paused.state, paused.reason, again) == (SubscriptionState.PAUSED, "is_archived", None)
    assert paused.changed_at > first.changed_at
    assert await drained(database, outbox) == []
    assert await read(database, subscriptions.count_paused) == 1


async def test_what_was_held_comes_when_it_goes_on_and_what_the_channel_refused_with_it(
    database: Database, subscriptions: ChannelSubscriptions, outbox: Outbox
) -> None:
    first = await subscribe(database, subscriptions)
    await enqueue(database, outbox, *(note(key, subscription_id=first.id) for key in "abc"))
    for reason in ("is_archived", "msg_too_long"):
        await finish(database, outbox, await claim(database, outbox), Outcome(state=DeliveryState.DEAD, reason=reason))
    await within(database, lambda connection: subscriptions.pause(connection, first.id, reason="is_archived"))

    resumed = await within(database, lambda connection: subscriptions.resume(connection, first.id))

    assert resumed is not None
    assert (resumed.state, resumed.reason) == (SubscriptionState.ACTIVE, None)
    assert await read(database, subscriptions.with_stats, [resumed]) == (
        SubscriptionStats(subscription=resumed, waiting=2, given_up=1),
    )
    assert await drained(database, outbox) == ["a", "c"]
    assert await within(database, lambda connection: subscriptions.resume(connection, first.id)) is None


@pytest.mark.parametrize("is_paused", [False, True], ids=["active", "paused"])
async def test_what_was_to_come_for_a_removed_subscription_is_gone(
    database: Database, subscriptions: ChannelSubscriptions, outbox: Outbox, *, is_paused: bool
) -> None:
    first = await subscribe(database, subscriptions)
    await enqueue(database, outbox, note("a", subscription_id=first.id))
    async with writing(database) as connection:
        rows = [
            {"subscription_id": first.id, "event_id": each, "digest_id": told}
            for each, told in (("e1", None), ("e2", "d"))
        ]
        connection.execute(insert(digest_items), rows)
        if is_paused:
            subscriptions.pause(connection, first.id, reason=PAUSED_BY_HAND)

    removed = await within(database, lambda connection: subscriptions.remove(connection, first.id))

    assert removed is not None
    assert removed.state is SubscriptionState.REMOVED
    assert await drained(database, outbox) == []
    assert await read(database, subscriptions.of_channel, "C1") == ()
    async with reading(database) as connection:
        assert connection.execute(select(digest_items.c.event_id)).scalars().all() == ["e2"]
    assert await within(database, lambda connection: subscriptions.remove(connection, first.id)) is None


async def test_a_removed_subscription_can_be_restored_for_a_month_and_is_then_forgotten(
    database: Database, subscriptions: ChannelSubscriptions
) -> None:
    first, second, kept = [await subscribe(database, subscriptions, channel_id=f"C{number}") for number in range(3)]
    async with writing(database) as connection:
        for each in (first, second):
            subscriptions.remove(connection, each.id)
        month = timedelta(days=RESTORABLE_DAYS).total_seconds() + 60
        connection.execute(update(table).where(table.c.id == second.id).values(changed_at=table.c.changed_at - month))

    async def restore(of: ChannelSubscription) -> ChannelSubscription | None:
        return await within(database, lambda connection: subscriptions.restore(connection, of.id, next_digest_at=NOON))

    restored = await restore(first)
    assert restored is not None
    assert (restored.state, restored.next_digest_at) == (SubscriptionState.ACTIVE, NOON)
    assert [await restore(each) for each in (first, second, kept)] == [None, None, None]
    await write(database, subscriptions.clean_up)
    assert (
        await read(database, subscriptions.find, second.id),
        await read(database, subscriptions.find, first.id),
    ) == (None, restored)


# Told


async def test_what_was_delivered_and_where_it_hangs_is_noted(
    database: Database, subscriptions: ChannelSubscriptions
) -> None:
    first = await subscribe(database, subscriptions, thread_only=True)

    async with writing(database) as connection:
        subscriptions.delivered(connection, first.id)
        subscriptions.has_thread(connection, first.id, "1.1")

    found = await read(database, subscriptions.find, first.id)
    assert found is not None
    assert found.last_delivered_at is not None
    assert found.thread_ts == "1.1"


async def test_subscriptions_are_listed_by_channel_with_their_counts(
    database: Database, subscriptions: ChannelSubscriptions, outbox: Outbox
) -> None:
    second, first, third = [
        await subscribe(database, subscriptions, channel_id=channel) for channel in ("C2", "C1", "C2")
    ]
    gone = await subscribe(database, subscriptions, channel_id="C1")
    await within(database, lambda connection: subscriptions.remove(connection, gone.id))
    await enqueue(database, outbox, note("a", subscription_id=third.id))

    everywhere, total = await read(database, subscriptions.page, channel_id=None, limit=2, offset=1)
    here, of_channel = await read(database, subscriptions.page, channel_id="C2")

    assert (total, of_channel) == (3, 2)
    assert (
        everywhere == here == (SubscriptionStats(subscription=second), SubscriptionStats(subscription=third, waiting=1))
    )
    assert (await read(database, subscriptions.page, channel_id="C1"))[0] == (SubscriptionStats(subscription=first),)
