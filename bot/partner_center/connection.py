"""One partner's line to Partner Center: single answers, lists from page to page, and whose a domain is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Generic, TypeVar

import aiohttp
import structlog

from bot.partner_center import discovery, requests
from bot.partner_center.clouds import Cloud
from bot.partner_center.errors import Diagnosis, PartnerCenterError, Throttled, Unavailable, UnreadableAnswer
from bot.partner_center.invitation_link import InspectedLink, inspect
from bot.partner_center.lookups import Flight
from bot.partner_center.models import InvitationLink
from bot.partner_center.paging import Gap, HostileLink, Page
from bot.partner_center.protocol import Call
from bot.partner_center.requests import Request
from bot.partner_center.sending import Sender, TooLarge, fetch
from bot.retry import PartnerCenterTimeouts

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


@dataclass(frozen=True, slots=True)
class Collected(Generic[T]):
    """What came of a list."""

    items: tuple[T, ...]
    more: bool = False
    """There are more than were asked for, or the pages went in circles."""
    gap: Gap | None = None
    """Why some may be missing besides."""


def _gap(error: PartnerCenterError) -> Gap:
    """Return why a list breaks off at a page that did not come."""
    match error:
        case Unavailable() | Throttled():
            return Gap.NO_ANSWER
        case UnreadableAnswer(diagnosis=Diagnosis(status=None | 200)):
            return Gap.UNREADABLE
        case _:
            return Gap.REFUSED


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
        timeouts: PartnerCenterTimeouts,
    ) -> None:
        self._session = session
        self._sender = sender
        self._cloud = cloud
        self._base_url = base_url
        self._authority_url = authority_url.rstrip("/")
        self._partner_tenant_id = partner_tenant_id
        self._timeouts = timeouts

    async def ask(self, request: Request[T], flight: Flight, correlation_id: str) -> T:
        """Ask for one thing."""
        return await self._sender.send(self._call(request, correlation_id), flight)

    async def ask_all(self, request: Request[Page[T]], flight: Flight, correlation_id: str) -> Collected[T]:
        """Ask for the pages of a list, and return what came of it; raise only where nothing did."""
        items: list[T] = []
        gap: Gap | None = None
        asked = {request}
        while True:
            try:
                page, following = await self._page(request, flight, correlation_id)
            except PartnerCenterError as error:
                if not items:
                    raise
                log.warning(
                    "list incomplete", operation=request.operation, pages=len(asked), error=type(error).__name__
                )
                return Collected(tuple(items), gap=_gap(error))
            items += page.items
            gap = gap or page.gap
            if page.gap is not None:
                log.warning("list incomplete", operation=request.operation, pages=len(asked), gap=page.gap)
            if page.gap is Gap.LINK and not items:
                raise UnreadableAnswer(flight.diagnosis)
            if following is None:
                return Collected(tuple(items), gap=gap)
            if following in asked:
                log.warning("pages went in circles", operation=request.operation, pages=len(asked))
                return Collected(tuple(items), more=True, gap=gap)
            if len(items) >= ENOUGH or len(asked) >= PAGES:
                return Collected(tuple(items), more=True, gap=gap)
            asked.add(following)
            request = following

    async def pages(
        self, request: Request[Page[T]], flights: Callable[[], Flight], correlation_id: str
    ) -> AsyncIterator[tuple[T, ...]]:
        """Ask for a list to its very end, page by page, each on a flight of its own.

        Raises UnreadableAnswer, after the pages there were, for one that breaks off or has no end: half a list would
        look like one from which things have gone.
        """
        asked: set[Request[Page[T]]] = set()
        following: Request[Page[T]] | None = request
        while following is not None:
            flight = flights()
            asked.add(following)
            page, following = await self._page(following, flight, correlation_id)
            yield page.items
            endless = following in asked or (following is not None and len(asked) >= MOST_PAGES)
            if endless or page.gap is Gap.LINK:
                log.warning("pages have no end", operation=request.operation, pages=len(asked))
                raise UnreadableAnswer(flight.diagnosis)

    async def resolve(self, host: str, flight: Flight, correlation_id: str) -> str | None:
        """Ask the sign-in service, without a token and outside of Partner Center's limit, whose a host is.

        Return None where it says that the host is nobody's; raise Unavailable where it does not say.
        """
        flight.diagnosis = Diagnosis(
            operation=discovery.OPERATION,
            at=datetime.now(UTC),
            cloud=self._cloud.name,
            partner_tenant_id=self._partner_tenant_id,
            request_id="",  # the service takes none
            correlation_id=correlation_id,
        )
        try:
            async with asyncio.timeout(min(self._timeouts.resolution, flight.left / 2)):
                while True:
                    flight.attempts += 1
                    try:
                        url = self._authority_url + discovery.path_for(host)
                        return discovery.tenant_of(await fetch(self._session, url, {"Accept": "application/json"}))
                    except discovery.Unclear:
                        raise Unavailable(flight.attempts, flight.diagnosis) from None
                    except (aiohttp.ClientError, OSError, TooLarge, discovery.TryAgain) as error:
                        if flight.attempts >= self._timeouts.resolution_attempts:
                            raise Unavailable(flight.attempts, flight.diagnosis) from error
                    await asyncio.sleep(self._timeouts.policy.after(flight.attempts))
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
        """Ask for a page; return it with the request for the one after it, if there is one that can be followed."""
        page = await self._sender.send(self._call(request, correlation_id), flight)
        try:
            return page, requests.next_page(request, page, self._base_url)
        except HostileLink:
            return replace(page, next=None, gap=Gap.LINK), None

    def _call(self, request: Request[T], correlation_id: str) -> Call[T]:
        return Call(
            request=request,
            correlation_id=correlation_id,
            cloud=self._cloud.name,
            partner_tenant_id=self._partner_tenant_id,
        )
