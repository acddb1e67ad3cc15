"""One attempt at a claimed delivery: prepare, plan, write step by step, record each, finish."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.handler import Decision, DeliveryHandler, Drop, Fail, Plan, Wait
from bot.delivery.leases import LeaseLost, LeaseTooShort
from bot.delivery.messenger import Busy, Failed, Refused
from bot.delivery.workspace_pause import WorkspacePause
from bot.delivery.writing import SharedSince, Writer, Written
from bot.domain.channel_subscriptions import EXTERNAL_CHANNEL
from bot.domain.deliveries import Delivery, DeliveryState, Edit, Outcome, React, Step
from bot.errors import RemoteError
from bot.metrics import DELIVERIES
from bot.partner_center.errors import Throttled
from bot.retry import DeliveryTimeouts
from bot.slack_errors import Meaning
from bot.storage.database import Database
from bot.storage.errors import DatabaseUnavailable
from bot.storage.outbox import Outbox

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What every attempt of a worker shares."""

    database: Database
    outbox: Outbox
    writer: Writer
    pause: WorkspacePause
    timeouts: DeliveryTimeouts
    stopping: asyncio.Event


class _Stopping(Exception):
    """The process is to end: what has begun gets its first write, and the steps that are left are for the next one."""


class _InDoubt(Exception):
    """Nothing is to be written any more, but the first of these steps may have been."""


