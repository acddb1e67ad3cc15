"""A Slack with as many channels as are wanted, a wire to it that can be held, and what was promised to the channels."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from aiohttp import web
from sqlalchemy import select

from bot.domain.deliveries import DeliveryState, NewDelivery
from bot.storage.database import Database, open_database
from bot.storage.outbox import Outbox
from bot.storage.tables import deliveries
from sandbox.people import MAYA, Channel
from sandbox.slack import Slack
from tests.notifications.replica import NOTE, PARTS, STEPS, WORKSPACE, Orders
from tests.transactions import reading, writing

POST = "chat.postMessage"
RETRY_AFTER = 1
EARLY = 0.9
"""Of the pace; a gap that is shorter is too early."""


class Wire:
    """What lies between a bot and Slack: so many seconds, a limit, and whatever holds an answer up."""

    def __init__(self, *, latency: float, limited_every: int) -> None:
        self._latency = latency
        self._limited_every = limited_every
        self._calls = 0
        self.limited: Counter[str] = Counter()
        """How often each channel was asked to wait."""
        self._held, self._let_through = "", 0
        self._arrived, self._going_on = asyncio.Event(), asyncio.Event()

    @web.middleware
    async def carry(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Carry a call to Slack, and the answer back."""
        self._calls += 1
        await asyncio.sleep(self._latency / 2)
        if self._limited_every and self._calls % self._limited_every == 0:
            self.limited[(await request.json())["channel"]] += 1
            limited = {"ok": False, "error": "ratelimited"}
            return web.json_response(limited, status=429, headers={"Retry-After": str(RETRY_AFTER)})
        answer = await handler(request)
        await asyncio.sleep(self._latency / 2)
        if request.path.endswith(f"/{self._held}") and self._is_next():
            self._held = ""
            self._arrived.set()
            await self._going_on.wait()
        return answer

    def _is_next(self) -> bool:
        self._let_through -= 1
        return self._let_through < 0

    def hold(self, method: str, *, after: int = 0) -> None:
        """Hold up the answer to the next call of a method, or to one ``after`` it."""
        self._held, self._let_through = method, after

    async def holds(self) -> None:
        """Wait until an answer is held up."""
        await asyncio.wait_for(self._arrived.wait(), 120)

    def release(self) -> None:
        """Let the answer come."""
        self._going_on.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What went wrong; nothing, if all is well."""

    lost: int = 0
    duplicates: int = 0
    out_of_order: int = 0
    too_early: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """Where replicas perform."""

    slack: Slack
    wire: Wire
    database: Database
    outbox: Outbox
    orders: Orders
    channels: tuple[str, ...]
    enqueued: dict[str, list[str]] = field(default_factory=dict)
    """The texts promised to each channel, in order."""

    async def enqueue(self, count: int, *, kind: str = NOTE) -> None:
        """Promise so many more deliveries to every channel, each time to all in one transaction."""
        for _ in range(count):
            texts = {channel: f"{channel} {len(self.enqueued.get(channel, ()))}" for channel in self.channels}
            new = (
                NewDelivery(idempotency_key=text, conversation=channel, kind=kind, subject=text)
                for channel, text in texts.items()
            )
            async with writing(self.database) as connection:
                self.outbox.enqueue(connection, *new)
            for channel, text in texts.items():
                written = [f"{text} {part}" for part in PARTS] if kind == STEPS else [text]
                self.enqueued.setdefault(channel, []).extend(written)

    def posted(self, channel: str) -> list[str]:
        """Return the texts that stand in a channel."""
        return [message.text for message in self.slack.messages(channel)]

    async def until_posted(self, share: float = 1.0, *, within: float = 120) -> None:
        """Wait until so large a share of what was promised stands."""
        wanted = share * sum(len(texts) for texts in self.enqueued.values())
        before = len(self.slack.world.messages) - self._standing()
        await self.slack.wait_for(lambda: len(self.slack.world.messages) - before >= wanted or None, within)

    async def until_stored(self, state: DeliveryState, reason: str | None) -> None:
        """Wait until a delivery stands so in the database, which tells nobody of a change."""
        statement = select(deliveries.c.number).where(deliveries.c.state == state, deliveries.c.reason == reason)
        async with asyncio.timeout(120):
            while True:
                async with reading(self.database) as connection:
                    if connection.execute(statement).first() is not None:
                        return
                await asyncio.sleep(0.02)

    def _standing(self) -> int:
        return sum(len(self.posted(channel)) for channel in self.channels)

    def outcome(self) -> Outcome:
        """Compare what stands with what was promised."""
        lost = duplicates = out_of_order = too_early = 0
        for channel in self.channels:
            enqueued, posted = self.enqueued.get(channel, []), self.posted(channel)
            once = list(dict.fromkeys(posted))
            lost += len(set(enqueued) - set(posted))
            duplicates += len(posted) - len(once)
            out_of_order += sum(text != wanted for text, wanted in zip(once, enqueued, strict=False))
            too_early += sum(gap < EARLY * self.orders.pace.channel_seconds for gap in self.slack.gaps(channel))
        return Outcome(lost=lost, duplicates=duplicates, out_of_order=out_of_order, too_early=too_early)


@asynccontextmanager
async def stage(
    address: str, *, channels: int = 1, latency: float = 0.0, limited_every: int = 0, orders: Orders | None = None
) -> AsyncIterator[Stage]:
    """Set the stage over a migrated database."""
    names = tuple(f"C{number:04d}" for number in range(channels))
    wire = Wire(latency=latency, limited_every=limited_every)
    slack = Slack()
    slack.app.middlewares.append(wire.carry)
    for name in names:
        slack.world.alter(Channel(id=name, name=name.lower(), members=frozenset({MAYA.id})))
    async with slack, open_database(address) as database:
        given = replace(orders or Orders(database="", slack=""), database=address, slack=slack.api_url)
        outbox = Outbox(database, workspace_id=WORKSPACE, rates=given.pace)
        yield Stage(slack, wire, database, outbox, given, names)
        wire.release()
