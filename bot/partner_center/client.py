"""The asynchronous client: one connection pool, many errands, each answer asked for once."""

from collections.abc import Callable
from uuid import uuid4

import aiohttp

from bot import retry
from bot.partner_center.clouds import Cloud
from bot.partner_center.connection import Connection
from bot.partner_center.errand import Errand
from bot.partner_center.invitation_link import InspectedLink
from bot.partner_center.limiter import Limiter, Pace
from bot.partner_center.lookups import Lookups
from bot.partner_center.models import InvitationLink
from bot.partner_center.sending import Acceptance, AccessTokens, Sender
from bot.retry import PartnerCenterTimeouts

__all__ = ["AccessTokens", "Errand", "PartnerCenter"]


class PartnerCenter:
    """Partner Center, as one partner sees it; lives as long as the program does."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        cloud: Cloud,
        base_url: str,
        authority_url: str,
        partner_tenant_id: str,
        tokens: AccessTokens,
        limiter: Limiter | None = None,
        pace: Pace | None = None,
        lookups: Lookups | None = None,
        timeouts: PartnerCenterTimeouts | None = None,
    ) -> None:
        root = base_url.rstrip("/").removesuffix("/v1")
        timeouts = timeouts or retry.PARTNER_CENTER
        self._limiter = limiter or Limiter()
        self._lookups = lookups or Lookups()
        self._acceptance = Acceptance()
        self.partner_tenant_id = partner_tenant_id.lower()

        def connection(pace: Pace | None) -> Connection:
            return Connection(
                session,
                Sender(
                    session,
                    base_url=root,
                    tokens=tokens,
                    limiter=self._limiter,
                    timeouts=timeouts,
                    pace=pace,
                    acceptance=self._acceptance,
                ),
                cloud=cloud,
                base_url=root,
                authority_url=authority_url,
                partner_tenant_id=partner_tenant_id,
                timeouts=timeouts,
            )

        self._connection = connection(None)
        self._in_background = connection(pace or Pace(self._limiter))

    def errand(
        self,
        *,
        deadline: float,
        correlation_id: str | None = None,
        on_wait: Callable[[float], None] | None = None,
        background: bool = False,
    ) -> Errand:
        """Begin one command's calls: they share a correlation id and must be done ``deadline`` seconds from now.

        ``on_wait`` is told how many seconds the bot's own limiter makes the command wait, where that is noticeable.
        ``background`` is for what nobody waits for: its calls are few a minute, give way to those of people, and have
        ``deadline`` seconds each.
        """
        return Errand(
            self._in_background if background else self._connection,
            self._lookups,
            deadline=deadline,
            correlation_id=correlation_id or str(uuid4()),
            on_wait=on_wait,
            background=background,
        )

    def inspected(self, link: InvitationLink) -> InspectedLink:
        """Look at an invitation link, which must be this partner's and of this cloud; raise LinkRefused otherwise."""
        return self._connection.inspected(link)

    def forget(self, customer_id: str) -> None:
        """Drop what is known of a customer, and let what is being asked right now be asked again next time."""
        self._lookups.forget(customer_id.strip().lower())

    @property
    def requests_left(self) -> int:
        """How many requests may still start within this minute."""
        return self._limiter.left

    @property
    def sign_in_accepted(self) -> bool:
        """Say whether Microsoft took the sign-in when it was last asked for something."""
        return self._acceptance.given

    async def close(self) -> None:
        """End what is in flight; those who wait get Unavailable. The session belongs to whoever gave it."""
        await self._lookups.close()
