"""Slack and Partner Center over TLS, as light as can be; both count what reaches them."""

import asyncio
import json
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Final

from aiohttp import web

from benchmarks.certificate import HOST
from sandbox.microsoft.company import Company
from sandbox.microsoft.wire import customer

LATENCY: Final = 0.05
"""Seconds that Partner Center takes to answer."""
TEAM: Final = "T0BENCH001"
BOT: Final = "U0BENCHBOT"
_ID: Final = "00000000-0000-0000-0000-000000000000"
_CONTOSO: Final = Company(
    tenant_id=_ID, name="Contoso", domain="contoso.com", domains=("contoso.com", "contoso.net", "contoso.org")
)
_CUSTOMER: Final = json.dumps(customer(_CONTOSO))


class Remote:
    """A server on loopback without a router; ``connections`` and ``requests`` (by path) only grow."""

    def __init__(self) -> None:
        self.connections = 0
        self.requests: Counter[str] = Counter()
        self.url = ""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer one request, whose body has been read."""
        raise NotImplementedError

    @asynccontextmanager
    async def listening(self, tls: ssl.SSLContext) -> AsyncIterator[None]:
        """Serve while the block lasts."""
        server = web.Server(self._handle, access_log=None)

        def accepted() -> asyncio.Protocol:
            self.connections += 1
            return server()

        listener = await asyncio.get_running_loop().create_server(accepted, HOST, 0, ssl=tls)
        self.url = f"https://{HOST}:{listener.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            listener.close()
            await server.shutdown(timeout=1)

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        await request.read()
        self.requests[request.path] += 1
        return await self.answer(request)


class PartnerCenter(Remote):
    """Knows a customer by any id; every customer is Contoso."""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer ``GET /v1/customers/{id}``."""
        await asyncio.sleep(LATENCY)
        customer_id = request.path.rpartition("/")[2]
        return web.Response(text=_CUSTOMER.replace(_ID, customer_id), content_type="application/json")

    @property
    def asked(self) -> int:
        """How often it was asked for one customer; the bot's polls of the list and the audit log do not count."""
        return sum(number for path, number in self.requests.items() if path.startswith("/v1/customers/"))


class Slack(Remote):
    """The Web API's few methods, and response_urls that say when the answer came."""

    def __init__(self) -> None:
        super().__init__()
        self.latest = b""
        """The last answer as it came."""
        self._numbers = count(1)
        self._awaited: dict[str, asyncio.Future[float]] = {}

    def response_url(self) -> tuple[str, asyncio.Future[float]]:
        """Return a new address, and what will hold the time (``perf_counter``) of the first answer there."""
        path = f"/answers/{next(self._numbers)}"
        arrival = asyncio.get_running_loop().create_future()
        self._awaited[path] = arrival
        return self.url + path, arrival

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Take an answer, or do as the Web API does."""
        if (arrival := self._awaited.pop(request.path, None)) is not None:
            self.latest = await request.read()
            if not arrival.done():
                arrival.set_result(time.perf_counter())
            return web.Response(text="ok")
        return web.json_response(_web_api(request.path, request.query.get("user", "")))


def _web_api(path: str, user_id: str) -> dict[str, object]:
    match path.rpartition("/")[2]:
        case "auth.test":
            who = {"team_id": TEAM, "team": "Contoso", "user_id": BOT, "user": "partnerbot", "bot_id": "B0BENCH001"}
            return {"ok": True, "url": "https://contoso.slack.com/", **who}
        case "users.info":
            user = {"id": user_id, "team_id": TEAM, "name": "robin", "real_name": "Robin", "locale": "en-US"}
            flags = dict.fromkeys(("deleted", "is_bot", "is_restricted", "is_ultra_restricted"), False)
            return {"ok": True, "user": user | flags | {"profile": {}}}
        case "conversations.info":
            sharing = {"is_shared": False, "is_ext_shared": False, "is_org_shared": False}
            return {"ok": True, "channel": {"name": "deals", "is_member": True, **sharing}}
        case "chat.postMessage":
            return {"ok": True, "ts": f"{time.time():.6f}", "message": {}}
        case method:
            return {"ok": False, "error": "unknown_method", "method": method}
