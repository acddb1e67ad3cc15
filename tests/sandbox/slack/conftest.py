"""A fake Slack with a very small bot behind it, so that the fake can be judged without the real one."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web

from sandbox.slack import Slack

Reaction = Callable[[dict[str, Any]], Awaitable[Any]]


class SmallBot:
    """Takes whatever Slack delivers, remembers it, and does what the test told it to."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        self.heard: list[dict[str, Any]] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.ack: Any = ""
        self.react: Reaction | None = None
        self._tasks: set[asyncio.Future[Any]] = set()

    async def start(self) -> None:
        self.session = aiohttp.ClientSession()
        app = web.Application()
        app.router.add_post("/slack/events", self._take)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.slack.bot_url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.session.close()
        await self.runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        self.requests.append((dict(request.headers), raw))
        if request.content_type == "application/json":
            payload = json.loads(raw)
        else:
            form = {key: values[0] for key, values in parse_qs(raw.decode(), keep_blank_values=True).items()}
            payload = json.loads(form["payload"]) if "payload" in form else form
        self.heard.append(payload)
        if self.react:
            self._tasks.add(asyncio.ensure_future(self.react(payload)))
        if isinstance(self.ack, dict):
            return web.json_response(self.ack, status=self.status)
        return web.Response(text=self.ack, status=self.status)

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.slack.workspace.bot_token}"}
        address = f"{self.slack.api_url}{method}"
        async with self.session.post(address, json=arguments, headers=headers) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def respond(self, payload: dict[str, Any], **body: Any) -> tuple[int, str]:
        async with self.session.post(payload["response_url"], json=body) as answer:
            return answer.status, await answer.text()


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = 1_795_442_700.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[Slack]:
    async with Slack(now=clock) as slack:
        yield slack


@pytest.fixture
async def bot(slack: Slack) -> AsyncIterator[SmallBot]:
    bot = SmallBot(slack)
    await bot.start()
    yield bot
    await bot.stop()
