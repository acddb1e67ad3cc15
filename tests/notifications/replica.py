"""``python -m tests.notifications.replica ORDERS``: a replica of the bot that only delivers, until it is stopped."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from uuid import uuid4

import aiohttp
import uvloop
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from bot import log
from bot.background import BackgroundTasks
from bot.delivery.scheduler import ScheduledJob, Scheduler
from bot.domain.deliveries import Delivery, NewDelivery, Pace
from bot.notifications.courier import Courier
from bot.notifications.patience import Patience
from bot.notifications.steps import Decision, Post, Writer
from bot.notifications.worker import Worker
from bot.reply import Message
from bot.slack.courier import SlackCourier
from bot.slack.directory import Directory
from bot.storage.database import Database, open_database
from bot.storage.outbox import Outbox
from bot.storage.schedules import Schedules
from bot.storage.tables import schedules
from sandbox.slack.workspace import BOT_TOKEN
from tests.transactions import writing

NOTE, ASKED, STEPS = "note", "asked note", "note of several steps"
PARTS = ("one", "two", "three")
SLOT, SLOT_SECONDS = "slot", 0.5
WORKSPACE = "T01SANDBOX1"
PACE = Pace(channel_seconds=0.1, workspace_rate=1e6, workspace_burst=1e6)
PATIENCE = Patience(
    lease=2.0, step=1.0, look=0.2, trouble=0.1, settle_again=(0.1,) * 50, back_off=0.1, longest_back_off=0.5
)
"""Waits that a test can wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Where a replica delivers, and how."""

    database: str
    slack: str
    """The address of the Web API."""
    pace: Pace = PACE
    patience: Patience = PATIENCE
    slot_channel: str = ""
    """Where each slot of a schedule is told; empty: there is no schedule."""

    def with_schedule(self, channel: str) -> "Orders":
        """Return the orders with a schedule that is told in a channel."""
        return replace(self, slot_channel=channel)

    def as_json(self) -> str:
        """Return the orders for a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Orders":
        """Return the orders that a command line holds."""
        read = json.loads(text)
        pace, patience = Pace(**read.pop("pace")), read.pop("patience")
        again = tuple(patience.pop("settle_again"))
        return cls(**read, pace=pace, patience=Patience(**patience, settle_again=again))


class NoteWriter(Writer):
    """Posts the subject, in the lane."""

    async def decide(self, delivery: Delivery) -> Decision:
        """Take the one step there is."""
        return Post(part=NOTE, message=Message(delivery.subject, ()), channel=delivery.lane)


class AskedNoteWriter(NoteWriter):
    """Asks Slack for the channel before."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier

    async def decide(self, delivery: Delivery) -> Decision:
        """Take the one step there is, later."""
        await self._courier.channel(delivery.lane)
        return await super().decide(delivery)


class StepsWriter(Writer):
    """Posts the parts one after the other, in the lane."""

    async def decide(self, delivery: Delivery) -> Decision:
        """Post the first part that does not stand."""
        return next_part(delivery)


def next_part(delivery: Delivery) -> Post:
    """Return the step that posts the first part which does not stand."""
    part = next(part for part in PARTS if part not in delivery.parts)
    message = Message(f"{delivery.subject} {part}", ())
    return Post(part=part, message=message, channel=delivery.lane, last=part == PARTS[-1])


@dataclass(frozen=True, slots=True)
class Replica:
    """A replica at work."""

    database: Database
    outbox: Outbox
    worker: Worker


@asynccontextmanager
async def at_work(orders: Orders, writers: Mapping[str, Writer] | None = None) -> AsyncIterator[Replica]:
    """Deliver while the block lasts; ``writers`` beside those above."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(orders.database))
        connector, timeout = aiohttp.TCPConnector(limit=256), aiohttp.ClientTimeout(total=10)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector, timeout=timeout))
        client = AsyncWebClient(token=BOT_TOKEN, base_url=orders.slack, session=session, retry_handlers=[])
        client.proxy = None  # loopback
        courier = SlackCourier(client, Directory(client, WORKSPACE))
        outbox = Outbox(database, workspace_id=WORKSPACE, pace=orders.pace)
        tasks = BackgroundTasks()
        known = {NOTE: NoteWriter(), ASKED: AskedNoteWriter(courier), STEPS: StepsWriter(), **(writers or {})}
        worker = Worker(outbox, courier, known, tasks, patience=orders.patience)
        stack.push_async_callback(tasks.drain, seconds=5)
        await stack.enter_async_context(worker.at_work())
        if orders.slot_channel:
            await stack.enter_async_context(_schedule(orders, database, outbox, worker).at_work())
        yield Replica(database, outbox, worker)


def _schedule(orders: Orders, database: Database, outbox: Outbox, worker: Worker) -> Scheduler:
    async def tell() -> None:
        async with writing(database) as connection:
            begun = connection.execute(select(schedules.c.slot).where(schedules.c.name == SLOT)).scalar_one()
            told = NewDelivery(
                key=str(uuid4()), lane=orders.slot_channel, kind=NOTE, subject=f"slot {begun.timestamp()}"
            )
            outbox.enqueue(connection, told)
        worker.wake()

    return Scheduler(Schedules(database), [ScheduledJob(SLOT, SLOT_SECONDS, tell)])


async def deliver(orders: Orders) -> None:
    """Say that it has begun, and deliver until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with at_work(orders):
        print("ready", flush=True)  # noqa: T201 - to whoever started this
        await stop.wait()


if __name__ == "__main__":
    log.configure("WARNING")
    with asyncio.Runner(loop_factory=uvloop.Loop) as runner:
        runner.run(deliver(Orders.from_json(sys.argv[1])))
