"""Health, readiness and metrics."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import SecretStr

from bot.web import create_web
from tests.world import World

AFAR = "203.0.113.9"


async def get(url: str, **headers: str) -> tuple[int, str]:
    """Return status and body."""
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


@asynccontextmanager
async def served(
    *,
    ready: bool = True,
    alive: bool = True,
    measurable: bool = True,
    token: str | None = None,
    remote: str | None = None,
) -> AsyncIterator[str]:
    """Serve the bot's pages; ``remote`` is where requests are to come from."""

    async def is_ready() -> bool:
        return ready

    @web.middleware
    async def from_afar(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await handler(request.clone(remote=remote) if remote else request)

    async def measure() -> None:
        if not measurable:
            raise OSError("the database is away")

    app = create_web(
        slack_events=None,
        ready=is_ready,
        metrics_token=SecretStr(token) if token else None,
        alive=lambda: alive,
        measure=measure,
    )
    app.middlewares.append(from_afar)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_running_bot_is_healthy_and_ready(world: World) -> None:
    assert await get(f"{world.url}/healthz") == (200, "ok\n")
    assert await get(f"{world.url}/readyz") == (200, "ready\n")


async def test_readiness_says_no_more_than_no() -> None:
    async with served(ready=False) as url:
        assert await get(f"{url}/readyz") == (503, "not ready\n")
        assert (await get(f"{url}/healthz"))[0] == 200


async def test_a_bot_whose_loops_do_not_run_is_not_healthy() -> None:
    async with served(alive=False) as url:
        assert await get(f"{url}/healthz") == (503, "deliveries or jobs do not run\n")
        assert (await get(f"{url}/readyz"))[0] == 200


async def test_metrics_are_told_also_where_some_cannot_be_asked_for() -> None:
    async with served(measurable=False) as url:
        status, text = await get(f"{url}/metrics")

    assert status == 200
    assert "partner_bot_invocations_total" in text


async def test_metrics_are_those_of_the_moment(world: World) -> None:
    text = (await get(f"{world.url}/metrics"))[1]

    assert "partner_bot_sign_in_works 1.0" in text
    assert "partner_bot_poll_works 1.0" in text
    assert "partner_bot_deliveries_waiting 0.0" in text


async def test_metrics_are_for_this_machine_where_there_is_no_token(world: World) -> None:
    status, text = await get(f"{world.url}/metrics")

    assert status == 200
    assert "partner_bot_partner_center_requests_left" in text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
async def test_metrics_are_not_for_whom_a_proxy_speaks(world: World, header: str) -> None:
    status, text = await get(f"{world.url}/metrics", **{header: "127.0.0.1"})

    assert status == 403
    assert "partner_bot" not in text


async def test_metrics_are_not_for_other_machines_where_there_is_no_token() -> None:
    async with served(remote=AFAR) as url:
        assert (await get(f"{url}/metrics"))[0] == 403


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("Bearer open-sesame", 200),
        ("Bearer open-sesam", 401),
        ("bearer", 401),
        ("Basic open-sesame", 401),
        ("Bearer é", 401),
        ("", 401),
    ],
)
@pytest.mark.parametrize("remote", [None, AFAR])
async def test_with_a_token_metrics_are_for_who_has_it(authorization: str, status: int, remote: str | None) -> None:
    async with served(token="open-sesame", remote=remote) as url:
        assert (await get(f"{url}/metrics", Authorization=authorization))[0] == status


async def test_what_was_refused_is_counted(world: World) -> None:
    def count(text: str) -> float:
        line = next((line for line in text.splitlines() if 'deliveries_total{why="unsigned"}' in line), "x 0")
        return float(line.rpartition(" ")[2])

    before = count((await get(f"{world.url}/metrics"))[1])
    await world.slack.deliver_raw(b"{", {})

    assert count((await get(f"{world.url}/metrics"))[1]) == before + 1


async def test_what_was_answered_is_counted(world: World) -> None:
    await (await world.maya.types("/partner help")).answer()

    text = (await get(f"{world.url}/metrics"))[1]

    assert "partner_bot_invocations_total{" in text


@pytest.mark.parametrize("path", ["/", "/slack/events", "/partner-center/webhook", "/.env"])
async def test_there_is_nothing_else_to_get(world: World, path: str) -> None:
    assert (await get(f"{world.url}{path}"))[0] in {404, 405}
