"""DATABASE_URL as people have it, made into the one spelling that the drivers understand."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import OperatorError

_SQLITE = frozenset({"sqlite", "sqlite+aiosqlite"})
_POSTGRESQL = frozenset({"postgres", "postgresql", "postgresql+asyncpg"})
_UNDERSTOOD = frozenset({"ssl", "prepared_statement_cache_size", "timeout", "command_timeout"})


def database_address(text: str) -> URL:
    """Read a DATABASE_URL; raise OperatorError, without its password, where the bot cannot use it."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise OperatorError(
            "DATABASE_URL is no database address; write sqlite:///partner-bot.db or postgresql://user:password@host/name."
        ) from None
    if url.drivername in _SQLITE:
        if not url.database or url.database == ":memory:":
            raise OperatorError("DATABASE_URL names no file, and state in memory would be lost at every restart.")
        return url.set(drivername="sqlite+aiosqlite")
    if url.drivername in _POSTGRESQL:
        return _with_asyncpg_options(url.set(drivername="postgresql+asyncpg"))
    raise OperatorError(f"DATABASE_URL is for {url.drivername}; the bot knows sqlite and postgresql.")


def sqlite_file(url: URL) -> Path | None:
    """Return the database's file, or None for a server."""
    return Path(url.database) if url.drivername in _SQLITE and url.database else None


def _with_asyncpg_options(url: URL) -> URL:
    """Translate libpq's options: asyncpg calls ``sslmode`` ssl, and cannot bind channels."""
    options = dict(url.query)
    options.pop("channel_binding", None)
    if "sslmode" in options:
        options["ssl"] = options.pop("sslmode")
    if unknown := sorted(options.keys() - _UNDERSTOOD):
        raise OperatorError(f"DATABASE_URL has options that the bot does not understand: {', '.join(unknown)}.")
    return url.set(query=options)
