"""Fixtures of all tests: the bot's world, running or about to, and the databases it can run on."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.errors import OperatorError
from bot.storage.migrate import migrate
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.microsoft import FAULTS as MICROSOFT_FAULTS
from sandbox.microsoft import Microsoft
from sandbox.slack import FAULTS as SLACK_FAULTS
from sandbox.slack import Slack
from tests import databases
from tests.world import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests by name: cases that come from a set stand in another order in each worker, which ends the run."""
    items.sort(key=lambda item: item.nodeid)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The clock of this process, for tests that move it on."""
    with Clock() as clock:
        yield clock


@pytest.fixture
async def quiet_world(tmp_path: Path, clock: Clock) -> AsyncIterator[World]:
    """Slack and Microsoft, and a bot that has not been started."""
    faults = Faults((*MICROSOFT_FAULTS, *SLACK_FAULTS))
    async with AsyncExitStack() as stack:
        microsoft = await stack.enter_async_context(Microsoft(faults))
        slack = await stack.enter_async_context(Slack(faults=faults))
        yield World(slack=slack, microsoft=microsoft, directory=tmp_path, clock=clock)


@pytest.fixture
async def world(quiet_world: World) -> AsyncIterator[World]:
    """The bot at work in HTTP mode; afterwards, nobody may have had to complain."""
    async with quiet_world.bot():
        yield quiet_world
    assert quiet_world.slack.complaints == []
    assert quiet_world.microsoft.partner_center.complaints == []
    assert quiet_world.microsoft.entra.complaints == []


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[None]:
    """A database for this process; without a server the test is skipped, on the build machine it fails."""
    try:
        asyncio.run(databases.create())
    except OperatorError as error:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{error} {databases.HOW_TO_GET_ONE}")
    yield
    asyncio.run(databases.drop())


@pytest.fixture
async def postgresql_url(postgresql_server: None) -> str:
    """The address of an empty PostgreSQL database."""
    return await databases.empty()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, of either kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows."""
    file = tmp_path_factory.mktemp("migrated") / "bot.db"
    asyncio.run(migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture
def migrated_sqlite_url(migrated_file: Path, sqlite_url: str) -> str:
    """The address of a SQLite file with all tables."""
    shutil.copy(migrated_file, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture
async def migrated_postgresql_url(postgresql_server: None) -> str:
    """The address of a PostgreSQL database with all tables."""
    return await databases.migrated()


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """The address of a database with all tables and no rows, of either kind in turn."""
    url: str = request.getfixturevalue(f"migrated_{request.param}_url")
    return url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once what is missing on this machine, instead of once a test or not at all."""
    for reason in sorted({report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())}):
        terminalreporter.line(reason)
