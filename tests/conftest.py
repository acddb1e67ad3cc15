"""Fixtures of all tests: the bot's world, running or about to."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from sandbox.faults import Faults
from sandbox.microsoft import FAULTS as MICROSOFT_FAULTS
from sandbox.microsoft import Microsoft
from sandbox.slack import FAULTS as SLACK_FAULTS
from sandbox.slack import Slack
from tests.world import World


@pytest.fixture
async def quiet_world(tmp_path: Path) -> AsyncIterator[World]:
    """Slack and Microsoft, and a bot that has not been started."""
    faults = Faults((*MICROSOFT_FAULTS, *SLACK_FAULTS))
    async with AsyncExitStack() as stack:
        microsoft = await stack.enter_async_context(Microsoft(faults))
        slack = await stack.enter_async_context(Slack(faults=faults))
        yield World(slack=slack, microsoft=microsoft, directory=tmp_path)


@pytest.fixture
async def world(quiet_world: World) -> AsyncIterator[World]:
    """The bot at work in HTTP mode; afterwards, nobody may have had to complain."""
    async with quiet_world.bot():
        yield quiet_world
    assert quiet_world.slack.complaints == []
    assert quiet_world.microsoft.partner_center.complaints == []
    assert quiet_world.microsoft.entra.complaints == []
