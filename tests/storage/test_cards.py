"""Later changes of a thing are told where the first one stands, and many at once under one summary."""

import pytest
from sqlalchemy import update

from bot.domain.event_kinds import CUSTOMER_ADDED, INVOICE_READY, UNKNOWN
from bot.storage.cards import CARD_DAYS, Burst, Card, Cards
from bot.storage.database import Database
from bot.storage.tables import bursts, cards
from tests.transactions import reading, writing

SUBJECT_KEY = "customer:1"


@pytest.fixture
def table(database: Database) -> Cards:
    return Cards(database)


async def burst(database: Database, table: Cards) -> Burst | None:
    async with reading(database) as connection:
        return table.burst(connection, "C1", within_seconds=60)


async def age(database: Database, *, seconds: float) -> None:
    """Make all that is noted so much older."""
    async with writing(database) as connection:
        connection.execute(update(cards).values(changed_at=cards.c.changed_at - seconds))
        connection.execute(update(bursts).values(last_at=bursts.c.last_at - seconds))


async def find(database: Database, table: Cards, channel: str = "C1", subject_key: str = SUBJECT_KEY) -> Card | None:
    async with reading(database) as connection:
        return table.find(connection, channel, subject_key)


async def post(database: Database, table: Cards, *, ts: str, thread_ts: str | None = None) -> None:
    async with writing(database) as connection:
        table.posted(connection, "C1", SUBJECT_KEY, event_id=f"e{ts}", ts=ts, thread_ts=thread_ts)


async def test_a_card_is_found_by_channel_and_thing(database: Database, table: Cards) -> None:
    await post(database, table, ts="1.1", thread_ts="1.0")

    assert await find(database, table) == Card(ts="1.1", thread_ts="1.0", event_id="e1.1", event_count=1)
    assert await find(database, table, channel="C2") is None
    assert await find(database, table, subject_key="customer:2") is None


async def test_a_card_counts_what_was_told_under_it(database: Database, table: Cards) -> None:
    await post(database, table, ts="1.1")
    for event_id in ("e2", "e3"):
        async with writing(database) as connection:
            table.notified(connection, "C1", SUBJECT_KEY, event_id=event_id)

    assert await find(database, table) == Card(ts="1.1", thread_ts=None, event_id="e3", event_count=3)


async def test_a_newer_card_takes_the_place_of_the_last(database: Database, table: Cards) -> None:
    await post(database, table, ts="1.1", thread_ts="1.0")
    await post(database, table, ts="2.1")

    assert await find(database, table) == Card(ts="2.1", thread_ts=None, event_id="e2.1", event_count=1)


async def test_a_card_is_too_old_after_a_month_without_a_change(database: Database, table: Cards) -> None:
    await post(database, table, ts="1.1")
    await age(database, seconds=CARD_DAYS * 86400 - 60)
    async with writing(database) as connection:
        table.notified(connection, "C1", SUBJECT_KEY, event_id="e2")
    await age(database, seconds=CARD_DAYS * 86400 - 60)
    await table.clean_up()
    assert await find(database, table) is not None

    await age(database, seconds=120)
    assert await find(database, table) is None
    await table.clean_up()
    await age(database, seconds=-3600)
    assert await find(database, table) is None


async def test_a_burst_counts_what_it_stands_for_by_kind(database: Database, table: Cards) -> None:
    assert await burst(database, table) is None
    async with writing(database) as connection:
        table.burst_grew(connection, "C1", INVOICE_READY)  # there is none that could
        table.burst_began(connection, "C1", ts="1.1")
    for kind in (INVOICE_READY, CUSTOMER_ADDED, INVOICE_READY):
        async with writing(database) as connection:
            table.burst_grew(connection, "C1", kind)

    found = await burst(database, table)
    assert found is not None
    assert (found.ts, found.counts) == ("1.1", {INVOICE_READY: 2, CUSTOMER_ADDED: 1})
    assert found.began_at < found.last_at


async def test_kinds_that_a_newer_release_has_counted_are_counted_as_unknown(database: Database, table: Cards) -> None:
    async with writing(database) as connection:
        table.burst_began(connection, "C1", ts="1.1")
        connection.execute(update(bursts).values(counts='{"moon_full": 2, "moon_new": 1, "invoice_ready": 4}'))
        table.burst_grew(connection, "C1", INVOICE_READY)

    found = await burst(database, table)
    assert found is not None
    assert found.counts == {UNKNOWN: 3, INVOICE_READY: 5}


async def test_a_burst_is_over_when_nothing_is_added_for_a_while(database: Database, table: Cards) -> None:
    async with writing(database) as connection:
        table.burst_began(connection, "C1", ts="1.1")
        table.burst_grew(connection, "C1", INVOICE_READY)
    await age(database, seconds=61)
    assert await burst(database, table) is None

    async with writing(database) as connection:
        table.burst_began(connection, "C1", ts="2.1")

    found = await burst(database, table)
    assert found is not None
    assert (found.ts, found.counts) == ("2.1", {})
