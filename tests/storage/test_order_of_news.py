"""News of one customer leave a conversation in the order in which they happened, alarms before everything else."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.domain.deliveries import NewDelivery, Outcome
from bot.storage.database import Database
from bot.storage.outbox import Outbox
from bot.storage.tables import conversation_queues, deliveries
from tests.storage.enqueueing import claim, drained, enqueue, finish, look, note
from tests.storage.samples import AT
from tests.transactions import writing


def at(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


async def test_what_happened_earlier_and_came_later_goes_first(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("removed", customer="1", at=at(5)), note("other", customer="2", at=at(9)))
    await enqueue(database, outbox, note("added", customer="1", at=at(1)), note("none"))

    assert await drained(database, outbox) == ["other", "added", "removed", "none"]


async def test_what_happened_at_one_moment_goes_as_it_came(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, *(note(key, customer="1", at=AT) for key in "abc"))

    assert await drained(database, outbox) == ["a", "b", "c"]


async def test_what_is_held_back_holds_back_later_news_of_its_customer_alone(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(
        database,
        outbox,
        note("asked about", customer="1", at=at(1), after=30),
        note("later", customer="1", at=at(2)),
        note("earlier", customer="1", at=at(0)),
        note("other", customer="2", at=at(3)),
        note("elsewhere", conversation="C2", customer="1", at=at(2)),
    )

    assert await drained(database, outbox) == ["earlier", "elsewhere", "other"]
    wait = (await look(database, outbox)).wait
    assert wait is not None
    assert 20 < wait <= 30

    async with writing(database) as connection:
        outbox.enqueue(connection, note("asked about", customer="1", at=at(1)), known="ready")
    assert await drained(database, outbox) == ["asked about", "later"]


async def test_what_waits_longer_than_that_holds_nothing_back(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("failing", customer="1", at=at(1)), note("later", customer="1", at=at(2)))
    await finish(database, outbox, await claim(database, outbox), Outcome(own_seconds=31, reason="failed"))

    assert await drained(database, outbox) == ["later"]


async def test_an_alarm_goes_first_with_the_earlier_news_of_its_customer(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"), note("b", customer="1", at=at(1)), note("c", customer="2", at=at(1)))
    await enqueue(
        database,
        outbox,
        note("alarm", customer="1", at=at(2), urgent=True),
        note("alarm about nobody", urgent=True),
    )

    assert await drained(database, outbox) == ["b", "alarm", "alarm about nobody", "a", "c"]


async def test_what_was_dropped_comes_where_it_is_revived(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"), note("b"))
    async with writing(database) as connection:
        outbox.drop_known(connection, ["a"])
    assert await drained(database, outbox) == ["b"]

    async with writing(database) as connection:
        outbox.enqueue(connection, note("a"), note("b"), known="ready")
    assert await drained(database, outbox) == []
    async with writing(database) as connection:
        outbox.enqueue(connection, note("a"), note("b"), known="revived")
    assert await drained(database, outbox) == ["a"]


NEWS = st.lists(
    st.tuples(st.sampled_from("12"), st.integers(0, 5), st.booleans(), st.sampled_from((0.0, 0.0, 0.0, 30.0))),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=NEWS, batches=st.lists(st.integers(1, 4), max_size=12))
async def test_whatever_is_enqueued_whenever_each_customers_news_keep_their_order(
    database: Database, outbox: Outbox, news: list[tuple[str, int, bool, float]], batches: Sequence[int]
) -> None:
    async with writing(database) as connection:
        connection.execute(delete(deliveries))
        connection.execute(delete(conversation_queues))
    new = [
        note(f"{number}", customer=customer, at=at(minute), urgent=urgent, after=held)
        for number, (customer, minute, urgent, held) in enumerate(news)
    ]
    told: list[NewDelivery] = []
    waiting = list(new)
    for size in (*batches, len(new)):
        batch, waiting = waiting[:size], waiting[size:]
        await enqueue(database, outbox, *batch)
        told += [new[int(key)] for key in await drained(database, outbox)]
    async with writing(database) as connection:  # half a minute has passed
        connection.execute(deliveries.update().values(due_at=0.0, due_wait=0.0))
        connection.execute(conversation_queues.update().values(due_at=0.0, due_wait=0.0))
    told += [new[int(key)] for key in await drained(database, outbox)]

    assert {each.idempotency_key for each in told} == {each.idempotency_key for each in new}
    for place, each in enumerate(told):
        overtaken = [
            other
            for other in told[place + 1 :]
            if other.customer_id == each.customer_id and _before(other, each) and _stood(other, each, batches)
        ]
        assert overtaken == []


def _before(one: NewDelivery, other: NewDelivery) -> bool:
    assert one.happened_at is not None
    assert other.happened_at is not None
    return one.happened_at < other.happened_at


def _stood(one: NewDelivery, other: NewDelivery, batches: Sequence[int]) -> bool:
    """Say whether one was enqueued no later than the other's batch: nothing waits for what is yet to come."""
    return _batch(one, batches) <= _batch(other, batches)


def _batch(each: NewDelivery, batches: Sequence[int]) -> int:
    number, begin = int(each.idempotency_key), 0
    for index, size in enumerate(batches):
        begin += size
        if number < begin:
            return index
    return len(batches)
