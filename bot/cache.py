"""Cache with a time to live, a size bound and single flight: concurrent requests for a key share one call."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

ATTEMPTS = 3
"""Calls for one answer at most, where each is invalidated while it is under way."""


class Invalidated(LookupError):
    """Each call for an answer was invalidated while it was under way."""


class Bounded(dict[K, V]):
    """Mapping of at most ``capacity`` keys: where one more is put, the one put longest ago is dropped."""

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self._capacity = capacity

    def put(self, key: K, value: V) -> None:
        """Store the value as the newest."""
        self.pop(key, None)
        self[key] = value
        if len(self) > self._capacity:
            del self[next(iter(self))]


class SingleFlight(Generic[K, V]):
    """Calls by key: concurrent callers share one, which goes on for the others when one of them is cancelled."""

    def __init__(self) -> None:
        self._tasks: dict[K, asyncio.Task[V]] = {}

    def __contains__(self, key: K) -> bool:
        return key in self._tasks

    async def get(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        """Return what the call under way for ``key`` brings, by ``ask`` where there is none; raise what it raises."""
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(_asked(ask), name="single flight")
            task.add_done_callback(lambda _task: self._tasks.pop(key))
            task.add_done_callback(_retrieve)
        return await asyncio.shield(task)

    async def finish(self) -> None:
        """Wait for the calls that are under way."""
        if self._tasks:
            await asyncio.wait(self._tasks.values())


async def _asked(ask: Callable[[], Awaitable[V]]) -> V:
    return await ask()


def _retrieve(task: asyncio.Task[Any]) -> None:
    """Look at a task's error, so that asyncio does not complain where every caller has left."""
    if not task.cancelled():
        task.exception()


@dataclass(slots=True, eq=False)
class Entry(Generic[K, V]):
    """A call and its answer, for all who ask for the same key."""

    key: K
    """As it was given by who began the call; equal keys may carry different things."""
    expires_at: float
    invalidated: bool = False
    task: asyncio.Task[V] = field(init=False)


def _always(_answer: object) -> bool:
    return True


class Cache(Generic[K, V]):
    """Answers by key, each used for ``seconds`` from the moment of asking; errors are not kept.

    A call is a task of its own: a caller that is cancelled does not cancel it for the others. Time is the event loop's,
    which no change of the machine's clock moves.
    """

    def __init__(self, *, seconds: float, capacity: int) -> None:
        self._seconds = seconds
        self._entries: Bounded[K, Entry[K, V]] = Bounded(capacity)
        self._tasks: set[asyncio.Task[V]] = set()

    async def get(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        """Return the answer for ``key``, by ``ask`` where there is none.

        An answer that is invalidated before it comes is not returned: it is asked for again. Raises what ``ask``
        raises, and Invalidated.
        """
        for _ in range(ATTEMPTS):
            entry = self.entry(key, ask)
            answer = await asyncio.shield(entry.task)
            if not entry.invalidated:
                return answer
        raise Invalidated("invalidated while under way")

    def entry(self, key: K, ask: Callable[[], Awaitable[V]], *, keep: Callable[[V], bool] = _always) -> Entry[K, V]:
        """Return the entry for ``key``; begin a call where there is none. Shield its task when waiting for it.

        An answer that ``keep`` refuses goes to those who wait for the call, and to nobody later.
        """
        now = asyncio.get_running_loop().time()
        entry = self._entries.get(key)
        if entry is None or entry.expires_at <= now:
            entry = Entry[K, V](key, now + self._seconds)
            self._entries.put(key, entry)  # before the task, which may end before this returns
            entry.task = asyncio.create_task(self._call(entry, ask, keep), name="ask for the cache")
            self._tasks.add(entry.task)
            entry.task.add_done_callback(self._tasks.discard)
            entry.task.add_done_callback(_retrieve)
        else:
            self._entries.put(key, entry)
        return entry

    def latest(self, key: K) -> V | None:
        """Return the latest answer without asking, however old it is; None where there is none."""
        entry = self._entries.get(key)
        return entry.task.result() if entry is not None and entry.task.done() else None

    def invalidate(self, key: K) -> None:
        """Drop the answer for ``key``; one that is under way is not kept."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            entry.invalidated = True

    def invalidate_all(self, where: Callable[[K], bool] = _always) -> None:
        """Drop the answers for all these keys."""
        for key in [key for key in self._entries if where(key)]:
            self.invalidate(key)

    async def close(self) -> None:
        """Cancel the calls that are under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _call(self, entry: Entry[K, V], ask: Callable[[], Awaitable[V]], keep: Callable[[V], bool]) -> V:
        kept = False
        try:
            answer = await ask()
            kept = keep(answer)
            return answer
        finally:
            if not kept and self._entries.get(entry.key) is entry:
                del self._entries[entry.key]
