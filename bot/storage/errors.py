"""Failures of the database, as one error with a cause in one line that quotes neither settings nor rows.

Drivers put the user, the host, the database's name and even parts of the password into their messages
(``password authentication failed for user "…"``), so PostgreSQL's are replaced by what their SQLSTATE, or
libpq's fixed words, stand for. SQLite's are fixed phrases of its source (https://www.sqlite.org/rescode.html).
"""

from collections.abc import Mapping
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

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, OperationalError, ProgrammingError

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
_NAME = "the server's name is not known"
_CONNECTING: Mapping[str, str] = {
    "temporary failure in name resolution": "name resolution failed for the moment",
    "could not translate host name": _NAME,
    "failed to resolve host": _NAME,
    "connection refused": "nothing listens at the server's address",
    "timeout expired": "it did not answer in time",
    "timed out": "it did not answer in time",
    "no such file or directory": "nothing listens at the server's address",
    "certificate": "the server's certificate or its TLS is not accepted",
    "ssl": "the server's certificate or its TLS is not accepted",
    "authentication failed": _CLASSES["28"],
    "no pg_hba.conf entry": _CLASSES["28"],
    "no password supplied": _CLASSES["28"],
    "role ": _CLASSES["28"],
    "does not exist": _CLASSES["3D"],
    "too many ": _CLASSES["53"],
    "remaining connection slots": _CLASSES["53"],
    "starting up": _CLASSES["57"],
    "shutting down": _CLASSES["57"],
}
"""What libpq says of a connection that was not made, and gives no SQLSTATE for; looked for in this order."""
_LASTING_CAUSES = frozenset({_NAME, _CLASSES["28"], _CLASSES["3D"]})
_POOLED = frozenset({"42P05", "26000"})
"""A prepared statement that is there already, or no longer: transactions meet different connections of the server's."""


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
    return isinstance(error, DBAPIError) and (not isinstance(error, MISTAKES) or _sqlstate(error) in _POOLED)


def leaves_doubt(error: BaseException) -> bool:
    """Say whether a COMMIT that failed like this may have been done; SQLite always says which."""
    state = _sqlstate(error)
    return sqlite_code(error) is None and (not state or state.startswith(("08", "57P")) or state == "40003")


def is_held(error: BaseException) -> bool:
    """Say whether SQLite refused only because another connection holds the file."""
    return sqlite_code(error) in _HELD


def is_lasting(error: BaseException) -> bool:
    """Say whether somebody must put something right before the same can succeed."""
    if sqlite_code(error) is not None:
        return sqlite_code(error) in _LASTING
    state = _sqlstate(error)
    return state[:2] in {"28", "3D"} or state in _POOLED or reason(error) in _LASTING_CAUSES


def reason(error: BaseException) -> str:
    """Return why the database failed, in words that hold nothing of a setting's value."""
    if sqlite_code(error) is not None:
        return _first_line(_innermost(error))
    if (state := _sqlstate(error)) in _POOLED:
        return "PgBouncer takes no prepared statements: add pgbouncer=true to DATABASE_URL"
    if state:
        return f"{_CLASSES.get(state[:2], 'the server refused')} (SQLSTATE {state})"
    said = str(_innermost(error)).lower()
    known = next((cause for words, cause in _CONNECTING.items() if words in said), None)
    if known is None and isinstance(error, OperationalError):
        return "the connection was lost"
    return known or f"the driver failed ({type(_innermost(error)).__name__})"


def _innermost(error: BaseException) -> BaseException:
    return getattr(error, "orig", None) or error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__


def sqlite_code(error: BaseException) -> int | None:
    """Return SQLite's primary result code."""
    code = getattr(_innermost(error), "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def _sqlstate(error: BaseException) -> str:
    state = getattr(_innermost(error), "sqlstate", None)
    return state if isinstance(state, str) else ""
