"""Serving an application within the limits, and refusing by its headers what no sender of ours sends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage, StreamWriter
from aiohttp.web_protocol import RequestHandler

from bot.http_server.body import AWAITS_CONTINUE
from bot.http_server.connection import Connection
from bot.http_server.limits import Limits, open_file_limit, pending_connections
from bot.http_server.pending import Pending
from bot.metrics import REFUSED_REQUESTS

_LONGEST_LENGTH = 12
"""Digits of a Content-Length."""

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(
    app: web.Application, *, shutdown_seconds: float, limits: Limits | None = None
) -> AsyncIterator[web.BaseRunner]:
    """Yield a runner for sites (``web.TCPSite``); when the block ends, requests in flight get ``shutdown_seconds``."""
    runner = _Runner(app, limits or Limits(), shutdown_seconds)
    await runner.setup()
    try:
        yield runner
    finally:
        await runner.cleanup()


class _Runner(web.AppRunner):
    """Makes our server of the application's."""

    def __init__(self, app: web.Application, limits: Limits, shutdown_seconds: float) -> None:
        super().__init__(app, access_log=None, shutdown_timeout=shutdown_seconds)
        self._limits = limits

    async def _make_server(self) -> web.Server:
        return _Server(await super()._make_server(), self._limits)


class _Server(web.Server):
    """Makes connections that share the bounds."""

    def __init__(self, made: web.Server, limits: Limits) -> None:
        super().__init__(_checked(made.request_handler, limits.body_bytes))
        self._request_of = made.request_factory
        self.request_factory = self._make_plain_request
        self._limits = limits
        self._pending = Pending(
            connections=pending_connections(limits, open_file_limit()), received=limits.pending_bytes
        )

    def __call__(self) -> RequestHandler:
        return Connection(self, loop=self._loop, pending=self._pending, limits=self._limits)

    def _make_plain_request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: RequestHandler,
        _writer: AbstractStreamWriter,
        task: "asyncio.Task[None]",
    ) -> web.BaseRequest:
        """Return a request whose answer names no software, and whose ``Expect`` waits for the handler to read.

        aiohttp itself invites the body at once, also where the path is not known.
        """
        expected = message.headers.get("Expect", "").lower()
        if expected == "100-continue":
            headers = message.headers.copy()
            del headers["Expect"]
            message = message._replace(headers=type(message.headers)(headers))
        request = self._request_of(message, payload, protocol, _NamelessWriter(protocol, self._loop), task)
        if expected == "100-continue":
            request[AWAITS_CONTINUE] = True
        return request


class _NamelessWriter(StreamWriter):
    """Leaves out the ``Server`` header, which tells aiohttp's and Python's versions."""

    async def write_headers(self, status_line: str, headers: Any) -> None:
        """Write the headers without it."""
        headers.popall("Server", None)
        await super().write_headers(status_line, headers)


def _checked(answer: Answer, largest: int) -> Answer:
    async def check(request: web.BaseRequest) -> web.StreamResponse:
        refused = _refusal(request, largest)
        if refused is None:
            return await answer(request)
        status, why = refused
        REFUSED_REQUESTS.labels(why).inc()
        return web.Response(status=status, text=f"{status.phrase.lower()}\n")

    return check


def _refusal(request: web.BaseRequest, largest: int) -> tuple[HTTPStatus, str] | None:
    """Return why the headers alone refuse a request, on any path; Slack and Microsoft compress nothing."""
    headers = request.headers
    encodings = {name.strip().lower() for value in headers.getall("Content-Encoding", ()) for name in value.split(",")}
    if encodings - {"", "identity"}:
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "encoded"
    if any(value.strip().lower() != "chunked" for value in headers.getall("Transfer-Encoding", ())):
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "encoded"
    length = headers.get("Content-Length", "0")
    if len(length) > _LONGEST_LENGTH or int(length) > largest:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too large"
    if headers.get("Expect", ""):
        return HTTPStatus.EXPECTATION_FAILED, "expectation"
    return None
