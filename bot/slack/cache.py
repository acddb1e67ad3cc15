"""Cache with single flight and a time to live, whose entries an event can end at once."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

V = TypeVar("V")

TRIES = 3
"""Look-ups for one answer at most, where an event ends each of them while it is in flight."""


class Unsettled(LookupError):
    """What was asked for changed again and again while it was looked up."""


@dataclass(slots=True)
class _Entry(Generic[V]):
    until: float
    answer: asyncio.Future[V]
    ended: bool = False


class Remembered(Generic[V]):
    """Answers kept for ``seconds`` from the moment they were asked for, at most ``most``; failures are not kept.

    Time is the event loop's, which no change of the machine's clock moves.
    """

    def __init__(self, ask: Callable[[str], Awaitable[V]], *, seconds: float, most: int = 2048) -> None:
        self._ask = ask
        self._seconds = seconds
        self._most = most
        self._entries: OrderedDict[str, _Entry[V]] = OrderedDict()

    async def get(self, key: str) -> V:
        """Return the answer for ``key``; whoever gives up waiting takes nothing from the others.

        An answer that was ended while it was on its way is not believed: it is asked for again. Raises what asking
        raises, and Unsettled.
        """
        for _ in range(TRIES):
            entry = self._entry(key)
            answer = await asyncio.shield(entry.answer)
            if not entry.ended:
                return answer
        raise Unsettled("changed while it was looked up")

    def latest(self, key: str) -> V | None:
        """Return the answer that was had last, however old, without asking; None where there is none."""
        entry = self._entries.get(key)
        answer = entry.answer if entry is not None else None
        if answer is None or not answer.done() or answer.cancelled() or answer.exception() is not None:
            return None
        return answer.result()

    def end(self, key: str) -> None:
        """Forget the answer for ``key``, also one that is on its way."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            entry.ended = True

    def end_all(self) -> None:
        """Forget every answer."""
        for key in list(self._entries):
            self.end(key)

    def _entry(self, key: str) -> _Entry[V]:
        now = asyncio.get_running_loop().time()
        entry = self._entries.get(key)
        if entry is None or entry.until <= now:
            entry = _Entry(now + self._seconds, asyncio.ensure_future(self._ask(key)))
            entry.answer.add_done_callback(lambda asked: self._settle(key, asked))
            self._entries[key] = entry
            self._entries.move_to_end(key)
            if len(self._entries) > self._most:
                self._entries.popitem(last=False)
        return entry

    def _settle(self, key: str, asked: asyncio.Future[V]) -> None:
        if asked.cancelled() or asked.exception() is not None:
            entry = self._entries.get(key)
            if entry is not None and entry.answer is asked:
                del self._entries[key]
