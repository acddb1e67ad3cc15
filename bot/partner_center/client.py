"""The asynchronous client: one connection pool, many errands, each answer asked for once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

import aiohttp
import structlog

from bot.partner_center import discovery, requests
from bot.partner_center.clouds import Cloud
from bot.partner_center.errors import Diagnosis, Unavailable, UnreadableAnswer
from bot.partner_center.invitation_link import InspectedLink, inspect
from bot.partner_center.limiter import Limiter
from bot.partner_center.lookups import Flight, Lookup, Lookups
from bot.partner_center.models import (
    Customer,
    CustomerMatches,
    InvitationLink,
    PartnerRelationships,
)
from bot.partner_center.paging import HostileLink, Page
from bot.partner_center.protocol import Call
from bot.partner_center.requests import Request
from bot.partner_center.sending import AccessTokens, Patience, Sender, TooLarge, fetch

__all__ = ["AccessTokens", "Errand", "PartnerCenter", "Patience"]

log = structlog.get_logger()

T = TypeVar("T")

PAGES = 50
"""A service that gives small pages is followed this far; one that never ends costs a tenth of a minute's requests."""
ENOUGH = 2000
"""Items after which no further page is fetched: nobody reads more in a chat."""
RESOLVING = 5.0
"""Seconds for finding a domain's tenant, and at most half of what is left: the filter is asked where that fails."""
_RESOLVING_TRIES = 2


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
        lookups: Lookups | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._session = session
        self._cloud = cloud
        self._base_url = base_url.rstrip("/").removesuffix("/v1")
        self._authority_url = authority_url.rstrip("/")
        self._partner_tenant_id = partner_tenant_id
        self._limiter = limiter or Limiter()
        self._lookups = lookups or Lookups()
        self._patience = patience or Patience()
        self._sender = Sender(
            session, base_url=self._base_url, tokens=tokens, limiter=self._limiter, patience=self._patience
        )

    def errand(
        self,
        *,
        deadline: float,
        correlation_id: str | None = None,
        on_wait: Callable[[float], None] | None = None,
    ) -> "Errand":
        """Begin one command's calls: they share a correlation id and must be done ``deadline`` seconds from now.

        ``on_wait`` is told how many seconds the bot's own limiter makes the command wait, where that is noticeable.
        """
        return Errand(
            self,
            self._lookups,
            deadline=asyncio.get_running_loop().time() + deadline,
            correlation_id=correlation_id or str(uuid4()),
            on_wait=on_wait,
        )

    def inspected(self, link: InvitationLink) -> InspectedLink:
        """Look at an invitation link, which must be this partner's and of this cloud; raise LinkRefused otherwise."""
        return inspect(link.url, cloud=self._cloud, partner_tenant_id=self._partner_tenant_id)

    def forget(self, customer_id: str) -> None:
        """Drop what is known of a customer, and let what is being asked right now be asked again next time."""
        self._lookups.forget(customer_id.strip().lower())

    @property
    def requests_left(self) -> int:
        """How many requests may still start within this minute."""
        return self._limiter.left

    async def close(self) -> None:
        """End what is in flight; those who wait get Unavailable. The session belongs to whoever gave it."""
        await self._lookups.close()

    async def get(self, request: Request[T], flight: Flight, correlation_id: str) -> T:
        """Ask for one thing."""
        return await self._sender.send(self._call(request, correlation_id), flight)

    async def get_all(
        self, request: Request[Page[T]], flight: Flight, correlation_id: str
    ) -> tuple[tuple[T, ...], bool]:
        """Ask for all pages of a list; the flag says that there is more, or that the pages went in circles."""
        items: list[T] = []
        asked = {request}
        while True:
            call = self._call(request, correlation_id)
            page = await self._sender.send(call, flight)
            items += page.items
            try:
                following = requests.next_page(request, page, self._base_url)
            except HostileLink:
                raise UnreadableAnswer(call.diagnosis()) from None
            if following is None:
                return tuple(items), False
            if following in asked:
                log.warning("pages went in circles", operation=request.operation, pages=len(asked))
                return tuple(items), True
            if len(items) >= ENOUGH or len(asked) >= PAGES:
                return tuple(items), True
            asked.add(following)
            request = following

    async def resolve(self, host: str, flight: Flight, correlation_id: str) -> str | None:
        """Ask the sign-in service, without a token and outside of Partner Center's limit, whose a host is."""
        flight.diagnosis = Diagnosis(
            operation=discovery.OPERATION,
            at=datetime.now(UTC),
            cloud=self._cloud.name,
            partner_tenant_id=self._partner_tenant_id,
            request_id="",  # the service takes none
            correlation_id=correlation_id,
        )
        try:
            async with asyncio.timeout(min(RESOLVING, flight.left / 2)):
                while True:
                    flight.attempts += 1
                    try:
                        url = self._authority_url + discovery.path_for(host)
                        return discovery.tenant_id_in(await fetch(self._session, url, {"Accept": "application/json"}))
                    except (aiohttp.ClientError, OSError, TooLarge, discovery.TryAgain) as error:
                        if flight.attempts >= _RESOLVING_TRIES:
                            raise Unavailable(flight.attempts, flight.diagnosis) from error
                    await asyncio.sleep(self._patience.pause(flight.attempts))
        except TimeoutError:
            raise Unavailable(flight.attempts, flight.diagnosis) from None

    def _call(self, request: Request[T], correlation_id: str) -> Call[T]:
        return Call(
            request=request,
            correlation_id=correlation_id,
            cloud=self._cloud.name,
            partner_tenant_id=self._partner_tenant_id,
        )


