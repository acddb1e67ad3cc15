"""The migrations lead from nothing to exactly the tables the code knows."""

import asyncio
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.errors import OperatorError
from bot.storage.database import Database, open_database
from bot.storage.migrate import MIGRATIONS, migrate, newest, require_current
from bot.storage.tables import metadata
from tests.transactions import reading, writing


@pytest.fixture
def address(database_url: str) -> str:
    """The address of an empty database."""
    return database_url


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    async with reading(database) as connection:
        assert differences(connection) == []


async def test_a_second_migration_changes_nothing(address: str) -> None:
    await migrate(address)
    await migrate(address)

    async with open_database(address) as database:
        await require_current(database)


async def test_processes_that_start_at_once_migrate_once(address: str) -> None:
    await asyncio.gather(*(migrate(address) for _ in range(4)))

    async with open_database(address) as database:
        await require_current(database)


async def test_an_empty_database_is_not_current(address: str) -> None:
    async with open_database(address) as database:
        with pytest.raises(OperatorError, match="run: python -m bot migrate"):
            await require_current(database)


async def test_a_database_of_a_newer_release_is_left_alone(migrated_url: str, database: Database) -> None:
    async with writing(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(OperatorError, match=r"newer Partner Bot \(its revision is 9999\)"):
        await migrate(migrated_url)


def test_the_newest_revision_is_read_from_the_names_of_the_files() -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))

    assert ScriptDirectory.from_config(configuration).get_current_head() == newest()


async def test_alembic_is_not_imported_when_there_is_nothing_to_migrate(address: str) -> None:
    await migrate(address)
    program = f"""
import asyncio, sys
from bot.storage.migrate import migrate
asyncio.run(migrate({address!r}))
sys.exit("alembic" in sys.modules)
"""

    result = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program], check=False, timeout=60)

    assert result.returncode == 0
