"""A client that writes the bytes itself, and tells what came back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiohttp import web

from bot.http_server.body import BodyRefused, read_body
from bot.http_server.limits import Limits
from bot.web import listening

PATIENCE = 30.0
"""Seconds until a test gives up; nothing is expected to take them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server wrote until it closed, or until the answer's length was reached."""

    head: str
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head.split(" ")[1])

    def header(self, name: str) -> str | None:
        found = [line for line in self.head.split("\r\n")[1:] if line.lower().startswith(f"{name.lower()}:")]
        return found[0].partition(":")[2].strip() if found else None


@dataclass(frozen=True, slots=True)
class Wire:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, *lines: str, body: bytes = b"") -> None:
        """Write a head of these lines, and bytes after it."""
        self.writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1") + body)

    async def flood(self, data: bytes) -> None:
        """Write the same until the server closes, which is a ConnectionError."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self.writer.write(data)
                await self.writer.drain()

    async def answer(self) -> Answer:
        """Read one answer."""
        async with asyncio.timeout(PATIENCE):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            found = Answer(head=head, body=b"")
            return Answer(head=head, body=await self.reader.readexactly(int(found.header("Content-Length") or 0)))

    async def closed(self) -> bytes:
        """Wait until the server closes; return what it still wrote."""
        rest = b""
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                while chunk := await self.reader.read(65536):
                    rest += chunk
        return rest

    def stands(self) -> bool:
        """Say whether the server has not closed so far."""
        return not self.reader.at_eof() and self.reader.exception() is None


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Wire]:
    """Open a connection, and close it at the end of the block."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.transport.abort()


class Held:
    """A handler that reads the body, and answers when it is let."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.release = asyncio.Event()
        self.sizes: list[int] = []

    async def read(self, request: web.Request) -> web.Response:
        """Answer how many bytes came."""
        try:
            body = await read_body(request, largest=1024 * 1024)
        except BodyRefused as refused:
            return web.Response(status=refused.status, text=refused.why)
        self.sizes.append(len(body))
        return web.Response(text=str(len(body)))

    async def hold(self, _request: web.Request) -> web.Response:
        """Answer late."""
        self.reached.set()
        await self.release.wait()
        return web.Response(text="late")

    async def quick(self, _request: web.Request) -> web.Response:
        """Answer at once, whatever comes."""
        return web.Response(text="ok")

    async def fail(self, _request: web.Request) -> web.Response:
        """Fail as no handler should."""
        raise RuntimeError("a customer's name")


@asynccontextmanager
async def served(handler: Held, limits: Limits | None = None) -> AsyncIterator[int]:
    """Serve ``/read``, ``/hold``, ``/quick`` and ``/fail``; yields the port."""
    app = web.Application()
    app.router.add_post("/read", handler.read)
    app.router.add_get("/hold", handler.hold)
    app.router.add_get("/quick", handler.quick)
    app.router.add_get("/fail", handler.fail)
    async with listening(app, "127.0.0.1", 0, limits=limits) as port:
        yield port
