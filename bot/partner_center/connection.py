"""One partner's line to Partner Center: single answers, lists from page to page, and whose a domain is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TypeVar

import aiohttp
import structlog

from bot.partner_center import discovery, requests
from bot.partner_center.clouds import Cloud
from bot.partner_center.errors import Diagnosis, Unavailable, UnreadableAnswer
from bot.partner_center.invitation_link import InspectedLink, inspect
from bot.partner_center.lookups import Flight
from bot.partner_center.models import InvitationLink
from bot.partner_center.paging import HostileLink, Page
from bot.partner_center.protocol import Call
from bot.partner_center.requests import Request
from bot.partner_center.sending import Patience, Sender, TooLarge, fetch

log = structlog.get_logger()

T = TypeVar("T")

PAGES = 50
"""A service that gives small pages is followed this far; one that never ends costs a tenth of a minute's requests."""
ENOUGH = 2000
"""Items after which no further page is fetched: nobody reads more in a chat."""
MOST_PAGES = 2000
"""Of a list that is wanted whole: a million items."""
SHOWN = 10
"""Names of new parameters in a line of the log."""
RESOLVING = 5.0
"""Seconds for finding a domain's tenant, and at most half of what is left: the filter is asked where that fails."""
_RESOLVING_TRIES = 2


class Connection:
    """Asks in the name of one partner; what is sent, and when, is its sender's."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        sender: Sender,
        *,
        cloud: Cloud,
        base_url: str,
        authority_url: str,
        partner_tenant_id: str,
        patience: Patience,
    ) -> None:
        self._session = session
        self._sender = sender
        self._cloud = cloud
        self._base_url = base_url
        self._authority_url = authority_url.rstrip("/")
        self._partner_tenant_id = partner_tenant_id
        self._patience = patience

    async def ask(self, request: Request[T], flight: Flight, correlation_id: str) -> T:
        """Ask for one thing."""
        return await self._sender.send(self._call(request, correlation_id), flight)

    async def ask_all(
        self, request: Request[Page[T]], flight: Flight, correlation_id: str
    ) -> tuple[tuple[T, ...], bool]:
        """Ask for the pages of a list; the flag says that there is more, or that the pages went in circles."""
        items: list[T] = []
        asked = {request}
        while True:
            page, following = await self._page(request, flight, correlation_id)
            items += page.items
            if following is None:
                return tuple(items), False
            if following in asked:
                log.warning("pages went in circles", operation=request.operation, pages=len(asked))
                return tuple(items), True
            if len(items) >= ENOUGH or len(asked) >= PAGES:
                return tuple(items), True
            asked.add(following)
            request = following

    async def pages(
        self, request: Request[Page[T]], flights: Callable[[], Flight], correlation_id: str
    ) -> AsyncIterator[tuple[T, ...]]:
        """Ask for a list to its very end, page by page, each on a flight of its own.

        Raises UnreadableAnswer for one without an end: half a list would look like one from which things have gone.
        """
        asked: set[Request[Page[T]]] = set()
        following: Request[Page[T]] | None = request
        while following is not None:
            flight = flights()
            asked.add(following)
            page, following = await self._page(following, flight, correlation_id)
            if following in asked or (following is not None and len(asked) >= MOST_PAGES):
                log.warning("pages have no end", operation=request.operation, pages=len(asked))
                raise UnreadableAnswer(flight.diagnosis)
            yield page.items

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

    def inspected(self, link: InvitationLink) -> InspectedLink:
        """Look at an invitation link, which must be this partner's and of this cloud; raise LinkRefused otherwise."""
        inspected = inspect(link.url, cloud=self._cloud, partner_tenant_id=self._partner_tenant_id)
        if inspected.new_parameters:
            log.warning("invitation link has new parameters", names=inspected.new_parameters[:SHOWN])
        return inspected

    async def _page(
        self, request: Request[Page[T]], flight: Flight, correlation_id: str
    ) -> tuple[Page[T], Request[Page[T]] | None]:
        """Ask for a page; return it with the request for the one after it."""
        call = self._call(request, correlation_id)
        page = await self._sender.send(call, flight)
        try:
            return page, requests.next_page(request, page, self._base_url)
        except HostileLink:
            raise UnreadableAnswer(call.diagnosis()) from None

    def _call(self, request: Request[T], correlation_id: str) -> Call[T]:
        return Call(
            request=request,
            correlation_id=correlation_id,
            cloud=self._cloud.name,
            partner_tenant_id=self._partner_tenant_id,
        )
