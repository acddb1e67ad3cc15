"""A step that may have been sent is looked for before it is posted again, whatever other steps are recorded first."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.deliveries import Delivery, NewDelivery
from bot.notifications.steps import Decision, Edit, Later
from bot.reply import Message
from tests.notifications.replica import PARTS, PATIENCE, STEPS, at_work, next_part
from tests.notifications.replicas import replica
from tests.notifications.stage import POST, Stage, stage
from tests.notifications.watched import WatchedWriter
from tests.transactions import writing

ALL = [f"a {part}" for part in PARTS]
HISTORY = "conversations.history"
UNHURRIED = replace(PATIENCE, lease=10.0, step=8.0)
"""Long enough to be killed before it gives the step up."""


@pytest.fixture
async def scene(migrated_url: str) -> AsyncIterator[Stage]:
    """A stage on which the first of three steps stands."""

    def only_the_first(delivery: Delivery) -> Decision:
        return Later(seconds=0.1) if delivery.parts else next_part(delivery)

    async with stage(migrated_url, channels=1) as set_up:
        enqueued = NewDelivery(key="a", lane=set_up.channels[0], kind=STEPS, subject="a")
        async with writing(set_up.database) as connection:
            set_up.outbox.enqueue(connection, enqueued)
        writer = WatchedWriter(only_the_first)
        async with at_work(set_up.orders, {STEPS: writer}):
            await writer.until(lambda: bool(writer.happened))
        assert posted(set_up) == ALL[:1]
        yield set_up
        assert set_up.slack.complaints == []


def posted(scene: Stage) -> list[str]:
    """Return what stands in the channel, without what an edit added."""
    return [message.text.removesuffix(", edited") for message in scene.slack.messages(scene.channels[0])]


def edit_first(delivery: Delivery) -> Decision:
    """Have another step recorded before the one that is in doubt."""
    if "edit" not in delivery.parts and delivery.suspect:
        message = Message(f"{delivery.subject} one, edited", ())
        return Edit(part="edit", message=message, channel=delivery.lane, ts=delivery.parts["one"], last=False)
    return next_part(delivery)


async def finish(scene: Stage) -> list[str]:
    """Deliver the rest; return the steps that were recorded."""
    writer = WatchedWriter(edit_first)
    async with at_work(scene.orders, {STEPS: writer}):
        await writer.until(lambda: any(why == PARTS[-1] for _, _, why in writer.happened))
    return [why for _, what, why in writer.happened if what == "stepped"]


async def test_one_whose_process_was_killed_is_found_after_another_step_was_recorded(scene: Stage) -> None:
    scene.wire.hold(POST)
    async with replica(replace(scene.orders, patience=UNHURRIED)) as killed:
        await scene.wire.holds()  # the second message stands, and nobody has heard of it
        await killed.kill()
    scene.wire.release()

    steps = await finish(scene)

    assert steps == ["edit", "two", "three"]
    assert posted(scene) == ALL
    assert scene.slack.calls_to(HISTORY)


async def test_one_whose_answer_was_lost_is_found_after_another_step_was_recorded(scene: Stage) -> None:
    scene.slack.fail_next(POST, drop=True, performed=True)

    steps = await finish(scene)

    assert steps == ["edit", "two", "three"]
    assert posted(scene) == ALL
    assert scene.slack.calls_to(HISTORY)
