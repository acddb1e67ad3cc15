"""Turns to begin: a few invocations begin in each pass of the event loop, so that acknowledgements go first.

Where deliveries come faster than they can be answered, a pass is long; what begins in it then makes way for the next
acknowledgements, and invocations wait here instead. Where they wait for long, further ones are refused.
"""

import asyncio
from collections import deque

from bot import retry

EACH_PASS = 4
"""Invocations that begin in one pass of the event loop, which takes microseconds while there is little to do."""


class Turns:
    """First come, first served."""

    def __init__(self) -> None:
        self._left = EACH_PASS
        self._waiting: deque[tuple[float, asyncio.Future[None]]] = deque()
        """Since when, by the loop's clock; and what ends the wait."""
        self._due = False

    def are_late(self, now: float) -> bool:
        """Say whether the first in the queue has waited for long; ``now`` is the loop's time."""
        return bool(self._waiting) and now - self._waiting[0][0] > retry.SLACK.long_turn

    async def take(self) -> None:
        """Wait for a turn; where there is one left in this pass, return at once."""
        loop = asyncio.get_running_loop()
        self._call_soon(loop)
        if self._left and not self._waiting:
            self._left -= 1
            return
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append((loop.time(), turn))
        await turn

    def _call_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._due:
            self._due = True
            loop.call_soon(self._next_pass, loop)

    def _next_pass(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = False
        self._left = EACH_PASS
        while self._left and self._waiting:
            _, turn = self._waiting.popleft()
            if not turn.done():  # one who gave up has no turn
                turn.set_result(None)
                self._left -= 1
        if self._waiting or self._left < EACH_PASS:
            self._call_soon(loop)
