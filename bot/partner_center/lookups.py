"""Each thing is asked for once: identical look-ups in flight share one answer, and repeats find it remembered."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.partner_center.errors import Diagnosis, Unavailable

T = TypeVar("T")

REMEMBERED = 30.0
"""Seconds: long enough for a card, its buttons and the colleague who looks at the same customer."""
CAPACITY = 1024
GRACE = 0.25
"""Seconds past the deadline: a flight that ends at it says better what happened than a caller who gives up on it."""
NOTICEABLE = 1.0
"""Seconds; nobody is told of shorter waits."""


class Flight:
    """A look-up on its way, and those who wait for it."""

    def __init__(self) -> None:
        self.deadline = 0.0
        """Of the event loop's clock; that of whoever can wait longest."""
        self.attempts = 0
        self.diagnosis: Diagnosis | None = None
        """Of the latest call, for those who cannot wait for its end."""
        self.task: asyncio.Task[Any] | None = None
        self._listeners: list[Callable[[float], None]] = []
        self._waits_until = 0.0

    def join(self, deadline: float, on_wait: Callable[[float], None] | None) -> None:
        """Let somebody wait too; a wait that has begun is told to them."""
        self.deadline = max(self.deadline, deadline)
        if on_wait is not None:
            self._listeners.append(on_wait)
            self._tell([on_wait], self._waits_until - asyncio.get_running_loop().time())

    def waits(self, seconds: float) -> None:
        """Tell everybody that the limiter makes them wait."""
        self._waits_until = asyncio.get_running_loop().time() + seconds
        self._tell(self._listeners, seconds)

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - asyncio.get_running_loop().time()

    @staticmethod
    def _tell(listeners: list[Callable[[float], None]], seconds: float) -> None:
        if seconds > NOTICEABLE:
            for listener in listeners:
                listener(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Generic[T]):
    """What is looked up; two are identical when ``kind``, ``subject`` and ``background`` are."""

    kind: str
    subject: str
    fetch: Callable[[Flight], Awaitable[T]] = field(compare=False)
    remembered: bool = field(default=False, compare=False)
    whole: Callable[[T], bool] = field(default=lambda _found: True, compare=False)
    """Whether an answer is worth remembering."""
    background: bool = False
    """Nobody waits for it; a person does not join a flight that takes its time."""


class Lookups:
    """Answers look-ups; only successes are remembered, for a short while, the least recently used going first."""

    def __init__(
        self,
        *,
        seconds: float = REMEMBERED,
        capacity: int = CAPACITY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._capacity = capacity
        self._clock = clock
        self._memory: OrderedDict[Lookup[Any], tuple[float, Any]] = OrderedDict()
        self._flights: dict[Lookup[Any], Flight] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def answer(self, lookup: Lookup[T], deadline: float, on_wait: Callable[[float], None] | None = None) -> T:
        """Return what is remembered, or what a flight brings; raise Unavailable at the deadline.

        A flight is a task of its own: a caller who goes away takes nobody's answer along.
        """
        known = self._memory.get(lookup)
        if known is not None:
            if known[0] > self._clock():
                self._memory.move_to_end(lookup)
                found: T = known[1]
                return found
            del self._memory[lookup]
        flight, task = self._join(lookup, deadline, on_wait)
        try:
            async with asyncio.timeout_at(deadline + GRACE):
                return await asyncio.shield(task)
        except TimeoutError:
            raise Unavailable(flight.attempts, flight.diagnosis) from None
        except asyncio.CancelledError:
            if task.cancelled() and not _asked_to_stop():  # the flight was ended by ``close``, not this caller
                raise Unavailable(flight.attempts, flight.diagnosis) from None
            raise

    def forget(self, subject: str) -> None:
        """Drop what is remembered of a subject; what is in flight still answers those who wait, and nobody later."""
        for lookup in [lookup for lookup in self._memory if lookup.subject == subject]:
            del self._memory[lookup]
        for lookup in [lookup for lookup in self._flights if lookup.subject == subject]:
            del self._flights[lookup]

    async def close(self) -> None:
        """End what is in flight."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _join(
        self, lookup: Lookup[T], deadline: float, on_wait: Callable[[float], None] | None
    ) -> tuple[Flight, asyncio.Task[T]]:
        flight = self._flights.get(lookup) or Flight()
        flight.join(deadline, on_wait)
        if flight.task is None:
            self._flights[lookup] = flight  # before the task, which may run at once and land before this returns
            flight.task = asyncio.create_task(self._fly(lookup, flight), name=f"look up {lookup.kind}")
            self._tasks.add(flight.task)
            flight.task.add_done_callback(self._landed)
        return flight, flight.task

    async def _fly(self, lookup: Lookup[T], flight: Flight) -> T:
        try:
            found = await lookup.fetch(flight)
            if lookup.remembered and self._flights.get(lookup) is flight:  # not forgotten meanwhile
                self._remember(lookup, found)
            return found
        finally:
            if self._flights.get(lookup) is flight:
                del self._flights[lookup]

    def _remember(self, lookup: Lookup[Any], found: object) -> None:
        if found is None or not lookup.whole(found):  # unknown or incomplete now, perhaps not in a moment
            return
        self._memory[lookup] = self._clock() + self._seconds, found
        self._memory.move_to_end(lookup)
        if len(self._memory) > self._capacity:
            self._memory.popitem(last=False)

    def _landed(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not complain where every caller has gone


def _asked_to_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
