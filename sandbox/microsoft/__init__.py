"""A made-up Microsoft on loopback ports: Partner Center, the Entra ID that signs partners in, and its certificates."""

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.faults import Faults
from sandbox.microsoft.authority import Authority
from sandbox.microsoft.companies import CLIENT_ID, CLIENT_SECRET, PARTNER_TENANT_ID, REFRESH_TOKEN
from sandbox.microsoft.company import Company
from sandbox.microsoft.entra import FakeEntra
from sandbox.microsoft.faults import FAULTS
from sandbox.microsoft.happenings import Happenings
from sandbox.microsoft.partner_center import FakePartnerCenter
from sandbox.microsoft.tokens import Tokens
from sandbox.microsoft.webhook import WebhookSender

__all__ = ["FAULTS", "Authority", "FakeEntra", "FakePartnerCenter", "Happenings", "Microsoft", "WebhookSender"]


class Microsoft:
    """All fakes while the ``async with`` lasts; they share tokens and faults, and know nothing of who calls.

    ``happenings`` is what can occur at the partner's, ``webhook`` brings the events of it to whoever is registered.
    """

    def __init__(self, faults: Faults | None = None, tokens: Tokens | None = None) -> None:
        self.faults = faults or Faults(FAULTS)
        self.tokens = tokens or Tokens()
        self.entra = FakeEntra(self.tokens, self.faults)
        self.partner_center = FakePartnerCenter(self.tokens, self.faults)
        self.happenings = Happenings(self.partner_center, self.entra)
        self.authority = Authority()
        self.webhook = WebhookSender(self.partner_center.registrations, self.authority)
        self.entra_url = ""
        self.partner_center_url = ""
        self._roots = Path()
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.entra_url = await self._serve(self.entra.app)
        self.partner_center_url = await self._serve(self.partner_center.app)
        self.partner_center.registrations.base_url = self.partner_center_url
        self.authority.url = await self._serve(self.authority.app)
        self._roots = Path(self._running.enter_context(tempfile.TemporaryDirectory(prefix="partner-bot-roots-")))
        await self._running.enter_async_context(self.webhook)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._running.aclose()

    async def _serve(self, app: web.Application) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._running.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    def environment(self) -> dict[str, str]:
        """What a bot must be told to take these for Microsoft, with a consent that is already given."""
        return {
            "PARTNER_CENTER_TENANT_ID": PARTNER_TENANT_ID,
            "PARTNER_CENTER_CLIENT_ID": CLIENT_ID,
            "PARTNER_CENTER_CLIENT_SECRET": CLIENT_SECRET,
            "PARTNER_CENTER_REFRESH_TOKEN": REFRESH_TOKEN,
            "PARTNER_CENTER_URL": self.partner_center_url,
            "ENTRA_URL": self.entra_url,
            **self.authority.environment(self._roots / "roots.pem"),
        }

    def accept_invitation(self, domain: str, name: str | None = None) -> Company:
        """A company accepts the partner's invitation: it becomes a customer, and its domain resolves."""
        self.happenings.accept_invitation(domain, name)
        return self.partner_center.state.customers[self.entra.tenants[domain.lower()]]
