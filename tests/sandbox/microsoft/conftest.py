"""A fresh Microsoft for every test, and somebody careful to ask it."""

import json
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from sandbox.microsoft import Microsoft
from sandbox.microsoft.users import ADMIN_AGENT, User


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes
    reason: str | None

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Asker:
    """Sends what a careful Partner Center client sends, unless told otherwise."""

    def __init__(self, microsoft: Microsoft, session: aiohttp.ClientSession) -> None:
        self.microsoft = microsoft
        self.session = session
        self.user: User | None = ADMIN_AGENT

    async def get(self, path: str, **changed: str | None) -> Reply:
        """Ask; ``changed`` replaces headers, with ``_`` for ``-``, and None leaves one out."""
        return await self.send("GET", path, **changed)

    async def send(self, method: str, path: str, body: object = None, **changed: str | None) -> Reply:
        """Ask with another method, and with a body that is sent as JSON unless it is bytes."""
        usual = {
            "Authorization": f"Bearer {self.microsoft.tokens.access_token(self.user)}",
            "Accept": "application/json",
            "MS-RequestId": str(uuid.uuid4()),
            "MS-CorrelationId": str(uuid.uuid4()),
        }
        if body is not None:
            usual["Content-Type"] = "application/json"
        wanted = usual | {name.replace("_", "-"): value for name, value in changed.items()}
        headers = {name: value for name, value in wanted.items() if value is not None}
        url = f"{self.microsoft.partner_center_url}{path}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        async with self.session.request(
            method, url, data=data, headers=headers, skip_auto_headers=["Accept", "Content-Type"]
        ) as response:
            return Reply(response.status, response.headers, await response.read(), response.reason)


@pytest.fixture
async def microsoft() -> AsyncIterator[Microsoft]:
    async with Microsoft() as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def ask(microsoft: Microsoft, session: aiohttp.ClientSession) -> Asker:
    return Asker(microsoft, session)