class Attempt:
    """An attempt; ``run`` returns the seconds until the queue is due again."""

    def __init__(self, delivery: Delivery, handler: DeliveryHandler, engine: Engine) -> None:
        self._delivery = delivery
        self._handler = handler
        self._engine = engine
        self._due: float | None = None

    async def run(self) -> float | None:
        """Take the delivery as far as it goes; None where its queue is to be looked at at once."""
        try:
            await self._go()
        except LeaseLost:
            log.warning("delivery lost its lease")
        return self._due

    async def _go(self) -> None:
        try:
            try:
                found = await self._plan()
            except _InDoubt as doubt:
                found = await self._plan_after(*doubt.args)
            if found is not None:
                await self._write_all(*found)
        except (_Stopping, LeaseTooShort):
            await self._finish(Outcome(counts=False))
        except Busy as error:
            log.info("delivery waits", seconds=error.wait)
            await self._finish(Outcome(queue_seconds=error.wait, reason=error.reason, counts=False))
        except SharedSince:
            await self._shared()
        except Refused as error:
            await self._refused(error)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - a delivery outlives a mistake of ours, too
            if isinstance(error, Failed) and error.meaning is Meaning.WORKSPACE:
                await self._refused(error)
            else:
                await self._retry(error)

    async def _plan(self) -> tuple[tuple[Step, ...], Plan] | None:
        """Plan and store the plan in the transaction that reads the facts; None where that has finished the delivery.

        A stored plan whose next step may have been written is carried on: the same steps, the same destinations.
        """
        delivery, outbox = self._delivery, self._engine.outbox
        async with asyncio.timeout(self._engine.timeouts.preparation):
            prepared = await self._handler.prepare(delivery)

        def work(connection: Connection) -> tuple[Decision, tuple[Step, ...], float | None]:
            decision = prepared(connection) if callable(prepared) else prepared
            steps = self._left(decision)
            if steps:
                if not outbox.store_plan(connection, delivery, steps):
                    raise LeaseLost
                return decision, steps, None
            if isinstance(decision, Fail):
                self._handler.on_failed(connection, delivery, decision.reason, decision.error)
            return decision, (), self._finished(connection, self._outcome(decision))

        decision, steps, due = await self._engine.database.write(work)
        if steps and isinstance(decision, Plan):
            return steps, decision
        self._due = due
        self._count(self._outcome(decision))
        return None

    async def _plan_after(self, step: Step, *others: Step) -> tuple[tuple[Step, ...], Plan] | None:
        """Record the step if it was written, and plan unless it was the last."""
        ts = await self._engine.writer.found(step, self._delivery)
        if ts is not None:
            await self._record(step, ts, last=not others)
        self._delivery = replace(self._delivery, maybe_sent=False)
        return None if ts is not None and not others else await self._plan()

    def _left(self, decision: Decision) -> tuple[Step, ...]:
        """Return the steps that are left; raises _InDoubt."""
        stored = self._delivery.plan if self._delivery.maybe_sent else None
        planned = decision.steps if isinstance(decision, Plan) else ()
        left = tuple(step for step in (planned if stored is None else stored) if step.name not in self._delivery.sent)
        if left and isinstance(decision, Drop | Fail):
            raise _InDoubt(*left)
        return left if isinstance(decision, Plan) else ()

    def _outcome(self, decision: Decision) -> Outcome:
        match decision:
            case Drop(reason):
                return Outcome(state=DeliveryState.DROPPED, reason=reason)
            case Wait(seconds, reason):
                return Outcome(own_seconds=seconds, reason=reason, counts=False)
            case Fail(reason):
                return Outcome(state=DeliveryState.DEAD, reason=reason)
            case Plan():
                return Outcome(state=DeliveryState.SENT)

    async def _write_all(self, steps: tuple[Step, ...], plan: Plan) -> None:
        for step in steps:
            if self._engine.stopping.is_set() and step is not steps[0]:
                raise _Stopping
            written = await self._write(step, plan)
            if not written.withheld:
                self._engine.pause.accepted()
            wait = await self._record(step, written.ts, last=step is steps[-1])
            await self._until_permitted(wait)

    async def _write(self, step: Step, plan: Plan) -> Written:
        """Write a step, unless an earlier attempt did; what may have been written is ``maybe_sent`` from now on."""
        writer = self._engine.writer
        if self._delivery.maybe_sent:
            found = await writer.found(step, self._delivery)
            if found is not None:
                return Written(ts=found)
            self._delivery = replace(self._delivery, maybe_sent=False)
        try:
            return await writer.write(step, self._delivery, plan.content)
        except (Refused, Failed) as error:
            if isinstance(error, Failed) and error.meaning is not Meaning.WORKSPACE:
                self._delivery = replace(self._delivery, maybe_sent=True)
                left_out = self._is_last_attempt and isinstance(step, Edit | React)
            else:  # it refuses for good: a reaction, or an edit that only the message refuses
                left_out = isinstance(step, React) or (isinstance(step, Edit) and isinstance(error, Refused))
            if not left_out:
                raise
            log.info("step left out", step=step.name, error=error.reason)
        return Written()

    async def _record(self, step: Step, ts: str, *, last: bool) -> float:
        """Record a step; return the seconds until the rates permit the next one."""
        before, outbox = self._delivery, self._engine.outbox
        self._delivery = replace(before, sent={**before.sent, step.name: ts}, maybe_sent=False)
        tries = count()

        def work(connection: Connection) -> float:
            if next(tries) and outbox.is_recorded(connection, before, step.name):
                return 0.0  # by a COMMIT whose outcome was unknown
            self._handler.on_sent(connection, before, step, ts)
            if last:
                self._due = self._finished(connection, Outcome(state=DeliveryState.SENT))
                return 0.0
            wait = outbox.record(connection, self._delivery)
            if wait is None:
                raise LeaseLost
            return wait

        try:
            wait = await self._surely(work)
        except Exception:  # what was written is looked for, and recorded with all that it means
            self._delivery = replace(before, maybe_sent=True)
            raise
        if last:
            log.info("delivered", attempts=before.attempts)
            self._count(Outcome(state=DeliveryState.SENT))
        else:
            self._delivery = replace(self._delivery, attempts=1)
        return wait

    async def _until_permitted(self, seconds: float) -> None:
        """Wait for the rates; a process that is to end waits no longer."""
        if seconds > 0:
            waiting = asyncio.create_task(self._engine.stopping.wait())
            await asyncio.wait({waiting}, timeout=seconds)
            waiting.cancel()

    async def _shared(self) -> None:
        """Have it planned anew, now that other organisations read the channel; nothing was written."""
        log.info("channel shared before the step", attempts=self._delivery.attempts)
        if self._is_last_attempt:
            await self._fail(EXTERNAL_CHANNEL, None)
        else:
            await self._finish(Outcome(reason=EXTERNAL_CHANNEL))

    async def _refused(self, error: Refused | Failed) -> None:
        """Act on what is at fault: the workspace, the channel, or the message alone."""
        if error.meaning is Meaning.WORKSPACE:
            pause = self._engine.pause
            pause.refused(self._delivery.conversation, error.reason)
            await self._finish(Outcome(reason=error.reason, queue_seconds=pause.seconds, counts=False))
        else:
            await self._fail(error.reason, None if error.meaning is Meaning.CHANNEL else error)

    async def _fail(self, reason: str, error: Exception | None) -> None:
        def also(connection: Connection) -> None:
            self._handler.on_failed(connection, self._delivery, reason, error)

        await self._finish(Outcome(state=DeliveryState.DEAD, reason=reason), also)

    async def _retry(self, error: Exception) -> None:
        """Try again later. Trouble that meets the next in the queue too makes the queue wait; other trouble is its own.

        Slack's is such trouble, the database's, and a deadline: the process has stood still.
        """
        reason = error.reason if isinstance(error, Failed) else type(error).__name__
        if self._is_last_attempt:
            await self._fail(reason, error)
            return

        def also(connection: Connection) -> None:
            self._handler.on_retry(connection, self._delivery, error)

        wait = self._engine.timeouts.policy.after(self._delivery.attempts)
        if isinstance(error, Throttled):
            wait = max(wait, error.retry_after)
        known = isinstance(error, RemoteError | DatabaseUnavailable | TimeoutError)
        log.warning("delivery delayed", why=reason, seconds=round(wait, 1), exc_info=None if known else error)
        shared = isinstance(error, Failed | DatabaseUnavailable | TimeoutError)
        queue_seconds, own_seconds = (wait, 0.0) if shared else (0.0, wait)
        await self._finish(Outcome(reason=reason, queue_seconds=queue_seconds, own_seconds=own_seconds), also)

    @property
    def _is_last_attempt(self) -> bool:
        return self._delivery.attempts >= self._engine.timeouts.policy.attempts

    async def _finish(self, outcome: Outcome, also: Callable[[Connection], None] = lambda _connection: None) -> None:
        def work(connection: Connection) -> float:
            also(connection)
            return self._finished(connection, outcome)

        self._due = await self._surely(work)
        self._count(outcome)

    def _finished(self, connection: Connection, outcome: Outcome) -> float:
        due = self._engine.outbox.finish(connection, self._delivery, outcome)
        if due is None:
            raise LeaseLost
        return due

    async def _surely(self, work: Callable[[Connection], T]) -> T:
        """Write, also across a restart of the database: what was sent is not sent again for want of a record.

        A COMMIT whose outcome is unknown is followed by another: the fencing token, or the recorded step, tells.
        """
        for pause in (*self._engine.timeouts.record_again, None):
            try:
                async with asyncio.timeout(self._engine.timeouts.database):
                    return await self._engine.database.write(work)
            except (DatabaseUnavailable, SQLAlchemyError, OSError) as error:
                if pause is None:
                    raise
                log.warning("delivery not recorded", error=type(error).__name__)
                await asyncio.sleep(pause)
        raise AssertionError("unreachable: the last try returns or raises")

    def _count(self, outcome: Outcome) -> None:
        if outcome.state is DeliveryState.DEAD:
            log.warning("delivery given up", reason=outcome.reason, attempts=self._delivery.attempts)
        if outcome.state is not DeliveryState.WAITING:
            DELIVERIES.labels(self._delivery.kind, outcome.state.value).inc()
