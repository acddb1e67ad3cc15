"""PostgreSQL for tests: one database that this process has to itself, made empty for each test."""

import os

import psycopg
from sqlalchemy import URL, make_url

from bot.errors import OperatorError
from bot.storage.database import open_database
from bot.storage.migrate import migrate, require_current
from bot.storage.tables import metadata

SERVER = make_url(os.environ.get("TEST_POSTGRESQL") or "postgresql://postgres:postgres@127.0.0.1:5432/postgres")
"""Someone who may create databases."""
OWN = SERVER.set(database=f"partner_bot_test_{os.getpid()}")
HOW_TO_GET_ONE = "Start PostgreSQL with `make postgresql`, or name a server in TEST_POSTGRESQL."

_CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    f"WHERE datname = '{OWN.database}' AND pid <> pg_backend_pid()"
)
_EMPTY = (
    _CUT,  # what an earlier test or its child process left open could hold locks
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
)


async def create() -> None:
    """Make this process's database; raises OperatorError where no server answers."""
    async with open_database(_address(SERVER)):
        await _run(SERVER, f"DROP DATABASE IF EXISTS {OWN.database}", f"CREATE DATABASE {OWN.database}")


async def empty() -> str:
    """Return the address of this process's database, with nothing in it."""
    await _run(OWN, *_EMPTY)
    return _address(OWN)


async def migrated() -> str:
    """Return the address of this process's database with all tables and no rows; migrated only where it is not yet."""
    if await _is_migrated():
        await _run(OWN, _CUT, *(f"DELETE FROM {table}" for table in metadata.tables))
        return _address(OWN)
    address = await empty()
    await migrate(address)
    return address


async def cut() -> None:
    """End every connection, as a server does that restarts."""
    await _run(SERVER, _CUT)


async def close() -> None:
    """Do the same, and let nobody in until ``reopen``."""
    await _run(SERVER, f"ALTER DATABASE {OWN.database} ALLOW_CONNECTIONS false", _CUT)


async def reopen() -> None:
    """Let everybody in again."""
    await _run(SERVER, f"ALTER DATABASE {OWN.database} ALLOW_CONNECTIONS true")


async def _is_migrated() -> bool:
    async with open_database(_address(OWN)) as database:
        try:
            await require_current(database)
        except OperatorError:
            return False
    return True


async def drop() -> None:
    """Take this process's database away, whoever is still connected."""
    await _run(SERVER, f"DROP DATABASE {OWN.database} WITH (FORCE)")


def _address(url: URL) -> str:
    return url.render_as_string(hide_password=False)


async def _run(url: URL, *statements: str) -> None:
    async with await psycopg.AsyncConnection.connect(_address(url), autocommit=True) as connection:
        for statement in statements:
            await connection.execute(statement.encode())
