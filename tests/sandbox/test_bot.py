"""The bot as the sandbox's child: what it is given, how it ends, and how it is started again in another time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sandbox.bot import Bot, BotDidNotStart
from sandbox.clock import Clock
from sandbox.microsoft import Microsoft
from sandbox.slack import Slack

READY = """
import http.server, os, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
print(sorted(os.environ), time.time(), flush=True)
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""


@pytest.fixture
def ready(tmp_path: Path) -> dict[str, str]:
    """The environment in which ``python -m ready`` says that it is ready and no more."""
    (tmp_path / "ready.py").write_text(READY)
    return {"PYTHONPATH": str(tmp_path)}


async def test_the_bot_gets_the_contracts_environment_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ready: dict[str, str]
) -> None:
    monkeypatch.setenv("BOT_SECRET_OF_THE_HOST", "x")
    async with Bot(ready | {"SLACK_BOT_TOKEN": "xoxb"}, folder=tmp_path, module=["ready"]) as bot:
        assert bot.process is not None
        assert bot.process.returncode is None
        log = bot.log_tail()

    assert bot.process.returncode == -15
    for name in ("HOST", "PORT", "DATABASE_URL", "ENCRYPTION_KEYS", "BOT_ADMINS", "SLACK_BOT_TOKEN"):
        assert f"'{name}'" in log
    assert "BOT_SECRET_OF_THE_HOST" not in log


async def test_a_bot_that_ends_shows_its_log(tmp_path: Path) -> None:
    (tmp_path / "ending.py").write_text("print('ENCRYPTION_KEYS is missing'); raise SystemExit(78)")

    with pytest.raises(BotDidNotStart, match=r"exit code 78.\nENCRYPTION_KEYS is missing"):
        async with Bot({"PYTHONPATH": str(tmp_path)}, folder=tmp_path, module=["ending"]):
            pass


async def test_a_restart_is_no_end_but_a_crash_is(tmp_path: Path, ready: dict[str, str]) -> None:
    async with Bot(ready, folder=tmp_path, module=["ready"]) as bot:
        ended = asyncio.ensure_future(bot.ended())
        before = bot.process
        await bot.restart()
        assert bot.process is not None
        assert bot.process is not before
        assert not ended.done()

        bot.process.kill()
        async with asyncio.timeout(120):
            await ended


async def test_time_passes_for_the_sandbox_and_for_the_bot_alike(tmp_path: Path, ready: dict[str, str]) -> None:
    real = datetime.now().astimezone()
    with Clock() as clock:
        async with Bot(ready, folder=tmp_path, module=["ready"], clock=clock) as bot:
            await bot.restart(later=timedelta(days=3))
            await bot.restart(later=timedelta(days=4))
            here = datetime.now().astimezone()
            there = datetime.fromtimestamp(float(bot.log_tail(1).rpartition(" ")[2])).astimezone()

    week = timedelta(days=7)
    assert week <= there - real < week + timedelta(minutes=1)
    assert timedelta() <= here - there < timedelta(seconds=5)


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[tuple[Slack, Bot]]:
    async with AsyncExitStack() as stack:
        clock = stack.enter_context(Clock())
        microsoft = await stack.enter_async_context(Microsoft())
        slack = await stack.enter_async_context(Slack())
        settings = slack.environment() | microsoft.environment()
        bot = await stack.enter_async_context(Bot(settings, folder=tmp_path, clock=clock))
        slack.bot_url = bot.url
        yield slack, bot


async def test_the_real_bot_goes_on_where_it_was_days_later(sandbox: tuple[Slack, Bot]) -> None:
    slack, bot = sandbox
    before = await (await slack.person("maya").types("/partner customer contoso.com")).answer(10)
    address = bot.url
    await bot.restart(later=timedelta(days=5))
    after = await (await slack.person("maya").types("/partner customer contoso.com")).answer(10)

    assert bot.url == address
    assert after.plain.splitlines()[0] == before.plain.splitlines()[0]
    assert float(after.ts) - float(before.ts) > timedelta(days=5).total_seconds()
    assert slack.complaints == []
