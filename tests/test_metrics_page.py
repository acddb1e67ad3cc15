"""Who reads the metrics: the bearer of the token, or without a token a client on this machine alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.web import create_web, listening
from tests.http_server.wire import Answer, connected

LOOPBACK = "Host: 127.0.0.1:3000"


async def _ready() -> bool:
    return True


@asynccontextmanager
async def page(token: str | None = None, *, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Serve the bot's pages; yields the port."""
    app = create_web(slack_events=None, ready=_ready, metrics_token=SecretStr(token) if token else None)
    async with listening(app, host, 0) as port:
        yield port


async def ask(port: int, *headers: str, line: str = "GET /metrics HTTP/1.1") -> Answer:
    """Ask for the metrics with just these headers."""
    async with connected(port) as wire:
        wire.send(line, *headers)
        return await wire.answer()


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.0.0.1:3000", "127.1.2.3:80", "localhost", "LocalHost:3000", "[::1]", "[::1]:3000"),
    ],
)
async def test_without_a_token_they_are_for_this_machine(host: str) -> None:
    async with page() as port:
        assert (await ask(port, f"Host: {host}")).status == 200


async def test_without_a_token_they_are_for_this_machine_also_where_the_bot_listens_for_all() -> None:
    async with page(host="0.0.0.0") as port:
        assert (await ask(port, LOOPBACK)).status == 200


@pytest.mark.parametrize(
    "host",
    [
        *("bot.example.com", "bot.example.com:3000", "127.0.0.1.example.com", "localhost.example.com", "xlocalhost"),
        *("", "localhost:", "localhost:x", "localhost:123456", "127.0.0.1, bot.example.com", "127.0.0.1@evil.example"),
        *("0.0.0.0", "10.0.0.1", "::1", "[::2]", "2130706433", "0x7f.1", "127.1", "127.0.0.1\xb9", "user@localhost"),
    ],
)
async def test_without_a_token_they_are_not_for_another_name(host: str) -> None:
    async with page() as port:
        answer = await ask(port, f"Host: {host}")

    assert answer.status in {400, 403}
    assert b"partner_bot" not in answer.body


@pytest.mark.parametrize(
    "name",
    [
        *("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Server", "Via"),
        *("X-Real-IP", "CF-Connecting-IP", "CF-Ray", "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP"),
        *("X-Original-URL", "X-Original-Forwarded-For", "X-Original-Host", "X-Envoy-External-Address", "X-Request-ID"),
        *("Fly-Client-IP", "Fastly-Client-IP", "X-Azure-ClientIP", "X-ARR-LOG-ID", "X-Amzn-Trace-Id", "X-ProxyUser-Ip"),
        *("x-forwarded", "Forwarded-For", "Client-IP", "X-Remote-IP", "X-Remote-Addr", "WL-Proxy-Client-IP", "Proxy"),
        *(
            "X-Appengine-User-IP",
            "X-Vercel-Forwarded-For",
            "X-Nf-Client-Connection-Ip",
            "Tailscale-User-Login",
            "CDN-Loop",
        ),
    ],
)
@pytest.mark.parametrize("value", ["127.0.0.1", "", "\xff"])
async def test_without_a_token_they_are_not_for_whom_a_proxy_speaks(name: str, value: str) -> None:
    async with page() as port:
        answer = await ask(port, LOOPBACK, f"{name}: {value}")

    assert answer.status == 403
    assert b"partner_bot" not in answer.body


@pytest.mark.parametrize("line", ["GET /metrics HTTP/1.0", "GET http://localhost/metrics HTTP/1.1"])
async def test_without_a_token_they_are_not_for_proxies_that_say_nothing(line: str) -> None:
    async with page() as port:
        assert (await ask(port, LOOPBACK, line=line)).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        [
            "User-Agent: Prometheus/3.0",
            "Accept: text/plain",
            "Accept-Encoding: gzip",
            "X-Prometheus-Scrape-Timeout-Seconds: 9",
        ],
        ["User-Agent: curl/8.0", "Accept: */*", "Authorization: Bearer not-asked-for"],
        ["User-Agent: Mozilla", "Sec-Fetch-Mode: navigate", "Upgrade-Insecure-Requests: 1", "Cookie: a=b", "DNT: 1"],
    ],
)
async def test_scrapers_and_browsers_on_this_machine_read_them(headers: list[str]) -> None:
    async with page() as port:
        answer = await ask(port, LOOPBACK, *headers)

    assert answer.status == 200
    assert b"partner_bot" in answer.body


@pytest.mark.parametrize(
    "authorization",
    [
        *("Bearer open-sesam", "Bearer open-sesame2", "Bearer", "Basic open-sesame", "Bearer open-sesame open-sesame"),
        *("Bearer \xe9", "Bearer \xc3\xa9", "\xff \xff", "open-sesame", "", "Bearer \xf0\x9f\x94\x91"),
    ],
)
async def test_a_missing_or_wrong_token_is_unauthorised(authorization: str) -> None:
    async with page("open-sesame") as port:
        answer = await ask(port, LOOPBACK, f"Authorization: {authorization}")

    assert (answer.status, answer.header("WWW-Authenticate")) == (401, "Bearer")
    assert b"partner_bot" not in answer.body


async def test_with_a_token_they_are_for_its_bearer_from_anywhere() -> None:
    async with page("open-sesame") as port:
        answer = await ask(
            port, "Host: bot.example.com", "X-Forwarded-For: 203.0.113.9", "Authorization: bearer open-sesame"
        )

    assert answer.status == 200


async def test_a_token_beyond_ascii_is_a_token() -> None:
    async with page("sésame") as port:
        right = await ask(port, LOOPBACK, "Authorization: Bearer s\xc3\xa9same")
        wrong = await ask(port, LOOPBACK, "Authorization: Bearer s\xe9same")

    assert (right.status, wrong.status) == (200, 401)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,12}(ip|forward|for|proxy|client|addr|host|via)", fullmatch=True))
async def test_a_header_of_any_name_that_speaks_for_somebody_closes_them(name: str) -> None:
    async with page() as port:
        assert (await ask(port, LOOPBACK, f"X-{name}: 127.0.0.1")).status == 403
