"""A database that goes away and comes back: the loops go on, nothing is lost, and nothing comes twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from sqlalchemy import update
from structlog.typing import EventDict

from bot import retry
from bot.storage.tables import conversation_queues
from tests import databases
from tests.held import sqlite_held
from tests.notifications.replica import TIMEOUTS, at_work
from tests.notifications.stage import POST, Outcome, stage
from tests.notifications.watched import delivering, enqueue
from tests.storage.enqueueing import claim
from tests.transactions import writing


class Log:
    """The log, as far as it can be waited for."""

    def __init__(self) -> None:
        self._events: set[str] = set()
        self._news = asyncio.Event()

    def __call__(self, _logger: object, _level: str, entry: EventDict) -> EventDict:
        self._events.add(str(entry["event"]))
        self._news.set()
        raise structlog.DropEvent

    async def says(self, *events: str) -> None:
        """Wait until each of these is logged from now on."""
        self._events.clear()
        async with asyncio.timeout(120):
            while not self._events >= {*events}:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def log() -> Iterator[Log]:
    before = structlog.get_config()["processors"]
    kept = Log()
    structlog.configure(processors=[kept])
    yield kept
    structlog.configure(processors=before)


@asynccontextmanager
async def away(address: str) -> AsyncIterator[None]:
    """Let nobody at the database while the block lasts."""
    if address.startswith("sqlite"):
        async with sqlite_held(Path(address.removeprefix("sqlite:///")), "BEGIN EXCLUSIVE"):
            yield
    else:
        await databases.close()
        yield
        await databases.reopen()


async def test_a_database_that_goes_away_is_waited_for(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    async with stage(migrated_url, channels=3) as scene:
        await scene.enqueue(6)
        scene.wire.hold(POST)
        async with at_work(scene.orders):
            await scene.wire.holds()
            async with away(migrated_url):
                with monkeypatch.context() as hurried:
                    hurried.setattr(retry, "DATABASE", replace(retry.DATABASE, transaction=0.2))
                    scene.wire.release()
                    await log.says("delivery not recorded", "deliveries not claimed")
            await scene.until_posted()

        assert scene.outcome() == Outcome()


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_connections_that_are_cut_at_any_moment_are_made_again(migrated_url: str) -> None:
    async with stage(migrated_url, channels=4) as scene:
        await scene.enqueue(8)
        async with at_work(scene.orders):
            for tenth in (2, 5, 8):
                await scene.until_posted(tenth / 10)
                await databases.cut()
            await scene.until_posted()

        assert scene.outcome() == Outcome()


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_after_it_was_away_nothing_is_taken_over_for_a_lease_and_the_rest_goes_on(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    """No owner could renew meanwhile: one whose lease is over may be about to write."""
    async with stage(migrated_url, channels=2) as scene:
        await enqueue(scene, "left")
        await claim(scene.database, scene.outbox, owner="another", lease=3600.0)
        async with delivering(scene, timeouts=replace(TIMEOUTS, lease=4.0)) as here:
            async with away(migrated_url):
                with monkeypatch.context() as hurried:
                    hurried.setattr(retry, "DATABASE", replace(retry.DATABASE, transaction=0.2))
                    await log.says("deliveries not claimed")
                back = time.monotonic()
            await enqueue(scene, "since", channel=1)
            async with writing(scene.database) as connection:
                over = update(conversation_queues).where(conversation_queues.c.owner == "another")
                connection.execute(over.values(due_at=0.0))
            await here.ended("since", "left")

        assert [about for about, _, _ in here.handler.happened] == ["since", "left"]
        assert scene.slack.calls_to(POST)[-1].at - back >= 4.0
