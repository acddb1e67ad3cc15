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
from bot.delivery.handler import DeliveryHandler, Plan
from bot.delivery.messenger import Messenger
from bot.delivery.scheduler import ScheduledJob, Scheduler
from bot.delivery.worker import Worker
from bot.domain.deliveries import Delivery, NewDelivery, Post, Rates, Step
from bot.reply import Message
from bot.retry import DeliveryTimeouts, RetryPolicy
from bot.slack.directory import Directory
from bot.slack.messenger import SlackMessenger
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
PACE = Rates(channel_seconds=0.1, workspace_rate=1e6, workspace_burst=1e6)
POLICY = RetryPolicy(first=0.1, longest=0.5, attempts=100, jitter=0.5)
TIMEOUTS = DeliveryTimeouts(
    lease=2.0,
    renewal=0.3,
    margin=1.0,
    write=1.0,
    preparation=1.0,
    look=0.2,
    trouble=0.1,
    record_again=(0.1,) * 50,
    policy=POLICY,
)
"""Waits that a test can wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Where a replica delivers, and how."""

    database: str
    slack: str
    """The address of the Web API."""
    pace: Rates = PACE
    timeouts: DeliveryTimeouts = TIMEOUTS
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
        pace, timeouts = Rates(**read.pop("pace")), read.pop("timeouts")
        again, policy = tuple(timeouts.pop("record_again")), RetryPolicy(**timeouts.pop("policy"))
        return cls(**read, pace=pace, timeouts=DeliveryTimeouts(**timeouts, record_again=again, policy=policy))


class NoteHandler(DeliveryHandler):
    """Posts the subject, in the conversation."""

    kind = NOTE

    async def prepare(self, delivery: Delivery) -> Plan:
        """Plan the one step there is."""
        return posts(delivery, NOTE)


class AskedNoteHandler(NoteHandler):
    """Asks Slack for the channel before."""

    kind = ASKED

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def prepare(self, delivery: Delivery) -> Plan:
        """Plan the one step there is, later."""
        await self._messenger.channel(delivery.conversation)
        return await super().prepare(delivery)


class StepsHandler(DeliveryHandler):
    """Posts the parts one after the other, in the conversation."""

    kind = STEPS

    async def prepare(self, delivery: Delivery) -> Plan:
        """Plan all parts."""
        return posts(delivery, *PARTS)


def posts(delivery: Delivery, *names: str) -> Plan:
    """Return the plan that posts what a delivery is about, a message a name."""

    async def render(step: Step) -> Message:
        return Message(delivery.subject if len(names) == 1 else f"{delivery.subject} {step.name}", ())

    return Plan(steps=tuple(Post(name=name, channel=delivery.conversation) for name in names), content=render)


@dataclass(frozen=True, slots=True)
class Replica:
    """A replica at work."""

    database: Database
    outbox: Outbox
    worker: Worker


@asynccontextmanager
async def at_work(orders: Orders, handlers: Mapping[str, DeliveryHandler] | None = None) -> AsyncIterator[Replica]:
    """Deliver while the block lasts; ``handlers`` beside those above."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(orders.database))
        connector, timeout = aiohttp.TCPConnector(limit=256), aiohttp.ClientTimeout(total=10)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector, timeout=timeout))
        client = AsyncWebClient(token=BOT_TOKEN, base_url=orders.slack, session=session, retry_handlers=[])
        client.proxy = None  # loopback
        messenger = SlackMessenger(client, Directory(client, WORKSPACE))
        outbox = Outbox(database, workspace_id=WORKSPACE, rates=orders.pace)
        tasks = BackgroundTasks()
        known = {NOTE: NoteHandler(), ASKED: AskedNoteHandler(messenger), STEPS: StepsHandler(), **(handlers or {})}
        worker = Worker(database, outbox, messenger, known, tasks, timeouts=orders.timeouts)
        stack.push_async_callback(tasks.drain, seconds=5)
        await stack.enter_async_context(worker.running())
        if orders.slot_channel:
            await stack.enter_async_context(_schedule(orders, database, outbox, worker).at_work())
        yield Replica(database, outbox, worker)


def _schedule(orders: Orders, database: Database, outbox: Outbox, worker: Worker) -> Scheduler:
    async def tell() -> None:
        async with writing(database) as connection:
            begun = connection.execute(select(schedules.c.slot).where(schedules.c.name == SLOT)).scalar_one()
            told = NewDelivery(
                idempotency_key=str(uuid4()),
                conversation=orders.slot_channel,
                kind=NOTE,
                subject=f"slot {begun.timestamp()}",
            )
            outbox.enqueue(connection, told)
        worker.wake()

    return Scheduler(database, Schedules(database), [ScheduledJob(SLOT, SLOT_SECONDS, tell)])


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
