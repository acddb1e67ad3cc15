"""Commands that use up all of their connections to the database hold no delivery up, and the other way round."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Connection, text

from bot import connections
from bot.settings import Settings
from bot.storage.database import SIZE, Database, open_database
from bot.storage.errors import DatabaseUnavailable
from sandbox.microsoft.authority import Authority
from sandbox.slack.model import Message
from tests.notifications.newsroom import trusted
from tests.world import World


@pytest.fixture
async def authority(quiet_world: World) -> AsyncIterator[Authority]:
    async with trusted(quiet_world) as authority:
        yield authority


@pytest.fixture
async def database(
    quiet_world: World, authority: Authority, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Database]:
    """The database of a bot that runs, in whose channel a subscription to invoices stands."""
    opened: list[Database] = []
    genuine = connections.opened

    @asynccontextmanager
    async def watched(settings: Settings) -> AsyncIterator[Database]:
        async with genuine(settings) as database:
            opened.append(database)
            yield database

    monkeypatch.setattr(connections, "opened", watched)
    async with quiet_world.bot(DATABASE_URL=migrated_url):
        await (await quiet_world.maya.types("/partner subscribe invoices")).answer()
        await hears(quiet_world, "G1")  # who signs, and what a customer is called, is known from here on
        yield opened[0]


@asynccontextmanager
async def used_up(database: Database) -> AsyncIterator[None]:
    """Hold all connections of one set while the block lasts."""
    let_go = threading.Event()
    async with asyncio.TaskGroup() as holders:
        for _ in range(SIZE["sqlite" if database.is_sqlite else "postgresql"]):
            holders.create_task(database.read(lambda _connection: let_go.wait(), within=600))
        await asyncio.sleep(0)  # so that each has come to its queue
        try:
            with pytest.raises(DatabaseUnavailable):
                await database.read(lambda connection: connection.execute(text("SELECT 1")), within=0.2)
            yield
        finally:
            let_go.set()


async def hears(world: World, invoice: str) -> Message:
    """Let Microsoft tell of an invoice, and wait until the channel is told."""
    await world.hears(*world.microsoft.happenings.invoice_ready(invoice))
    return await world.slack.wait_for(
        lambda: next((message for message in world.said() if invoice in world.reads(message)), None)
    )


async def test_news_are_posted_while_commands_hold_all_of_their_connections(
    quiet_world: World, database: Database
) -> None:
    async with used_up(database):
        assert "G2" in quiet_world.reads(await hears(quiet_world, "G2"))


async def test_commands_and_windows_are_answered_while_deliveries_hold_all_of_their_connections(
    quiet_world: World, database: Database
) -> None:
    async with used_up(database.background):
        shown = await (await quiet_world.maya.types("/partner subscriptions")).answer()
        modal = await (await quiet_world.maya.types("/partner invite Adatum")).modal()
        sent = await quiet_world.maya.submits(modal)

    assert "Invoices" in shown.plain
    assert sent.ok


async def test_the_two_sets_write_to_sqlite_alternately_however_many_wait_in_one(migrated_sqlite_url: str) -> None:
    order: list[str] = []
    all_wait = threading.Event()

    async def write(by: Database, who: str) -> None:
        def work(_connection: Connection) -> None:
            order.append(who)
            all_wait.wait()

        await by.write(work, within=600)

    async with open_database(migrated_sqlite_url) as database, asyncio.TaskGroup() as writers:
        for _ in range(50):
            writers.create_task(write(database, "command"))
        for _ in range(5):
            writers.create_task(write(database.background, "delivery"))
        for _ in range(10):
            await asyncio.sleep(0)  # so that each has come to its queue
        all_wait.set()

    assert order[:11].count("delivery") == 5
