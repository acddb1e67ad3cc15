"""Transactions with deadlines, on SQLite or PostgreSQL: each a plain function, run in a worker thread in one hop.

A deadline, the transaction's own or that of an ``asyncio.timeout`` around it, holds whatever the database or a thread
does: what its caller has left is interrupted, and its connection is thrown away. What was not committed by then never
is; what was committed is never reported as failed.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import SQLAlchemyError

from bot import retry
from bot.errors import OperatorError
from bot.storage import postgresql
from bot.storage.address import ServerAddress, SQLiteAddress, database_address
from bot.storage.errors import DatabaseUnavailable, OutcomeUnknown, is_held, is_trouble, leaves_doubt, unavailable
from bot.storage.intent import intent
from bot.storage.sqlite import SQLiteFile
from bot.storage.threads import Job, Left, Threads

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql as postgresql_dialect

log = structlog.get_logger()
T = TypeVar("T")
Work = Callable[[Connection], T]
"""A transaction: statements on a connection, and what comes of them. It runs in another thread than its caller."""

SIZE = {"sqlite": 4, "postgresql": 8}
"""Threads, each with a connection, for people; as many more are the worker's, the jobs' and the sources'."""
_PEOPLE, _BACKGROUND = 0, 1

_PROBE = text("UPDATE alembic_version SET version_num = version_num")
"""A write that changes nothing and needs all that any other needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """Connections, and as many threads that use them."""

    engine: Engine
    threads: Threads
    queue: int = 0


@dataclass(slots=True, kw_only=True)
class _Shared:
    """What the two sets of connections of one process have in common."""

    file: SQLiteFile | None
    trouble: str | None = None


class Database:
    """An open database; made by ``open_database``."""

    def __init__(self, readers: _Pool, writers: _Pool, shared: _Shared) -> None:
        self._readers = readers
        self._writers = writers
        self._shared = shared
        self.background = self
        """The same database by connections of its own: for the worker and the jobs, which must not wait for people."""

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is a file that one machine alone uses."""
        return self._shared.file is not None

    async def read(self, work: Work[T], *, within: float | None = None) -> T:
        """Read in one transaction and return what ``work`` returns; raise DatabaseUnavailable, or what it raises."""
        try:
            return await self._run(self._readers, work, _deadline(within), writing=False)
        except DatabaseUnavailable as error:
            error.writing |= intent().saves
            raise

    async def write(self, work: Work[T], *, within: float | None = None) -> T:
        """Write in one transaction, committed where ``work`` returns and rolled back where it raises.

        Raises DatabaseUnavailable, after which nothing is kept; so it is for a caller that is cancelled, too. Only
        OutcomeUnknown leaves that open: the database fell silent after it was asked to commit.
        """
        result = await self._run(self._writers, work, _deadline(within), writing=True)
        intent().saves = False
        return result

    async def answers(self, *, within: float = retry.DATABASE.probe) -> bool:
        """Say whether something could be saved now, within so many seconds; the log has why not, once."""
        why: str | None = None
        try:
            await self.write(lambda connection: connection.execute(_PROBE), within=within)
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

    def insert(self, table: Table) -> "sqlite_dialect.Insert | postgresql_dialect.Insert":
        """Return an INSERT that knows ON CONFLICT, which both databases spell alike."""
        if self.is_sqlite:
            return sqlite_dialect.insert(table)
        from sqlalchemy.dialects import postgresql as postgresql_dialect  # noqa: PLC0415 - 2 MB

        return postgresql_dialect.insert(table)

    async def _run(self, pool: _Pool, work: Work[T], within: float, *, writing: bool) -> T:
        job = Job(partial(self._transaction, pool.engine, work, within, writing))
        pool.threads.submit(job, queue=pool.queue)
        try:
            return await _outcome(job, within, writing=writing)
        except Exception as error:
            if is_trouble(error):
                raise unavailable(error, writing=writing) from error
            raise

    def _transaction(self, engine: Engine, work: Work[T], within: float, writing: bool, job: Job[T]) -> T:  # noqa: FBT001
        """Run one transaction in this thread; raise Left where its caller has gone."""
        file = self._shared.file
        if file is not None:
            file.require(writing=writing)
        connection = _once_free(engine.connect, job, writing=writing)
        ended = False
        try:
            connection.begin()  # also where ``work`` does nothing, so that its end ends what begins below
            driver = connection.connection.driver_connection
            if file is not None:
                job.interruptible(driver.interrupt)  # type: ignore[union-attr]
                _once_free(partial(_begin, driver, writing=writing), job, writing=writing)
            else:
                job.interruptible(postgresql.interrupter(driver))
                postgresql.limit(connection, within)
            result = work(connection)
            if writing:
                self._commit(connection, job)
            else:
                connection.rollback()
            ended = True
        finally:
            _give_back(connection, left=job.end(), ended=ended)
        return result

    def _commit(self, connection: Connection, job: Job[Any]) -> None:
        """Commit, unless nobody waits any longer or the file is gone."""
        if self._shared.file is not None:
            self._shared.file.require()
        driver = connection.connection.driver_connection
        job.commit(give_up=None if self.is_sqlite else partial(postgresql.hang_up, driver))
        try:
            connection.commit()
        except SQLAlchemyError as error:
            if leaves_doubt(error):
                raise OutcomeUnknown from error
            raise


