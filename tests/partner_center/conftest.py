"""A client that talks over loopback to a made-up Microsoft, strict enough to complain."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.partner_center.client import PartnerCenter
from bot.partner_center.clouds import CLOUDS
from bot.retry import PartnerCenterTimeouts, RetryPolicy
from sandbox.microsoft import Microsoft
from sandbox.microsoft.companies import PARTNER_TENANT_ID
from sandbox.microsoft.users import ADMIN_AGENT

HURRIED = PartnerCenterTimeouts(policy=RetryPolicy(first=0.001, longest=0.01, attempts=3), attempt=5.0)
"""Tests wait for nothing but what they are about."""


class Tokens:
    """Issued by the sandbox, held until a new one is demanded."""

    def __init__(self, microsoft: Microsoft) -> None:
        self._microsoft = microsoft
        self._held = ""
        self.refreshed = 0

    async def access_token(self, *, refresh: bool = False) -> str:
        if refresh:
            self.refreshed += 1
        if refresh or not self._held:
            self._held = self._microsoft.tokens.access_token(ADMIN_AGENT)
        return self._held


@dataclass
class Wire:
    """Both ends of the wire; ``client`` makes another client on the near end."""

    microsoft: Microsoft
    session: aiohttp.ClientSession
    tokens: Tokens

    def client(self, **changed: Any) -> PartnerCenter:
        usual: dict[str, Any] = {
            "cloud": CLOUDS["global"],
            "base_url": self.microsoft.partner_center_url,
            "authority_url": self.microsoft.entra_url,
            "partner_tenant_id": PARTNER_TENANT_ID,
            "tokens": self.tokens,
            "timeouts": HURRIED,
        }
        return PartnerCenter(self.session, **{**usual, **changed})


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A test may leave no complaint behind, unless it empties the list itself."""
    async with Microsoft() as microsoft, aiohttp.ClientSession() as session:
        yield Wire(microsoft, session, Tokens(microsoft))
        assert microsoft.partner_center.complaints == []
        assert microsoft.entra.complaints == []


@pytest.fixture
def partner_center(wire: Wire) -> PartnerCenter:
    return wire.client()
