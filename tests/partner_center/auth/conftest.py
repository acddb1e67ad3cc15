"""A fake Microsoft, a store in a migrated SQLite file, and a registration that knows both."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.connections import DatabaseTokenStore
from bot.partner_center.auth import Registration
from bot.partner_center.clouds import cloud
from bot.storage.database import Database, open_database
from bot.storage.encryption import Encryption, fresh_key
from bot.storage.migrate import migrate
from sandbox.microsoft import Microsoft
from sandbox.microsoft.companies import CLIENT_ID, CLIENT_SECRET, PARTNER_TENANT_ID


@pytest.fixture
async def microsoft() -> AsyncIterator[Microsoft]:
    async with Microsoft() as served:
        yield served


@pytest.fixture
def registration(microsoft: Microsoft) -> Registration:
    return Registration(
        cloud=cloud("global"),
        tenant_id=PARTNER_TENANT_ID,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        authority_url=microsoft.entra_url,
        rest_base=microsoft.partner_center_url,
    )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    address = f"sqlite:///{tmp_path / 'bot.db'}"
    await migrate(address)
    async with open_database(address) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> DatabaseTokenStore:
    return DatabaseTokenStore(database, Encryption([fresh_key()]))
