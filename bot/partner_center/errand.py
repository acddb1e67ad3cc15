"""One command's view of Partner Center: what it asks belongs together, and is over by its deadline."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from typing import TypeVar

from bot.partner_center import audit, fraud, microsoft_subscriptions, requests, webhooks
from bot.partner_center.audit import AuditRecord
from bot.partner_center.connection import Connection
from bot.partner_center.fraud import FraudEvent
from bot.partner_center.invitation_link import InspectedLink
from bot.partner_center.lookups import Flight, Lookup, Lookups
from bot.partner_center.microsoft_subscriptions import MicrosoftSubscription
from bot.partner_center.models import (
    Customer,
    CustomerMatches,
    CustomerSummary,
    InvitationLink,
    PartnerRelationships,
)
from bot.partner_center.requests import Request
from bot.partner_center.webhooks import ValidationEvent, WebhookRegistration
from bot.typed_text import host_of

T = TypeVar("T")


class Errand:
    """Begun by ``PartnerCenter.errand``; every method raises the errors of ``bot.partner_center.errors``."""

    __slots__ = ("_background", "_connection", "_correlation_id", "_ends", "_lookups", "_on_wait", "_seconds")

    def __init__(
        self,
        connection: Connection,
        lookups: Lookups,
        *,
        deadline: float,
        correlation_id: str,
        on_wait: Callable[[float], None] | None,
        background: bool,
    ) -> None:
        self._connection = connection
        self._lookups = lookups
        self._seconds = deadline
        self._ends = asyncio.get_running_loop().time() + deadline
        self._correlation_id = correlation_id
        self._on_wait = on_wait
        self._background = background

    async def customer(self, customer_id: str) -> Customer:
        """Return the customer with this tenant id, perhaps as it was some seconds ago."""
        canonical = requests.canonical_id(customer_id)
        return await self._look_up("customer", canonical, self._asking(requests.customer(canonical)), remembered=True)

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
            came = await self._connection.ask_all(request, flight, self._correlation_id)
            once = {(item.id.lower(), item.relationship_type, item.mpn_id): item for item in came.items}
            return PartnerRelationships(items=tuple(once.values()), more=came.more, gap=came.gap)

        return await self._look_up("relationships", canonical, fetch_all, remembered=True, whole=_is_whole)

    async def invitation_link(self) -> InvitationLink:
        """Return the partner's invitation link, fresh: it is not inspected yet, see ``invitation_link.inspect``."""
        return await self._look_up("invitation link", "", self._asking(requests.invitation_link()))

    async def inspected_link(self) -> InspectedLink:
        """Return the same, looked at; raise LinkRefused for a link that must not reach a customer."""
        return self._connection.inspected(await self.invitation_link())

    async def tenant_id_of(self, domain: str) -> str | None:
        """Return the id of the tenant that a domain belongs to, or None where nobody has it; Unavailable otherwise."""
        host = host_of(domain)
        if host is None:
            return None
        return await self._look_up(
            "tenant id",
            host,
            lambda flight: self._connection.resolve(host, flight, self._correlation_id),
            remembered=True,
        )

    async def microsoft_subscription(self, customer_id: str, subscription_id: str) -> MicrosoftSubscription | None:
        """Return a customer's subscription, or None where it has no such one."""
        request = microsoft_subscriptions.microsoft_subscription(requests.canonical_id(customer_id), subscription_id)
        return await self._look_up("subscription", request.path, self._asking(request))

    async def fraud_events(self, subscription_id: str, status: str | None = None) -> tuple[FraudEvent, ...]:
        """Return what Microsoft noticed about an Azure subscription; ``status`` is its word, such as ``Active``."""
        return await self._ask(fraud.fraud_events(subscription_id, status))

    # What is read page by page, or changes something, is nobody else's answer: it goes past the look-ups.

    async def all_customers(self) -> AsyncIterator[tuple[CustomerSummary, ...]]:
        """Yield every customer, page by page; raise rather than leave one out."""
        async for page in self._connection.pages(requests.all_customers(), self._flight, self._correlation_id):
            yield page

    async def audit_records(self, start: date, end: date) -> AsyncIterator[tuple[AuditRecord, ...]]:
        """Yield the audit records of these days (UTC, both included), page by page; one may come twice.

        Days of which Microsoft keeps no records are passed over.
        """
        for request in audit.records(start, end, today=datetime.now(UTC).date()):
            async for page in self._connection.pages(request, self._flight, self._correlation_id):
                yield page

    async def audit_record(self, audit_id: str) -> AuditRecord | None:
        """Return the audit record with this id, or None where there is none."""
        return await self._ask(audit.record(audit_id))

    async def webhook_events(self) -> tuple[str, ...]:
        """Return the names of the events that Microsoft can send."""
        return await self._ask(webhooks.events())

    async def webhook_registration(self) -> WebhookRegistration | None:
        """Return the partner's one registration, or None."""
        return await self._ask(webhooks.registration())

    async def register_webhook(self, url: str, events: tuple[str, ...], *, replace: bool) -> WebhookRegistration:
        """Have Microsoft send these events to this address; raise AlreadyRegistered unless told to ``replace``."""
        return await self._ask(webhooks.register(url, events, replace=replace))

    async def send_validation_event(self) -> str:
        """Have Microsoft send a test to the registered address; return its correlation id. Two a minute are allowed."""
        return await self._ask(webhooks.send_validation_event())

    async def validation_event(self, correlation_id: str) -> ValidationEvent | None:
        """Return what has become of a test, or None where Microsoft does not know of it (yet)."""
        return await self._ask(webhooks.validation_event(correlation_id))

    async def _search(self, field: requests.Field, prefix: str) -> CustomerMatches:
        sought = prefix.strip()
        request = requests.customers(field, sought)

        async def fetch_all(flight: Flight) -> CustomerMatches:
            came = await self._connection.ask_all(request, flight, self._correlation_id)
            once = {item.id: item for item in came.items}  # the list may change between two pages
            return CustomerMatches(items=tuple(once.values()), more=came.more, gap=came.gap)

        return await self._look_up(f"customers by {field}", sought, fetch_all)

    async def _look_up(
        self,
        kind: str,
        subject: str,
        ask: Callable[[Flight], Awaitable[T]],
        *,
        remembered: bool = False,
        whole: Callable[[T], bool] = lambda _found: True,
    ) -> T:
        lookup = Lookup(
            kind=kind, subject=subject, fetch=ask, remembered=remembered, whole=whole, background=self._background
        )
        return await self._lookups.answer(lookup, self._deadline, self._on_wait)

    async def _ask(self, request: Request[T]) -> T:
        return await self._connection.ask(request, self._flight(), self._correlation_id)

    def _asking(self, request: Request[T]) -> Callable[[Flight], Awaitable[T]]:
        return lambda flight: self._connection.ask(request, flight, self._correlation_id)

    def _flight(self) -> Flight:
        flight = Flight()
        flight.join(self._deadline, self._on_wait)
        return flight

    @property
    def _deadline(self) -> float:
        """When the next call must be done: nobody waits for the whole of what is done in the background."""
        return asyncio.get_running_loop().time() + self._seconds if self._background else self._ends


def _is_whole(found: PartnerRelationships) -> bool:
    return found.gap is None
