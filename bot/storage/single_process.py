"""The lock that keeps a second process from running the bot on the same SQLite file.

Leases, the order of a channel's messages and the pace towards Slack are kept by one process there; a second one would
post twice. The lock is on a file beside the database: closing any descriptor of the database itself would drop the
locks that SQLite holds on it (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import retry
from bot.errors import OperatorError

OWNER_ONLY = 0o600


class DatabaseInUse(OperatorError):
    """Another process runs on the same file; once it has stopped, the start may be tried again."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h


@asynccontextmanager
async def single_process(database: Path, *, wait: float) -> AsyncIterator[None]:
    """Hold the lock of a SQLite file while the block lasts; the system drops it with the process, however that ends.

    Raises DatabaseInUse where another process still holds it after ``wait`` seconds.
    """
    try:
        file = lock_file(database)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
    except (OSError, RuntimeError) as error:  # the latter where symbolic links lead in a circle
        reason = getattr(error, "strerror", None) or "it is a link that leads nowhere"
        raise OperatorError(f"The database file of DATABASE_URL cannot be locked: {reason}.") from error
    try:
        await _lock(descriptor, wait)
        yield
    finally:
        os.close(descriptor)


def lock_file(database: Path) -> Path:
    """Return the lock file of a database: the same one for every path and every link that leads to it."""
    real = database.resolve()
    return real.with_name(f"{real.name}.lock")


async def _lock(descriptor: int, wait: float) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if loop.time() >= end:
                raise DatabaseInUse(
                    "Another bot is running on the database file of DATABASE_URL. Stop it, then start this one."
                ) from None
            await asyncio.sleep(retry.DATABASE.other_process_again)
        except OSError as error:
            why = error.strerror or f"error {error.errno}"
            raise OperatorError(f"The database file of DATABASE_URL cannot be locked: {why}.") from error
        else:
            return
