"""How an attempt ends, and that nobody ends what is no longer theirs."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import Connection, update

from bot.domain.deliveries import OWN, Delivery, DeliveryCounts, DeliveryState, Outcome
from bot.storage.checkpoints import Checkpoint, Checkpoints
from bot.storage.database import Database
from bot.storage.delivery_counts import count_deliveries
from bot.storage.outbox import Outbox
from bot.storage.tables import checkpoints
from tests.storage.enqueueing import SENT, claim, drained, enqueue, finish, look, note, record, state_of
from tests.transactions import write, writing


async def test_what_a_settlement_writes_beside_stands_with_it(database: Database, outbox: Outbox) -> None:
    def also(connection: Connection) -> None:
        outbox.enqueue(connection, note("told", conversation="U1"))

    await enqueue(database, outbox, note("a"))
    assert await finish(database, outbox, await claim(database, outbox), SENT, also)

    assert await drained(database, outbox) == ["told"]


async def test_a_settlement_that_comes_too_late_writes_nothing(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    def also(connection: Connection) -> None:
        outbox.enqueue(connection, note("told", conversation="U1"))

    await enqueue(database, outbox, note("a"))
    lost = await claim(database, outbox, owner="us", lease=0)
    found = await claim(other_database, elsewhere, owner="them")

    assert (found.maybe_sent, found.attempts) == (True, 2)
    assert not await finish(database, outbox, lost, SENT, also)
    assert not await finish(database, outbox, replace(found, owner="us"), SENT, also)
    assert await state_of(database, "a") == (DeliveryState.WAITING, None)
    assert await finish(other_database, elsewhere, found, SENT)
    assert await drained(database, outbox) == []


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
async def test_a_claim_that_is_taken_over_while_its_settlement_is_written_is_lost(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    taken: list[Delivery] = []
    loop = asyncio.get_running_loop()

    def also(connection: Connection) -> None:
        outbox.enqueue(connection, note("told", conversation="U1"))
        taken.append(
            asyncio.run_coroutine_threadsafe(claim(other_database, elsewhere, owner="them"), loop).result(timeout=60)
        )

    await enqueue(database, outbox, note("a"))
    lost = await claim(database, outbox, owner="us", lease=0)

    assert not await finish(database, outbox, lost, SENT, also)
    assert [delivery.idempotency_key for delivery in taken] == ["a"]
    assert await finish(other_database, elsewhere, taken[0], SENT)
    assert await drained(database, outbox) == []


async def test_an_error_in_what_is_written_beside_leaves_the_claim_as_it_was(
    database: Database, outbox: Outbox
) -> None:
    def also(connection: Connection) -> None:
        raise RuntimeError("on purpose")

    await enqueue(database, outbox, note("a"))
    delivery = await claim(database, outbox)
    with pytest.raises(RuntimeError, match="on purpose"):
        await finish(database, outbox, delivery, SENT, also)

    assert await finish(database, outbox, delivery, SENT)


async def test_settlements_promises_and_presses_never_wait_for_each_other(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    """Each locks what it is about, then conversation_queues, then deliveries; in different orders they would."""
    await write(database, Checkpoints(database).set, Checkpoint.POLLED)
    subject = update(checkpoints).values(at=checkpoints.c.at + 1)

    async def happen() -> None:
        for number in range(15):
            async with writing(other_database) as connection:
                connection.execute(subject)
                elsewhere.enqueue(connection, *(note(f"{number}{lane}", conversation=lane) for lane in ("C1", "U1")))

    async def press() -> None:
        for _ in range(15):
            async with writing(other_database) as connection:
                connection.execute(subject)
                elsewhere.hold(connection, "F1")
                elsewhere.release(connection, "F1", revive=("is_archived",))

    async def deliver() -> None:
        for number in range(15):
            async with writing(database) as connection:
                connection.execute(subject)
                outbox.enqueue(connection, note(f"mine{number}", conversation="C1", subscription_id="F1"))

            def also(connection: Connection, number: int = number) -> None:
                connection.execute(subject)
                outbox.enqueue(connection, note(f"told{number}", conversation="U1"))

            for delivery in (await look(database, outbox)).deliveries:
                assert await finish(database, outbox, delivery, SENT, also)

    async with asyncio.timeout(120):
        await asyncio.gather(happen(), press(), deliver(), deliver())

    kept = await drained(database, outbox)
    assert len(set(kept)) == len(kept)
    assert await database.read(count_deliveries) == DeliveryCounts()


async def test_work_of_the_bots_own_that_promises_to_conversations_never_waits_for_who_promises_it_more(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    names = (f"{OWN}work", "C1", "U1")

    async def happen(name: str) -> None:
        for number in range(20):
            await enqueue(
                other_database, elsewhere, *(note(f"{name}{number}{lane}", conversation=lane) for lane in names)
            )

    async def deliver() -> None:
        for number in range(20):

            def also(connection: Connection, number: int = number) -> None:
                outbox.enqueue(connection, note(f"told{number}", conversation="C1"))

            for delivery in (await look(database, outbox)).deliveries:
                assert await finish(database, outbox, delivery, SENT, (lambda _: None) if delivery.is_paced else also)

    async with asyncio.timeout(120):
        await asyncio.gather(happen("a"), happen("b"), deliver(), deliver())

    await drained(database, outbox)
    assert await database.read(count_deliveries) == DeliveryCounts()


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.DROPPED, DeliveryState.DEAD])
async def test_what_is_finished_is_not_claimed_again(database: Database, outbox: Outbox, state: DeliveryState) -> None:
    await enqueue(database, outbox, note("a"), note("b"))
    await finish(database, outbox, await claim(database, outbox), Outcome(state=state, reason="why"))

    assert await state_of(database, "a") == (state, "why")
    assert await drained(database, outbox) == ["b"]


async def test_a_delivery_of_several_steps_goes_on_where_it_was(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    await enqueue(database, outbox, note("a"))
    await finish(database, outbox, await claim(database, outbox), Outcome())
    first = await claim(database, outbox)
    await finish(database, outbox, await record(database, outbox, first, "parent"), Outcome(counts=False))

    second = await claim(other_database, elsewhere, owner="them")

    assert (first.attempts, dict(first.sent)) == (2, {})
    assert (second.attempts, second.maybe_sent, dict(second.sent)) == (1, False, {"parent": "1.1"})


async def test_failures_are_counted_and_waits_are_not(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))

    seen = []
    for how in (Outcome(), Outcome(counts=False), Outcome(), Outcome(counts=False)):
        delivery = await claim(database, outbox)
        seen.append(delivery.attempts)
        await finish(database, outbox, delivery, how)

    assert seen == [1, 2, 2, 3]
