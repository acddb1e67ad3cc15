"""What people do about what channels follow, on both databases: each at once, once, and with what is promised."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.domain.channel_subscriptions import (
    PAUSED_BY_HAND,
    ChannelSubscription,
    NewChannelSubscription,
    Rhythm,
    SubscriptionState,
)
from bot.domain.deliveries import DeliveryState
from bot.domain.event_kind import Topic
from bot.domain.event_kinds import INVOICE_READY
from bot.domain.events import Observation, Source
from bot.notifications.ingest import NOTIFICATION
from bot.notifications.subscription_delivery import PAUSED, pause_and_tell
from bot.notifications.subscriptions import TEST, SubscriptionService
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.clock import read_now
from bot.storage.database import Database, open_database
from bot.storage.events import Events
from bot.storage.migrate import migrate
from bot.storage.outbox import Outbox
from bot.storage.repositories import Repositories
from bot.storage.tables import deliveries, digest_items
from tests.transactions import reading, writing

NEW = NewChannelSubscription(
    submission_key="V1",
    workspace_id="T1",
    channel_id="C1",
    owner_id="U1",
    language="fr",
    tz="Europe/Paris",
    topics=frozenset({Topic.INVOICES}),
)


def observed(audit_id: str) -> Observation:
    """Return what a source observed; the audit record makes it one event."""
    happened_at = datetime.now(UTC)
    return Observation(
        kind=INVOICE_READY, source=Source.AUDIT, name="ready_invoice", happened_at=happened_at, audit_id=audit_id
    )


DAILY = replace(NEW, rhythm=Rhythm.DAILY)


@dataclass
class Bench:
    """What follows stand on."""

    database: Database
    outbox: Outbox
    subscriptions: ChannelSubscriptions
    service: SubscriptionService
    woken: list[None]

    async def subscribe(self, new: NewChannelSubscription = NEW) -> ChannelSubscription:
        subscription = await self.service.subscribe(new)
        assert subscription is not None
        return subscription

    async def collect(self, subscription: ChannelSubscription, *events: str) -> None:
        async with writing(self.database) as connection:
            for name in events:
                event = Events(self.database).record(connection, observed(name))
                assert event is not None
                item = {"subscription_id": subscription.id, "event_id": event.id}
                connection.execute(insert(digest_items), item)

    async def enqueued(self) -> list[tuple[str, str, str, str]]:
        """Return kind, lane, subject and state of what was promised, in order."""
        columns = (deliveries.c.kind, deliveries.c.conversation, deliveries.c.subject, deliveries.c.state)
        async with reading(self.database) as connection:
            rows = connection.execute(select(*columns).order_by(deliveries.c.number))
            return [(row.kind, row.conversation, row.subject, row.state) for row in rows]


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    await migrate(database_url)
    async with open_database(database_url) as database:
        repositories = Repositories.of(database, workspace_id="T1")
        woken: list[None] = []
        service = SubscriptionService(repositories, wake=lambda: woken.append(None))
        yield Bench(database, repositories.outbox, repositories.subscriptions, service, woken)


async def test_presses_on_one_button_at_the_same_time_make_one_subscription(bench: Bench) -> None:
    answers = await asyncio.gather(*(bench.service.subscribe(NEW) for _ in range(5)))

    assert len([answer for answer in answers if answer is not None]) == 1
    assert len(await bench.service.of_channel("C1")) == 1


async def test_a_digest_comes_first_on_the_next_morning_where_its_owner_is(bench: Bench) -> None:
    now_and_then = await bench.subscribe()
    daily = await bench.subscribe(replace(DAILY, submission_key="V2"))

    assert now_and_then.next_digest_at is None
    assert daily.next_digest_at is not None
    async with reading(bench.database) as connection:
        now = read_now(connection)
    assert now < daily.next_digest_at <= now + timedelta(days=1, hours=1)


async def test_a_change_leaves_owner_channel_and_the_next_digest_alone(bench: Bench) -> None:
    before = await bench.subscribe(DAILY)
    other = replace(DAILY, owner_id="U2", channel_id="C2", submission_key="V2", topics=frozenset({Topic.ALL}))

    after = await bench.service.change(before.id, other)

    assert after is not None
    assert after.edited_by == "U2"
    assert after == replace(before, topics=frozenset({Topic.ALL}), edited_at=after.edited_at, edited_by=after.edited_by)


@pytest.mark.parametrize("paused", [False, True])
async def test_what_was_collected_comes_at_once_where_no_digest_will(bench: Bench, *, paused: bool) -> None:
    subscription = await bench.subscribe(DAILY)
    await bench.collect(subscription, "e1", "e2")
    if paused:
        await bench.service.pause(subscription.id)

    changed = await bench.service.change(subscription.id, NEW)

    assert changed is not None
    assert changed.next_digest_at is None
    state = DeliveryState.HELD if paused else DeliveryState.WAITING
    assert await bench.enqueued() == [(NOTIFICATION, "C1", f"audit:{event}", state) for event in ("e1", "e2")]
    assert bench.woken


async def test_what_was_collected_stays_where_only_the_rhythm_of_digests_changes(bench: Bench) -> None:
    subscription = await bench.subscribe(DAILY)
    await bench.collect(subscription, "e1")

    changed = await bench.service.change(subscription.id, replace(NEW, rhythm=Rhythm.WEEKLY))

    assert changed is not None
    assert changed.next_digest_at is not None
    assert await bench.enqueued() == []


async def test_what_waits_while_a_subscription_is_paused_is_counted_and_comes_when_it_is_resumed(bench: Bench) -> None:
    subscription = await bench.subscribe()
    await bench.service.test(subscription.id, by="U2")

    paused = await bench.service.pause(subscription.id)
    again = await bench.service.pause(subscription.id)
    held = await bench.enqueued()
    resumed = await bench.service.resume(subscription.id)

    assert paused is not None
    assert (paused.state, paused.reason) == (SubscriptionState.PAUSED, PAUSED_BY_HAND)
    assert again is None
    assert held == [(TEST, "C1", "U2", DeliveryState.HELD)]
    assert resumed is not None
    assert resumed.waiting == 1
    assert await bench.enqueued() == [(TEST, "C1", "U2", DeliveryState.WAITING)]
    assert await bench.service.resume(subscription.id) is None


async def test_a_removed_subscription_is_restored_with_a_new_digest_and_without_what_was_to_come(bench: Bench) -> None:
    subscription = await bench.subscribe(DAILY)
    await bench.collect(subscription, "e1")
    await bench.service.test(subscription.id, by="U2")

    assert await bench.service.remove(subscription.id) != ()
    assert await bench.service.remove(subscription.id) == ()
    assert await bench.service.change(subscription.id, NEW) is None
    assert await bench.service.test(subscription.id, by="U2") is None
    restored = await bench.service.restore(subscription.id)

    assert restored is not None
    assert restored.next_digest_at == subscription.next_digest_at
    assert await bench.service.restore(subscription.id) is None
    assert await bench.enqueued() == [(TEST, "C1", "U2", DeliveryState.DROPPED)]
    async with reading(bench.database) as connection:
        assert connection.execute(select(digest_items)).all() == []


async def test_who_paused_resumed_removed_or_restored_is_kept_and_nobody_where_slack_paused(bench: Bench) -> None:
    subscription = await bench.subscribe()
    service = bench.service

    paused = await service.pause(subscription.id, by="U2")
    resumed = await service.resume(subscription.id, by="U3")
    async with writing(bench.database) as connection:
        pause_and_tell(connection, bench.subscriptions, bench.outbox, subscription.id, "is_archived")
    by_slack = await service.find(subscription.id)
    (removed,) = await service.remove(subscription.id, by="U4")
    restored = await service.restore(subscription.id, by="U5")

    assert resumed is not None
    by = [
        each and each.changed_by for each in (subscription, paused, resumed.subscription, by_slack, removed, restored)
    ]
    assert by == [None, "U2", "U3", None, "U4", "U5"]


async def test_nothing_can_be_done_about_a_subscription_that_never_was(bench: Bench) -> None:
    assert await bench.service.find("none") is None
    assert await bench.service.change("none", NEW) is None
    assert await bench.service.restore("none") is None
    assert await bench.service.test("none", by="U2") is None


async def test_an_owner_is_told_once_of_each_pause(bench: Bench) -> None:
    subscription = await bench.subscribe()

    for _ in range(2):
        for reason in ("is_archived", "channel_not_found"):
            async with writing(bench.database) as connection:
                pause_and_tell(connection, bench.subscriptions, bench.outbox, subscription.id, reason)
        paused = await bench.service.find(subscription.id)
        assert paused is not None
        assert paused.reason == "is_archived"
        await bench.service.resume(subscription.id)

    assert await bench.enqueued() == [(PAUSED, "U1", subscription.id, DeliveryState.WAITING)] * 2
