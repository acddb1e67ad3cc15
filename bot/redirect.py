"""How a sign-in comes back to the terminal: by a listener on this machine, or by a line that somebody pastes."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from bot.http_server.server import serving

DONE = "Thank you. You can close this page and go back to the terminal."


@asynccontextmanager
async def loopback_redirect(answers: asyncio.Queue[Mapping[str, str] | None]) -> AsyncIterator[int]:
    """Listen on a free port of localhost and put there what the browser brings back; yields the port."""

    async def take(request: web.Request) -> web.Response:
        answers.put_nowait(dict(request.query))
        return web.Response(text=DONE, headers={"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})

    app = web.Application()
    app.router.add_get("/", take)
    async with serving(app, shutdown_seconds=1.0) as runner:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = int(runner.addresses[0][1])
        with suppress(OSError):  # browsers may try IPv6 first, machines may lack it
            await web.TCPSite(runner, "::1", port).start()
        yield port


def lines_of(descriptor: int) -> asyncio.Queue[str | None]:
    """Return a queue of the lines that come from a file descriptor, and None at its end.

    A daemon thread reads it with ``os.read``: a read from a terminal cannot be cancelled, and one through
    ``sys.stdin`` would hold a lock that the interpreter needs to exit.
    """
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        rest = b""
        with suppress(OSError, RuntimeError):  # closed, or the loop has ended meanwhile
            while chunk := os.read(descriptor, 65536):
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    loop.call_soon_threadsafe(lines.put_nowait, line.decode(errors="replace"))
        with suppress(RuntimeError):
            if rest:
                loop.call_soon_threadsafe(lines.put_nowait, rest.decode(errors="replace"))
            loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, name="pasted lines", daemon=True).start()
    return lines
