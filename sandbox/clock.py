"""A clock that can be moved on: this process's wall clock, and SQLite's, for a sandbox in which days pass in seconds.

Only the time of day moves. The monotonic clock, by which event loops and time-outs count, goes on as it always does.
"""

import sqlite3
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from time_machine import Traveller

DAY = 86400.0
UNIX_EPOCH = 2440587.5
"""As a Julian day."""


class Clock:
    """The wall clock of this process, ahead of the real one by as much as it was moved; right again after the block.

    SQLite asks the operating system for the time, so its connections follow only if opened after the first move.
    """

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._undo = ExitStack()
        self._traveller: Traveller | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()
        self._traveller, self.ahead = None, timedelta()

    def move(self, by: timedelta) -> None:
        """Let so much time pass at once."""
        if by < timedelta():
            raise ValueError("time only passes")
        self._traveller = self._traveller or self._start()
        self._traveller.shift(by)
        self.ahead += by

    def set_back(self, by: timedelta) -> None:
        """Set the clock back, as somebody does who finds it ahead; what asks it meanwhile sees time run backwards."""
        if by < timedelta():
            raise ValueError("a clock is set back by a positive time")
        self._traveller = self._traveller or self._start()
        self._traveller.shift(-by)
        self.ahead -= by

    def move_to(self, moment: datetime) -> None:
        """Let time pass until this moment."""
        self.move(timedelta(seconds=moment.timestamp() - time.time()))

    def _start(self) -> "Traveller":
        import time_machine  # noqa: PLC0415 - it takes a tenth of a second, which nobody waits for who moves no clock

        traveller = self._undo.enter_context(time_machine.travel(time.time(), tick=True))
        time.time()  # the traveller's clock runs from the first look at it
        for module in (sqlite3, sqlite3.dbapi2):  # SQLAlchemy connects by the second
            self._undo.callback(setattr, module, "connect", module.connect)
            module.connect = partial(_connect, module.connect)  # type: ignore[attr-defined]
        return traveller


def _connect(connect: Any, *arguments: Any, **options: Any) -> sqlite3.Connection:
    connection: sqlite3.Connection = connect(*arguments, **options)
    connection.create_function("julianday", 1, _julian_day)
    return connection


def _julian_day(moment: str) -> float:
    if moment != "now":
        raise ValueError("this clock tells no time but the present")
    return time.time() / DAY + UNIX_EPOCH
