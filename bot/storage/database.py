"""Transactions with deadlines, on SQLite or PostgreSQL; readers and writers are told apart, as SQLite needs.

A deadline, the transaction's own or that of an ``asyncio.timeout`` around it, holds whatever the database does: waiting
for SQLite's locks happens here and not in its thread, and a connection whose caller has left is thrown away without a
word to it. What was not committed by then never is; what was committed is never reported as failed.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, nullcontext, suppress
from ipaddress import ip_address
from pathlib import Path

import structlog
from sqlalchemy import URL, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import OperatorError
from bot.storage.address import database_address, postgresql_options, sqlite_file
from bot.storage.errors import DatabaseUnavailable, OutcomeUnknown, is_held, is_trouble, leaves_doubt, unavailable
from bot.storage.intent import intent
from bot.storage.sqlite import SQLiteFile

log = structlog.get_logger()

DEADLINE = 10.0
"""Seconds for a transaction, and for its turn, where nobody asks for others."""
WINDOW = 1.2
"""Seconds for a transaction that the acknowledgement of a window waits for, of Slack's three."""
OUTCOME = 0.5
"""Seconds for which a COMMIT under way is waited for past a deadline: its outcome is then known."""
POLLS = (0.001, 0.025)
"""Seconds between two tries to begin on SQLite, the shortest and the longest."""
CLOSING = 3.0
POOL = 4

_LIMITS = text(
    "SELECT set_config('lock_timeout', :ms, true), set_config('statement_timeout', :ms, true), "
    "set_config('idle_in_transaction_session_timeout', :ms, true)"
)
"""What ends a transaction on the server when the client has vanished; local, so that it works behind PgBouncer."""
_PROBE = text("UPDATE alembic_version SET version_num = version_num")
"""A write that changes nothing and needs all that any other needs."""


class _Shared:
    """What the two sets of connections of one process have in common."""

    def __init__(self, file: SQLiteFile | None) -> None:
        self.file = file
        # Writers of one process take turns here; only whoever has it competes with other processes.
        self.turn = self.queue()
        self.trouble: str | None = None
        self.ending: set[asyncio.Future[object]] = set()
        """Threads of thrown-away connections that are about to end; each says so to the event loop."""

    def terminate(self, connection: DBAPIConnection) -> None:
        """Close without waiting for the server or a thread; both roll back what was not committed."""
        driver = connection.driver_connection
        ended: asyncio.Future[object] | None = (getattr(driver, "terminate", None) or driver.stop)()
        if ended is not None:
            self.ending.add(ended)
            ended.add_done_callback(self.ending.discard)

    def queue(self) -> asyncio.Lock | nullcontext[None]:
        """Return where writers wait in order, which PostgreSQL's need not."""
        return asyncio.Lock() if self.file else nullcontext()


