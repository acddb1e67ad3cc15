"""A clock that was ahead and has been set back delays nothing beyond the wait it was for, on either database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Double, Table, select, update

from bot import retry
from bot.domain.channel_subscriptions import Rhythm
from bot.domain.deliveries import Outcome, Rates
from bot.domain.event_kinds import INVOICE_READY
from bot.domain.invitations import InvitationState
from bot.storage.cards import Cards
from bot.storage.channel_history import read_history
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.clock import now, read_now
from bot.storage.column_types import Instant
from bot.storage.database import Database
from bot.storage.digests import Digests
from bot.storage.invitations import Invitations
from bot.storage.outbox import Outbox
from bot.storage.queue_waits import queue_waits
from bot.storage.schedules import Schedules
from bot.storage.slack_events import SlackEvents
from bot.storage.tables import (
    bursts,
    cards,
    channel_subscriptions,
    conversation_queues,
    deliveries,
    invitations,
    metadata,
    schedules,
    seen_slack_events,
    workspace_rates,
)
from tests.storage.enqueueing import SENT, claim, drained, enqueue, finish, look, note
from tests.storage.samples import sample
from tests.storage.test_digests import NEW
from tests.storage.test_invitations import NEW as INVITED
from tests.transactions import read, reading, write, writing

AHEAD = 26 * 3600.0
"""Seconds by which the clock was ahead."""
SLIGHTLY = 600.0


async def set_back(database: Database, table: Table, *columns: str, by: float = AHEAD) -> None:
    """Leave instants as a clock that was ahead has written them."""
    async with writing(database) as connection:
        connection.execute(update(table).values({name: table.c[name] + by for name in columns}))


@pytest.mark.parametrize("by", [AHEAD, SLIGHTLY])
async def test_a_conversation_whose_pace_was_reckoned_ahead_is_due(
    database: Database, outbox: Outbox, by: float
) -> None:
    await enqueue(database, outbox, note("a"), note("b"))
    await finish(database, outbox, await claim(database, outbox), replace(SENT, queue_seconds=1.0))
    await set_back(database, conversation_queues, "due_at", "open_at", by=by)

    following = await claim(database, outbox)

    assert (following.idempotency_key, following.wait) == ("b", 0.0)


async def test_a_conversation_that_is_woken_meanwhile_is_due_too(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await finish(database, outbox, await claim(database, outbox), replace(SENT, queue_seconds=1.0))
    await look(database, outbox)
    await set_back(database, conversation_queues, "open_at")

    await enqueue(database, outbox, note("b"))

    assert (await claim(database, outbox)).idempotency_key == "b"


@pytest.mark.parametrize("by", [AHEAD, SLIGHTLY])
async def test_a_delivery_that_was_put_aside_is_due(database: Database, outbox: Outbox, by: float) -> None:
    await enqueue(database, outbox, note("a"))
    await finish(database, outbox, await claim(database, outbox), Outcome(own_seconds=30.0))
    await look(database, outbox)
    await set_back(database, deliveries, "due_at", by=by)
    await set_back(database, conversation_queues, "due_at", by=by)

    assert (await claim(database, outbox)).idempotency_key == "a"


async def test_a_wait_that_is_no_longer_than_was_asked_for_is_kept(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await finish(
        database,
        outbox,
        await claim(database, outbox),
        Outcome(queue_seconds=retry.DELIVERY.longest_queue_wait, own_seconds=retry.DELIVERY.longest_own_wait),
    )

    claims = await look(database, outbox)

    assert claims.deliveries == ()
    assert claims.wait is not None
    assert claims.wait > retry.DELIVERY.longest_queue_wait - 60


@pytest.mark.parametrize("asked", [float("inf"), 1e300, 99_999_999_999.0])
async def test_no_wait_is_longer_than_the_longest(database: Database, outbox: Outbox, asked: float) -> None:
    await enqueue(database, outbox, note("a"))
    await finish(database, outbox, await claim(database, outbox), Outcome(queue_seconds=asked, own_seconds=asked))

    async with reading(database) as connection:
        lane = connection.execute(select(conversation_queues.c.open_at - now(), conversation_queues.c.open_wait)).one()
        delivery = connection.execute(select(deliveries.c.due_at - now(), deliveries.c.due_wait)).one()
    assert retry.DELIVERY.longest_queue_wait - 60 < lane[0] <= lane[1] <= retry.DELIVERY.longest_queue_wait
    assert delivery[0] <= delivery[1] == retry.DELIVERY.longest_own_wait


@pytest.mark.parametrize("asked", [float("nan"), -5.0])
async def test_a_wait_that_is_no_number_is_none(database: Database, outbox: Outbox, asked: float) -> None:
    await enqueue(database, outbox, note("a"))
    await finish(database, outbox, await claim(database, outbox), Outcome(queue_seconds=asked, own_seconds=asked))

    assert (await claim(database, outbox)).idempotency_key == "a"


async def test_the_lease_of_a_process_that_died_is_over(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await claim(database, outbox, owner="dead")
    await set_back(database, conversation_queues, "due_at")

    found = await claim(database, outbox)

    assert (found.idempotency_key, found.maybe_sent) == ("a", True)


async def test_what_the_owner_is_at_is_not_taken_twice_whichever_way_the_clock_is_set(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(database, outbox, note("a"))
    held = await claim(database, outbox)
    for by in (AHEAD, -2 * AHEAD):
        await set_back(database, conversation_queues, "due_at", by=by)

        again = await write(database, outbox.claim, owner="us", limit=9, lease_seconds=60, busy={held.number})

        assert again.deliveries == ()
    assert await finish(database, outbox, held, SENT)


async def test_the_workspaces_rate_is_paid_for_within_its_burst(database: Database) -> None:
    pace = Rates(channel_seconds=0, workspace_rate=1000, workspace_burst=10)
    paced = Outbox(database, workspace_id="T1", rates=pace)
    await enqueue(database, paced, note("a"), note("b", conversation="C2"))
    await finish(database, paced, (await look(database, paced, limit=1)).deliveries[0])
    await set_back(database, workspace_rates, "spent_until")

    assert [delivery.idempotency_key for delivery in (await look(database, paced)).deliveries] == ["b"]


async def test_what_was_promised_ahead_is_looked_for_from_before(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await set_back(database, deliveries, "created_at")

    found = await claim(database, outbox)

    async with reading(database) as connection:
        at: float = connection.execute(select(now())).scalar_one()
    assert found.created_at.timestamp() < at - 3600


async def test_a_slot_that_lies_further_ahead_than_a_period_is_due(database: Database) -> None:
    table = Schedules(database)
    await write(database, table.claim, "poll", period=300)
    await set_back(database, schedules, "due_at", "slot")

    assert await read(database, table.seconds_until, "poll", period=300) == 0
    assert [await write(database, table.claim, "poll", period=300) for _ in range(2)] == [True, False]
    assert 0 < await read(database, table.seconds_until, "poll", period=300) <= 300


async def test_a_reminder_that_lies_further_ahead_than_its_days_is_due(database: Database, outbox: Outbox) -> None:
    kept = Invitations(database, outbox)
    recorded = await write(database, kept.record, INVITED)
    async with writing(database) as connection:
        at: float = connection.execute(select(now())).scalar_one()
        values: dict[str, Any] = {"state": InvitationState.WAITING, "remind_at": at + 86400 + AHEAD}
        connection.execute(update(invitations).values(values))

    assert await read(database, kept.due_reminders, wait=3 * 86400) == ()
    assert [row.id for row in await read(database, kept.due_reminders, wait=86400)] == [recorded.id]


@pytest.mark.parametrize("rhythm", [Rhythm.DAILY, Rhythm.WEEKLY])
async def test_a_digest_that_lies_further_ahead_than_its_rhythm_is_due(
    database: Database, outbox: Outbox, rhythm: Rhythm
) -> None:
    days = 1 if rhythm is Rhythm.DAILY else 7
    async with writing(database) as connection:
        soon = read_now(connection) + timedelta(days=days)
        subscription = ChannelSubscriptions(database, outbox).set(
            connection, replace(NEW, rhythm=rhythm), next_digest_at=soon
        )
    assert subscription is not None
    assert await read(database, Digests(database).due) == ()

    await set_back(database, channel_subscriptions, "next_digest_at")

    assert await read(database, Digests(database).due) == (subscription.id,)


async def test_what_was_sent_ahead_was_not_sent_lately(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await finish(database, outbox, await claim(database, outbox), SENT)
    await set_back(database, deliveries, "finished_at")

    async with reading(database) as connection:
        assert read_history(connection, "C1", sample(INVOICE_READY), kind="note").told_lately == 0


async def test_a_burst_of_a_clock_that_was_ahead_is_over(database: Database) -> None:
    cards = Cards(database)
    async with writing(database) as connection:
        cards.burst_began(connection, "C1", ts="1.1")
    await set_back(database, bursts, "began_at", "last_at")

    async with reading(database) as connection:
        assert read_history(connection, "C1", sample(INVOICE_READY), kind="note").burst is None


async def test_a_card_of_a_clock_that_was_ahead_is_told_anew(database: Database, outbox: Outbox) -> None:
    kept = Cards(database)
    await enqueue(database, outbox, note("e1"))
    told = await claim(database, outbox)
    async with writing(database) as connection:
        kept.posted(connection, sample(INVOICE_READY).subject_key, delivery=told, ts="1.1", thread_ts=None)
    await set_back(database, cards, "changed_at")

    async with reading(database) as connection:
        assert read_history(connection, "C1", sample(INVOICE_READY), kind="note").card is None


@pytest.mark.parametrize("by", [AHEAD, 10 * 365 * 86400.0])
async def test_work_goes_on_whatever_was_written_ahead(database: Database, outbox: Outbox, by: float) -> None:
    """Every instant of every table at once, those of columns not written yet included."""
    kept, invited = Schedules(database), Invitations(database, outbox)
    await write(database, invited.record, INVITED)
    await finish(database, outbox, await claim(database, outbox), SENT)
    await enqueue(database, outbox, note("a"), note("b", conversation="C2"), note("c", conversation="C3"))
    await finish(
        database,
        outbox,
        (await look(database, outbox, limit=1)).deliveries[0],
        Outcome(queue_seconds=30.0, own_seconds=30.0),
    )
    await look(database, outbox, owner="dead", limit=1)
    await write(database, kept.claim, "poll", period=300)
    async with writing(database) as connection:
        soon = read_now(connection) + timedelta(days=1)
        subscription = ChannelSubscriptions(database, outbox).set(
            connection, replace(NEW, rhythm=Rhythm.DAILY), next_digest_at=soon
        )
        reminded = {"state": InvitationState.WAITING, "remind_at": soon}
        connection.execute(update(invitations).values(reminded))
    for table in metadata.tables.values():
        names = [
            each.name for each in table.c if isinstance(each.type, Double | Instant) and not each.name.endswith("_wait")
        ]
        if names:
            await set_back(database, table, *names, by=by)

    assert sorted(await drained(database, outbox)) == ["a", "b", "c"]
    assert (await database.read(queue_waits)).count == 0
    assert await write(database, kept.claim, "poll", period=300)
    assert subscription is not None
    assert await read(database, Digests(database).due) == (subscription.id,)
    assert len(await read(database, invited.due_reminders, wait=86400)) == 1


async def test_a_slack_event_is_remembered_as_long_as_ever(database: Database) -> None:
    events = SlackEvents(database, remembered_seconds=3600)
    await write(database, events.first_sight, "Ev1")
    await set_back(database, seen_slack_events, "expires_at")

    assert await write(database, events.first_sight, "Ev1") is False
    async with reading(database) as connection:
        left: float = connection.execute(select(seen_slack_events.c.expires_at - now())).scalar_one()
    assert left <= 3600
