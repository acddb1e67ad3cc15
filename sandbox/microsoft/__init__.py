"""A made-up Microsoft on two loopback ports: Partner Center, and the Entra ID that signs its partners in."""

from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.faults import Faults
from sandbox.microsoft.companies import CLIENT_ID, CLIENT_SECRET, PARTNER_TENANT_ID, REFRESH_TOKEN
from sandbox.microsoft.company import Company
from sandbox.microsoft.entra import FakeEntra
from sandbox.microsoft.faults import FAULTS
from sandbox.microsoft.partner_center import FakePartnerCenter
from sandbox.microsoft.tokens import Tokens

__all__ = ["FAULTS", "FakeEntra", "FakePartnerCenter", "Microsoft"]


class Microsoft:
    """Both fakes while the ``async with`` lasts; they share tokens and faults, and know nothing of who calls."""

    def __init__(self, faults: Faults | None = None, tokens: Tokens | None = None) -> None:
        self.faults = faults or Faults(FAULTS)
        self.tokens = tokens or Tokens()
        self.entra = FakeEntra(self.tokens, self.faults)
        self.partner_center = FakePartnerCenter(self.tokens, self.faults)
        self.entra_url = ""
        self.partner_center_url = ""
        self._runners: list[web.AppRunner] = []

    async def __aenter__(self) -> Self:
        self.entra_url = await self._serve(self.entra.app)
        self.partner_center_url = await self._serve(self.partner_center.app)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._runners:
            await self._runners.pop().cleanup()

    async def _serve(self, app: web.Application) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._runners.append(runner)
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
        }

    def accept_invitation(self, domain: str, name: str | None = None) -> Company:
        """A company accepts the partner's invitation: it becomes a customer, and its domain resolves."""
        company = self.partner_center.accept_invitation(domain, name)
        self.entra.tenants[domain.lower()] = company.tenant_id.lower()
        return company
