"""Socket Mode recovers from whatever ends or refuses a connection, and health says when it does not."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import structlog

from bot import retry
from bot.retry import RetryPolicy, SocketModeTimeouts
from bot.slack.socket_mode import back_off
from sandbox.slack.odd import ODD
from tests.world import World

OPEN = "apps.connections.open"
HURRIED = RetryPolicy(first=0.01, longest=0.05)
QUICK = SocketModeTimeouts(policy=HURRIED, step=20.0, heartbeat=30.0, leaving=0.01, deaf=300.0)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let back-off take no time worth waiting for."""
    monkeypatch.setattr(retry, "SOCKET_MODE", QUICK)


@pytest.fixture
async def socket_world(quiet_world: World) -> AsyncIterator[World]:
    """The bot at work in Socket Mode."""
    quiet_world.slack.socket_mode = True
    async with quiet_world.bot():
        await quiet_world.slack.connected()
        yield quiet_world
    assert quiet_world.slack.complaints == []


async def answers(world: World) -> bool:
    """Say whether a command comes through and is answered."""
    await world.slack.wait_for(lambda: world.slack.workspace.sockets.connections)
    asked = await world.maya.types("/partner help")
    return asked.status == 200 and bool((await asked.answer()).plain)


def opened(world: World) -> int:
    """Return how many addresses were asked for."""
    return len(world.slack.calls_to(OPEN))


async def until_opened(world: World, times: int) -> None:
    """Wait until so many addresses were asked for."""
    await world.slack.wait_for(lambda: opened(world) >= times)


async def health(world: World) -> tuple[int, str]:
    """Return what ``/healthz`` says."""
    async with aiohttp.ClientSession() as session, session.get(f"{world.url}/healthz") as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("times", [1, 4])
async def test_each_refused_handshake_is_followed_by_another_address(socket_world: World, times: int) -> None:
    before = opened(socket_world)
    socket_world.slack.workspace.sockets.refuse(times)
    await socket_world.slack.drop_connections()

    await until_opened(socket_world, before + times + 1)

    assert await answers(socket_world)


async def test_a_first_handshake_that_is_refused_does_not_stop_the_start(quiet_world: World) -> None:
    quiet_world.slack.socket_mode = True
    quiet_world.slack.workspace.sockets.refuse(2)

    async with quiet_world.bot():
        assert await answers(quiet_world)


@pytest.mark.parametrize("odd", sorted(ODD))
async def test_an_odd_answer_instead_of_an_address_is_followed_by_another_try(socket_world: World, odd: str) -> None:
    before = opened(socket_world)
    socket_world.slack.fail_next(OPEN, odd=odd)
    await socket_world.slack.drop_connections()

    await until_opened(socket_world, before + 2)

    assert await answers(socket_world)


@pytest.mark.parametrize(
    "url",
    [
        None,
        5,
        "",
        "https://slack.example",
        "ws://slack.example/link",
        "wss://[bad",
        "wss://",
        "wss://x:99999",
        "a" * 9999,
    ],
)
async def test_what_is_no_address_of_a_socket_is_not_used(socket_world: World, url: object) -> None:
    before = opened(socket_world)
    odd_answers = socket_world.slack.workspace.odd_answers
    odd_answers[OPEN] = {"url": url}
    await socket_world.slack.drop_connections()
    await until_opened(socket_world, before + 2)
    del odd_answers[OPEN]

    assert await answers(socket_world)


async def test_an_answer_without_an_address_at_start_does_not_stop_the_start(quiet_world: World) -> None:
    quiet_world.slack.socket_mode = True
    quiet_world.slack.workspace.odd_answers[OPEN] = {}

    async with quiet_world.bot():
        assert not quiet_world.slack.workspace.sockets.connections
        del quiet_world.slack.workspace.odd_answers[OPEN]

        assert await answers(quiet_world)


@pytest.mark.parametrize(
    "failure",
    [{"status": 429, "retry_after": 99_999_999}, {"status": 500}, {"drop": True}, {"error": "internal_error"}],
    ids=["rate limit", "status 500", "lost connection", "internal error"],
)
async def test_a_failed_call_for_an_address_is_made_again(socket_world: World, failure: dict[str, object]) -> None:
    before = opened(socket_world)
    socket_world.slack.fail_next(OPEN, times=3, **failure)  # type: ignore[arg-type]
    await socket_world.slack.drop_connections()

    await until_opened(socket_world, before + 4)

    assert await answers(socket_world)


@pytest.mark.parametrize("greeting", ["too_many_websockets", "link_disabled", "something new"])
async def test_a_connection_that_slack_ends_at_once_is_tried_again(socket_world: World, greeting: str) -> None:
    before = opened(socket_world)
    socket_world.slack.workspace.sockets.greet(greeting)
    await socket_world.slack.drop_connections()
    await until_opened(socket_world, before + 2)
    socket_world.slack.workspace.sockets.greet("hello")

    assert await answers(socket_world)


async def test_a_connection_without_a_hello_is_given_up(socket_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "SOCKET_MODE", SocketModeTimeouts(policy=HURRIED, step=0.2))
    before = opened(socket_world)
    socket_world.slack.workspace.sockets.greet(None)
    restarting = asyncio.create_task(socket_world.restart())
    await until_opened(socket_world, before + 2)
    socket_world.slack.workspace.sockets.greet("hello")
    await restarting

    assert await answers(socket_world)


