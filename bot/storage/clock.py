"""The database's own clock in SQL: replicas' clocks differ, and leases are compared there.

Clocks are set, forward by mistake and then back. An instant that holds work back is therefore believed only while it
lies no further ahead than the wait it was set for, and counts as due beyond; what lies ahead did not happen lately.
"""

import math
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Double, and_, case, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class now(FunctionElement[float]):  # noqa: N801 - reads as the SQL function it is
    """Seconds since 1970 in UTC, at the instant of execution and not of the transaction's start."""

    type = Double()
    inherit_cache = True


@compiles(now, "sqlite")
def _on_sqlite(_element: now, _compiler: Any, **_options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now, "postgresql")
def _on_postgresql(_element: now, _compiler: Any, **_options: Any) -> str:
    return "extract(epoch FROM clock_timestamp())::double precision"


class later(FunctionElement[float]):  # noqa: N801 - likewise
    """The later of two instants, neither of which is NULL (the databases differ there)."""

    type = Double()
    inherit_cache = True


@compiles(later, "sqlite")
def _later_on_sqlite(element: later, compiler: Any, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"


@compiles(later, "postgresql")
def _later_on_postgresql(element: later, compiler: Any, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


GRACE = 60.0
"""Seconds by which a clock may be set back unnoticed: small corrections are no reason to end a wait."""
Seconds = ColumnElement[float] | float


def due(column: ColumnElement[Any], *, wait: Seconds, at: Seconds | None = None) -> ColumnElement[bool]:
    """Return the condition that an instant has come, or lies further ahead than its ``wait`` allows.

    Instants and waits are seconds; ``at`` is the time, the database's own unless it is given.
    """
    return or_(column <= (now() if at is None else at), astray(column, wait=wait, at=at))


def astray(column: ColumnElement[Any], *, wait: Seconds, at: Seconds | None = None) -> ColumnElement[bool]:
    """Return the condition that an instant lies further ahead than its ``wait`` allows: the clock was set back."""
    return column > (now() if at is None else at) + wait + GRACE


def believed(column: ColumnElement[Any], *, wait: Seconds, at: Seconds | None = None) -> ColumnElement[float]:
    """Return the instant, or the time where it is astray."""
    time = now() if at is None else at
    return case((astray(column, wait=wait, at=at), time), else_=column)


def lately(column: ColumnElement[Any], *, within: Seconds) -> ColumnElement[bool]:
    """Return the condition that an instant lies so many seconds back at most, and not ahead."""
    return and_(column > now() - within, column <= now() + GRACE)


_FIRST, _LAST = (datetime(year, 1, 2, tzinfo=UTC).timestamp() for year in (1, 9999))
"""Between these an instant has a date in every time zone."""


def instant(seconds: float | None) -> datetime | None:
    """Return the stored instant as a datetime in UTC; never raises: what no date can hold is the nearest that one can.

    A row that cannot be read would keep the delivery or the command that needs it from ever ending.
    """
    if seconds is None:
        return None
    return datetime.fromtimestamp(0.0 if math.isnan(seconds) else min(max(seconds, _FIRST), _LAST), UTC)


def seconds(at: datetime | None) -> float | None:
    """Return the instant as it is stored."""
    return None if at is None else at.timestamp()


def read_now(connection: Connection) -> datetime:
    """Return the database's time."""
    return datetime.fromtimestamp(connection.execute(select(now())).scalar_one(), UTC)