class Database:
    """An open database; made by ``open_database``."""

    def __init__(self, readers: AsyncEngine, writers: AsyncEngine, shared: _Shared) -> None:
        self._readers = readers
        self._writers = writers
        self._shared = shared
        # Only the first of each set competes for the turn, so that the two sets write alternately, however many wait.
        self._queue = shared.queue()
        self.background = self
        """The same database by connections of its own: for the worker and the jobs, which must not wait for people."""

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is a file that one machine alone uses."""
        return self._shared.file is not None

    @asynccontextmanager
    async def read(self, *, within: float | None = None) -> AsyncIterator[AsyncConnection]:
        """Read in one transaction; raise DatabaseUnavailable where the database fails or is too slow."""
        try:
            async with self._transaction(self._readers, _deadline(within), writing=False) as connection:
                yield connection
        except DatabaseUnavailable as error:
            error.writing |= intent().saves
            raise

    @asynccontextmanager
    async def write(self, *, within: float | None = None) -> AsyncIterator[AsyncConnection]:
        """Write in one transaction, committed at the end of the block and rolled back by an exception.

        Raises DatabaseUnavailable, after which nothing is kept; so it is for a caller that is cancelled, too. Only
        OutcomeUnknown leaves that open: the database fell silent after it was asked to commit.
        """
        async with self._transaction(self._writers, _deadline(within), writing=True) as connection:
            yield connection
        intent().saves = False

    async def answers(self, *, within: float = 2.0) -> bool:
        """Say whether something could be saved now, within so many seconds; the log has why not, once."""
        why: str | None = None
        try:
            async with self.write(within=within) as connection:
                await connection.execute(_PROBE)
        except DatabaseUnavailable as error:
            why = error.reason
        except (SQLAlchemyError, OSError) as error:
            why = type(error).__name__
        if why not in {None, self._shared.trouble}:
            log.warning("database not usable", why=why)
        elif why is None and self._shared.trouble is not None:
            log.info("database usable again")
        self._shared.trouble = why
        return why is None

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Return an INSERT that knows ON CONFLICT, which both databases spell alike."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    @asynccontextmanager
    async def _transaction(
        self, engine: AsyncEngine, within: float, *, writing: bool
    ) -> AsyncIterator[AsyncConnection]:
        queue, turn = (self._queue, self._shared.turn) if writing else (nullcontext(), nullcontext())
        deadline = asyncio.timeout(within)
        try:
            async with deadline, queue, turn:
                connection = await self._begun(engine, within, writing=writing)
                try:
                    yield connection
                    if writing:
                        await self._commit(connection, deadline)
                except BaseException as error:
                    await _let_go(connection, error)
                    raise
                await _give_back(connection)
        except TimeoutError as error:
            if not deadline.expired():
                raise
            raise DatabaseUnavailable(f"it did not answer within {within:g} seconds", writing=writing) from error
        except Exception as error:
            if is_trouble(error):
                raise unavailable(error, writing=writing) from error
            raise

    async def _begun(self, engine: AsyncEngine, within: float, *, writing: bool) -> AsyncConnection:
        """Return a connection in a transaction, as soon as nothing else holds the database."""
        pause, longest = POLLS
        end = time.monotonic() + min(within, DEADLINE)
        while True:
            try:
                return await self._begin(engine, within, writing=writing)
            except DatabaseUnavailable:
                raise
            except Exception as error:
                if not is_held(error) or time.monotonic() > end:
                    raise unavailable(error, writing=writing) from error
            await asyncio.sleep(pause)
            pause = min(2 * pause, longest)

    async def _begin(self, engine: AsyncEngine, within: float, *, writing: bool) -> AsyncConnection:
        file = self._shared.file
        if file is not None:
            file.require(writing=writing)
        connection = await engine.connect()
        try:
            await connection.begin()
            if file is None:
                await connection.execute(_LIMITS, {"ms": str(max(1, round(within * 1000)))})
            else:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None  # noqa: S101 - only a closed connection has none
                await driver.executescript("BEGIN IMMEDIATE" if writing else "BEGIN; SELECT 1 FROM sqlite_master")
        except BaseException as error:
            await _let_go(connection, error)
            raise
        return connection

    async def _commit(self, connection: AsyncConnection, deadline: asyncio.Timeout) -> None:
        """Commit, unless nobody waits any longer or the file is gone."""
        if deadline.expired():  # and a library has swallowed the cancellation
            raise asyncio.CancelledError
        if self._shared.file is not None:
            self._shared.file.require()
        commit = await _finished(connection.commit())
        error = commit.exception() if commit.done() else None
        if not commit.done() or (error is not None and leaves_doubt(error)):
            raise OutcomeUnknown from error
        if error is not None:
            raise error


def _deadline(within: float | None) -> float:
    chosen = intent().within if within is None else within
    return DEADLINE if chosen is None else chosen


async def _finished(work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
    """Do what cannot be called back, and return its task; done, unless the caller was cancelled OUTCOME seconds ago.

    A cancellation that comes meanwhile waits, so that the caller can still say what has become of it.
    """
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())  # looked at, whoever has left
    loop = asyncio.get_running_loop()
    end: float | None = None
    while not task.done() and (end is None or loop.time() < end):
        try:
            await asyncio.wait({task}, timeout=None if end is None else end - loop.time())
        except asyncio.CancelledError:
            if end is None:
                end = loop.time() + OUTCOME
    if end is not None and (caller := asyncio.current_task()) is not None:
        loop.call_later(OUTCOME, _cancel_again, caller)
    return task


def _cancel_again(task: "asyncio.Task[object]") -> None:
    """Cancel a task that was to end and went on only to say what was saved; a timeout that ended takes its own back."""
    if task.cancelling() > 0:
        task.uncancel()  # so that it counts once, and the timeout that cancelled it knows its own
        task.cancel()


async def _let_go(connection: AsyncConnection, error: BaseException) -> None:
    """Give the connection back, rolled back; one that may be stuck is thrown away instead of being spoken to."""
    if not isinstance(error, Exception) or isinstance(error, OutcomeUnknown):
        await _throw_away(connection)
    await _give_back(connection)


async def _give_back(connection: AsyncConnection) -> None:
    if not (await _finished(connection.close())).done():
        await _throw_away(connection)


async def _throw_away(connection: AsyncConnection) -> None:
    """End the connection without a word to it; this waits for nothing."""
    with suppress(SQLAlchemyError, OSError):
        await connection.invalidate()


@asynccontextmanager
async def open_database(address: str) -> AsyncIterator[Database]:
    """Open what a DATABASE_URL names; raise OperatorError, in one sentence, where that is impossible."""
    url = database_address(address)
    path = sqlite_file(url)
    file = None if path is None else await _opened(path)
    shared = _Shared(file)
    if file is not None:
        readers, others, writers = file.engine(size=POOL), file.engine(size=POOL), file.engine(size=1)
        database, background = Database(readers, writers, shared), Database(others, writers, shared)
    else:
        readers, others = _server_engine(url), _server_engine(url)
        writers = others
        database, background = Database(readers, readers, shared), Database(others, others, shared)
    for engine in (readers, others, writers):
        vars(engine.dialect)["do_terminate"] = shared.terminate
    database.background = background
    try:
        await _try(database, url.host, path)
        yield database
    finally:
        with suppress(TimeoutError, SQLAlchemyError, OSError):
            async with asyncio.timeout(CLOSING):
                for engine in (readers, others, writers):
                    await engine.dispose()
                if shared.ending:
                    await asyncio.wait(shared.ending)
        if file is not None:
            file.close()


def _server_engine(url: URL) -> AsyncEngine:
    address, times = postgresql_options(url)
    return create_async_engine(address, pool_pre_ping=True, pool_size=POOL, max_overflow=POOL, connect_args=dict(times))


async def _opened(path: Path) -> SQLiteFile:
    """Open the file as soon as nothing holds it; raise OperatorError where it is none that SQLite can use."""
    pause, longest = POLLS
    end = time.monotonic() + DEADLINE
    while True:
        try:
            return await asyncio.to_thread(SQLiteFile, path)
        except OperatorError:
            raise
        except Exception as error:
            if not is_held(error) or time.monotonic() > end:
                raise unavailable(error, writing=True).at("DATABASE_URL") from error
        await asyncio.sleep(pause)
        pause = min(2 * pause, longest)


async def _try(database: Database, host: str | None, path: Path | None) -> None:
    try:
        async with database.read() as connection:
            await connection.execute(text("SELECT 1"))
    except DatabaseUnavailable as error:
        raise error.at("DATABASE_URL" if path else _told(host)) from error


def _told(host: str | None) -> str | None:
    """Return a host that is no secret by mistake: an address in digits."""
    with suppress(ValueError):
        return str(ip_address(host or ""))
    return None
