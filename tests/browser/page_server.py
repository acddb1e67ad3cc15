"""A stand-in for the sandbox's server: the page, one conversation, and a record of what the page asked for."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.browser.conversation import state_for

PAGE = Path(__file__).parents[2] / "sandbox" / "page"

Answer = dict[str, Any]


class PageServer:
    """Serves the page and a state that tests may change; ``asked`` holds every POST, ``answers`` says how to answer."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Answer]] = []
        self.answers: dict[str, Callable[[Answer], Answer]] = {}
        self.hold: asyncio.Event | None = None
        self._states: dict[str, Answer] = {}
        self._version = 1
        self._listeners: set[asyncio.Queue[int]] = set()
        self.address = ""
        self._runner: web.AppRunner | None = None

    def state(self, person: str) -> Answer:
        """Return what this person sees; change it in place, then call ``changed``."""
        if person not in self._states:
            self._states[person] = state_for(person)
        return self._states[person]

    def reset(self) -> None:
        """Begin anew, for the next test."""
        self.asked.clear()
        self.answers.clear()
        self.hold = None
        self._states.clear()

    def changed(self) -> None:
        """Tell every open page that something changed."""
        self._version += 1
        for listener in self._listeners:
            listener.put_nowait(self._version)

    def bodies(self, what: str) -> list[Answer]:
        """Return the bodies of the POSTs to one path, in order."""
        return [body for asked, body in self.asked if asked == what]

    async def start(self, port: int = 0) -> None:
        application = web.Application()
        application.router.add_get("/", self._index)
        application.router.add_static("/page/static/", PAGE)
        application.router.add_get("/page/state", self._state)
        application.router.add_get("/page/events", self._events)
        application.router.add_post("/page/{what:.+}", self._post)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        for listener in self._listeners:
            listener.put_nowait(-1)
        if self._runner is not None:
            await self._runner.cleanup()

    async def _index(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _state(self, request: web.Request) -> web.Response:
        state = self.state(request.query.get("as") or "U01MAYA")
        return web.json_response({**state, "version": self._version})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        queue: asyncio.Queue[int] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            version = self._version
            while version >= 0:
                await response.write(f"data: {json.dumps({'version': version})}\n\n".encode())
                version = await queue.get()
        except ConnectionResetError:
            pass
        finally:
            self._listeners.discard(queue)
        return response

    async def _post(self, request: web.Request) -> web.Response:
        what = request.match_info["what"]
        body = await request.json()
        self.asked.append((what, body))
        if self.hold is not None:
            await self.hold.wait()
        answer = self.answers.get(what)
        return web.json_response(answer(body) if answer else {"ok": True})


async def _serve(port: int) -> None:
    server = PageServer()
    await server.start(port)
    print(server.address)  # noqa: T201 - for a person who wants to look
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(8799))
