"""Keeps the bot under Microsoft's limit, so that nobody's look-up is refused for the haste of others.

https://learn.microsoft.com/partner-center/developer/customer-resources — 500 requests a minute for each partner tenant.
"""

import time
from collections import deque
from collections.abc import Callable

REQUESTS = 490
"""A few under the limit: other programs of the partner, and other clocks."""
IN_BACKGROUND = 45
"""What may go to work that nobody waits for; Microsoft asks not to poll much."""
PERIOD = 60.0
"""Seconds."""


class TooSoon(Exception):
    """There is no turn in time; ``wait`` is in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


class Limiter:
    """A sliding window: in no period, wherever it begins, do more than so many requests start. Does not wait itself."""

    def __init__(
        self, requests: int = REQUESTS, period: float = PERIOD, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._period = period
        self._clock = clock
        self._turns: deque[float] = deque(maxlen=requests)
        """When the latest requests started or are to start; it never holds more than one period's worth."""

    @property
    def left(self) -> int:
        """How many requests may start at once."""
        begin = self._clock() - self._period
        return (self._turns.maxlen or 0) - sum(turn > begin for turn in self._turns)

    @property
    def busy(self) -> float:
        """How many seconds more than half of the requests are taken, if nobody asks meanwhile."""
        now = self._clock()
        recent = [turn for turn in self._turns if turn > now - self._period]
        surplus = len(recent) - (self._turns.maxlen or 0) // 2
        return recent[surplus - 1] + self._period - now if surplus > 0 else 0.0

    def turn(self, *, within: float) -> float:
        """Take the next turn and return how many seconds it is away; raise TooSoon where that is not ``within``."""
        now = self._clock()
        full = len(self._turns) == self._turns.maxlen
        wait = max(0.0, self._turns[0] + self._period - now) if full else 0.0
        if wait > max(within, 0.0):
            raise TooSoon(wait)
        self._turns.append(now + wait)
        return wait


class Pace:
    """Turns for work that nobody waits for: few a minute, and none while people need more than half of the limit."""

    def __init__(self, limiter: Limiter, own: Limiter | None = None) -> None:
        self._limiter = limiter
        self._own = own or Limiter(IN_BACKGROUND)

    def turn(self) -> float:
        """Take a turn and return 0, or return after how many seconds to ask again."""
        if (busy := self._limiter.busy) > 0:
            return busy
        try:
            return self._own.turn(within=0)
        except TooSoon as refused:
            return refused.wait
