"""Slack's own framework finds nothing odd about the fake: signatures, payloads, sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Slack


def bolt(slack: Slack) -> AsyncApp:
    client = AsyncWebClient(token=slack.workspace.bot_token, base_url=slack.api_url)
    app = AsyncApp(client=client, signing_secret=slack.workspace.signing_secret)

    @app.command("/partner")
    async def command(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        await respond(f"You asked: {command['text']}")

    @app.event("app_mention")
    async def mention(event: dict[str, Any], say: Any) -> None:
        await say(text="Heard", thread_ts=event["ts"])

    return app


@asynccontextmanager
async def serving(slack: Slack, app: AsyncApp) -> AsyncIterator[None]:
    runner = web.AppRunner(app.server(path="/slack/events").web_app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield
    await runner.cleanup()


async def test_bolt_hears_signed_requests() -> None:
    async with Slack() as slack, serving(slack, bolt(slack)):
        asked = await slack.person("maya").types("/partner customer contoso.com")
        assert (await asked.answer()).text == "You asked: customer <http://contoso.com|contoso.com>"
        said = await slack.person("maya").says("@Partner Bot hello")
        assert (await said.answer()).text == "Heard"
        assert (await slack.verify_url()).body == {"challenge": "3eZbrw1aB10FEMAGAZd4FyFQ"}
        assert (await slack.check_certificate()).status == 200

        forged = slack.signed(b"a=1") | {"X-Slack-Signature": "v0=0000"}
        assert (await slack.deliver_raw(b"a=1", forged)).status == 401
        assert (await slack.deliver_signed(b"a=1", timestamp=1_600_000_000)).status == 401
        assert slack.complaints == []


async def test_bolt_connects_by_socket_mode_and_again_after_a_refresh() -> None:
    async with Slack(socket_mode=True) as slack:
        handler = AsyncSocketModeHandler(bolt(slack), slack.workspace.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await slack.connected()
        asked = await slack.person("maya").types("/partner help")
        assert (await asked.answer()).text == "You asked: help"
        said = await slack.person("maya").says("@Partner Bot hello")
        assert (await said.answer()).text == "Heard"

        await slack.refresh_connections()
        await slack.wait_for(lambda: len(slack.calls_to("apps.connections.open")) == 2)
        await slack.connected()
        assert slack.complaints == []
        await handler.close_async()  # type: ignore[no-untyped-call]


async def test_without_a_connection_slack_says_that_dispatch_failed() -> None:
    async with Slack(socket_mode=True) as slack:
        asked = await slack.person("maya").types("/partner help")

    assert asked.error == "dispatch_failed"


async def test_an_ack_that_does_not_come_within_three_seconds_is_a_time_out(
    slack: Slack, bot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.slack.delivery.ACK_SECONDS", 0.05)
    never = asyncio.Event()

    async def silent(_: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", silent)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    asked = await slack.person("maya").types("/partner help")
    never.set()
    await runner.cleanup()

    assert asked.error == "operation_timeout"
    assert asked.status is None
