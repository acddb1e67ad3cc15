"""Carries out what the outbox promises: claims a conversation's next delivery, takes its next step, settles.

claim (lease) ─► the writer decides ─► the courier acts ─► settle (fenced), with what the step means
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.background import BackgroundTasks
from bot.domain.channel_subscriptions import EXTERNAL_CHANNEL
from bot.domain.deliveries import Delivery, DeliveryState, Settlement
from bot.errors import RemoteError
from bot.metrics import DELIVERIES
from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.courier import Busy, Courier, Failed, Refused
from bot.notifications.patience import Patience
from bot.notifications.steps import Decision, Drop, Edit, GiveUp, Later, React, Step, Writer
from bot.notifications.taking import Readers, SharedSince, Taken, take
from bot.partner_center.errors import Throttled
from bot.slack_errors import TOKEN_REFUSED, Meaning
from bot.storage.errors import DatabaseUnavailable
from bot.storage.outbox import Also, Outbox

log = structlog.get_logger()

AT_ONCE = 64
"""Conversations in which something is under way; a workspace takes some sixty messages at once."""


class Worker:
    """Keeps the promises of the outbox; several workers, also of other processes, share them."""

    def __init__(
        self,
        outbox: Outbox,
        courier: Courier,
        writers: Mapping[str, Writer],
        tasks: BackgroundTasks,
        *,
        patience: Patience | None = None,
        channels: ChannelLookups | None = None,
        readers: Readers | None = None,
    ) -> None:
        self._outbox = outbox
        self._courier = courier
        self._writers = writers
        self._tasks = tasks
        self._patience = patience or Patience()
        self._channels = channels
        self._readers = readers
        self._owner = str(uuid4())
        self._busy: set[int] = set()
        self._woken = asyncio.Event()
        self._stopping = False
        self._looked_at = 0.0
        self._barred_until = 0.0
        self._refused_lanes: set[str] = set()
        """Conversations that met such a refusal since something was taken."""
        self.barred: str | None = None
        """Slack's word for why it takes nothing from the bot at all, while that lasts."""

    @property
    def alive(self) -> bool:
        """Say whether what is enqueued is looked after: a look that hangs does not pass for one."""
        return time.monotonic() - self._looked_at < self._patience.stuck

    def wake(self) -> None:
        """Wake the worker."""
        self._woken.set()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Deliver while the block lasts, from what an earlier process left on; steps in flight are drained, not cut."""
        await self._outbox.void_leases()
        loop = asyncio.create_task(self._watch(), name="deliveries")
        try:
            yield
        finally:
            self._stopping = True  # not cut: a claim that was made and not begun would wait for the end of its lease
            self._woken.set()
            await asyncio.gather(loop, return_exceptions=True)

    async def _watch(self) -> None:
        while not self._stopping:
            self._woken.clear()
            self._looked_at = time.monotonic()
            try:
                wait = await self._claim()
            except DatabaseUnavailable as error:
                log.error("deliveries not read", why=error.reason)
                wait = self._patience.trouble
            except Exception as error:  # the loop outlives a failing database
                log.error("deliveries not read", exc_info=error)
                wait = self._patience.trouble
            await asyncio.sleep(min(wait, self._patience.breath))
            if wait > self._patience.breath:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), wait - self._patience.breath)

    async def _claim(self) -> float:
        """Start what is due, and return for how many seconds there is nothing more to start."""
        free = AT_ONCE - len(self._busy)
        if free == 0:
            return self._patience.look  # the next one to finish wakes the loop
        now = asyncio.get_running_loop().time()  # before the claim, so that the lease ends no earlier than reckoned
        if now < self._barred_until:
            return min(self._patience.look, self._barred_until - now)
        if self.barred is not None:
            free = 1 - min(len(self._busy), 1)  # one delivery tries whether Slack takes something again
            if free == 0:
                return self._patience.look
        async with asyncio.timeout(self._patience.database):
            claims = await self._outbox.claim(
                owner=self._owner,
                limit=free,
                lease_seconds=self._patience.lease,
                ahead_seconds=self._patience.breath,
                busy=self._busy,
            )
        self._busy.update(delivery.number for delivery in claims.deliveries)
        for delivery in claims.deliveries:
            self._tasks.start(self._deliver(delivery, now + self._patience.step), name="delivery")
        return self._patience.look if claims.wait is None else min(self._patience.look, claims.wait)

    async def _deliver(self, delivery: Delivery, deadline: float) -> None:
        try:
            await asyncio.sleep(delivery.wait)
            with structlog.contextvars.bound_contextvars(reference=reference(delivery), kind=delivery.kind):
                await self._take_step(delivery, deadline)
        finally:
            self._busy.discard(delivery.number)
            self._woken.set()

    async def _take_step(self, delivery: Delivery, deadline: float) -> None:
        writer = self._writers.get(delivery.kind)
        if writer is None:  # a newer release promised it, and may be back
            log.error("delivery of an unknown kind")
            await self._settle(
                delivery, Settlement(aside_seconds=self._patience.longest_back_off, reason="unknown kind")
            )
            return
        step: Step | None = None
        try:
            async with asyncio.timeout_at(deadline):
                decision = await writer.decide(delivery)
            step = await self._step_of(delivery, writer, decision)
            if step is not None:
                taken = await take(
                    step, delivery, self._courier, deadline=deadline, channels=self._channels, readers=self._readers
                )
                if not taken.withheld:
                    self._admitted()
                await self._stepped(delivery, writer, step, taken)
        except Busy as error:
            log.info("delivery waits", seconds=error.wait)
            asked = Settlement(lane_seconds=error.wait, reason=error.reason, counts=False)
            await self._settle(delivery, asked)
        except SharedSince:
            await self._decide_anew(delivery, writer)
        except Refused as error:
            await self._refused(delivery, writer, step, error)
        except Exception as error:  # noqa: BLE001 - a promise outlives a mistake of ours, too
            if isinstance(error, Failed) and error.meaning is Meaning.WORKSPACE:
                await self._refused(delivery, writer, step, error)
            else:
                await self._put_off(delivery, writer, error, step)

    async def _decide_anew(self, delivery: Delivery, writer: Writer) -> None:
        """Let the writer decide again, knowing that other organisations read the channel; nothing was written."""
        log.info("channel shared before the step", attempts=delivery.attempts)
        if delivery.attempts >= self._patience.attempts:
            await self._give_up(delivery, writer, EXTERNAL_CHANNEL)
        else:
            await self._settle(delivery, Settlement(reason=EXTERNAL_CHANNEL, suspect=delivery.suspect))

    async def _step_of(self, delivery: Delivery, writer: Writer, decision: Decision) -> Step | None:
        """Return the step that was decided on; settle at once where none was."""
        match decision:
            case Drop(reason):
                if await self._settle(delivery, Settlement(state=DeliveryState.DROPPED, reason=reason)):
                    DELIVERIES.labels(delivery.kind, "dropped").inc()
            case Later(seconds=seconds, aside=aside):
                lane, own = (0.0, seconds) if aside else (seconds, 0.0)
                await self._settle(delivery, Settlement(counts=False, lane_seconds=lane, aside_seconds=own))
            case GiveUp(reason, error):
                await self._give_up(delivery, writer, reason, error)
            case step:
                return step
        return None

    async def _stepped(self, delivery: Delivery, writer: Writer, step: Step, taken: Taken) -> None:
        def also(connection: Connection) -> None:
            writer.stepped(connection, delivery, step, taken.ts)

        state = DeliveryState.SENT if step.last else DeliveryState.WAITING
        how = Settlement(state=state, part=step.part, ts=taken.ts, still_lost=not taken.found)
        settled = await self._settle(delivery, how, also)
        if settled and step.last:
            log.info("delivered", attempts=delivery.attempts)
            DELIVERIES.labels(delivery.kind, "sent").inc()

    async def _give_up(self, delivery: Delivery, writer: Writer, reason: str, error: Exception | None = None) -> None:
        def also(connection: Connection) -> None:
            writer.given_up(connection, delivery, reason, error)

        if await self._settle(delivery, Settlement(state=DeliveryState.DEAD, reason=reason), also):
            log.warning("delivery given up", reason=reason, attempts=delivery.attempts)
            DELIVERIES.labels(delivery.kind, "dead").inc()

    async def _refused(self, delivery: Delivery, writer: Writer, step: Step | None, error: Refused | Failed) -> None:
        """Act on what is at fault: the workspace, an edit that can be missed, the channel, or the message alone."""
        workspace = error.meaning is Meaning.WORKSPACE
        if isinstance(step, React) or (isinstance(step, Edit) and not workspace):
            log.info("step left out", part=step.part, error=error.reason)
            await self._stepped(delivery, writer, step, Taken())
        elif workspace:
            await self._bar(delivery, error.reason)
        else:
            at_fault = None if error.meaning is Meaning.CHANNEL else error
            await self._give_up(delivery, writer, error.reason, at_fault)

    async def _bar(self, delivery: Delivery, reason: str) -> None:
        """Stop trying for a while and keep everything: no channel and no message is at fault, so no attempt counts.

        What is not about the token itself stops all conversations only when a second one meets it.
        """
        self._refused_lanes.add(delivery.lane)
        if reason in TOKEN_REFUSED or len(self._refused_lanes) > 1:
            if self.barred is None:
                log.error("slack takes nothing from the bot", error=reason)
            self.barred = reason
            self._barred_until = asyncio.get_running_loop().time() + self._patience.barred
        else:
            log.warning("delivery delayed", why=reason, seconds=self._patience.barred)
        kept = Settlement(lane_seconds=self._patience.barred, reason=reason, counts=False)
        await self._settle(delivery, kept)

    def _admitted(self) -> None:
        if self.barred is not None:
            log.info("slack takes messages again")
        self.barred = None
        self._barred_until = 0.0
        self._refused_lanes.clear()

    async def _put_off(self, delivery: Delivery, writer: Writer, error: Exception, step: Step | None) -> None:
        """Try again later. Trouble that meets the next in line too makes the line wait; other trouble is its own.

        Slack's is such trouble, the database's, and a step's deadline: the process has stood still.
        """
        reason = error.reason if isinstance(error, Failed) else type(error).__name__
        if delivery.attempts >= self._patience.attempts and isinstance(step, Edit | React):
            log.warning("step left out", part=step.part, error=reason)
            await self._stepped(delivery, writer, step, Taken())
            return
        if delivery.attempts >= self._patience.attempts:
            await self._give_up(delivery, writer, reason, error)
            return

        def also(connection: Connection) -> None:
            writer.put_off(connection, delivery, error)

        wait = self._patience.after(delivery.attempts)
        if isinstance(error, Throttled):
            wait = max(wait, error.retry_after)
        known = isinstance(error, RemoteError | DatabaseUnavailable | TimeoutError)
        log.warning("delivery delayed", why=reason, seconds=round(wait, 1), exc_info=None if known else error)
        everybodys = isinstance(error, Failed | DatabaseUnavailable | TimeoutError)
        lane, own = (wait, 0.0) if everybodys else (0.0, wait)
        acted, part = step is not None, None if step is None else step.part
        how = Settlement(reason=reason, suspect=acted, step=part, lane_seconds=lane, aside_seconds=own)
        await self._settle(delivery, how, also)

    async def _settle(self, delivery: Delivery, how: Settlement, also: Also | None = None) -> bool:
        """Settle, also across a restart of the database: what was done is not done again for want of a note of it."""
        for pause in (*self._patience.settle_again, None):
            try:
                async with asyncio.timeout(self._patience.database):
                    settled = await self._outbox.settle(delivery, how, also)
            except (DatabaseUnavailable, SQLAlchemyError, OSError) as error:
                if pause is None:
                    raise
                log.warning("delivery not settled", error=type(error).__name__)
                await asyncio.sleep(pause)
            else:
                if not settled:
                    log.warning("delivery settled too late")
                return settled
        raise AssertionError("unreachable: the last try returns or raises")


def reference(delivery: Delivery) -> str:
    """Return what a person can quote; the log's lines of this delivery carry it too."""
    return f"d-{delivery.id[:8]}"
