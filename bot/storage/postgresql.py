"""The PostgreSQL server: connections, the limits of a transaction, and how a statement is ended from outside."""

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

from bot import retry
from bot.storage.address import ServerAddress

_LIMITS = text(
    "SELECT set_config('lock_timeout', :ms, true), set_config('statement_timeout', :ms, true), "
    "set_config('idle_in_transaction_session_timeout', :ms, true)"
)
"""What ends a transaction on the server when the client has vanished; local, so that it works behind PgBouncer."""


def engine(address: ServerAddress, *, size: int) -> Engine:
    """Return a pool of so many connections."""
    import psycopg  # noqa: PLC0415 - loads libpq, which SQLite does not need

    threshold = 5 if address.prepares else None  # the driver's default: prepared the fifth time

    def connect() -> Any:
        return psycopg.connect(**dict(address.options), prepare_threshold=threshold)  # type: ignore[arg-type]

    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=retry.DATABASE.connection,
    )


def limit(connection: Connection, seconds: float) -> None:
    """End the transaction's statements on the server after so many seconds, whatever becomes of the bot."""
    connection.execute(_LIMITS, {"ms": str(max(1, round(seconds * 1000)))})


def interrupter(driver: Any) -> Callable[[], None]:
    """Return what ends the statement under way: cancelled, and where that is not answered, the connection is closed."""

    def interrupt() -> None:
        # A thread of its own: the request goes over another connection, and the event loop must not wait for it.
        threading.Thread(target=_cancel, args=(driver,), name="cancel", daemon=True).start()

    return interrupt


def _cancel(driver: Any) -> None:
    try:
        driver.cancel_safe(timeout=retry.DATABASE.cancel)
    except Exception:  # noqa: BLE001 - whatever failed, the statement must end
        hang_up(driver)
    else:
        threading.Event().wait(retry.DATABASE.cancel)
        hang_up(driver)  # a statement that does not hear of it; one that did has left the connection by now


def hang_up(driver: Any) -> None:
    """Close the socket under the driver, so that the thread which waits for it wakes up."""
    with suppress(Exception):
        descriptor = os.dup(driver.fileno())
        with socket.socket(fileno=descriptor) as line:
            line.shutdown(socket.SHUT_RDWR)
