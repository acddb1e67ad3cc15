"""How an attempt ends, and that nobody ends what is no longer theirs."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import Connection, update

from bot.domain.deliveries import OWN, Account, Delivery, DeliveryState, Settlement
from bot.storage.checkpoints import Checkpoint, Checkpoints
from bot.storage.database import Database
from bot.storage.outbox import Outbox
from bot.storage.tables import checkpoints
from tests.storage.enqueueing import SENT, claim, drained, enqueue, look, note, state_of
from tests.transactions import writing


async def test_what_a_settlement_writes_beside_stands_with_it(database: Database, outbox: Outbox) -> None:
    def also(connection: Connection) -> None:
        outbox.enqueue(connection, note("told", lane="U1"))

    await enqueue(database, outbox, note("a"))
    assert await outbox.settle(await claim(outbox), SENT, also)

    assert await drained(outbox) == ["told"]


async def test_a_settlement_that_comes_too_late_writes_nothing(
    database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    def also(connection: Connection) -> None:
        outbox.enqueue(connection, note("told", lane="U1"))

    await enqueue(database, outbox, note("a"))
    lost = await claim(outbox, owner="us", lease=0)
    found = await claim(elsewhere, owner="them")

    assert (found.suspect, found.attempts) == (True, 2)
    assert not await outbox.settle(lost, SENT, also)
    assert not await outbox.settle(replace(found, owner="us"), SENT, also)
    assert await state_of(database, "a") == (DeliveryState.WAITING, None)
    assert await elsewhere.settle(found, SENT)
    assert await drained(outbox) == []


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
async def test_a_claim_that_is_taken_over_while_its_settlement_is_written_is_lost(
    database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    taken: list[Delivery] = []
    loop = asyncio.get_running_loop()

    def also(connection: Connection) -> None:
        outbox.enqueue(connection, note("told", lane="U1"))
        taken.append(asyncio.run_coroutine_threadsafe(claim(elsewhere, owner="them"), loop).result(timeout=60))

    await enqueue(database, outbox, note("a"))
    lost = await claim(outbox, owner="us", lease=0)

    assert not await outbox.settle(lost, SENT, also)
    assert [delivery.key for delivery in taken] == ["a"]
    assert await elsewhere.settle(taken[0], SENT)
    assert await drained(outbox) == []


async def test_an_error_in_what_is_written_beside_leaves_the_claim_as_it_was(
    database: Database, outbox: Outbox
) -> None:
    def also(connection: Connection) -> None:
        raise RuntimeError("on purpose")

    await enqueue(database, outbox, note("a"))
    delivery = await claim(outbox)
    with pytest.raises(RuntimeError, match="on purpose"):
        await outbox.settle(delivery, SENT, also)

    assert await outbox.settle(delivery, SENT)


async def test_settlements_promises_and_presses_never_wait_for_each_other(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    """Each locks what it is about, then lanes, then deliveries; in different orders they would."""
    await Checkpoints(database).set(Checkpoint.POLLED)
    subject = update(checkpoints).values(at=checkpoints.c.at + 1)

    async def happen() -> None:
        for number in range(15):
            async with writing(other_database) as connection:
                connection.execute(subject)
                elsewhere.enqueue(connection, *(note(f"{number}{lane}", lane=lane) for lane in ("C1", "U1")))

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
                outbox.enqueue(connection, note(f"mine{number}", lane="C1", subscription_id="F1"))

            def also(connection: Connection, number: int = number) -> None:
                connection.execute(subject)
                outbox.enqueue(connection, note(f"told{number}", lane="U1"))

            for delivery in (await look(outbox)).deliveries:
                assert await outbox.settle(delivery, SENT, also)

    async with asyncio.timeout(120):
        await asyncio.gather(happen(), press(), deliver(), deliver())

    kept = await drained(outbox)
    assert len(set(kept)) == len(kept)
    assert await outbox.account() == Account()


async def test_work_of_the_bots_own_that_promises_to_conversations_never_waits_for_who_promises_it_more(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    names = (f"{OWN}work", "C1", "U1")

    async def happen(name: str) -> None:
        for number in range(20):
            await enqueue(other_database, elsewhere, *(note(f"{name}{number}{lane}", lane=lane) for lane in names))

    async def deliver() -> None:
        for number in range(20):

            def also(connection: Connection, number: int = number) -> None:
                outbox.enqueue(connection, note(f"told{number}", lane="C1"))

            for delivery in (await look(outbox)).deliveries:
                assert await outbox.settle(delivery, SENT, None if delivery.is_paced else also)

    async with asyncio.timeout(120):
        await asyncio.gather(happen("a"), happen("b"), deliver(), deliver())

    await drained(outbox)
    assert await outbox.account() == Account()


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.DROPPED, DeliveryState.DEAD])
async def test_what_is_finished_is_not_claimed_again(database: Database, outbox: Outbox, state: DeliveryState) -> None:
    await enqueue(database, outbox, note("a"), note("b"))
    await outbox.settle(await claim(outbox), Settlement(state=state, reason="why"))

    assert await state_of(database, "a") == (state, "why")
    assert await drained(outbox) == ["b"]


async def test_a_delivery_of_several_messages_goes_on_where_it_was(
    database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    await enqueue(database, outbox, note("a"))
    await outbox.settle(await claim(outbox, lease=0), Settlement())
    first = await claim(outbox)
    await outbox.settle(first, Settlement(part="parent", ts="1.1"))

    second = await claim(elsewhere, owner="them")

    assert (first.attempts, dict(first.parts)) == (2, {})
    assert (second.attempts, second.suspect, dict(second.parts)) == (1, False, {"parent": "1.1"})


async def test_failures_are_counted_and_waits_are_not(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))

    seen = []
    for how in (Settlement(), Settlement(counts=False), Settlement(), Settlement(counts=False)):
        delivery = await claim(outbox)
        seen.append(delivery.attempts)
        await outbox.settle(delivery, how)

    assert seen == [1, 2, 2, 3]
