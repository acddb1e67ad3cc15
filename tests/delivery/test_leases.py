"""Leases: kept by renewal, long enough for each write, and taken over only from owners that could have renewed."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from bot.delivery.handler import Decision, Plan
from bot.domain.deliveries import Delivery, Step
from bot.reply import Message
from tests.notifications.replica import NOTE, TIMEOUTS, at_work, posts
from tests.notifications.stage import POST, Stage, stage
from tests.notifications.watched import WATCHED, WatchedHandler, delivering, enqueue, stored
from tests.storage.enqueueing import Statements

LONG = replace(TIMEOUTS, lease=30.0, renewal=5.0, margin=15.0, preparation=60.0)
SHORT = replace(TIMEOUTS, lease=4.0, renewal=0.25, preparation=60.0)
CHANNELS = 3
RENEWAL = "delivery_number"
"""How the statement that renews leases ends."""


@pytest.fixture
async def scene(migrated_url: str) -> AsyncIterator[Stage]:
    async with stage(migrated_url, channels=CHANNELS) as set_up:
        yield set_up
        assert set_up.slack.complaints == []


@dataclass
class SlowHandler(WatchedHandler):
    """Prepares for longer than a lease; ``began`` holds whose preparation began."""

    decision = posts
    began: list[str] = field(default_factory=list)

    async def prepare(self, delivery: Delivery) -> Decision:
        self.began.append(delivery.subject)
        await asyncio.sleep(1.25 * SHORT.lease)
        return posts(delivery, NOTE)


async def test_attempts_that_last_longer_than_a_lease_keep_it_by_one_statement_for_all(scene: Stage) -> None:
    slow, orders = SlowHandler(posts), replace(scene.orders, timeouts=SHORT)
    subjects = [f"in {channel}" for channel in scene.channels]
    async with at_work(orders, {WATCHED: slow}) as one, at_work(orders, {WATCHED: slow}) as other:
        seen = [Statements(replica.database) for replica in (one, other)]
        for number, subject in enumerate(subjects):
            await enqueue(scene, subject, channel=number)
        one.worker.wake()
        began = time.monotonic()
        await slow.until(lambda: len(slow.happened) == CHANNELS)
        took = time.monotonic() - began

    assert sorted(slow.began) == subjects
    assert [scene.posted(channel) for channel in scene.channels] == [[subject] for subject in subjects]
    renewals = [sum(each.endswith(RENEWAL) for each in statements.seen) for statements in seen]
    assert 1 <= max(renewals) <= took / SHORT.renewal


@pytest.mark.parametrize(("stood_still", "begins"), [(14.0, True), (16.0, False), (40.0, False)])
async def test_a_write_begins_only_with_the_margin_left_of_its_lease(
    scene: Stage, monkeypatch: pytest.MonkeyPatch, *, stood_still: float, begins: bool
) -> None:
    """The process stands still after it has rendered; what it does not write then, it claims again."""
    rendered = list[int]()

    def decision(delivery: Delivery) -> Plan:
        async def render(_step: Step) -> Message:
            rendered.append(len(scene.slack.calls_to(POST)))
            if len(rendered) == 1:
                clock = time.monotonic
                monkeypatch.setattr(time, "monotonic", lambda: clock() + stood_still)
            return Message(delivery.subject, ())

        return Plan(steps=posts(delivery, NOTE).steps, content=render)

    async with delivering(scene, decision, timeouts=LONG) as here:
        await here.enqueue("a")
        await here.ended("a")

    assert rendered == ([0] if begins else [0, 0])
    assert here.of("a") == [("sent", NOTE)]
    assert scene.posted("C0000") == ["a"]
    assert await stored(scene, "a") == ("sent", None, 1)
