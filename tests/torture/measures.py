"""What delivery costs: how fast a backlog drains, what waiting costs, how fast an event finds who follows it."""

import asyncio
import time
from dataclasses import dataclass
from statistics import median

from sqlalchemy import insert

from benchmarks.child import Child
from bot.domain import event_kinds
from bot.domain.channel_subscriptions import Rhythm, SubscriptionState
from bot.domain.deliveries import Rates
from bot.domain.event_kind import Topic
from bot.domain.events import Event, Source
from bot.retry import DeliveryTimeouts
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.database import open_database
from bot.storage.outbox import Outbox
from bot.storage.tables import channel_subscriptions
from tests.notifications.replica import Orders
from tests.notifications.replicas import replica
from tests.notifications.stage import POST, RETRY_AFTER, Outcome, stage
from tests.storage.observations import CUSTOMER, NOON
from tests.transactions import writing

CHANNELS, MESSAGES = 50, 40
PACE = Rates(channel_seconds=0.25, workspace_rate=1e6, workspace_burst=1e6)
LATENCY = 0.02
LIMITED_EVERY = 97
SUBSCRIPTIONS = 10_000


@dataclass(frozen=True, slots=True)
class Drained:
    """How a backlog drained."""

    outcome: Outcome
    seconds: float
    """From the first message to the last."""
    ideal: float
    """The same, if nothing took any time but the pace and the waits that Slack asked for."""
    cpu: float
    """Seconds a message."""
    memory: float
    """MB at the end."""


async def drain(address: str) -> Drained:
    """Let one replica deliver 2,000 messages to 50 channels, through a limit that Slack now and then enforces."""
    orders = Orders(database="", slack="", pace=PACE, timeouts=DeliveryTimeouts())
    async with stage(address, channels=CHANNELS, latency=LATENCY, limited_every=LIMITED_EVERY, orders=orders) as scene:
        await scene.enqueue(MESSAGES)
        async with replica(scene.orders) as process:
            started = process.cpu()
            await scene.until_posted(within=120)
            cpu, memory = process.cpu() - started, Child("", process.process.pid).memory()
            await process.stop()
        times = [call.at for call in scene.slack.calls_to(POST)]
        most = max(scene.wire.limited.values(), default=0)
        return Drained(
            outcome=scene.outcome(),
            seconds=max(times) - min(times),
            ideal=(MESSAGES - 1) * PACE.channel_seconds + most * RETRY_AFTER,
            cpu=cpu / (CHANNELS * MESSAGES),
            memory=memory,
        )


async def idle(address: str, *, seconds: float) -> float:
    """Return the share of a CPU that a replica with nothing to do uses, at the waits of a real one."""
    orders = Orders(database="", slack="", timeouts=DeliveryTimeouts())
    async with stage(address, orders=orders) as scene, replica(scene.orders) as process:
        await scene.enqueue(1)
        await scene.until_posted(within=60)
        await asyncio.sleep(2)
        before = process.cpu()
        await asyncio.sleep(seconds)
        return (process.cpu() - before) / seconds


async def match(address: str) -> float:
    """Return the seconds in which an event finds its 10,000 subscriptions, the median of several."""
    rows = [
        {
            "id": f"f{number}",
            "submission_key": f"k{number}",
            "workspace_id": "T1",
            "channel_id": f"C{number}",
            "owner_id": "U1",
            "language": "en",
            "tz": "UTC",
            "topics": frozenset({Topic.ALL}),
            "countries": (),
            "thread_only": False,
            "rhythm": Rhythm.NOW,
            "state": SubscriptionState.ACTIVE,
            "created_at": number,
            "changed_at": number,
        }
        for number in range(SUBSCRIPTIONS)
    ]
    event = Event(
        id="e",
        kind=event_kinds.CUSTOMER_ADDED,
        source=Source.WEBHOOK,
        name="n",
        happened_at=NOON,
        received_at=NOON,
        customer_id=CUSTOMER,
    )
    async with open_database(address) as database:
        table = ChannelSubscriptions(database, Outbox(database, workspace_id="T1"))
        async with writing(database) as connection:
            connection.execute(insert(channel_subscriptions), rows)
        took = []
        for _ in range(9):
            async with writing(database) as connection:
                began = time.perf_counter()
                assert len(table.matching(connection, event)) == SUBSCRIPTIONS
                took.append(time.perf_counter() - began)
        return median(took)
