"""What is to come for a subscription is held, released or dropped with it."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from bot.domain.deliveries import DeliveryCounts, DeliveryState, Outcome
from bot.storage.database import Database
from bot.storage.delivery_counts import counts_by_subscription
from bot.storage.outbox import Outbox
from tests.storage.enqueueing import SENT, claim, drained, enqueue, finish, note, state_of
from tests.transactions import read, writing


@pytest.fixture
async def followed(database: Database, outbox: Outbox) -> Outbox:
    """Two promises to one subscription, and one to nobody's."""
    await enqueue(
        database, outbox, note("a", subscription_id="F1"), note("b"), note("c", conversation="C2", subscription_id="F1")
    )
    return outbox


async def released(database: Database, outbox: Outbox, revive: Collection[str] = ()) -> list[str]:
    async with writing(database) as connection:
        outbox.release(connection, "F1", revive=revive)
    return await drained(database, outbox)


async def test_what_is_held_waits_until_it_is_released(database: Database, followed: Outbox) -> None:
    async with writing(database) as connection:
        followed.hold(connection, "F1")

    assert await drained(database, followed) == ["b"]
    assert await read(database, counts_by_subscription, ["F1", "F2"]) == {"F1": DeliveryCounts(waiting=2)}
    assert sorted(await released(database, followed)) == ["a", "c"]


async def test_what_is_enqueued_for_a_paused_subscription_is_held(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, replace(note("a", subscription_id="F1"), held=True))

    assert await drained(database, outbox) == []
    assert await released(database, outbox) == ["a"]


@pytest.mark.parametrize(
    ("how", "state"), [(SENT, DeliveryState.SENT), (Outcome(reason="ratelimited"), DeliveryState.HELD)]
)
async def test_what_is_on_its_way_when_its_subscription_is_paused_is_finished_or_held(
    database: Database, outbox: Outbox, how: Outcome, state: DeliveryState
) -> None:
    await enqueue(database, outbox, note("a", subscription_id="F1"))
    delivery = await claim(database, outbox)
    async with writing(database) as connection:
        outbox.hold(connection, "F1")

    assert await finish(database, outbox, delivery, how)

    assert (await state_of(database, "a"))[0] == state


async def test_what_is_dropped_never_comes(database: Database, followed: Outbox) -> None:
    async with writing(database) as connection:
        followed.drop(connection, "F1")

    assert await drained(database, followed) == ["b"]
    assert await released(database, followed) == []
    assert await read(database, counts_by_subscription, ["F1"]) == {}


async def test_what_was_given_up_comes_after_all_where_its_reason_is_over(database: Database, outbox: Outbox) -> None:
    reasons = {"a": "is_archived", "b": "msg_too_long", "c": "is_archived"}
    await enqueue(database, outbox, *(note(key, subscription_id="F1") for key in reasons))
    await claim(database, outbox, lease=0)  # of the first, nobody knows whether it was posted
    for reason in reasons.values():
        await finish(database, outbox, await claim(database, outbox), Outcome(state=DeliveryState.DEAD, reason=reason))
    assert await read(database, counts_by_subscription, ["F1"]) == {"F1": DeliveryCounts(failed=3)}

    async with writing(database) as connection:
        outbox.release(connection, "F1", revive=("is_archived",))

    first = await claim(database, outbox)
    await finish(database, outbox, first, SENT)
    second = await claim(database, outbox)
    assert [(each.idempotency_key, each.attempts, each.maybe_sent) for each in (first, second)] == [
        ("a", 1, True),
        ("c", 1, False),
    ]
    assert await read(database, counts_by_subscription, ["F1"]) == {"F1": DeliveryCounts(waiting=1, failed=1)}
