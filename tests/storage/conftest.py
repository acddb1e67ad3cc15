"""A migrated database for each test, of either kind in turn."""

from collections.abc import AsyncIterator

import pytest

from bot.storage.database import Database, open_database
from bot.storage.outbox import Outbox
from tests.storage.enqueueing import FAST


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    async with open_database(migrated_url) as opened:
        yield opened


@pytest.fixture
async def other_database(migrated_url: str, database: Database) -> AsyncIterator[Database]:
    """The same database as another process sees it."""
    async with open_database(migrated_url) as opened:
        yield opened


@pytest.fixture
def outbox(database: Database) -> Outbox:
    """An outbox that is as fast as its database."""
    return Outbox(database, workspace_id="T1", rates=FAST)


@pytest.fixture
def elsewhere(other_database: Database) -> Outbox:
    """The same outbox in another process."""
    return Outbox(other_database, workspace_id="T1", rates=FAST)
