"""Facts that an event lacks, asked of Partner Center for a bounded time before channels are notified."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from bot import retry
from bot.domain.event_kind import Actor
from bot.errors import RemoteError
from bot.notifications.actors import by_whom
from bot.notifications.audit_events import domain_of_actor
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import CustomerNotFound, NoRelationship, PartnerCenterError
from bot.partner_center.fraud import FraudEvent
from bot.partner_center.microsoft_subscriptions import MicrosoftSubscription
from bot.partner_center.models import Customer
from bot.storage.clock import GRACE

log = structlog.get_logger()


class NoAnswer(Exception):
    """Microsoft did not answer; ``in_time`` says whether another try may bring the answer in time."""

    def __init__(self, *, in_time: bool) -> None:
        super().__init__(in_time)
        self.in_time = in_time

    @property
    def next_try(self) -> float:
        """Return the seconds to the next try."""
        return retry.ENRICHMENT.again if self.in_time else retry.ENRICHMENT.late_again


def held_back(*, urgent: bool = False) -> float:
    """Return for how many seconds channels wait for what an event lacks."""
    return retry.ENRICHMENT.alarm_held_back if urgent else retry.ENRICHMENT.held_back


def age(at: datetime, *, now: datetime) -> float:
    """Return the seconds from ``at`` to ``now``; where the clock has been set back since, it was some time ago."""
    seconds = (now - at).total_seconds()
    return seconds if seconds >= -GRACE else retry.ENRICHMENT.held_back


class Enrichment:
    """What Partner Center says of customers, and of what happened to them."""

    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def customer(self, customer_id: str | None, *, left: float) -> Customer | None:
        """Return the customer's record; None where there is no such customer (any more).

        Raises NoAnswer; ``left`` are the seconds until channels are notified without it.
        """
        if customer_id is None:
            return None
        async with self._asking("customer", left) as errand:
            try:
                return await errand.customer(customer_id)
            except (CustomerNotFound, NoRelationship):
                return None

    async def alert(self, subscription_id: str | None, *, left: float) -> FraudEvent | None:
        """Return the latest fraud alert about an Azure subscription; None where there is none. Raises NoAnswer."""
        if subscription_id is None:
            return None
        async with self._asking("alert", left) as errand:
            alerts = await errand.fraud_events(subscription_id)
        return max(alerts, key=lambda alert: alert.event_time.timestamp() if alert.event_time else 0.0, default=None)

    async def actor(self, audit_id: str | None, customer_id: str | None, *, left: float) -> Actor | None:
        """Return who did what an audit record tells of; None where none says so. Raises NoAnswer."""
        if audit_id is None:
            return None
        async with self._asking("audit record", left) as errand:
            record = await errand.audit_record(audit_id)
            domain = None if record is None else domain_of_actor(record)
            if domain is None:
                return None
            partner = self._partner_center.partner_tenant_id
            return await by_whom(errand, domain, customer_id=customer_id, partner_tenant_id=partner)

    async def customer_if_there(self, customer_id: str | None) -> Customer | None:
        """Return the customer's record if it comes at once, for a message that does without."""
        if customer_id is None:
            return None
        try:
            return await self._partner_center.errand(deadline=retry.ENRICHMENT.attempt).customer(customer_id)
        except PartnerCenterError as error:
            log.info("not read", what="customer", error=type(error).__name__)
            return None

    async def product_if_there(self, customer_id: str | None, product_id: str | None) -> MicrosoftSubscription | None:
        """Return a Microsoft subscription if it comes at once."""
        if customer_id is None or product_id is None:
            return None
        try:
            return await self._partner_center.errand(deadline=retry.ENRICHMENT.attempt).microsoft_subscription(
                customer_id, product_id
            )
        except PartnerCenterError as error:
            log.info("not read", what="subscription", error=type(error).__name__)
            return None

    @asynccontextmanager
    async def _asking(self, what: str, left: float) -> AsyncIterator[Errand]:
        """Ask; only what is remote trouble is worth another try in time."""
        try:
            yield self._partner_center.errand(deadline=min(retry.ENRICHMENT.attempt, max(left, 1.0)))
        except PartnerCenterError as error:
            log.info("not read", what=what, error=type(error).__name__)
            raise NoAnswer(in_time=left > retry.ENRICHMENT.again and isinstance(error, RemoteError)) from None
