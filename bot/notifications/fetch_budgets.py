"""Which certificate may be fetched now: budgets that made-up names cannot use up for the genuine ones.

Anyone may name an address in a delivery, and nothing tells a genuine new name from a made-up one before it is fetched.
So names are fetched from budgets of their own by what speaks for them: it was good before; it looks like Microsoft's;
it is asked for again, as Microsoft does after a 503 and a flood of ever new names does not.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.cache import Bounded
from bot.notifications.forged import Forged, Why
from bot.partner_center.limiter import Limiter, TooSoon

FETCHES = 30
"""A minute, of each budget."""
BAD_FOR = timedelta(minutes=1)
"""So long a name that led to no certificate of Microsoft's is refused without being fetched."""
CAPACITY = 16_384
"""Names remembered as asked for, and as bad: 2 MB each at most, and some minutes of a flood."""
GOOD_CAPACITY = 64

LIKELY = re.compile(r"(?:[a-z0-9-]+\.)+microsoft\.com\.cer", re.ASCII | re.IGNORECASE)


class FetchBudgets:
    """Counts fetches; names are remembered as hashes, which a stranger cannot choose."""

    def __init__(self, usual: str, now: Callable[[], datetime]) -> None:
        """Take the address that has always been Microsoft's."""
        self._good: Bounded[str, None] = Bounded(GOOD_CAPACITY)
        self._good.put(usual, None)
        self._now = now
        self._asked: Bounded[int, None] = Bounded(CAPACITY)
        self._bad: Bounded[int, tuple[datetime, Why]] = Bounded(CAPACITY)
        self._proven, self._again, self._likely, self._others = (Limiter(FETCHES) for _ in range(4))

    def take(self, address: str) -> None:
        """Take a turn for the address; raise Forged where there is none, or where it led to nothing lately."""
        if address in self._good:
            turns = [self._proven]
        else:
            self._refuse_bad(address)
            again = hash(address) in self._asked
            self._asked.put(hash(address), None)
            likely = LIKELY.fullmatch(address.rpartition("/")[2]) is not None
            turns = [self._likely if likely else self._others, *([self._again] if again else [])]
        for limiter in turns:
            try:
                limiter.turn(within=0)
            except TooSoon:
                continue
            return
        raise Forged(Why.TOO_MANY_ADDRESSES)

    def was_good(self, address: str) -> None:
        """Note that the address led to a certificate of Microsoft's."""
        self._bad.pop(hash(address), None)
        self._good.put(address, None)

    def was_bad(self, address: str, why: Why) -> None:
        """Note that it did not, unless it did before: Microsoft's own may be wrong for a moment."""
        if address not in self._good:
            self._bad.put(hash(address), (self._now() + BAD_FOR, why))

    def _refuse_bad(self, address: str) -> None:
        until, why = self._bad.get(hash(address), (None, Why.CERTIFICATE_MISSING))
        if until is not None and self._now() < until:
            raise Forged(why)
