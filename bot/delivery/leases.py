"""Leases of a process, renewed together for as long as its attempts last."""

import asyncio
import time
from collections.abc import Collection
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.retry import DeliveryTimeouts
from bot.storage.database import Database
from bot.storage.errors import DatabaseUnavailable
from bot.storage.outbox import Outbox

log = structlog.get_logger()


class LeaseLost(Exception):
    """Another process holds the delivery: nothing is written for it any more."""


class LeaseTooShort(Exception):
    """Another process may hold the delivery before a write would be recorded: nothing was written."""


class Leases:
    """The leases of one process by number of their delivery, and whether it may take over those of others.

    Ends are of the monotonic clock. A process whose database call failed takes over nothing until a whole lease after
    the database is back: while it was away, no owner could renew.
    """

    def __init__(self, database: Database, outbox: Outbox, *, owner: str, timeouts: DeliveryTimeouts) -> None:
        self._database = database
        self._outbox = outbox
        self._owner = owner
        self._timeouts = timeouts
        self._ends: dict[int, float] = {}
        self._failed = False
        self._take_over_at = 0.0

    @property
    def numbers(self) -> Collection[int]:
        """Return the deliveries that attempts of this process are at."""
        return self._ends.keys()

    @property
    def may_take_over(self) -> bool:
        """Say whether leases that others let expire may be taken over."""
        return not self._failed and time.monotonic() >= self._take_over_at

    def begin(self, number: int, *, claimed: float) -> None:
        """Hold a lease that was claimed then."""
        self._ends[number] = claimed + self._timeouts.lease

    def end(self, number: int) -> None:
        """Let go of a lease."""
        self._ends.pop(number, None)

    def require(self, number: int) -> None:
        """Raise LeaseTooShort where too little of a lease is left for a write."""
        if self._ends.get(number, 0.0) - time.monotonic() < self._timeouts.margin:
            raise LeaseTooShort

    def database_failed(self) -> None:
        """Note that a call to the database failed."""
        self._failed = True

    def database_answered(self) -> None:
        """Note that one did not."""
        if self._failed:
            self._failed = False
            self._take_over_at = time.monotonic() + self._timeouts.lease

    async def keep(self) -> None:
        """Renew all leases in one statement, again and again, until cancelled."""
        while True:
            await asyncio.sleep(self._timeouts.renewal)
            if self._ends:
                await self._renew()

    async def _renew(self) -> None:
        asked, began = tuple(self._ends), time.monotonic()
        try:
            async with asyncio.timeout(self._timeouts.renewal):
                renew = partial(
                    self._outbox.renew, numbers=asked, owner=self._owner, lease_seconds=self._timeouts.lease
                )
                held = await self._database.write(renew)
        except (DatabaseUnavailable, SQLAlchemyError, OSError) as error:  # a TimeoutError is an OSError
            self.database_failed()
            log.warning("leases not renewed", error=type(error).__name__)
            return
        self.database_answered()
        for number in asked:
            if number in self._ends:
                self._ends[number] = began + self._timeouts.lease if number in held else 0.0
