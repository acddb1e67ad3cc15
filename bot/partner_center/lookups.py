"""Cached look-ups: identical ones share a call, which lasts as long as the most patient of its callers can wait."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from bot import retry
from bot.cache import Cache
from bot.partner_center.errors import Diagnosis, Unavailable

T = TypeVar("T")

REMEMBERED = 30.0
"""Seconds: long enough for a card, its buttons and the colleague who looks at the same customer."""
CAPACITY = 1024


class Flight:
    """A look-up on its way, and those who wait for it."""

    def __init__(self) -> None:
        self.deadline = 0.0
        """Of the event loop's clock; that of whoever can wait longest."""
        self.attempts = 0
        self.diagnosis: Diagnosis | None = None
        """Of the latest call, for those who cannot wait for its end."""
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
        if seconds > retry.PARTNER_CENTER.noticeable:
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
    flight: Flight = field(default_factory=Flight, init=False, compare=False)
    """The call, where this look-up begins one."""

    def is_kept(self, found: T) -> bool:
        """Say whether an answer is remembered: not one that is unknown or incomplete now, but perhaps not soon."""
        return self.remembered and found is not None and self.whole(found)


class Lookups:
    """Answers look-ups; only successes are remembered, for a short while, the least recently used going first."""

    def __init__(self, *, seconds: float = REMEMBERED, capacity: int = CAPACITY) -> None:
        self._cache: Cache[Lookup[Any], Any] = Cache(seconds=seconds, capacity=capacity)

    async def answer(self, lookup: Lookup[T], deadline: float, on_wait: Callable[[float], None] | None = None) -> T:
        """Return what is remembered, or what a flight brings; raise Unavailable at the deadline."""
        lookup.flight.join(deadline, on_wait)
        entry = self._cache.entry(lookup, partial(lookup.fetch, lookup.flight), keep=lookup.is_kept)
        found: T
        if entry.task.done():
            found = entry.task.result()
            return found
        flight = entry.key.flight
        if flight is not lookup.flight:
            flight.join(deadline, on_wait)
        try:
            async with asyncio.timeout_at(deadline + retry.PARTNER_CENTER.grace):
                found = await asyncio.shield(entry.task)
        except TimeoutError:
            raise Unavailable(flight.attempts, flight.diagnosis) from None
        except asyncio.CancelledError:
            if entry.task.cancelled() and not _asked_to_stop():  # the call was ended by ``close``, not this caller
                raise Unavailable(flight.attempts, flight.diagnosis) from None
            raise
        return found

    def forget(self, subject: str) -> None:
        """Drop what is remembered of a subject; what is in flight still answers those who wait, and nobody later."""
        self._cache.invalidate_all(lambda lookup: lookup.subject == subject)

    async def close(self) -> None:
        """End what is in flight."""
        await self._cache.close()


def _asked_to_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
