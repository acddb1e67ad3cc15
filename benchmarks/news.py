"""What news cost: a webhook event that no channel has subscribed to, and one notification, by a process of its own."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, insert

from benchmarks.child import Child, running
from benchmarks.fakes import TEAM, Slack
from benchmarks.load import Timings, press_links
from bot.domain.channel_subscriptions import Rhythm, SubscriptionState
from bot.domain.event_kind import Topic
from bot.storage.tables import channel_subscriptions
from sandbox.microsoft import Microsoft
from sandbox.microsoft.happenings import Events

WARM_UP = 8
EVENTS = 200
NOTIFICATIONS = 40
"""Each in a channel of its own, as one takes a message a second; with the warm-up under a workspace's 60 at once."""
AT_ONCE = 2
MOST_SECONDS = 60.0
_POST = "/api/chat.postMessage"


@dataclass(frozen=True, slots=True)
class News:
    """CPU seconds each, and what pressing a button takes meanwhile."""

    event: float
    """With the request that brings it, its signature, and two transactions."""
    notification: float
    """From the event to the finished delivery."""
    meanwhile: Timings
    """While such events come one after another."""


async def measure(environment: Mapping[str, str], slack: Slack, microsoft: Microsoft, folder: Path) -> News:
    """Start a bot on a database of its own, subscribe channels to a customer each, and let events come."""
    file = folder / "news.db"
    environment = dict(environment) | {"DATABASE_URL": f"sqlite:///{file}", "BOT_OPERATORS": "*"}
    async with running("bot", "run", environment=environment, folder=folder) as child:
        _subscribe(file, WARM_UP + NOTIFICATIONS)
        source = _Source(microsoft, f"{child.url}/partner-center/webhook")
        await press_links(child.url, EVENTS, at_once=AT_ONCE)
        await source.bring(WARM_UP, first=WARM_UP + NOTIFICATIONS)
        await _notified(source, slack, first=0, number=WARM_UP)

        before = child.cpu()
        await source.bring(EVENTS, first=WARM_UP + NOTIFICATIONS)
        event = (child.cpu() - before) / EVENTS

        before = child.cpu()
        await _notified(source, slack, first=WARM_UP, number=NOTIFICATIONS)
        await _rests(child)
        notification = (child.cpu() - before) / NOTIFICATIONS

        events = asyncio.create_task(source.bring(EVENTS, first=WARM_UP + NOTIFICATIONS))
        meanwhile = await press_links(child.url, EVENTS, at_once=1)
        await events
        return News(event=event, notification=notification, meanwhile=meanwhile)


class _Source:
    """Microsoft's webhook, which tells of changes to customers' subscriptions."""

    def __init__(self, microsoft: Microsoft, url: str) -> None:
        self._microsoft = microsoft
        self._url = url
        self._numbers = count(1)

    async def bring(self, number: int, *, first: int) -> None:
        """Deliver an event of each of so many customers, beginning with that one."""
        events = iter([self._event(first + each) for each in range(number)])

        async def one_after_another() -> None:
            for event in events:
                (delivery,) = await self._microsoft.webhook.deliver(*event, url=self._url)
                if not delivery.taken:
                    raise RuntimeError(f"an event was not taken: {delivery.statuses}")

        await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))

    def _event(self, customer: int) -> Events:
        which = f"00000000-0000-4000-8000-{next(self._numbers):012}"
        uri = f"{self._microsoft.partner_center_url}/webhooks/v1/customers/{_tenant(customer)}/subscriptions/{which}"
        at = datetime.now(UTC).isoformat()
        event = {"EventName": "subscription-updated", "ResourceUri": uri, "ResourceName": "subscription"}
        return ({**event, "AuditUri": None, "ResourceChangeUtcDate": at},)


async def _notified(source: _Source, slack: Slack, *, first: int, number: int) -> None:
    """Deliver events that channels have subscribed to, and wait until Slack has a message for each."""
    wanted, end = slack.requests[_POST] + number, time.monotonic() + MOST_SECONDS
    await source.bring(number, first=first)
    while slack.requests[_POST] < wanted:
        if time.monotonic() > end:
            raise RuntimeError(f"{wanted - slack.requests[_POST]} messages are missing")
        await asyncio.sleep(0.01)


async def _rests(child: Child) -> None:
    """Wait until the process uses no CPU any more: the last outcome is recorded."""
    used = -1.0
    while child.cpu() - used > 0.001:
        used = child.cpu()
        await asyncio.sleep(0.1)


def _subscribe(file: Path, number: int) -> None:
    now = time.time()
    rows = [
        {
            "id": f"news-{each}",
            "submission_key": f"news-{each}",
            "workspace_id": TEAM,
            "channel_id": f"C0NEWS{each:04}",
            "owner_id": "U0BENCH000",
            "language": "en",
            "tz": "UTC",
            "topics": frozenset({Topic.ALL}),
            "customer_id": _tenant(each),
            "countries": (),
            "thread_only": False,
            "rhythm": Rhythm.NOW,
            "state": SubscriptionState.ACTIVE,
            "created_at": datetime.fromtimestamp(now, UTC),
            "changed_at": datetime.fromtimestamp(now, UTC),
        }
        for each in range(number)
    ]
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(insert(channel_subscriptions), rows)
    engine.dispose()


def _tenant(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-00000000c001"
