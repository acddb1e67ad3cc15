"""The SQLite file: made for its owner alone, opened with its safeguards, and recognised as long as it is in use.

WAL, so that readers never wait; ``synchronous=FULL``, so that a power cut takes back nothing that was committed;
``busy_timeout=0``, because SQLite's own waiting cannot be interrupted: ``Database`` waits.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import OperatorError
from bot.storage.errors import DatabaseUnavailable

OWNER_ONLY = 0o600
_PRAGMAS = ("busy_timeout=0", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_COMPANIONS = ("", "-wal", "-shm")


class SQLiteFile:
    """The file as it was when it was opened.

    A file that is deleted or replaced while it is open takes writes without a word and loses them, and so does its
    journal (https://www.sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use). One idle
    connection keeps the journal in place, so that another journal is always somebody else's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        create_for_owner(path)
        self._keeper = sqlite3.connect(f"{_uri(path)}?mode=rw", uri=True, timeout=0, check_same_thread=False)
        try:
            for pragma in _PRAGMAS:
                self._keeper.execute(f"PRAGMA {pragma}")
            self._keeper.execute("SELECT 1 FROM sqlite_master").fetchone()  # opens the journal
            self._inodes = [_inode(f"{path}{suffix}") for suffix in _COMPANIONS]
        except BaseException:
            self._keeper.close()
            raise

    def require(self, *, writing: bool = True) -> None:
        """Raise DatabaseUnavailable where the path no longer leads to what is open."""
        for suffix, inode in zip(_COMPANIONS, self._inodes, strict=True):
            now = _inode(f"{self.path}{suffix}")
            if now != inode:
                what = {"": "the file", "-wal": "the file's journal"}.get(suffix, "the file's index")
                happened = "was deleted or moved" if now is None else "was replaced"
                raise DatabaseUnavailable(f"{what} {happened} while the bot runs", writing=writing, lasting=True)

    def engine(self, *, size: int) -> Engine:
        """Return a pool of connections to the file, as many as threads use it at once."""
        url = URL.create("sqlite", database=_uri(self.path), query={"uri": "true", "mode": "rw"})
        engine = create_engine(
            url,
            pool_size=size,
            max_overflow=0,
            pool_reset_on_return=None,  # each transaction is ended by whoever began it
            connect_args={"check_same_thread": False, "timeout": 0},
        )
        event.listen(engine, "connect", _safeguard)
        return engine

    def close(self) -> None:
        """Let the journal go; call it last."""
        self._keeper.close()


def create_for_owner(file: Path) -> None:
    """Make the file readable by its owner alone before SQLite opens it; -wal and -shm take over its mode.

    A file that is there is not opened: closing it again would drop the locks that SQLite holds on it in this process.
    """
    try:
        try:
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY))
        except FileExistsError:
            if not file.is_file():
                raise OperatorError(
                    "The database file of DATABASE_URL cannot be used: what DATABASE_URL names is no file."
                ) from None
            if file.stat().st_uid == os.geteuid():
                file.chmod(OWNER_ONLY)
        if not os.access(file, os.R_OK | os.W_OK):
            raise OperatorError("The database file of DATABASE_URL cannot be used: the bot may not read and write it.")
        folder = os.access(file.parent, os.W_OK)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is none"
        raise OperatorError(f"The database file of DATABASE_URL cannot be used: {why}.") from error
    if not folder:
        raise OperatorError("The database's folder is not writable, and SQLite keeps its journal there.")


def _uri(path: Path) -> str:
    """Return the address under which SQLite, with ``mode=rw``, opens the file and never makes one."""
    return path.resolve().as_uri()


def _inode(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - twice in each transaction
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _safeguard(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    try:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and is never IMMEDIATE
        with closing(connection.cursor()) as cursor:
            for pragma in _PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
