"""The web server: what Slack and Microsoft deliver, health and metrics."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from pydantic import SecretStr

from bot.errors import OperatorError
from bot.http_server.limits import Limits
from bot.http_server.server import serving
from bot.metrics_page import metrics_page
from bot.notifications.webhook import WEBHOOK_PATH

BACKLOG = 1024
"""Connections that the system holds until they are accepted; of more it drops some, which try again a second later."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _always() -> bool:
    return True


async def _nothing() -> None:
    pass


def create_web(
    *,
    slack_events: Handler | None,
    ready: Callable[[], Awaitable[bool]],
    metrics_token: SecretStr | None,
    webhook: Handler | None = None,
    alive: Callable[[], bool] = _always,
    hears: Callable[[], bool] = _always,
    measure: Callable[[], Awaitable[None]] = _nothing,
) -> web.Application:
    """Return the application; ``slack_events`` is None in Socket Mode, where they come another way.

    ``alive`` says whether everything runs that should, ``hears`` whether Slack's deliveries can come,
    ``measure`` sets the gauges that are not kept up to date.
    """
    app = web.Application()
    app.router.add_get("/healthz", _health(alive, hears))
    app.router.add_get("/readyz", _readiness(ready))
    app.router.add_get("/metrics", metrics_page(metrics_token, measure))
    if slack_events is not None:
        app.router.add_post("/slack/events", slack_events)
    if webhook is not None:
        app.router.add_post(WEBHOOK_PATH, webhook)
    return app


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int, *, limits: Limits | None = None) -> AsyncIterator[int]:
    """Serve the application while the block lasts, and yield the port; raise OperatorError where that is taken."""
    async with serving(app, shutdown_seconds=5, limits=limits) as runner:
        try:
            await web.TCPSite(runner, host, port, backlog=BACKLOG).start()
        except OSError as error:
            raise OperatorError(
                f"The bot cannot listen on HOST and PORT ({os.strerror(error.errno or 0)}); change PORT."
            ) from None
        yield runner.addresses[0][1]


def _health(alive: Callable[[], bool], hears: Callable[[], bool]) -> Handler:
    async def health(_request: web.Request) -> web.Response:
        if not alive():
            return web.Response(text="deliveries or jobs do not run\n", status=503)
        if not hears():
            return web.Response(text="no connection to Slack, though Slack answers\n", status=503)
        return web.Response(text="ok\n")

    return health


def _readiness(ready: Callable[[], Awaitable[bool]]) -> Handler:
    async def readiness(_request: web.Request) -> web.Response:
        if await ready():
            return web.Response(text="ready\n")
        return web.Response(text="not ready\n", status=503)

    return readiness
