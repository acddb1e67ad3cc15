"""Later changes of a subject are told where the first one stands, and many at once under one summary."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.domain.deliveries import Delivery
from bot.domain.event_kinds import CUSTOMER_ADDED, CUSTOMER_REMOVED, INVOICE_READY, SUBSCRIPTION_CHANGED, UNKNOWN
from bot.domain.events import Event
from bot.storage.cards import Cards
from bot.storage.channel_history import BURST_SECONDS, CARD_SECONDS, Card, ChannelHistory, read_history
from bot.storage.database import Database
from bot.storage.outbox import Outbox
from bot.storage.tables import bursts, cards
from tests.storage.enqueueing import SENT, claim, enqueue, finish, note
from tests.storage.samples import AT, sample
from tests.transactions import reading, write, writing

ADDED = sample(CUSTOMER_ADDED)


@pytest.fixture
def table(database: Database) -> Cards:
    return Cards(database)


async def age(database: Database, *, seconds: float) -> None:
    """Make all that is noted so much older."""
    async with writing(database) as connection:
        connection.execute(update(cards).values(changed_at=cards.c.changed_at - seconds))
        connection.execute(update(bursts).values(last_at=bursts.c.last_at - seconds))


async def history(database: Database, event: Event = ADDED, *, channel: str = "C1") -> ChannelHistory:
    async with reading(database) as connection:
        return read_history(connection, channel, event, kind="note")


async def delivered(database: Database, outbox: Outbox, key: str, *, at: datetime = AT) -> Delivery:
    """Return a delivery that has told of an event."""
    await enqueue(database, outbox, note(key, customer="1", at=at))
    delivery = await claim(database, outbox)
    await finish(database, outbox, delivery, SENT)
    return delivery


async def post(database: Database, outbox: Outbox, table: Cards, *, ts: str, thread_ts: str | None = None) -> None:
    delivery = await delivered(database, outbox, f"e{ts}")
    async with writing(database) as connection:
        table.posted(connection, ADDED.subject_key, delivery=delivery, ts=ts, thread_ts=thread_ts)


async def reply(database: Database, outbox: Outbox, table: Cards, key: str, *, at: datetime = AT) -> None:
    delivery = await delivered(database, outbox, key, at=at)
    async with writing(database) as connection:
        table.replied(connection, ADDED.subject_key, delivery=delivery)


async def test_a_card_is_found_by_channel_and_subject(database: Database, outbox: Outbox, table: Cards) -> None:
    await post(database, outbox, table, ts="1.1", thread_ts="1.0")

    assert (await history(database)).card == Card(ts="1.1", thread_ts="1.0", event_id="e1.1", event_count=1)
    assert (await history(database, channel="C2")).card is None
    assert (await history(database, sample(CUSTOMER_ADDED, customer="2"))).card is None


async def test_a_card_counts_what_was_told_under_it(database: Database, outbox: Outbox, table: Cards) -> None:
    await post(database, outbox, table, ts="1.1")
    for key in ("e2", "e3"):
        await reply(database, outbox, table, key)

    assert (await history(database)).card == Card(ts="1.1", thread_ts=None, event_id="e3", event_count=3)


async def test_a_newer_card_takes_the_place_of_the_last(database: Database, outbox: Outbox, table: Cards) -> None:
    await post(database, outbox, table, ts="1.1", thread_ts="1.0")
    await post(database, outbox, table, ts="2.1")

    assert (await history(database)).card == Card(ts="2.1", thread_ts=None, event_id="e2.1", event_count=1)


async def test_a_card_is_too_old_after_a_month_without_a_change(
    database: Database, outbox: Outbox, table: Cards
) -> None:
    await post(database, outbox, table, ts="1.1")
    await age(database, seconds=CARD_SECONDS - 60)
    await reply(database, outbox, table, "e2")
    await age(database, seconds=CARD_SECONDS - 60)
    await write(database, table.clean_up)
    assert (await history(database)).card is not None

    await age(database, seconds=120)
    assert (await history(database)).card is None
    await write(database, table.clean_up)
    await age(database, seconds=-3600)
    assert (await history(database)).card is None


async def test_later_news_of_the_customer_or_the_subject_are_known(
    database: Database, outbox: Outbox, table: Cards
) -> None:
    await post(database, outbox, table, ts="1.1")
    await reply(database, outbox, table, "e2", at=AT + timedelta(hours=2))

    async def later(event: Event) -> str | None:
        return (await history(database, event)).later_ts

    assert await later(sample(CUSTOMER_REMOVED, at=AT + timedelta(hours=1))) == "1.1"
    assert await later(sample(SUBSCRIPTION_CHANGED, at=AT + timedelta(hours=1), resource="seats")) == "1.1"
    assert await later(sample(CUSTOMER_REMOVED, at=AT + timedelta(hours=2))) is None
    assert await later(sample(CUSTOMER_REMOVED, at=AT + timedelta(hours=1), customer="2")) is None
    assert await later(replace(ADDED, customer_id=None, resource="2")) is None


async def test_a_burst_counts_what_it_stands_for_by_kind(database: Database, table: Cards) -> None:
    assert (await history(database)).burst is None
    async with writing(database) as connection:
        table.burst_grew(connection, "C1", INVOICE_READY.name)  # there is none that could
        table.burst_began(connection, "C1", ts="1.1")
    for kind in (INVOICE_READY, CUSTOMER_ADDED, INVOICE_READY):
        async with writing(database) as connection:
            table.burst_grew(connection, "C1", kind.name)

    found = (await history(database)).burst
    assert found is not None
    assert (found.ts, found.counts) == ("1.1", {INVOICE_READY: 2, CUSTOMER_ADDED: 1})
    assert found.began_at < found.last_at


async def test_kinds_that_a_newer_release_has_counted_are_counted_as_unknown(database: Database, table: Cards) -> None:
    async with writing(database) as connection:
        table.burst_began(connection, "C1", ts="1.1")
        connection.execute(update(bursts).values(counts='{"moon_full": 2, "moon_new": 1, "invoice_ready": 4}'))
        table.burst_grew(connection, "C1", INVOICE_READY.name)

    found = (await history(database)).burst
    assert found is not None
    assert found.counts == {UNKNOWN: 3, INVOICE_READY: 5}


async def test_a_burst_is_over_when_nothing_is_added_for_a_while(database: Database, table: Cards) -> None:
    async with writing(database) as connection:
        table.burst_began(connection, "C1", ts="1.1")
        table.burst_grew(connection, "C1", INVOICE_READY.name)
    await age(database, seconds=BURST_SECONDS + 1)
    assert (await history(database)).burst is None

    async with writing(database) as connection:
        table.burst_began(connection, "C1", ts="2.1")

    found = (await history(database)).burst
    assert found is not None
    assert (found.ts, found.counts) == ("2.1", {})


async def test_what_was_told_lately_and_what_is_to_come_are_counted(database: Database, outbox: Outbox) -> None:
    await delivered(database, outbox, "told")
    await enqueue(
        database, outbox, note("a"), note("b"), replace(note("c"), kind="nudge"), note("d", conversation="C2")
    )

    found = await history(database)

    assert (found.told_lately, found.waiting) == (1, 2)