def _deadline(within: float | None) -> float:
    chosen = intent().within if within is None else within
    return retry.DATABASE.transaction if chosen is None else chosen


def _once_free(attempt: Callable[[], T], job: Job[Any], *, writing: bool) -> T:
    """Try until nothing else holds SQLite's file; raise Left where the caller waits no longer."""
    for pause in _pauses():
        try:
            return attempt()
        except Exception as error:
            if not is_held(error):
                raise unavailable(error, writing=writing) from error
        if job.left.wait(pause):
            raise Left
    raise AssertionError


def _begin(driver: Any, *, writing: bool) -> None:
    """Begin on SQLite; one that fails half-way leaves no transaction behind."""
    try:
        if writing:
            driver.execute("BEGIN IMMEDIATE")
        else:
            driver.executescript("BEGIN; SELECT 1 FROM sqlite_master")
    except sqlite3.Error:
        if driver.in_transaction:
            driver.rollback()
        raise


def _pauses() -> Iterator[float]:
    """Return the waits between attempts, without end."""
    return map(retry.DATABASE.held.after, count(1))


def _give_back(connection: Connection, *, left: bool, ended: bool) -> None:
    """Give a connection back to its pool; one that may have been interrupted is thrown away."""
    try:
        if left:
            connection.invalidate()
        elif not ended:
            connection.rollback()
    except (SQLAlchemyError, OSError, sqlite3.Error):
        with suppress(SQLAlchemyError, OSError, sqlite3.Error):
            connection.invalidate()
    with suppress(SQLAlchemyError, OSError, sqlite3.Error):
        connection.close()


async def _outcome(job: Job[T], within: float, *, writing: bool) -> T:
    """Wait for a job, so many seconds; a cancellation during its COMMIT waits until its outcome can be said."""
    cancelled: asyncio.CancelledError | None = None
    try:
        await asyncio.wait({job.done}, timeout=within)
    except asyncio.CancelledError as error:
        cancelled = error
    if not job.done.done() and not job.leave():
        cancelled = await _committed(job.done) or cancelled
    if not job.done.done():
        if job.give_up():
            raise OutcomeUnknown
        if cancelled is not None:
            raise cancelled
        raise DatabaseUnavailable(f"it did not answer within {within:g} seconds", writing=writing)
    if cancelled is None:
        return job.done.result()
    if not writing or job.done.exception() is not None:
        raise cancelled
    if (caller := asyncio.current_task()) is not None:
        asyncio.get_running_loop().call_later(retry.DATABASE.commit, _cancel_again, caller)
    return job.done.result()


