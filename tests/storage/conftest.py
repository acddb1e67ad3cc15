"""A migrated SQLite file for each test; STORAGE_TEST_DATABASE names an empty PostgreSQL database to try instead."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database, open_database
from bot.storage.migrate import migrate


@pytest.fixture
async def address(tmp_path: Path) -> str:
    if server := os.environ.get("STORAGE_TEST_DATABASE"):
        async with open_database(server) as database, database.write() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        return server
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    await migrate(address)
    async with open_database(address) as opened:
        yield opened


@pytest.fixture
async def other_database(address: str, database: Database) -> AsyncIterator[Database]:
    """The same database as another process sees it."""
    async with open_database(address) as opened:
        yield opened
