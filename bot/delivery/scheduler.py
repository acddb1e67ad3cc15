"""Periodic jobs. Each run happens once across replicas; jobs do not block each other.

look (at most 20 s) ─► slot due? ─ claim ─► run ─► look …
                         ▲
          hasten ────────┘  runs it now, slot or not
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

import structlog

from bot import retry
from bot.errors import OperatorError, RemoteError
from bot.metrics import JOBS
from bot.partner_center.remedies import explained
from bot.storage.database import Database
from bot.storage.schedules import Schedules

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """A periodic job: what it raises is logged, and it runs again in the next slot."""

    name: str
    period: float
    run: Callable[[], Awaitable[None]]


class Scheduler:
    """Run jobs concurrently, none of them twice at once."""

    def __init__(self, database: Database, schedules: Schedules, jobs: Iterable[ScheduledJob]) -> None:
        self._database = database
        self._schedules = schedules
        self._jobs = {job.name: job for job in jobs}
        self._hastened = {name: asyncio.Event() for name in self._jobs}
        self._loops: list[asyncio.Task[None]] = []
        self._stopping = False

    def hasten(self, name: str) -> None:
        """Run a job now, whenever its slot is."""
        self._hastened[name].set()

    @property
    def alive(self) -> bool:
        """Say whether every job has a running loop. Every poll and run has a timeout."""
        return bool(self._loops) and not any(loop.done() for loop in self._loops)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Run them while the block lasts."""
        self._loops = [asyncio.create_task(self._repeat(job), name=f"job {job.name}") for job in self._jobs.values()]
        try:
            yield
        finally:
            self._stopping = True
            for hastened in self._hastened.values():
                hastened.set()
            if self._loops:
                await asyncio.wait(self._loops, timeout=retry.STOPPING.jobs)
            for loop in self._loops:
                loop.cancel()
            await asyncio.gather(*self._loops, return_exceptions=True)

    async def _repeat(self, job: ScheduledJob) -> None:
        hastened = self._hastened[job.name]
        while not self._stopping:
            try:
                async with asyncio.timeout(retry.JOBS.looking):
                    wait = 0.0 if hastened.is_set() else await self._wait(job)
            except Exception as error:  # the loop outlives a failing database
                trace = None if isinstance(error, OperatorError) else error
                log.error("schedule not read", job=job.name, error=type(error).__name__, exc_info=trace)
                wait = retry.JOBS.trouble
            if wait == 0:
                hastened.clear()
                await self._run(job)
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(hastened.wait(), wait)

    async def _wait(self, job: ScheduledJob) -> float:
        """Claim the slot that is due and return 0, or return in how many seconds to look again."""
        wait = await self._database.read(partial(self._schedules.seconds_until, name=job.name, period=job.period))
        claim = partial(self._schedules.claim, name=job.name, period=job.period)
        if wait == 0 and await self._database.write(claim):
            return 0.0
        return min(max(wait, retry.JOBS.look_again), retry.JOBS.look)

    async def _run(self, job: ScheduledJob) -> None:
        try:
            async with asyncio.timeout(retry.JOBS.run):
                await job.run()
        except Exception as error:
            trace = None if isinstance(error, RemoteError | OperatorError) else error
            log.warning("job failed", job=job.name, error=type(error).__name__, exc_info=trace, **explained(error))
            JOBS.labels(job.name, "failed").inc()
        else:
            JOBS.labels(job.name, "done").inc()
