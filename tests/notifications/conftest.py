"""An authority served over loopback, somebody who verifies against it, and the sources of news that trust it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.notifications.signature import Signatures
from sandbox.microsoft.authority import Authority
from tests.notifications.gate import Gate
from tests.notifications.newsroom import Newsroom, newsroom, trusted
from tests.world import World


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    authority = Authority()
    runner = web.AppRunner(authority.app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    authority.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as session:
        yield Gate(authority, session, tmp_path / "root.pem")
    await runner.cleanup()
    assert authority.complaints == []


@pytest.fixture
def signatures(gate: Gate) -> Signatures:
    return gate.signatures()


@pytest.fixture
async def authority(quiet_world: World) -> AsyncIterator[Authority]:
    """Whom the bot trusts to be Microsoft."""
    async with trusted(quiet_world) as trusted_authority:
        yield trusted_authority


@pytest.fixture
async def news(quiet_world: World, authority: Authority) -> AsyncIterator[Newsroom]:
    """An empty newsroom that has polled once."""
    async with newsroom(quiet_world) as opened:
        await opened.poll()
        yield opened
