"""One connection: aiohttp's protocol, with a deadline on every wait for the peer.

aiohttp bounds neither head nor body in time, reads on for ten seconds after an answer that came before the body's end,
and shows its own version in each answer (https://docs.aiohttp.org/en/stable/web_advanced.html).
"""

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from http import HTTPStatus
from typing import cast

import structlog
from aiohttp import StreamReader, web
from aiohttp.web_protocol import RequestHandler, RequestPayloadError

from bot.http_server.body import BodyRefused
from bot.http_server.limits import Limits
from bot.http_server.pending import Pending
from bot.metrics import REFUSED_REQUESTS

log = structlog.get_logger()

_HEAD_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"  # RFC 6585
)


class Phase(Enum):
    """What the connection waits for."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    ANSWER = auto()
    """The request is whole; no deadline of the connection's is on."""
    DISCARD = auto()
    """The answer was sent before the body's end; what still comes is thrown away unread."""


class Connection(RequestHandler):
    """Serves one connection; pending (bounded in number, bytes and time) until its request is whole."""

    __slots__ = (
        "_begun",
        "_deadline",
        "_discarded",
        "_discarding",
        "_limits",
        "_pending",
        "_phase",
        "_unread",
        "_wire",
    )

    def __init__(
        self, manager: web.Server, *, loop: asyncio.AbstractEventLoop, pending: Pending, limits: Limits
    ) -> None:
        super().__init__(
            manager,
            loop=loop,
            access_log=None,  # type: ignore[arg-type] # aiohttp takes None for "no log"
            auto_decompress=False,
            lingering_time=0,
            keepalive_timeout=limits.idle_seconds,
            max_headers=limits.headers,
        )
        self._pending = pending
        self._limits = limits
        self._phase = Phase.HEAD
        self._begun = False
        self._wire: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._discarding: asyncio.Future[None] | None = None
        self._discarded = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the first request."""
        self._wire = cast("asyncio.Transport", transport)  # uvloop's are none by their type
        super().connection_made(transport)
        self._await_request(Phase.HEAD)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection."""
        self._pending.remove(self)
        self._end_wait()
        self._end_unread()
        self._stop_discarding()
        super().connection_lost(exc)

    def give_way(self) -> None:
        """Close at once, for a newer connection's sake."""
        self._abort("gave way")

    def data_received(self, data: bytes) -> None:
        """Count what comes before a request is whole, and note where it becomes so."""
        if self._phase is Phase.DISCARD:
            self._discarded += len(data)
            if self._discarded > self._limits.discarded_bytes:
                self._stop_discarding()
            return
        if data and self._phase is Phase.IDLE:
            self._phase = Phase.HEAD
            self._wait(self._limits.head_seconds, self._head_too_slow)
        received = self._pending.count(self, len(data))
        if self._is_closing:
            return
        queued = len(self._messages)
        super().data_received(data)
        if self._phase is Phase.HEAD:
            if self._messages:
                self._head_received()
            elif received > self._limits.head_bytes:
                self._refuse_head()
        elif data and self._phase is Phase.ANSWER:
            self._begun = len(self._messages) == queued

    def pause_writing(self) -> None:
        """Bound how long the peer may leave unread what it is sent."""
        super().pause_writing()
        self._unread = self._loop.call_later(self._limits.body_seconds, self._abort, "does not read")

    def resume_writing(self) -> None:
        """Go on: the peer has read."""
        self._end_unread()
        super().resume_writing()

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send the answer; where it came before the body's end, read no more of that than a peer needs to see it."""
        early = not request.content.is_eof()
        if early:
            resp.force_close()
        sent = await super().finish_response(request, resp, start_time)
        if not request.content.is_eof():
            await self._discard(request.content)
        elif self._messages:
            self._pending.add(self)
            self._head_received()
        else:
            self._await_request(Phase.HEAD if self._begun or early else Phase.IDLE)
        return sent

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it quotes what the peer sent
    ) -> web.StreamResponse:
        """Answer what no handler answers: malformed requests, and failures."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has been begun")
        if isinstance(exc, RequestPayloadError):
            status = HTTPStatus.BAD_REQUEST
        if self._is_closing or isinstance(exc, ConnectionError):
            log.debug("peer left")
        elif status < HTTPStatus.INTERNAL_SERVER_ERROR:
            REFUSED_REQUESTS.labels("malformed").inc()
        else:
            log.error("request failed", status=int(status), exc_info=exc)
        resp = web.Response(status=status, text=f"{HTTPStatus(status).phrase.lower()}\n")
        resp.force_close()
        return resp

    @property
    def _is_closing(self) -> bool:
        return self._wire is None or self._wire.is_closing()

    def _await_request(self, phase: Phase) -> None:
        if self._is_closing:
            return
        self._phase = phase
        self._begun = False
        self._pending.add(self)
        idle = phase is Phase.IDLE
        self._wait(self._limits.idle_seconds if idle else self._limits.head_seconds, self._head_too_slow)

    def _head_received(self) -> None:
        content = self._messages[0][1]
        if content.is_eof():
            self._body_received()
            return
        self._phase = Phase.BODY
        content.on_eof(self._body_received)
        self._wait(self._limits.body_seconds, lambda: self._body_too_slow(content))

    def _body_received(self) -> None:
        if self._phase is Phase.DISCARD:
            return
        self._phase = Phase.ANSWER
        self._begun = False
        self._pending.remove(self)
        self._end_wait()

    def _head_too_slow(self) -> None:
        self._abort("idle" if self._phase is Phase.IDLE else "head too slow")

    def _body_too_slow(self, content: StreamReader) -> None:
        """Wake the handler that reads; it answers, and where none does the connection ends all the same."""
        self._wait(self._limits.head_seconds, self._head_too_slow)
        content.set_exception(BodyRefused(HTTPStatus.REQUEST_TIMEOUT, "too slow"))

    def _refuse_head(self) -> None:
        REFUSED_REQUESTS.labels("head too large").inc()
        if self._wire is not None:
            self._wire.write(_HEAD_TOO_LARGE)
        self.force_close()

    async def _discard(self, content: StreamReader) -> None:
        """Say that no more is sent, and throw away what comes, until the peer closes or the bounds are reached."""
        if self._is_closing or self._wire is None:
            return
        self._phase = Phase.DISCARD
        self._discarding = self._loop.create_future()
        self._wait(self._limits.discard_seconds, self._stop_discarding)
        if content.exception() is None:
            content.read_nowait()
        self._resume_transport_reading()
        if self._wire.can_write_eof():
            self._wire.write_eof()
        await self._discarding
        self._wait(self._limits.head_seconds, self._head_too_slow)

    def _stop_discarding(self) -> None:
        if self._discarding is not None and not self._discarding.done():
            self._discarding.set_result(None)

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._end_wait()
        self._deadline = self._loop.call_later(seconds, then)

    def _end_wait(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _abort(self, why: str) -> None:
        if self._is_closing or self._wire is None:
            return
        REFUSED_REQUESTS.labels(why).inc()
        self._wire.abort()
