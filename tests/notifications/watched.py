"""Deliveries whose steps a test decides on, with what became of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from bot.domain.deliveries import Delivery, NewDelivery
from bot.notifications.patience import Patience
from bot.notifications.steps import Decision, Post, Step, Writer
from bot.notifications.worker import Worker
from bot.reply import Message
from bot.storage.database import Database
from bot.storage.tables import deliveries
from tests.notifications.replica import at_work
from tests.notifications.stage import Stage
from tests.transactions import reading, writing

WATCHED = "watched"


def post(delivery: Delivery, *, part: str = "note", thread_ts: str | None = None, last: bool = True) -> Post:
    """Return the step that posts what a delivery is about."""
    message = Message(delivery.subject, ())
    return Post(part=part, message=message, channel=delivery.lane, thread_ts=thread_ts, last=last)


@dataclass
class WatchedWriter(Writer):
    """Decides as it is told to; ``happened`` holds what became of steps, as (subject, what, why)."""

    decision: Callable[[Delivery], Decision]
    happened: list[tuple[str, str, str]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    async def decide(self, delivery: Delivery) -> Decision:
        return self.decision(delivery)

    def stepped(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:
        self._note(delivery, "stepped" if ts else "no ts", step.part)

    def put_off(self, connection: Connection, delivery: Delivery, error: Exception) -> None:
        self._note(delivery, "put off", type(error).__name__)

    def given_up(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        self._note(delivery, "given up", reason if error is None else f"{reason} {type(error).__name__}")

    def _note(self, delivery: Delivery, what: str, why: str) -> None:
        self.happened.append((delivery.subject, what, why))
        self._loop.call_soon_threadsafe(self._news.set)

    async def until(self, found: Callable[[], bool]) -> None:
        async with asyncio.timeout(120):
            while not found():
                self._news.clear()
                await self._news.wait()


@dataclass(frozen=True, slots=True)
class Delivering:
    """A replica in this process, at work on the stage."""

    scene: Stage
    writer: WatchedWriter
    worker: Worker
    database: Database

    async def enqueue(self, *subjects: str, channel: int = 0) -> None:
        """Promise, and say so."""
        await enqueue(self.scene, *subjects, channel=channel)
        self.worker.wake()

    def of(self, subject: str) -> list[tuple[str, str]]:
        """Return what became of the steps of one delivery."""
        return [(what, why) for about, what, why in self.writer.happened if about == subject]

    async def ended(self, *subjects: str) -> None:
        """Wait until something became of each of these."""
        await self.writer.until(lambda: {subject for subject, _, _ in self.writer.happened} >= set(subjects))

    async def happened(self, times: int) -> None:
        """Wait until so many steps have ended."""
        await self.writer.until(lambda: len(self.writer.happened) >= times)


@asynccontextmanager
async def delivering(
    scene: Stage,
    decision: Callable[[Delivery], Decision] = post,
    *,
    patience: Patience | None = None,
) -> AsyncIterator[Delivering]:
    """Deliver while the block lasts; then, what was begun is done."""
    writer = WatchedWriter(decision)
    orders = scene.orders if patience is None else replace(scene.orders, patience=patience)
    async with at_work(orders, {WATCHED: writer}) as replica:
        yield Delivering(scene, writer, replica.worker, replica.database)


async def enqueue(scene: Stage, *subjects: str, channel: int = 0) -> None:
    """Promise watched deliveries to a channel."""
    lane = scene.channels[channel]
    new = (NewDelivery(key=subject, lane=lane, kind=WATCHED, subject=subject) for subject in subjects)
    async with writing(scene.database) as connection:
        scene.outbox.enqueue(connection, *new)


async def stored(scene: Stage, subject: str) -> tuple[str, str | None, int]:
    """Return state, reason and attempts of a delivery."""
    columns = (deliveries.c.state, deliveries.c.reason, deliveries.c.attempts)
    async with reading(scene.database) as connection:
        rows = connection.execute(select(*columns).where(deliveries.c.subject == subject))
        state, reason, attempts = rows.one()
    return state, reason, attempts
