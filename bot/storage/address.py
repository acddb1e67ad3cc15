"""DATABASE_URL as people have it: a SQLite file, or a PostgreSQL server by an address that libpq reads.

No message quotes any part of it: where it is malformed, nobody can tell the password from the host.
https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import OperatorError

_SQLITE = frozenset({"sqlite", "sqlite+aiosqlite"})
_POSTGRESQL = frozenset({"postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg"})
"""With the drivers of earlier releases."""
_SSL_MODES = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
_TRUE = frozenset({"true", "1", "yes", "on"})
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?|[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?|/[!-~]*")
"""A name, an address in digits, or the folder of a socket."""
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SECONDS = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")
HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class SQLiteAddress:
    """A file of this machine."""

    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """A PostgreSQL server, or several of which one is used."""

    options: Mapping[str, str]
    """What libpq connects with; holds the password."""
    prepares: bool = True
    """Statements may be prepared, which PgBouncer does not allow where it pools transactions or statements."""

    @property
    def host(self) -> str:
        """The server's name or address; several with a comma between."""
        return self.options.get("host", "")


DatabaseAddress = SQLiteAddress | ServerAddress


def database_address(text: str) -> DatabaseAddress:
    """Read a DATABASE_URL; raise OperatorError, which quotes nothing of it, where the bot cannot use it."""
    scheme = text.partition("://")[0].lower()
    if "://" not in text or not text.isprintable():
        raise OperatorError(
            "DATABASE_URL is no database address; write sqlite:///partner-bot.db or postgresql://user:password@host/name."
        )
    if scheme not in _SQLITE | _POSTGRESQL:
        raise OperatorError("DATABASE_URL is for another kind of database; the bot knows sqlite and postgresql.")
    return _sqlite(text) if scheme in _SQLITE else _server(text)


def _sqlite(text: str) -> SQLiteAddress:
    try:
        url: URL = make_url(text)
        port = url.port
    except (ArgumentError, ValueError):
        raise OperatorError("DATABASE_URL cannot be read; its port must be a number.") from None
    if url.host or port or url.username or url.password:
        raise OperatorError("DATABASE_URL names a server for SQLite; write three slashes before the file.")
    if not url.database or ":memory:" in url.database:
        raise OperatorError("DATABASE_URL names no file, and state in memory would be lost at every restart.")
    if url.query:
        raise OperatorError("DATABASE_URL has options, and the bot takes none for SQLite.")
    return SQLiteAddress(file=Path(url.database))


def _server(text: str) -> ServerAddress:
    import psycopg  # noqa: PLC0415 - loads libpq, which SQLite does not need
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    if _BAD_ESCAPE.search(text) or "\N{REPLACEMENT CHARACTER}" in unquote(text) or not unquote(text).isprintable():
        raise OperatorError("DATABASE_URL holds a % that is no escape; write %25 for a % in the password.")
    address, _, query = text.partition("://")[2].partition("?")
    asked = dict(parse_qsl(query, keep_blank_values=True))
    prepares = _prepares(asked)
    try:
        read = conninfo_to_dict(f"postgresql://{address}?{urlencode(_as_libpq_calls_it(asked))}")
    except psycopg.Error:
        raise OperatorError(
            "DATABASE_URL cannot be read, or has an option that PostgreSQL does not know; "
            "write postgresql://user:password@host/name?sslmode=require, say."
        ) from None
    options = {name: str(value) for name, value in read.items()}
    _require_sense(options)
    return ServerAddress(options={"connect_timeout": "10"} | options, prepares=prepares)


def _prepares(asked: dict[str, str]) -> bool:
    """Take out what says that PgBouncer stands before the server: ``pgbouncer=true``, or what earlier releases took."""
    cached = asked.pop("prepared_statement_cache_size", "1")
    if not re.fullmatch(r"[0-9]{1,6}", cached):
        raise OperatorError("DATABASE_URL has a prepared_statement_cache_size that is no number.")
    return asked.pop("pgbouncer", "").lower() not in _TRUE and int(cached) > 0


def _as_libpq_calls_it(asked: Mapping[str, str]) -> Mapping[str, str]:
    """Return the options with the names of earlier releases translated; the bot's own deadlines end statements."""
    options = dict(asked)
    for name in ("timeout", "command_timeout"):
        if name in options and not _SECONDS.fullmatch(options[name]):
            raise OperatorError("DATABASE_URL has a timeout that is no number of seconds.")
    options.pop("command_timeout", None)
    if "timeout" in options:
        options["connect_timeout"] = str(max(2, round(float(options.pop("timeout")))))
    if "ssl" in options:
        options["sslmode"] = options.pop("ssl")
    return options


def _require_sense(options: Mapping[str, str]) -> None:
    """Raise OperatorError where a character of the password could have been taken for another part."""
    hosts = [host for host in options.get("host", options.get("hostaddr", "")).split(",") if host]
    if not hosts:
        raise OperatorError("DATABASE_URL names no server; write postgresql://user:password@host/name.")
    everything_else = f"{options.get('dbname', '')} {options.get('options', '')} {options.get('sslmode', '')}"
    if not all(_HOST.fullmatch(host) for host in hosts) or "@" in everything_else:
        raise OperatorError(
            "DATABASE_URL names no server that could exist; "
            "in a password, write %40 for @, %2F for /, %3A for :, %23 for # and %3F for ?."
        )
    for port in filter(None, options.get("port", "").split(",")):
        if not port.isdecimal() or not port.isascii():
            raise OperatorError("DATABASE_URL cannot be read; its port must be a number.")
        if len(port) > len(str(HIGHEST_PORT)) or not 0 < int(port) <= HIGHEST_PORT:
            raise OperatorError("DATABASE_URL has a port that is none; it must be between 1 and 65535.")
    if options.get("sslmode", "prefer") not in _SSL_MODES:
        raise OperatorError(f"DATABASE_URL has an sslmode that is none; it is one of {', '.join(sorted(_SSL_MODES))}.")
