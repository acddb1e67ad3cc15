"""What people do about what channels follow, on both databases: each at once, once, and with what is promised."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.domain.event_kind import Topic
from bot.notifications.following import TEST, Following
from bot.notifications.intake import NOTICE
from bot.notifications.writers.pausing import PAUSE_TOLD, pause_and_tell
from bot.storage.clock import read_now
from bot.storage.database import Database, open_database
from bot.storage.delivery import DeliveryState
from bot.storage.digests import Digests
from bot.storage.follow import PAUSED_BY_HAND, Follow, FollowState, NewFollow, Rhythm
from bot.storage.follows import Follows
from bot.storage.migrate import migrate
from bot.storage.outbox import Outbox
from bot.storage.tables import deliveries, digest_items
from tests.transactions import reading, writing

NEW = NewFollow(
    submission_key="V1",
    workspace_id="T1",
    channel_id="C1",
    owner_id="U1",
    language="fr",
    tz="Europe/Paris",
    topics=frozenset({Topic.INVOICES}),
)
DAILY = replace(NEW, rhythm=Rhythm.DAILY)


@dataclass
class Bench:
    """What follows stand on."""

    database: Database
    outbox: Outbox
    follows: Follows
    following: Following
    woken: list[None]

    async def follow(self, new: NewFollow = NEW) -> Follow:
        follow = await self.following.follow(new)
        assert follow is not None
        return follow

    async def collect(self, follow: Follow, *events: str) -> None:
        rows = [{"follow_id": follow.id, "event_id": event} for event in events]
        async with writing(self.database) as connection:
            connection.execute(insert(digest_items), rows)

    async def promised(self) -> list[tuple[str, str, str, str]]:
        """Return kind, lane, subject and state of what was promised, in order."""
        columns = (deliveries.c.kind, deliveries.c.lane, deliveries.c.subject, deliveries.c.state)
        async with reading(self.database) as connection:
            rows = connection.execute(select(*columns).order_by(deliveries.c.number))
            return [(row.kind, row.lane, row.subject, row.state) for row in rows]


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    await migrate(database_url)
    async with open_database(database_url) as database:
        outbox = Outbox(database, workspace_id="T1")
        follows = Follows(database, outbox)
        woken: list[None] = []
        following = Following(
            database=database,
            follows=follows,
            digests=Digests(database),
            outbox=outbox,
            promised=lambda: woken.append(None),
        )
        yield Bench(database, outbox, follows, following, woken)


async def test_presses_on_one_button_at_the_same_time_set_one_follow(bench: Bench) -> None:
    answers = await asyncio.gather(*(bench.following.follow(NEW) for _ in range(5)))

    assert len([answer for answer in answers if answer is not None]) == 1
    assert len(await bench.following.of_channel("C1")) == 1


async def test_a_digest_comes_first_on_the_next_morning_where_its_owner_is(bench: Bench) -> None:
    now_and_then = await bench.follow()
    daily = await bench.follow(replace(DAILY, submission_key="V2"))

    assert now_and_then.next_digest_at is None
    assert daily.next_digest_at is not None
    async with reading(bench.database) as connection:
        now = read_now(connection)
    assert now < daily.next_digest_at <= now + timedelta(days=1, hours=1)


async def test_a_change_leaves_owner_channel_and_the_next_digest_alone(bench: Bench) -> None:
    before = await bench.follow(DAILY)
    other = replace(DAILY, owner_id="U2", channel_id="C2", submission_key="V2", topics=frozenset({Topic.ALL}))

    after = await bench.following.change(before.id, other)

    assert after is not None
    assert after.edited_by == "U2"
    assert after == replace(before, topics=frozenset({Topic.ALL}), edited_at=after.edited_at, edited_by=after.edited_by)


@pytest.mark.parametrize("paused", [False, True])
async def test_what_was_collected_comes_at_once_where_no_digest_will(bench: Bench, *, paused: bool) -> None:
    follow = await bench.follow(DAILY)
    await bench.collect(follow, "e1", "e2")
    if paused:
        await bench.following.pause(follow.id)

    changed = await bench.following.change(follow.id, NEW)

    assert changed is not None
    assert changed.next_digest_at is None
    state = DeliveryState.HELD if paused else DeliveryState.WAITING
    assert sorted(await bench.promised()) == [(NOTICE, "C1", event, state) for event in ("e1", "e2")]
    assert bench.woken


async def test_what_was_collected_stays_where_only_the_rhythm_of_digests_changes(bench: Bench) -> None:
    follow = await bench.follow(DAILY)
    await bench.collect(follow, "e1")

    changed = await bench.following.change(follow.id, replace(NEW, rhythm=Rhythm.WEEKLY))

    assert changed is not None
    assert changed.next_digest_at is not None
    assert await bench.promised() == []


async def test_what_waits_while_a_follow_is_paused_is_counted_and_comes_when_it_is_resumed(bench: Bench) -> None:
    follow = await bench.follow()
    await bench.following.test(follow.id, by="U2")

    paused = await bench.following.pause(follow.id)
    again = await bench.following.pause(follow.id)
    held = await bench.promised()
    resumed = await bench.following.resume(follow.id)

    assert paused is not None
    assert (paused.state, paused.reason) == (FollowState.PAUSED, PAUSED_BY_HAND)
    assert again is None
    assert held == [(TEST, "C1", "U2", DeliveryState.HELD)]
    assert resumed is not None
    assert resumed.waiting == 1
    assert await bench.promised() == [(TEST, "C1", "U2", DeliveryState.WAITING)]
    assert await bench.following.resume(follow.id) is None


async def test_a_removed_follow_is_restored_with_a_new_digest_and_without_what_was_to_come(bench: Bench) -> None:
    follow = await bench.follow(DAILY)
    await bench.collect(follow, "e1")
    await bench.following.test(follow.id, by="U2")

    assert await bench.following.remove(follow.id) != ()
    assert await bench.following.remove(follow.id) == ()
    assert await bench.following.change(follow.id, NEW) is None
    assert await bench.following.test(follow.id, by="U2") is None
    restored = await bench.following.restore(follow.id)

    assert restored is not None
    assert restored.next_digest_at == follow.next_digest_at
    assert await bench.following.restore(follow.id) is None
    assert await bench.promised() == [(TEST, "C1", "U2", DeliveryState.DROPPED)]
    async with reading(bench.database) as connection:
        assert connection.execute(select(digest_items)).all() == []


async def test_who_paused_resumed_removed_or_restored_is_kept_and_nobody_where_slack_paused(bench: Bench) -> None:
    follow = await bench.follow()
    following = bench.following

    paused = await following.pause(follow.id, by="U2")
    resumed = await following.resume(follow.id, by="U3")
    async with writing(bench.database) as connection:
        pause_and_tell(connection, bench.follows, bench.outbox, follow.id, "is_archived")
    by_slack = await following.find(follow.id)
    (removed,) = await following.remove(follow.id, by="U4")
    restored = await following.restore(follow.id, by="U5")

    assert resumed is not None
    by = [each and each.changed_by for each in (follow, paused, resumed.follow, by_slack, removed, restored)]
    assert by == [None, "U2", "U3", None, "U4", "U5"]


async def test_nothing_can_be_done_about_what_was_never_followed(bench: Bench) -> None:
    assert await bench.following.find("none") is None
    assert await bench.following.change("none", NEW) is None
    assert await bench.following.restore("none") is None
    assert await bench.following.test("none", by="U2") is None


async def test_an_owner_is_told_once_of_each_pause(bench: Bench) -> None:
    follow = await bench.follow()

    for _ in range(2):
        for reason in ("is_archived", "channel_not_found"):
            async with writing(bench.database) as connection:
                pause_and_tell(connection, bench.follows, bench.outbox, follow.id, reason)
        paused = await bench.following.find(follow.id)
        assert paused is not None
        assert paused.reason == "is_archived"
        await bench.following.resume(follow.id)

    assert await bench.promised() == [(PAUSE_TOLD, "U1", follow.id, DeliveryState.WAITING)] * 2
