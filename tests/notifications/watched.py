"""Deliveries whose plans a test decides on, with what became of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from bot.delivery.handler import Decision, DeliveryHandler, Plan
from bot.delivery.worker import Worker
from bot.domain.deliveries import Delivery, NewDelivery, Post, Step
from bot.reply import Message
from bot.retry import DeliveryTimeouts
from bot.storage.database import Database
from bot.storage.tables import deliveries
from tests.notifications.replica import at_work
from tests.notifications.stage import Stage
from tests.transactions import reading, writing

WATCHED = "watched"


def steps(delivery: Delivery, *planned: Step) -> Plan:
    """Return the plan of some steps, whose message is what the delivery is about."""

    async def render(_step: Step) -> Message:
        return Message(delivery.subject, ())

    return Plan(steps=planned, content=render)


def post(delivery: Delivery, *, name: str = "note", thread_ts: str | None = None) -> Plan:
    """Return the plan that posts what a delivery is about."""
    return steps(delivery, Post(name=name, channel=delivery.conversation, thread_ts=thread_ts))


@dataclass
class WatchedHandler(DeliveryHandler):
    """Plans as it is told to; ``happened`` holds what became of steps, as (subject, what, why)."""

    decision: Callable[[Delivery], Decision]
    happened: list[tuple[str, str, str]] = field(default_factory=list)
    mistakes: dict[str, list[Exception]] = field(default_factory=dict)
    """What recording a step raises, once each."""
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    kind = WATCHED

    async def prepare(self, delivery: Delivery) -> Decision:
        return self.decision(delivery)

    def on_sent(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:
        if self.mistakes.get(step.name):
            raise self.mistakes[step.name].pop()
        self._note(delivery, "sent" if ts else "no ts", step.name)

    def on_retry(self, connection: Connection, delivery: Delivery, error: Exception) -> None:
        self._note(delivery, "retry", type(error).__name__)

    def on_failed(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        self._note(delivery, "failed", reason if error is None else f"{reason} {type(error).__name__}")

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
    handler: WatchedHandler
    worker: Worker
    database: Database

    async def enqueue(self, *subjects: str, channel: int = 0) -> None:
        """Enqueue, and wake the worker."""
        await enqueue(self.scene, *subjects, channel=channel)
        self.worker.wake()

    def of(self, subject: str) -> list[tuple[str, str]]:
        """Return what became of the steps of one delivery."""
        return [(what, why) for about, what, why in self.handler.happened if about == subject]

    async def ended(self, *subjects: str) -> None:
        """Wait until something became of each of these."""
        await self.handler.until(lambda: {subject for subject, _, _ in self.handler.happened} >= set(subjects))

    async def happened(self, times: int) -> None:
        """Wait until so many steps have ended."""
        await self.handler.until(lambda: len(self.handler.happened) >= times)


@asynccontextmanager
async def delivering(
    scene: Stage,
    decision: Callable[[Delivery], Decision] = post,
    *,
    timeouts: DeliveryTimeouts | None = None,
) -> AsyncIterator[Delivering]:
    """Deliver while the block lasts; then, what was begun is done."""
    handler = WatchedHandler(decision)
    orders = scene.orders if timeouts is None else replace(scene.orders, timeouts=timeouts)
    async with at_work(orders, {WATCHED: handler}) as replica:
        yield Delivering(scene, handler, replica.worker, replica.database)


async def enqueue(scene: Stage, *subjects: str, channel: int = 0) -> None:
    """Enqueue watched deliveries for a channel."""
    conversation = scene.channels[channel]
    new = (
        NewDelivery(idempotency_key=subject, conversation=conversation, kind=WATCHED, subject=subject)
        for subject in subjects
    )
    async with writing(scene.database) as connection:
        scene.outbox.enqueue(connection, *new)


async def stored(scene: Stage, subject: str) -> tuple[str, str | None, int]:
    """Return state, reason and attempts of a delivery."""
    columns = (deliveries.c.state, deliveries.c.reason, deliveries.c.attempts)
    async with reading(scene.database) as connection:
        rows = connection.execute(select(*columns).where(deliveries.c.subject == subject))
        state, reason, attempts = rows.one()
    return state, reason, attempts
