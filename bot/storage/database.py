"""The database, opened with its safeguards; readers and writers are told apart, since SQLite must know beforehand.

SQLite: WAL, so that readers never wait; ``synchronous=FULL``, so that a power cut takes back no promise;
BEGIN IMMEDIATE for writers, because a reader that turns into a writer fails at once instead of waiting.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from sqlalchemy import URL, Connection, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import OperatorError
from bot.storage.address import database_address, sqlite_file

OWNER_ONLY = 0o600
BUSY_MILLISECONDS = 30_000


class Database:
    """An open database; made by ``open_database``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._readers = engine
        self._writers = engine.execution_options(writes=True)
        # Writers of one process queue here, in order, rather than in SQLite's busy handler, which sleeps and is unfair.
        self._turn = asyncio.Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is a file that one machine alone uses."""
        return self._readers.dialect.name == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Read in one transaction."""
        async with self._readers.begin() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Write in one transaction, committed at the end of the block and rolled back by an exception."""
        async with self._turn, self._writers.begin() as connection:
            yield connection

    async def answers(self, *, within: float = 2.0) -> bool:
        """Say whether the database answers at all, within so many seconds."""
        try:
            async with asyncio.timeout(within), self.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError, TimeoutError):
            return False
        return True

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Return an INSERT that knows ON CONFLICT, which both databases spell alike."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)


@asynccontextmanager
async def open_database(address: str) -> AsyncIterator[Database]:
    """Open what a DATABASE_URL names; raise OperatorError, in one sentence, where that is impossible."""
    url = database_address(address)
    engine = _sqlite_engine(url) if sqlite_file(url) else create_async_engine(url, pool_pre_ping=True)
    try:
        await _try(engine)
        yield Database(engine)
    finally:
        await engine.dispose()


async def _try(engine: AsyncEngine) -> None:
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception as error:
        # Whatever a driver says on the first connection (refused, no such role, no TLS) is for the operator.
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = (str(cause) or type(cause).__name__).partition("\n")[0].rstrip(".")
        where = engine.url.database if engine.dialect.name == "sqlite" else engine.url.host
        raise OperatorError(f"The database ({where}) cannot be used: {reason}.") from error


def _sqlite_engine(url: URL) -> AsyncEngine:
    file = Path(url.database or "")
    _create_for_owner(file)
    engine = create_async_engine(url, pool_size=4, max_overflow=0)  # a connection is a thread; keep those there are
    event.listen(engine.sync_engine, "connect", _safeguard)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _create_for_owner(file: Path) -> None:
    """Make the file readable by its owner alone before SQLite opens it; -wal and -shm take over its mode."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY))
        file.chmod(OWNER_ONLY)
    except OSError as error:
        raise OperatorError(f"The database file {file} cannot be used: {error.strerror or error}.") from error
    if not os.access(file.parent, os.W_OK):
        raise OperatorError(f"The folder {file.parent.resolve()} is not writable, and SQLite keeps its journal there.")


def _safeguard(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late and is never IMMEDIATE
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
