"""Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode): envelopes out, acks in."""

import asyncio
import contextlib
import itertools
import json
import secrets
import time
import uuid
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from sandbox.slack.delivery import ACK_SECONDS, Ack, Kind, Retry
from sandbox.slack.model import APP_ID

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

CONNECTIONS = 10
TICKET_SECONDS = 30.0
"""For which an address can be used, once."""


class Sockets:
    """The open connections; each envelope goes to any one of them."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._tickets: dict[str, float] = {}
        self._refusals = 0
        self._greeting: str | None = "hello"
        self._hears = True
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._turn = itertools.count()

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def new_address(self) -> str:
        """Return an address that takes one connection, once."""
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = time.monotonic()
        return f"{self._workspace.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP_ID}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it closes."""
        given_out = self._tickets.pop(request.query.get("ticket", ""), None)
        if given_out is None or time.monotonic() - given_out > TICKET_SECONDS:
            return web.Response(status=403, text="invalid ticket")
        if self._refusals:
            self._refusals -= 1
            return web.Response(status=503, text="try another address")
        socket = web.WebSocketResponse(heartbeat=None, autoping=self._hears)
        await socket.prepare(request)
        greeting = "too_many_websockets" if len(self._open) >= CONNECTIONS else self._greeting
        if greeting is None:
            await socket.receive()
            return socket
        if greeting != "hello":
            await socket.send_json({"type": "disconnect", "reason": greeting})
            await socket.close()
            return socket
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._open) + 1,
                "debug_info": {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": APP_ID},
            }
        )
        self._open.append(socket)
        self._workspace.world.change()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._take(message.data)
        finally:
            if socket in self._open:
                self._open.remove(socket)
            self._workspace.world.change()
        return socket

    def _take(self, text: str) -> None:
        try:
            answer = json.loads(text)
            envelope = answer["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self._workspace.world.complain(f"socket: unreadable ack {text[:80]!r}")
            return
        waiting = self._waiting.get(envelope)
        if waiting is None:
            return  # too late: Slack has given up on it
        if not waiting.done():
            waiting.set_result(answer)

    async def deliver(self, kind: Kind, payload: dict[str, Any], *, retry: Retry | None = None) -> Ack:
        """Send one envelope and wait for its ack, three seconds at most."""
        began = time.monotonic()
        if not self._open:
            return Ack(status=None, after=0.0, body="no connection", error="dispatch_failed")
        socket = self._open[next(self._turn) % len(self._open)]
        envelope: dict[str, Any] = {
            "envelope_id": str(uuid.uuid4()),
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry.number if retry else 0, "retry_reason": retry.reason if retry else ""}
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        try:
            await socket.send_json(envelope)
            async with asyncio.timeout(ACK_SECONDS):
                answer = await waiting
        except TimeoutError:
            return Ack(status=None, after=time.monotonic() - began, error="operation_timeout")
        except ConnectionError as error:
            return Ack(status=None, after=time.monotonic() - began, body=str(error), error="dispatch_failed")
        finally:
            del self._waiting[envelope["envelope_id"]]
        if "payload" in answer and kind == "events_api":
            self._workspace.world.complain("socket: an event's ack may hold no payload")
        return Ack(status=200, after=time.monotonic() - began, body=answer.get("payload"))

    def refuse(self, times: int) -> None:
        """Refuse so many handshakes; their tickets are used up all the same, as at Slack."""
        self._refusals = times

    def greet(self, greeting: str | None) -> None:
        """Begin connections by ``hello``, by a disconnect with another reason, or not at all."""
        self._greeting = greeting

    def go_silent(self, *, silent: bool = True) -> None:
        """Answer no pings on connections from now on, as behind a network that lost them."""
        self._hears = not silent

    def expect(self, envelope_id: str, acknowledged: "asyncio.Future[dict[str, Any]]") -> None:
        """Have the acknowledgement of an envelope that is sent by ``send``."""
        self._waiting[envelope_id] = acknowledged

    async def send(self, text: str) -> None:
        """Send a frame on every connection, for what no Slack would send."""
        for socket in list(self._open):
            await socket.send_str(text)

    async def refresh(self) -> None:
        """Ask every connection to be replaced, as Slack does every few hours."""
        for socket in list(self._open):
            await socket.send_json(
                {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "applink-sandbox"}}
            )

    async def drop(self) -> None:
        """Close every connection without a word."""
        for socket in list(self._open):
            with contextlib.suppress(ConnectionError):
                await socket.close()
