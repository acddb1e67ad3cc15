"""Delivery worker: claims what is due, and makes an attempt at each claimed delivery under a renewed lease."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from uuid import uuid4

import structlog

from bot import retry
from bot.background import BackgroundTasks
from bot.delivery.attempt import Attempt, Engine
from bot.delivery.channel_lookups import ChannelLookups
from bot.delivery.handler import DeliveryHandler, Wait
from bot.delivery.leases import Leases
from bot.delivery.messenger import Messenger
from bot.delivery.workspace_pause import WorkspacePause
from bot.delivery.writing import Readers, Writer
from bot.domain.deliveries import Delivery
from bot.retry import DeliveryTimeouts
from bot.storage.database import Database
from bot.storage.errors import DatabaseUnavailable
from bot.storage.outbox import Outbox

log = structlog.get_logger()

AT_ONCE = 64
"""Conversations at once; Slack accepts some sixty messages of a workspace at once."""


class Worker:
    """Delivers what the outbox holds; several workers, also of other processes, share it."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        messenger: Messenger,
        handlers: Mapping[str, DeliveryHandler],
        tasks: BackgroundTasks,
        *,
        timeouts: DeliveryTimeouts | None = None,
        channels: ChannelLookups | None = None,
        readers: Readers | None = None,
    ) -> None:
        self._timeouts = timeouts or retry.DELIVERY
        self._database = database
        self._outbox = outbox
        self._handlers = handlers
        self._tasks = tasks
        self._owner = str(uuid4())
        self._leases = Leases(database, outbox, owner=self._owner, timeouts=self._timeouts)
        self._pause = WorkspacePause(seconds=self._timeouts.refused)
        self._stopping = asyncio.Event()
        self._engine = Engine(
            database=database,
            outbox=outbox,
            writer=Writer(
                messenger=messenger,
                leases=self._leases,
                timeouts=self._timeouts,
                channels=channels,
                readers=readers,
            ),
            pause=self._pause,
            timeouts=self._timeouts,
            stopping=self._stopping,
        )
        self._woken = asyncio.Event()
        self._next_claim = 0.0
        self._claimed_at = 0.0

    @property
    def refused(self) -> str | None:
        """Return Slack's word for why it accepts nothing from the bot, while that lasts."""
        return self._pause.reason

    @property
    def alive(self) -> bool:
        """Say whether the worker claims; a claim that hangs does not count."""
        return time.monotonic() - self._claimed_at < self._timeouts.stuck

    def wake(self) -> None:
        """Claim at once: something was enqueued."""
        self._claim_within(0.0)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver while the block lasts; at its end a plan stops after the write under way."""
        if self._database.is_sqlite:  # one process uses the file: no other holds a lease
            await self._database.write(self._outbox.end_leases)
        loop = asyncio.create_task(self._watch(), name="deliveries")
        leases = asyncio.create_task(self._leases.keep(), name="leases")
        try:
            yield
        finally:
            self._stopping.set()  # not cancelled: a claim without an attempt would wait for the end of its lease
            self._woken.set()
            leases.cancel()
            await asyncio.gather(loop, leases, return_exceptions=True)

    def _claim_within(self, seconds: float) -> None:
        """Claim again within so many seconds, or earlier where that is planned already."""
        self._next_claim = min(self._next_claim, time.monotonic() + seconds)
        self._woken.set()

    async def _watch(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            self._claimed_at = time.monotonic()
            self._next_claim = self._claimed_at + self._timeouts.look
            try:
                wait = await self._claim()
                self._leases.database_answered()
            except Exception as error:
                self._leases.database_failed()
                known = isinstance(error, DatabaseUnavailable)
                log.error("deliveries not claimed", error=str(error) if known else None, exc_info=not known)
                wait = self._timeouts.trouble
            self._next_claim = min(self._next_claim, time.monotonic() + wait)
            await asyncio.sleep(self._timeouts.breath)
            await self._until_next_claim()

    async def _until_next_claim(self) -> None:
        while not self._stopping.is_set() and (left := self._next_claim - time.monotonic()) > 0:
            self._woken.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), left)

    async def _claim(self) -> float:
        """Start attempts at what is due, and return for how many seconds there is nothing more to start."""
        busy = self._leases.numbers
        free = AT_ONCE - len(busy)
        if free <= 0:
            return self._timeouts.look  # the next attempt that ends wakes the loop
        if self._pause.left > 0:
            return min(self._timeouts.look, self._pause.left)
        if self._pause.reason is not None:
            free = 1 - min(len(busy), 1)  # one delivery tries whether Slack accepts something again
            if free == 0:
                return self._timeouts.look
        began = time.monotonic()  # before the claim, so that the lease ends no earlier than reckoned
        async with asyncio.timeout(self._timeouts.database):
            claim = partial(
                self._outbox.claim,
                owner=self._owner,
                limit=free,
                lease_seconds=self._timeouts.lease,
                ahead_seconds=self._timeouts.breath,
                busy=tuple(busy),
                take_over=self._leases.may_take_over,
            )
            claims = await self._database.write(claim)
        for delivery in claims.deliveries:
            self._leases.begin(delivery.number, claimed=began)
            self._tasks.start(self._deliver(delivery), name="delivery")
        return self._timeouts.look if claims.wait is None else min(self._timeouts.look, claims.wait)

    async def _deliver(self, delivery: Delivery) -> None:
        due, enqueued = None, self._outbox.enqueued
        try:
            await asyncio.sleep(delivery.wait)
            with structlog.contextvars.bound_contextvars(reference=reference(delivery), kind=delivery.kind):
                handler = self._handlers.get(delivery.kind) or _UnknownKind(self._timeouts.policy.longest)
                due = await Attempt(delivery, handler, self._engine).run()
        finally:
            full = len(self._leases.numbers) >= AT_ONCE
            self._leases.end(delivery.number)
            more = self._outbox.enqueued != enqueued  # perhaps by the handler
            if full or more or due is None or self._pause.reason is not None:
                due = 0.0
            self._claim_within(due)


class _UnknownKind(DeliveryHandler):
    """Handler of kinds that a newer release has enqueued, and may be back for."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def prepare(self, delivery: Delivery) -> Wait:
        """Wait."""
        log.error("delivery of an unknown kind", number=delivery.number)
        return Wait(self._seconds, "unknown kind")


def reference(delivery: Delivery) -> str:
    """Return what a person can quote; the log's lines of this delivery carry it too."""
    return f"d-{delivery.id[:8]}"
