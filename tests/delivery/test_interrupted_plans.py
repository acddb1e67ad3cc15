"""Plans of several steps that are interrupted between two of them: by the end of the process, by a clock that jumps."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.delivery.handler import Plan
from bot.domain.deliveries import Delivery, NewDelivery, Step
from bot.reply import Message
from bot.storage.tables import conversation_queues
from sandbox.clock import Clock
from tests.notifications.replica import PARTS, STEPS, TIMEOUTS, posts
from tests.notifications.replicas import replica
from tests.notifications.stage import POST, Stage, stage
from tests.notifications.watched import Delivering, delivering, enqueue, stored
from tests.transactions import reading, writing

ALL = [f"a {part}" for part in PARTS]
LONG = replace(TIMEOUTS, lease=600.0, margin=15.0, preparation=60.0, write=60.0)
"""Nobody waits for the end of such a lease."""
DAY = timedelta(days=1)


@pytest.fixture
async def scene(migrated_url: str, clock: Clock) -> AsyncIterator[Stage]:
    clock.move(timedelta(seconds=1))  # SQLite's clock follows from now on
    async with stage(migrated_url) as set_up:
        yield set_up
        assert set_up.slack.complaints == []
        assert set_up.slack.calls_to("conversations.history") == []  # nothing was ever in doubt


def parts(delivery: Delivery) -> Plan:
    return posts(delivery, *PARTS)


def paced(scene: Stage, seconds: float) -> Stage:
    """Return the scene with so many seconds between two messages in its channel."""
    pace = replace(scene.orders.pace, channel_seconds=seconds)
    return replace(scene, orders=replace(scene.orders, pace=pace, timeouts=LONG))


async def owner(scene: Stage) -> str | None:
    """Return who holds the lease of the one queue."""
    async with reading(scene.database) as connection:
        found: str | None = connection.execute(select(conversation_queues.c.owner)).scalar_one()
        return found


async def written(here: Delivering, steps: int) -> None:
    """Wait until so many steps of the delivery are written down."""
    await here.handler.until(lambda: len(here.of("a")) == steps)


# The end of the process


@pytest.mark.parametrize("number", [1, 2])
async def test_a_plan_stops_after_the_write_under_way_and_the_next_process_writes_the_rest(
    scene: Stage, number: int
) -> None:
    await enqueue(scene, "a")
    scene.wire.hold(POST, after=number - 1)
    async with delivering(scene, parts, timeouts=LONG) as first:
        await scene.wire.holds()
        scene.wire.release()

    assert scene.posted("C0000") == ALL[:number]
    assert first.of("a") == [("sent", part) for part in PARTS[:number]]
    assert (await owner(scene), await stored(scene, "a")) == (None, ("waiting", None, 0))
    async with delivering(scene, parts, timeouts=LONG) as then:
        await written(then, len(PARTS) - number)
    assert scene.posted("C0000") == ALL


async def test_a_plan_that_waits_for_the_rate_of_its_channel_stops_at_once(scene: Stage) -> None:
    await enqueue(scene, "a")
    async with asyncio.timeout(60), delivering(paced(scene, 600.0), parts, timeouts=LONG) as first:
        await written(first, 1)

    assert scene.posted("C0000") == ALL[:1]
    assert await owner(scene) is None
    async with writing(scene.database) as connection:  # the ten minutes pass
        connection.execute(update(conversation_queues).values(due_at=0.0, open_at=0.0))
    async with delivering(scene, parts, timeouts=LONG) as then:
        await written(then, len(PARTS) - 1)
    assert scene.posted("C0000") == ALL


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_after_sigterm_another_replica_goes_on_without_waiting_for_the_lease(scene: Stage) -> None:
    new = NewDelivery(idempotency_key="a", conversation="C0000", kind=STEPS, subject="a")
    async with writing(scene.database) as connection:
        scene.outbox.enqueue(connection, new)
    async with replica(paced(scene, 5.0).orders) as first:
        await scene.slack.wait_for(lambda: scene.posted("C0000"))
        await first.stop()
    assert scene.posted("C0000") == ALL[:1]

    async with replica(paced(scene, 0.1).orders) as other:
        await scene.slack.wait_for(lambda: scene.posted("C0000") == ALL or None)
        await other.stop()
    assert scene.posted("C0000") == ALL


# A clock that jumps


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("jump", ["forward", "back", "forward and back"])
async def test_a_clock_that_jumps_by_a_day_between_two_steps_loses_repeats_and_holds_up_nothing(
    scene: Stage, clock: Clock, number: int, jump: str
) -> None:
    rendered = list[str]()

    def plan(delivery: Delivery) -> Plan:
        async def render(step: Step) -> Message:
            text = f"{delivery.subject} {step.name}"
            rendered.append(text)
            if text == f"a {PARTS[number - 1]}" and jump != "back":
                clock.move(DAY)
            elif (text == f"a {PARTS[number - 1]}") or (text == "b one" and "and" in jump):
                clock.set_back(DAY)
            return Message(text, ())

        return Plan(steps=parts(delivery).steps, content=render)

    async with delivering(scene, plan) as here:
        await here.enqueue("a", "b")
        await here.happened(2 * len(PARTS))
        await here.enqueue("c")
        await here.happened(3 * len(PARTS))

    everything = [f"{subject} {part}" for subject in "abc" for part in PARTS]
    assert scene.posted("C0000") == rendered == everything
