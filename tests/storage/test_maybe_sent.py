"""A delivery whose next step may have been written stays so until that step has an outcome."""

from dataclasses import replace

from sqlalchemy import update

from bot.domain.deliveries import DeliveryState, Edit, Outcome, Post
from bot.storage.database import Database
from bot.storage.outbox import Outbox
from bot.storage.tables import deliveries
from tests.storage.enqueueing import claim, drained, enqueue, finish, look, note, record
from tests.transactions import write, writing

STEPS = (Post(name="parent", channel="C1"), Edit(name="card", channel="C1", ts="1.1", data={"kind": "new"}))


async def test_an_expired_lease_leaves_a_delivery_maybe_sent_until_a_step_is_recorded(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(database, outbox, note("a"))
    await claim(database, outbox, lease=0)
    await finish(database, outbox, await claim(database, outbox), Outcome(reason="ratelimited", counts=False))

    again = await claim(database, outbox)
    assert again.maybe_sent
    again = await record(database, outbox, again, "parent")
    await finish(database, outbox, again, Outcome())

    found = await claim(database, outbox)
    assert (found.maybe_sent, dict(found.sent)) == (False, {"parent": "1.1"})


async def test_a_stored_plan_is_found_by_the_next_owner(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    first = await claim(database, outbox, lease=0)
    async with writing(database) as connection:
        assert outbox.store_plan(connection, first, STEPS)

    found = await claim(database, outbox)

    assert (found.plan, found.maybe_sent) == (STEPS, True)


async def test_a_lost_claim_stores_no_plan_and_records_no_step(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    lost = await claim(database, outbox, lease=0)
    mine = await claim(database, outbox, owner="them")

    async with writing(database) as connection:
        assert not outbox.store_plan(connection, lost, STEPS)
        assert outbox.record(connection, replace(lost, sent={"parent": "1.1"})) is None
        assert not outbox.is_recorded(connection, mine, "parent")


async def test_a_plan_that_this_release_cannot_read_is_made_anew(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    async with writing(database) as connection:
        connection.execute(update(deliveries).values(plan='[{"action": "sing", "name": "a"}]'))

    assert (await claim(database, outbox)).plan is None


async def test_an_attempt_that_may_have_reached_slack_says_so_and_one_that_surely_failed_does_not(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(database, outbox, note("a"))
    await finish(database, outbox, await claim(database, outbox), Outcome(reason="ratelimited"))
    sure = await claim(database, outbox)
    await finish(database, outbox, replace(sure, maybe_sent=True), Outcome())

    assert (sure.maybe_sent, (await claim(database, outbox)).maybe_sent) == (False, True)


async def test_what_a_dead_owner_was_at_is_claimed_before_all_else_of_its_conversation(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(database, outbox, note("a"), note("b"))
    await finish(database, outbox, await claim(database, outbox), Outcome(own_seconds=3600))
    lost = await claim(database, outbox, lease=0)
    async with writing(database) as connection:
        connection.execute(update(deliveries).where(deliveries.c.idempotency_key == "a").values(due_at=0.0))

    found = await claim(database, outbox)

    assert (lost.idempotency_key, found.idempotency_key, found.maybe_sent) == ("b", "b", True)


async def test_what_is_paused_while_its_owner_dies_is_maybe_sent_afterwards(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a", subscription_id="F1"), note("b"))
    await claim(database, outbox, lease=0)
    async with writing(database) as connection:
        outbox.hold(connection, "F1")

    assert await drained(database, outbox) == ["b"]
    async with writing(database) as connection:
        outbox.release(connection, "F1")
    assert (await claim(database, outbox)).maybe_sent


async def test_what_failed_and_is_revived_is_still_looked_for(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a", subscription_id="F1"))
    doubtful = replace(await claim(database, outbox), maybe_sent=True)
    async with writing(database) as connection:
        outbox.store_plan(connection, doubtful, STEPS)
    await finish(database, outbox, doubtful, Outcome(state=DeliveryState.DEAD, reason="is_archived"))
    async with writing(database) as connection:
        outbox.release(connection, "F1", revive=("is_archived",))

    found = await claim(database, outbox)

    assert (found.plan, found.maybe_sent) == (STEPS, True)


async def test_leases_end_where_one_process_alone_has_just_started(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await claim(database, outbox)

    await write(database, outbox.end_leases)

    claims = await look(database, outbox)
    assert [delivery.maybe_sent for delivery in claims.deliveries] == [True]