async def test_a_connection_that_answers_no_ping_is_replaced(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "SOCKET_MODE", SocketModeTimeouts(policy=HURRIED, heartbeat=0.2))
    quiet_world.slack.socket_mode = True
    quiet_world.slack.workspace.sockets.go_silent()

    async with quiet_world.bot():
        before = opened(quiet_world)
        await until_opened(quiet_world, before + 1)
        quiet_world.slack.workspace.sockets.go_silent(silent=False)

        assert await answers(quiet_world)


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "[1, 2]",
        '"x"',
        "5",
        "[" * 20_000,
        '{"a":' * 20_000,
        '{"type": 5}',
        '{"envelope_id": 5}',
        "{",
        '{"type": null}',
    ],
    ids=lambda frame: frame[:12],
)
async def test_an_odd_frame_changes_nothing(socket_world: World, frame: str) -> None:
    await socket_world.slack.workspace.sockets.send(frame)

    assert await answers(socket_world)


@pytest.mark.parametrize("payload", ["null", "5", '"x"', "[]", "{}", '{"type": 7}', '{"event": null}'])
async def test_an_envelope_with_an_odd_payload_is_acknowledged(socket_world: World, payload: str) -> None:
    acknowledged = asyncio.get_running_loop().create_future()
    socket_world.slack.workspace.sockets.expect("envelope-1", acknowledged)

    await socket_world.slack.workspace.sockets.send(
        f'{{"envelope_id": "envelope-1", "type": "interactive", "payload": {payload}}}'
    )

    async with asyncio.timeout(30):
        assert (await acknowledged)["envelope_id"] == "envelope-1"
    assert await answers(socket_world)


async def test_health_tells_of_minutes_without_a_connection_though_slack_answers(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "SOCKET_MODE", SocketModeTimeouts(policy=HURRIED, deaf=0.0))
    quiet_world.slack.socket_mode = True
    async with quiet_world.bot():
        assert await health(quiet_world) == (200, "ok\n")
        quiet_world.slack.workspace.sockets.refuse(1_000_000)
        before = opened(quiet_world)
        await quiet_world.slack.drop_connections()
        await until_opened(quiet_world, before + 2)
        deaf = await health(quiet_world)
        quiet_world.slack.workspace.sockets.refuse(0)
        assert await answers(quiet_world)

        assert deaf == (503, "no connection to Slack, though Slack answers\n")
        assert await health(quiet_world) == (200, "ok\n")


@pytest.mark.parametrize(
    "failure", [{"status": 500}, {"drop": True}, {"error": "service_unavailable"}, {"odd": "page"}]
)
async def test_an_outage_of_slack_is_no_fault_of_the_bots_health(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch, failure: dict[str, object]
) -> None:
    monkeypatch.setattr(retry, "SOCKET_MODE", SocketModeTimeouts(policy=HURRIED, deaf=0.0))
    quiet_world.slack.socket_mode = True
    async with quiet_world.bot():
        for method in (OPEN, "auth.test"):
            quiet_world.slack.fail_next(method, times=1_000_000, **failure)  # type: ignore[arg-type]
        before = opened(quiet_world)
        await quiet_world.slack.drop_connections()
        await until_opened(quiet_world, before + 3)

        assert await health(quiet_world) == (200, "ok\n")


async def test_minutes_must_pass_before_health_tells(socket_world: World) -> None:
    socket_world.slack.workspace.sockets.refuse(1_000_000)
    before = opened(socket_world)
    await socket_world.slack.drop_connections()
    await until_opened(socket_world, before + 3)

    assert await health(socket_world) == (200, "ok\n")


@pytest.mark.parametrize("word", ["invalid_auth", "account_inactive", "not_authed", "team_disabled"])
async def test_a_token_that_slack_refuses_later_is_said_once_and_tried_on(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setattr(retry, "SOCKET_MODE", SocketModeTimeouts(policy=HURRIED, deaf=0.0))
    quiet_world.slack.socket_mode = True
    async with quiet_world.bot():
        with structlog.testing.capture_logs() as lines:
            before = opened(quiet_world)
            quiet_world.slack.fail_next(OPEN, word, times=4)
            await quiet_world.slack.drop_connections()
            await until_opened(quiet_world, before + 5)
            assert await answers(quiet_world)

    said = [line for line in lines if line["event"] == "Slack refuses SLACK_APP_TOKEN"]
    assert [line["error"] for line in said] == [word]
    assert said[0]["log_level"] == "error"


async def test_no_ticket_of_a_connection_reaches_the_log(
    socket_world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    before = opened(socket_world)
    socket_world.slack.workspace.sockets.refuse(2)
    await socket_world.slack.drop_connections()
    await until_opened(socket_world, before + 3)
    assert await answers(socket_world)

    assert "ticket" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("asked", [0.0, 5.0, 99_999_999.0, float("inf"), float("nan"), -1.0])
def test_back_off_grows_from_ten_seconds_to_a_minute_whatever_slack_asks(asked: float) -> None:
    waits = [back_off(failures, asked, SocketModeTimeouts()) for failures in range(1, 2000)]

    assert all(10 <= wait <= 60 for wait in waits)
    assert waits == sorted(waits)
    assert waits[-1] == 60
    if asked <= 10:
        assert waits[:4] == [10, 20, 40, 60]
