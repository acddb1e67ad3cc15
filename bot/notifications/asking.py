"""Asking Partner Center for messages, which cannot wait for ever."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from bot.domain.event_kind import Actor
from bot.errors import RemoteError
from bot.notifications.actors import by_whom
from bot.notifications.audit_events import domain_of_actor
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import CustomerNotFound, NoRelationship, PartnerCenterError
from bot.partner_center.fraud import FraudEvent
from bot.partner_center.microsoft_subscriptions import MicrosoftSubscription
from bot.partner_center.models import Customer
from bot.storage.checkpoints import Checkpoints
from bot.storage.clock import GRACE

log = structlog.get_logger()

PATIENCE = 30.0
"""Seconds since an event came in, after which a message goes out without what Microsoft did not answer."""
ONE_TRY = 12.0
AGAIN = 3.0
"""Seconds to the next try."""


class NoAnswer(Exception):
    """Microsoft did not answer; ``in_time`` says whether another try may bring it in time."""

    def __init__(self, *, in_time: bool) -> None:
        super().__init__(in_time)
        self.in_time = in_time


class Customers:
    """What Partner Center says of customers, and of what happened to them."""

    def __init__(self, partner_center: PartnerCenter, checkpoints: Checkpoints) -> None:
        self._partner_center = partner_center
        self._checkpoints = checkpoints

    async def age(self, at: datetime) -> float:
        """Return how many seconds ago that was."""
        age = (await self._checkpoints.now() - at).total_seconds()
        return age if age >= -GRACE else PATIENCE  # the clock has been set back since: it was some time ago

    async def record(self, customer_id: str | None, *, since: datetime) -> Customer | None:
        """Return the customer's record; None where there is no such customer (any more). Raises NoAnswer."""
        if customer_id is None:
            return None
        async with self._asking("customer", since) as errand:
            try:
                return await errand.customer(customer_id)
            except (CustomerNotFound, NoRelationship):
                return None

    async def alert(self, subscription_id: str | None, *, since: datetime) -> FraudEvent | None:
        """Return the latest fraud alert about an Azure subscription; None where there is none. Raises NoAnswer."""
        if subscription_id is None:
            return None
        async with self._asking("alert", since) as errand:
            alerts = await errand.fraud_events(subscription_id)
        return max(alerts, key=lambda alert: alert.event_time.timestamp() if alert.event_time else 0.0, default=None)

    async def actor(self, audit_id: str | None, customer_id: str | None, *, since: datetime) -> Actor | None:
        """Return who did what an audit record tells of; None where none says so. Raises NoAnswer."""
        if audit_id is None:
            return None
        async with self._asking("audit record", since) as errand:
            record = await errand.audit_record(audit_id)
            domain = None if record is None else domain_of_actor(record)
            if domain is None:
                return None
            partner = self._partner_center.partner_tenant_id
            return await by_whom(errand, domain, customer_id=customer_id, partner_tenant_id=partner)

    async def record_if_there(self, customer_id: str | None) -> Customer | None:
        """Return the customer's record if it comes at once, for a message that does without."""
        if customer_id is None:
            return None
        try:
            return await self._partner_center.errand(deadline=ONE_TRY).customer(customer_id)
        except PartnerCenterError as error:
            log.info("not read", what="customer", error=type(error).__name__)
            return None

    async def microsoft_subscription(
        self, customer_id: str | None, subscription_id: str | None
    ) -> MicrosoftSubscription | None:
        """Return a Microsoft subscription if it comes at once, likewise."""
        if customer_id is None or subscription_id is None:
            return None
        try:
            return await self._partner_center.errand(deadline=ONE_TRY).microsoft_subscription(
                customer_id, subscription_id
            )
        except PartnerCenterError as error:
            log.info("not read", what="subscription", error=type(error).__name__)
            return None

    @asynccontextmanager
    async def _asking(self, what: str, since: datetime) -> AsyncIterator[Errand]:
        """Begin an errand for something that happened then; only what is remote trouble is worth another try."""
        left = PATIENCE - await self.age(since)
        try:
            yield self._partner_center.errand(deadline=min(ONE_TRY, max(left, 1.0)))
        except PartnerCenterError as error:
            log.info("not read", what=what, error=type(error).__name__)
            raise NoAnswer(in_time=left > AGAIN and isinstance(error, RemoteError)) from None
