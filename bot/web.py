"""The web server: what Slack delivers, health and metrics."""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import SecretStr

from bot.settings import LOOPBACK_HOSTS

LARGEST_BODY = 1024 * 1024
"""Bytes; Slack's own payloads stay well under this."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_web(
    *,
    slack_events: Handler | None,
    ready: Callable[[], Awaitable[bool]],
    metrics_token: SecretStr | None,
) -> web.Application:
    """Return the application; ``slack_events`` is None in Socket Mode, where they come another way."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_get("/healthz", _healthy)
    app.router.add_get("/readyz", _readiness(ready))
    app.router.add_get("/metrics", _metrics(metrics_token))
    if slack_events is not None:
        app.router.add_post("/slack/events", slack_events)
    return app


async def _healthy(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


def _readiness(ready: Callable[[], Awaitable[bool]]) -> Handler:
    async def readiness(_request: web.Request) -> web.Response:
        if await ready():
            return web.Response(text="ready\n")
        return web.Response(text="not ready\n", status=503)

    return readiness


def _metrics(token: SecretStr | None) -> Handler:
    async def metrics(request: web.Request) -> web.Response:
        if token is None:
            allowed = LOOPBACK_HOSTS.fullmatch(request.remote or "") is not None and "Forwarded" not in request.headers
            allowed = allowed and "X-Forwarded-For" not in request.headers
        else:
            scheme, _, given = request.headers.get("Authorization", "").partition(" ")
            same = hmac.compare_digest(given.strip().encode(), token.get_secret_value().encode())
            allowed = same and scheme.lower() == "bearer"
        if not allowed:
            return web.Response(status=403, text="forbidden\n")
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return metrics
