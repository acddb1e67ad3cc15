"""Load shedding: how many invocations are carried at once, and which are refused instead.

What is refused costs no further call for a slash command or a window, whose acknowledgement says so. Slack gives up on
an acknowledgement after three seconds and on a trigger after as long, so nothing is begun that has waited for long.
"""

import structlog

from bot.metrics import SHED

log = structlog.get_logger()

MOST = 1000
"""Invocations in flight."""
MOST_TOLD = 100
"""At once, that way; the others are counted alone."""
LOG_EVERY = 10.0
"""Seconds between two log lines about it."""


class Admission:
    """Counts the invocations in flight, and those that are refused."""

    def __init__(self, *, most: int | None = None) -> None:
        self._most = MOST if most is None else most
        self.in_flight = 0
        self.telling = 0
        self._unlogged = 0
        self._logged_at = float("-inf")

    @property
    def full(self) -> bool:
        """Say whether another invocation is one too many."""
        return self.in_flight >= self._most

    def enter(self) -> None:
        """Count one that begins."""
        self.in_flight += 1

    def leave(self) -> None:
        """Count one that has ended."""
        self.in_flight -= 1

    def told(self) -> None:
        """Count off one that has been told by its response_url."""
        self.telling -= 1

    def shed(self, surface: str, how: str, *, now: float) -> None:
        """Count one that is refused: ``told`` or ``dropped``; the log has a line with their number now and then."""
        SHED.labels(surface, how).inc()
        self._unlogged += 1
        if now - self._logged_at >= LOG_EVERY:
            log.warning("invocations shed", number=self._unlogged, in_flight=self.in_flight)
            self._logged_at, self._unlogged = now, 0
