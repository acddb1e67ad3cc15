"""DATABASE_URL as people have it, made into the one spelling that the drivers understand.

No message quotes any part of it: where it is malformed, nobody can tell the password from the host.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import OperatorError

_SQLITE = frozenset({"sqlite", "sqlite+aiosqlite"})
_POSTGRESQL = frozenset({"postgres", "postgresql", "postgresql+asyncpg"})
_TIMES = frozenset({"timeout", "command_timeout"})
_UNDERSTOOD = frozenset({"ssl", "prepared_statement_cache_size"}) | _TIMES
_SSL_MODES = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?|[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SECONDS = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")
HIGHEST_PORT = 65535


def database_address(text: str) -> URL:
    """Read a DATABASE_URL; raise OperatorError, which quotes nothing of it, where the bot cannot use it."""
    scheme = text.partition("://")[0].lower()
    if "://" not in text or not text.isprintable():
        raise OperatorError(
            "DATABASE_URL is no database address; write sqlite:///partner-bot.db or postgresql://user:password@host/name."
        )
    if scheme not in _SQLITE | _POSTGRESQL:
        raise OperatorError("DATABASE_URL is for another kind of database; the bot knows sqlite and postgresql.")
    try:
        url = make_url(text)
        port = url.port
    except (ArgumentError, ValueError):
        raise OperatorError("DATABASE_URL cannot be read; its port must be a number.") from None
    if scheme in _SQLITE:
        return _sqlite(url)
    _require_readable(text, url)
    if port is not None and not 0 < port <= HIGHEST_PORT:
        raise OperatorError("DATABASE_URL has a port that is none; it must be between 1 and 65535.")
    return _with_asyncpg_options(url.set(drivername="postgresql+asyncpg"))


def sqlite_file(url: URL) -> Path | None:
    """Return the database's file, or None for a server."""
    return Path(url.database) if url.drivername in _SQLITE and url.database else None


def postgresql_options(url: URL) -> tuple[URL, Mapping[str, float]]:
    """Return the address without its times, and the times as asyncpg takes them."""
    times = {name: float(str(url.query[name])) for name in sorted(_TIMES & url.query.keys())}
    return url.difference_update_query(times), times


def _sqlite(url: URL) -> URL:
    if url.host or url.port or url.username or url.password:
        raise OperatorError("DATABASE_URL names a server for SQLite; write three slashes before the file.")
    if not url.database or ":memory:" in url.database:
        raise OperatorError("DATABASE_URL names no file, and state in memory would be lost at every restart.")
    if url.query:
        raise OperatorError("DATABASE_URL has options, and the bot takes none for SQLite.")
    return url.set(drivername="sqlite+aiosqlite")


def _require_readable(text: str, url: URL) -> None:
    """Raise OperatorError where a character of the password could have been taken for another part."""
    if _BAD_ESCAPE.search(text) or "\N{REPLACEMENT CHARACTER}" in unquote(text) or not unquote(text).isprintable():
        raise OperatorError("DATABASE_URL holds a % that is no escape; write %25 for a % in the password.")
    if not url.host:
        raise OperatorError("DATABASE_URL names no server; write postgresql://user:password@host/name.")
    if not _HOST.fullmatch(url.host) or "@" in (url.database or "") or "@" in str(url.query):
        raise OperatorError(
            "DATABASE_URL names no server that could exist; "
            "in a password, write %40 for @, %2F for /, %3A for :, %23 for # and %3F for ?."
        )


def _with_asyncpg_options(url: URL) -> URL:
    """Translate libpq's options: asyncpg calls ``sslmode`` ssl, and cannot bind channels."""
    options = dict(url.query)
    options.pop("channel_binding", None)
    if "sslmode" in options:
        options["ssl"] = options.pop("sslmode")
    if options.keys() - _UNDERSTOOD:
        known = ", ".join(sorted({"sslmode", "channel_binding"} | _UNDERSTOOD - {"ssl"}))
        raise OperatorError(f"DATABASE_URL has an option that the bot does not understand; it understands {known}.")
    if options.get("ssl", "prefer") not in _SSL_MODES:
        raise OperatorError(f"DATABASE_URL has an sslmode that is none; it is one of {', '.join(sorted(_SSL_MODES))}.")
    if not re.fullmatch(r"[0-9]{1,6}", str(options.get("prepared_statement_cache_size", 0))):
        raise OperatorError("DATABASE_URL has a prepared_statement_cache_size that is no number.")
    if not all(_SECONDS.fullmatch(str(options[name])) for name in _TIMES & options.keys()):
        raise OperatorError("DATABASE_URL has a timeout that is no number of seconds.")
    return url.set(query=options)