class Errand:
    """One command's view of Partner Center; every method raises the errors of ``bot.partner_center.errors``."""

    __slots__ = ("_correlation_id", "_deadline", "_lookups", "_on_wait", "_partner_center")

    def __init__(
        self,
        partner_center: PartnerCenter,
        lookups: Lookups,
        *,
        deadline: float,
        correlation_id: str,
        on_wait: Callable[[float], None] | None,
    ) -> None:
        self._partner_center = partner_center
        self._lookups = lookups
        self._deadline = deadline
        self._correlation_id = correlation_id
        self._on_wait = on_wait

    async def customer(self, customer_id: str) -> Customer:
        """Return the customer with this tenant id, perhaps as it was some seconds ago."""
        canonical = requests.canonical_id(customer_id)
        request = requests.customer(canonical)
        return await self._look_up(
            "customer",
            canonical,
            lambda flight: self._partner_center.get(request, flight, self._correlation_id),
            remembered=True,
        )

    async def find_by_name(self, prefix: str) -> CustomerMatches:
        """Return the customers whose company name begins so, in any case."""
        return await self._search("CompanyName", prefix)

    async def find_by_domain(self, domain: str) -> CustomerMatches:
        """Return the customers whose default domain begins so, in any case."""
        return await self._search("Domain", domain)

    async def relationships(self, customer_id: str) -> PartnerRelationships:
        """Return the partners tied to the customer with this tenant id, perhaps as they were some seconds ago."""
        canonical = requests.canonical_id(customer_id)
        request = requests.relationships(canonical)

        async def fetch_all(flight: Flight) -> PartnerRelationships:
            items, more = await self._partner_center.get_all(request, flight, self._correlation_id)
            return PartnerRelationships(items=items, more=more)

        return await self._look_up("relationships", canonical, fetch_all, remembered=True)

    async def invitation_link(self) -> InvitationLink:
        """Return the partner's invitation link, fresh: it is not inspected yet, see ``invitation_link.inspect``."""
        request = requests.invitation_link()
        return await self._look_up(
            "invitation link", "", lambda flight: self._partner_center.get(request, flight, self._correlation_id)
        )

    async def inspected_link(self) -> InspectedLink:
        """Return the same, looked at; raise LinkRefused for a link that must not reach a customer."""
        return self._partner_center.inspected(await self.invitation_link())

    async def tenant_id_of(self, domain: str) -> str | None:
        """Return the id of the tenant that a domain belongs to, or None where nobody is known to have it."""
        host = discovery.host_of(domain)
        if host is None:
            return None
        return await self._look_up(
            "tenant id",
            host,
            lambda flight: self._partner_center.resolve(host, flight, self._correlation_id),
            remembered=True,
        )

    async def _search(self, field: requests.Field, prefix: str) -> CustomerMatches:
        sought = prefix.strip()
        request = requests.customers(field, sought)

        async def fetch_all(flight: Flight) -> CustomerMatches:
            items, more = await self._partner_center.get_all(request, flight, self._correlation_id)
            return CustomerMatches(items=items, more=more)

        return await self._look_up(f"customers by {field}", sought, fetch_all)

    async def _look_up(
        self, kind: str, subject: str, ask: Callable[[Flight], Awaitable[T]], *, remembered: bool = False
    ) -> T:
        return await self._lookups.answer(Lookup(kind, subject, ask, remembered), self._deadline, self._on_wait)
