"""Failures of the database, as one error with a cause in one line that quotes neither settings nor rows.

Drivers put the user, the host, the database's name and even parts of the password into their messages
(``password authentication failed for user "…"``), so PostgreSQL's are replaced by their SQLSTATE. SQLite's are fixed
phrases of its source (https://www.sqlite.org/rescode.html).
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from sqlite3 import (
    SQLITE_BUSY,
    SQLITE_CANTOPEN,
    SQLITE_CORRUPT,
    SQLITE_LOCKED,
    SQLITE_NOTADB,
    SQLITE_PERM,
    SQLITE_PROTOCOL,
    SQLITE_READONLY,
)

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError

from bot.errors import OperatorError

TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h
MISTAKES = (IntegrityError, ProgrammingError, DataError, NotSupportedError)
"""What a database says of a wrong statement; the database itself is well."""

_HELD = frozenset({SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL})
_LASTING = frozenset({SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM})
_CLASSES: Mapping[str, str] = {
    "28": "the server does not accept the user or the password",
    "3D": "the server has no database of this name",
    "53": "the server is out of disk space, memory or connections",
    "57": "the server is stopping, or ended the statement",
    "55": "something else holds a lock",
    "25": "the server takes no changes",
    "42": "a table or a right is missing",
    "08": "the connection was lost",
}
"""Classes of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html."""


class DatabaseUnavailable(OperatorError):
    """A transaction that the database did not do; nothing of it is kept. The text is the cause, in one line."""

    exit_code = TRY_LATER

    def __init__(self, reason: str, *, writing: bool = True, lasting: bool = False, where: str | None = None) -> None:
        """Take the cause; ``lasting`` where it does not pass by itself, ``where`` as far as it may be told."""
        super().__init__(f"The database{f' ({where})' if where else ''} cannot be used: {reason}.")
        self.reason = reason
        self.writing = writing
        self.lasting = lasting
        if lasting:
            self.exit_code = OperatorError.exit_code

    def at(self, where: str | None) -> "DatabaseUnavailable":
        """Return the same error with the place named."""
        return DatabaseUnavailable(self.reason, writing=self.writing, lasting=self.lasting, where=where)


class OutcomeUnknown(DatabaseUnavailable):
    """A transaction that may have been done: the database fell silent, or the line broke, during its COMMIT."""

    def __init__(self) -> None:
        super().__init__("it did not say whether it has committed")


def unavailable(error: Exception, *, writing: bool) -> DatabaseUnavailable:
    """Return the error that stands for what a driver raised."""
    return DatabaseUnavailable(reason(error), writing=writing, lasting=is_lasting(error))


def is_trouble(error: BaseException) -> bool:
    """Say whether the database failed, rather than whoever asked it."""
    return isinstance(error, DBAPIError) and not isinstance(error, MISTAKES)


def leaves_doubt(error: BaseException) -> bool:
    """Say whether a COMMIT that failed like this may have been done; SQLite always says which."""
    state = _sqlstate(error)
    return sqlite_code(error) is None and (not state or state.startswith(("08", "57P")) or state == "40003")


def is_held(error: BaseException) -> bool:
    """Say whether SQLite refused only because another connection holds the file."""
    return sqlite_code(error) in _HELD


def is_lasting(error: BaseException) -> bool:
    """Say whether somebody must put something right before the same can succeed."""
    unknown = any(isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN for cause in _causes(error))
    return unknown or sqlite_code(error) in _LASTING or _sqlstate(error)[:2] in {"28", "3D"}


def reason(error: BaseException) -> str:
    """Return why the database failed, in words that hold nothing of a setting's value."""
    if sqlite_code(error) is not None:
        return _first_line(_innermost(error))
    if state := _sqlstate(error):
        return f"{_CLASSES.get(state[:2], 'the server refused')} (SQLSTATE {state})"
    for cause in _causes(error):
        match cause:
            case socket.gaierror():
                return "the server's name is not known"
            case ssl.SSLError():
                return "the server's certificate or its TLS is not accepted"
            case TimeoutError():
                return "it did not answer in time"
            case ConnectionRefusedError():
                return "nothing listens at the server's address"
            case OSError(strerror=str(words)) if words and "(" not in words:
                return words.lower()
    return f"the driver failed ({type(_innermost(error)).__name__})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it was raised for, outermost first; asyncpg may give a group of OSErrors."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = getattr(cause, "orig", None) or cause.__cause__ or cause.__context__


def _innermost(error: BaseException) -> BaseException:
    return getattr(error, "orig", None) or error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__


def sqlite_code(error: BaseException) -> int | None:
    """Return SQLite's primary result code."""
    code = getattr(_innermost(error), "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def _sqlstate(error: BaseException) -> str:
    states = (getattr(cause, "sqlstate", None) for cause in _causes(error))
    return next((state for state in states if isinstance(state, str)), "")
