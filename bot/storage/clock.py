"""The database's own clock as an SQL expression, since replicas' clocks differ and leases are compared in SQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Double, select
from sqlalchemy.ext.asyncio import AsyncConnection
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


def instant(seconds: float | None) -> datetime | None:
    """Return the stored instant as a datetime in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def seconds(at: datetime | None) -> float | None:
    """Return the instant as it is stored."""
    return None if at is None else at.timestamp()


async def read_now(connection: AsyncConnection) -> datetime:
    """Return the database's time."""
    return datetime.fromtimestamp((await connection.execute(select(now()))).scalar_one(), UTC)
