"""How fast Slack is written to, whoever writes."""

from dataclasses import replace

from sqlalchemy import text

from bot.domain.deliveries import OWN, Outcome, Rates
from bot.storage.database import Database
from bot.storage.outbox import Outbox
from tests.storage.enqueueing import FAST, SENT, claim, drained, enqueue, finish, look, note
from tests.transactions import write, writing


async def test_a_lane_takes_a_message_in_so_many_seconds(database: Database) -> None:
    outbox = Outbox(database, workspace_id="T1", rates=replace(FAST, channel_seconds=30))
    await enqueue(database, outbox, note("a1"), note("a2"), note("b", conversation="C2"))
    for delivery in (await look(database, outbox)).deliveries:
        await finish(database, outbox, delivery, SENT)

    claims = await look(database, outbox)

    assert claims.deliveries == ()
    assert claims.wait is not None
    assert 20 < claims.wait <= 30


async def test_what_is_due_in_a_moment_is_claimed_ahead_and_begun_in_time(database: Database) -> None:
    outbox = Outbox(database, workspace_id="T1", rates=replace(FAST, channel_seconds=30))
    await enqueue(database, outbox, note("a1"), note("a2"), note("late", conversation="C2", after=60))
    await finish(database, outbox, await claim(database, outbox), SENT)

    too_early = await write(database, outbox.claim, owner="us", limit=9, lease_seconds=99, ahead_seconds=10)
    (ahead,) = (await write(database, outbox.claim, owner="us", limit=9, lease_seconds=99, ahead_seconds=40)).deliveries

    assert too_early.deliveries == ()
    assert too_early.wait is not None
    assert 10 < too_early.wait <= 20
    assert ahead.idempotency_key == "a2"
    assert 20 < ahead.wait <= 30


async def test_what_was_put_aside_is_not_claimed_ahead_of_what_is_due(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a1"), note("a2"))
    await finish(database, outbox, await claim(database, outbox), Outcome(own_seconds=30))

    (first,) = (await write(database, outbox.claim, owner="us", limit=9, lease_seconds=99, ahead_seconds=40)).deliveries

    assert (first.idempotency_key, first.wait) == ("a2", 0)


async def test_what_the_bot_does_for_itself_has_no_pace(database: Database) -> None:
    pace = Rates(channel_seconds=30, workspace_rate=0.01, workspace_burst=1)
    outbox = Outbox(database, workspace_id="T1", rates=pace)
    own = [note(f"own{number}", conversation=f"{OWN}work") for number in range(4)]
    await enqueue(database, outbox, *own, note("a"), note("b", conversation="C2"))

    kept = await drained(database, outbox)

    assert [key for key in kept if key.startswith("own")] == [delivery.idempotency_key for delivery in own]
    assert len(kept) == 5


async def test_a_wait_that_slack_asks_for_holds_for_every_process(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox
) -> None:
    await enqueue(database, outbox, note("a"), note("b"))
    await finish(database, outbox, await claim(database, outbox), Outcome(queue_seconds=30, counts=False))
    await enqueue(database, outbox, note("c"))

    claims = await look(other_database, elsewhere)

    assert claims.deliveries == ()
    assert claims.wait is not None
    assert 20 < claims.wait <= 30


async def test_a_failure_of_its_own_lets_others_of_the_lane_go_first(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"), note("b"))
    await finish(database, outbox, await claim(database, outbox), Outcome(own_seconds=30))

    assert await drained(database, outbox) == ["b"]
    claims = await look(database, outbox)
    assert claims.wait is not None
    assert 20 < claims.wait <= 30


async def test_a_workspace_takes_a_burst_and_then_so_many_a_second(
    database: Database, other_database: Database
) -> None:
    pace = Rates(channel_seconds=0, workspace_rate=0.5, workspace_burst=5)
    ours, theirs = (Outbox(each, workspace_id="T1", rates=pace) for each in (database, other_database))
    await enqueue(database, ours, *(note(f"{number}", conversation=f"C{number}") for number in range(9)))

    first = await look(database, ours, limit=3)
    second = await look(other_database, theirs, limit=3, owner="them")
    third = await look(database, ours, limit=3)

    assert [len(claims.deliveries) for claims in (first, second, third)] == [3, 2, 0]
    assert third.wait == 2.0


async def test_what_a_workspace_has_spent_is_paid_for_as_time_passes(database: Database) -> None:
    outbox = Outbox(database, workspace_id="T1", rates=Rates(channel_seconds=0, workspace_rate=0.5, workspace_burst=2))
    await enqueue(database, outbox, *(note(f"{number}", conversation=f"C{number}") for number in range(9)))
    assert len((await look(database, outbox)).deliveries) == 2

    async with writing(database) as connection:
        connection.execute(text("UPDATE workspace_rates SET spent_until = spent_until - 2"))

    assert len((await look(database, outbox)).deliveries) == 1
