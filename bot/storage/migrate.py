"""Bringing a database's tables to the state this release expects; alembic is imported only when there is work."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot import retry
from bot.errors import OperatorError
from bot.storage.database import Database, open_database

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x50427454  # any number of our own: PostgreSQL's advisory locks are told apart by it


async def migrate(address: str) -> None:
    """Apply what is missing, in one transaction; harmless when nothing is, or when two processes start at once."""
    async with open_database(address) as database:
        if await _revision(database) == newest():
            return

        def upgrade(connection: Connection) -> None:  # on SQLite the transaction excludes every other writer
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            _upgrade(connection)

        await database.write(upgrade, within=retry.DATABASE.migrations)


async def require_current(database: Database) -> None:
    """Raise OperatorError where the tables are not those of this release."""
    if await _revision(database) != newest():
        raise OperatorError("The database's tables are not up to date; run: python -m bot migrate")


def newest() -> str:
    """Return the newest revision: the files are named by ascending numbers."""
    return max(revisions())


def revisions() -> frozenset[str]:
    """Return the number of every migration there is."""
    return frozenset(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


async def _revision(database: Database) -> str | None:
    """Return the database's revision, None where it is empty; raise OperatorError where it is unknown here."""

    def work(connection: Connection) -> str | None:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()

    revision = await database.read(work)
    if revision is not None and revision not in revisions():
        raise OperatorError(
            f"The database was made by a newer Partner Bot (its revision is {revision}); update the bot."
        )
    return None if revision is None else str(revision)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - takes half a second
    from alembic.config import Config  # noqa: PLC0415

    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(configuration, "head")