async def _committed(done: "asyncio.Future[Any]") -> asyncio.CancelledError | None:
    """Wait for a COMMIT under way; return the cancellation that came meanwhile."""
    loop, cancelled = asyncio.get_running_loop(), None
    end = loop.time() + retry.DATABASE.commit
    while not done.done() and (left := end - loop.time()) > 0:
        try:
            await asyncio.wait({done}, timeout=left)
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled


def _cancel_again(task: "asyncio.Task[object]") -> None:
    """Cancel a task that was to end and went on only to say what was saved; a timeout that ended takes its own back."""
    if task.cancelling() > 0:
        task.uncancel()  # so that it counts once, and the timeout that cancelled it knows its own
        task.cancel()


@asynccontextmanager
async def open_database(address: str) -> AsyncIterator[Database]:
    """Open what a DATABASE_URL names; raise OperatorError, in one sentence, where that is impossible."""
    where = database_address(address)
    file = await _opened(where) if isinstance(where, SQLiteAddress) else None
    pools = _sqlite_pools(file) if file is not None else _server_pools(where)
    shared = _Shared(file=file)
    database, background = (Database(readers, writers, shared) for readers, writers in pools)
    database.background = background
    try:
        await _try(database, where)
        yield database
    finally:
        distinct = {id(pool.threads): pool for pair in pools for pool in pair}.values()
        await asyncio.gather(*(pool.threads.close() for pool in distinct))
        for pool in distinct:
            with suppress(SQLAlchemyError, OSError):
                pool.engine.dispose()
        if file is not None:
            file.close()


_Pair = tuple[_Pool, _Pool]


def _sqlite_pools(file: SQLiteFile) -> tuple[_Pair, _Pair]:
    """Return readers and writers for people and for the background; one thread writes, for both in turns."""
    size = SIZE["sqlite"]
    readers, others = (
        _Pool(engine=file.engine(size=size), threads=Threads(name, size)) for name in ("reads", "reads behind")
    )
    engine, threads = file.engine(size=1), Threads("writes", 1, queues=2)
    writers, behind = (_Pool(engine=engine, threads=threads, queue=queue) for queue in (_PEOPLE, _BACKGROUND))
    return (readers, writers), (others, behind)


def _server_pools(address: SQLiteAddress | ServerAddress) -> tuple[_Pair, _Pair]:
    assert isinstance(address, ServerAddress)  # noqa: S101 - a file has pools of its own
    size = SIZE["postgresql"]
    people, behind = (
        _Pool(engine=postgresql.engine(address, size=size), threads=Threads(name, size))
        for name in ("statements", "statements behind")
    )
    return (people, people), (behind, behind)


async def _opened(address: SQLiteAddress) -> SQLiteFile:
    """Open the file as soon as nothing holds it; raise OperatorError where it is none that SQLite can use."""
    loop = asyncio.get_running_loop()
    end = loop.time() + retry.DATABASE.transaction
    for pause in _pauses():
        try:
            return await asyncio.to_thread(SQLiteFile, address.file)
        except OperatorError:
            raise
        except Exception as error:
            if not is_held(error) or loop.time() > end:
                raise unavailable(error, writing=True).at("DATABASE_URL") from error
        await asyncio.sleep(pause)
    raise AssertionError


async def _try(database: Database, address: SQLiteAddress | ServerAddress) -> None:
    try:
        await database.read(lambda connection: connection.execute(text("SELECT 1")))
    except DatabaseUnavailable as error:
        raise error.at("DATABASE_URL" if isinstance(address, SQLiteAddress) else _told(address.host)) from error


def _told(host: str) -> str | None:
    """Return a host that is no secret by mistake: an address in digits."""
    with suppress(ValueError):
        return str(ip_address(host))
    return None
