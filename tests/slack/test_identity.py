"""What Slack says at start of whose the token is: believed where it is plain, one line and exit 78 where it is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.slack import child
from tests.world import World

GOOD = {
    "ok": True,
    "url": "https://contoso.slack.com/",
    "team_id": "T0CONTOSO",
    "user_id": "U0BOT",
    "bot_id": "B0BOT",
}
WHOLE_ORGANISATION = {
    "without a team": {**GOOD, "team_id": None, "enterprise_id": "E0CONTOSO"},
    "said plainly": {**GOOD, "enterprise_id": "E0CONTOSO", "is_enterprise_install": True},
    "team left out": {"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "enterprise_id": "E0CONTOSO"},
    "the organisation as team": {**GOOD, "team_id": "E0CONTOSO", "is_enterprise_install": True},
}
MALFORMED = {
    "nothing": {"ok": True},
    "nulls": {**GOOD, "team_id": None, "user_id": None},
    "numbers": {**GOOD, "team_id": 5},
    "objects": {**GOOD, "team_id": {"id": "T1"}, "user_id": ["U0BOT"]},
    "empty": {**GOOD, "team_id": ""},
    "other letters": {**GOOD, "user_id": "<script>"},
    "no user": {**GOOD, "user_id": None},
}


@asynccontextmanager
async def answering(body: object) -> AsyncIterator[str]:
    """Serve a Web API that answers every call so; yield its address."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(body)

    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/api/"))


async def ended_with(world: World, body: object) -> str:
    """Return the one line with which the bot does not start."""
    async with answering(body) as url:
        ended = await child.run("run", environment=world.environment() | {"SLACK_API_URL": url})
    (line,) = [line for line in ended.err.splitlines() if not line.startswith("{")]
    assert ended.code == 78
    return line


@pytest.mark.parametrize("name", WHOLE_ORGANISATION)
async def test_an_installation_for_a_whole_organisation_ends_at_start(quiet_world: World, name: str) -> None:
    assert "whole organisation" in await ended_with(quiet_world, WHOLE_ORGANISATION[name])


@pytest.mark.parametrize("name", MALFORMED)
async def test_an_answer_that_names_nobody_ends_at_start(quiet_world: World, name: str) -> None:
    assert "SLACK_BOT_TOKEN" in await ended_with(quiet_world, MALFORMED[name])
