"""One Socket Mode connection: frames in, acknowledgements out.

https://docs.slack.dev/apis/events-api/using-socket-mode#receive
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import structlog
from slack_bolt.response import BoltResponse

from bot import retry
from bot.errors import RemoteError
from bot.metrics import REFUSED_DELIVERIES
from bot.slack.deliveries import Deliveries

log = structlog.get_logger()

SUCCESS = 200
REASONS = frozenset({"warning", "refresh_requested", "link_disabled", "too_many_websockets"})
"""Why Slack ends a connection, in its own words."""


class LinkFailed(RemoteError):
    """A connection did not come about."""


class Link:
    """An open connection.

    ``over`` is set once it has ended, or Slack asks for another in its place; until it is closed it is listened to.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, deliveries: Deliveries) -> None:
        self._socket = socket
        self._deliveries = deliveries
        self._hello = asyncio.Event()
        self.over = asyncio.Event()
        self.reason = "closed"
        self._closing = False
        self._acknowledging: set[asyncio.Task[None]] = set()
        self._reader: asyncio.Task[None] | None = None

    @property
    def stands(self) -> bool:
        """Say whether Slack can deliver here."""
        return self._hello.is_set() and not self._closing and not self._socket.closed

    def start(self, when_closed: Callable[[], None]) -> None:
        """Begin to listen."""
        self._reader = asyncio.create_task(self._listen(), name="socket link")
        self._reader.add_done_callback(lambda _: when_closed())

    async def hello(self) -> None:
        """Wait for Slack's first words; raise LinkFailed where it ends the connection instead."""
        first = {asyncio.ensure_future(self._hello.wait()), asyncio.ensure_future(self.over.wait())}
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in first:
                waiting.cancel()
        if self.over.is_set():
            raise LinkFailed(self.reason)

    def leave(self, *, after: float) -> None:
        """Close after so many seconds: another connection stands, and Slack closes this one itself, as a rule."""
        if self._reader is not None:
            asyncio.get_running_loop().call_later(after, self._reader.cancel)

    async def close(self) -> None:
        """Take nothing more, let the acknowledgements of what came leave, and close."""
        self._closing = True
        if self._acknowledging:
            await asyncio.wait(set(self._acknowledging), timeout=retry.STOPPING.acknowledgements)
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def _listen(self) -> None:
        try:
            async for frame in self._socket:
                if frame.type is aiohttp.WSMsgType.TEXT and not self._closing:
                    self._receive(frame.data)
        except Exception as error:  # noqa: BLE001 - however a connection breaks, another takes its place
            log.warning("socket broke", error=type(error).__name__)
        finally:
            self.over.set()
            await self._socket.close()

    def _receive(self, text: str) -> None:
        message = _decoded(text)
        match message:
            case {"type": "hello"}:
                self._hello.set()
            case {"type": "disconnect"}:
                reason = message.get("reason")
                self.reason = reason if isinstance(reason, str) and reason in REASONS else "disconnect"
                self.over.set()
            case {"envelope_id": str() as envelope_id}:
                task = asyncio.create_task(self._acknowledge(envelope_id, message.get("payload")), name="envelope")
                self._acknowledging.add(task)
                task.add_done_callback(self._acknowledging.discard)
            case _:
                REFUSED_DELIVERIES.labels("unreadable").inc()
                log.warning("delivery refused", why="unreadable")

    async def _acknowledge(self, envelope_id: str, payload: object) -> None:
        """Hand over the payload and acknowledge it; what makes no sense too, for it would come again."""
        acknowledgement: dict[str, Any] = {"envelope_id": envelope_id}
        answer = await self._deliveries.take(payload)
        if answer.status == SUCCESS:
            acknowledgement |= _body(answer)
        try:
            await self._socket.send_json(acknowledgement)
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            log.warning("acknowledgement lost", error=type(error).__name__)


def _decoded(text: str) -> dict[str, Any]:
    """Return the message; an empty one for what is no JSON object."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _body(answer: BoltResponse) -> dict[str, Any]:
    if not answer.body:
        return {}
    kind = answer.headers.get("content-type", [""])[0]
    return {"payload": json.loads(answer.body) if kind.startswith("application/json") else {"text": answer.body}}
