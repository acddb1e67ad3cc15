"""What may have been posted already is known for a suspect."""

from sqlalchemy import update

from bot.domain.deliveries import Settlement
from bot.storage.database import Database
from bot.storage.outbox import Outbox
from bot.storage.tables import deliveries
from tests.storage.enqueueing import claim, drained, enqueue, look, note
from tests.transactions import writing


async def test_a_suspect_stays_one_until_its_message_stands(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await claim(outbox, lease=0)
    await outbox.settle(await claim(outbox), Settlement(reason="ratelimited", counts=False))

    again = await claim(outbox)
    assert again.suspect
    await outbox.settle(again, Settlement(part="parent", ts="1.1"))

    assert not (await claim(outbox)).suspect


async def test_a_step_in_doubt_stays_so_whatever_other_steps_are_recorded_until_it_has_an_outcome(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(database, outbox, note("a"))
    await outbox.settle(await claim(outbox), Settlement(suspect=True, step="card"))
    await outbox.settle(await claim(outbox), Settlement(part="thread", ts="1.1"))
    await outbox.settle(await claim(outbox), Settlement(suspect=True, step="tally"))

    doubtful = (await claim(outbox, lease=0)).doubt
    assert [step for step in ("card", "thread", "tally") if doubtful.covers(step)] == ["card", "tally"]

    await outbox.settle(await claim(outbox), Settlement(part="card", ts="1.2"))
    assert [step for step in ("card", "tally") if (await claim(outbox, lease=0)).doubt.covers(step)] == ["tally"]


async def test_after_a_lost_claim_every_step_is_in_doubt_until_one_is_found(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await claim(outbox, lease=0)
    await outbox.settle(await claim(outbox), Settlement(part="thread", ts="1.1", still_lost=True))
    unsure = await claim(outbox)
    await outbox.settle(unsure, Settlement(part="card", ts="1.2"))

    assert unsure.doubt.covers("card")
    assert not (await claim(outbox)).suspect


async def test_an_attempt_that_may_have_reached_slack_makes_a_suspect_and_one_that_surely_failed_does_not(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(database, outbox, note("a"))
    await outbox.settle(await claim(outbox), Settlement(reason="ratelimited"))
    sure = await claim(outbox)
    await outbox.settle(sure, Settlement(suspect=True))

    assert (sure.suspect, (await claim(outbox)).suspect) == (False, True)


async def test_what_a_dead_owner_was_at_is_taken_up_before_all_else_of_its_lane(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(database, outbox, note("a"), note("b"))
    await outbox.settle(await claim(outbox), Settlement(aside_seconds=3600))
    lost = await claim(outbox, lease=0)
    async with writing(database) as connection:
        connection.execute(update(deliveries).where(deliveries.c.idempotency_key == "a").values(due_at=0.0))

    found = await claim(outbox)

    assert (lost.key, found.key, found.suspect) == ("b", "b", True)


async def test_what_is_paused_while_its_owner_dies_is_still_a_suspect_afterwards(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(database, outbox, note("a", subscription_id="F1"), note("b"))
    await claim(outbox, lease=0)
    async with writing(database) as connection:
        outbox.hold(connection, "F1")

    assert await drained(outbox) == ["b"]
    async with writing(database) as connection:
        outbox.release(connection, "F1")
    assert (await claim(outbox)).suspect


async def test_after_a_restart_nobody_holds_a_lease(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await claim(outbox)

    await outbox.void_leases()

    claims = await look(outbox)
    assert [delivery.suspect for delivery in claims.deliveries] == ([True] if database.is_sqlite else [])
