"""What is promised is delivered in order, and by one at a time."""

import asyncio

import pytest
from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.outbox import Claims, Outbox
from bot.storage.tables import conversation_queues
from tests.storage.enqueueing import LEASE, SENT, claim, drained, enqueue, finish, look, note
from tests.transactions import reading, writing


async def test_a_promise_stands_or_falls_with_what_causes_it(database: Database, outbox: Outbox) -> None:
    async def promise_and_fail() -> None:
        async with writing(database) as connection:
            outbox.enqueue(connection, note("a"))
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await promise_and_fail()

    assert await look(database, outbox) == Claims((), None)


async def test_nothing_promised_is_nothing_done(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox)

    assert await look(database, outbox) == Claims((), None)


async def test_what_is_promised_twice_is_promised_once(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    both = ((database, outbox), (other_database, elsewhere))
    await asyncio.gather(*(enqueue(where, table, note("a"), note("b")) for _ in range(4) for where, table in both))

    assert await drained(database, outbox) == ["a", "b"]
    await enqueue(database, outbox, note("a"))
    assert await drained(database, outbox) == []


async def test_promises_of_two_processes_come_in_the_order_in_which_they_were_made(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    made: list[str] = []

    async def make(where: Database, table: Outbox, name: str) -> None:
        for number in range(10):
            async with writing(where) as connection:
                table.enqueue(connection, note(f"{name}{number}"))
                made.append(f"{name}{number}")  # under the lane's lock, so in the order of the commits

    await asyncio.gather(make(database, outbox, "ours"), make(other_database, elsewhere, "theirs"))

    assert await drained(database, outbox) == made


async def test_promises_to_the_same_lanes_in_any_order_never_wait_for_each_other(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    names = [f"C{number}" for number in range(8)]

    async def make(where: Database, table: Outbox, name: str, order: list[str]) -> None:
        for number in range(10):
            await enqueue(where, table, *(note(f"{name}{number}{lane}", conversation=lane) for lane in order))

    async with asyncio.timeout(120):
        await asyncio.gather(
            make(database, outbox, "ours", names), make(other_database, elsewhere, "theirs", names[::-1])
        )

    assert len(await drained(database, outbox)) == 160


async def test_what_is_for_later_lets_others_go_first(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("late", after=30), note("now"))

    assert await drained(database, outbox) == ["now"]
    wait = (await look(database, outbox)).wait
    assert wait is not None
    assert 20 < wait <= 30


async def test_one_lane_has_one_delivery_at_a_time_and_lanes_go_beside_each_other(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(
        database, outbox, note("a1"), note("a2"), note("b1", conversation="C2"), note("b2", conversation="C2")
    )

    first = (await look(database, outbox)).deliveries
    assert sorted(delivery.idempotency_key for delivery in first) == ["a1", "b1"]
    assert (await look(database, outbox)).deliveries == ()
    await finish(database, outbox, next(delivery for delivery in first if delivery.idempotency_key == "a1"), SENT)

    assert (await claim(database, outbox)).idempotency_key == "a2"


async def test_no_more_is_claimed_than_there_are_hands(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, *(note(f"{number}", conversation=f"C{number}") for number in range(5)))

    claims = await look(database, outbox, limit=3)

    assert (len(claims.deliveries), claims.wait) == (3, 0)


async def test_two_processes_never_get_the_same(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    await enqueue(database, outbox, *(note(f"{number}", conversation=f"C{number % 7}") for number in range(35)))

    kept = await asyncio.gather(drained(database, outbox, owner="us"), drained(other_database, elsewhere, owner="them"))

    assert sorted([*kept[0], *kept[1]], key=int) == [f"{number}" for number in range(35)]


async def test_what_is_claimed_is_not_due_until_its_lease_runs_out(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    delivery = await claim(database, outbox)

    claims = await look(database, outbox)

    assert (delivery.attempts, delivery.maybe_sent) == (1, False)
    assert claims.deliveries == ()
    assert claims.wait is not None
    assert LEASE - 10 < claims.wait <= LEASE


async def test_a_promise_to_a_claimed_lane_waits_for_its_turn(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    delivery = await claim(database, outbox)
    await enqueue(database, outbox, note("b"))

    assert (await look(database, outbox)).deliveries == ()
    await finish(database, outbox, delivery, SENT)

    assert await drained(database, outbox) == ["b"]


async def test_a_lane_in_which_nothing_waits_is_left_alone(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await drained(database, outbox)

    async with reading(database) as connection:
        assert (
            connection.execute(
                select(conversation_queues.c.due_at, conversation_queues.c.owner, conversation_queues.c.delivery_number)
            ).one()
            == (None,) * 3
        )
