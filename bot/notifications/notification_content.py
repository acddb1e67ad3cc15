"""Content of a notification: the event, its customer and product, why it is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.channel_subscriptions import ChannelSubscription
from bot.domain.event_kind import MICROSOFT_SUBSCRIPTION
from bot.domain.events import Event
from bot.language import Language, language
from bot.notifications.enrichment import Enrichment
from bot.partner_center.clouds import Cloud
from bot.partner_center.microsoft_subscriptions import MicrosoftSubscription
from bot.partner_center.models import Customer
from bot.reply import Message
from bot.views import notices as views
from bot.views.notices import Late, MicrosoftSubscriptionFacts

LATE = timedelta(minutes=10)
"""A notification that comes so much later than the event says why."""
MICROSOFT_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationContent:
    """What a channel reads of an event, and in whose words."""

    event: Event
    customer: Customer | None
    awaited: bool
    """Something is still to come from Microsoft."""
    subscription: ChannelSubscription
    unlinked: bool
    """The new customer may belong to an invitation that still waits."""
    now: datetime
    cloud: Cloud
    enrichment: Enrichment

    @property
    def lang(self) -> Language:
        """The channel's language: that of the subscription's owner."""
        return language(self.subscription.language)

    async def card(self, *, earlier: int = 0) -> Message:
        """Return the card."""
        return views.notice(
            self.lang,
            self.event,
            self.customer,
            subscription=self.subscription,
            portal_url=self._portal_url,
            microsoft_subscription=await self._product(),
            unlinked=self.unlinked,
            late=self._late,
            earlier=earlier,
            awaited=self.awaited,
        )

    async def reply(self, *, before: Event | None) -> Message:
        """Return the reply to a card, which told of another event ``before``."""
        return views.reply(
            self.lang,
            self.event,
            self.customer,
            portal_url=self._portal_url,
            microsoft_subscription=await self._product(),
            late=self._late,
            before=before,
        )

    async def overtaken(self) -> Message:
        """Return the reply that tells of an event after later news of the same customer."""
        return views.reply(
            self.lang,
            self.event,
            self.customer,
            portal_url=self._portal_url,
            microsoft_subscription=await self._product(),
            overtaken=True,
        )

    async def _product(self) -> MicrosoftSubscriptionFacts | None:
        if self.event.kind.subject is not MICROSOFT_SUBSCRIPTION or self.awaited:
            return None
        return _facts(await self.enrichment.product_if_there(self.event.customer_id, self.event.resource))

    @property
    def _portal_url(self) -> str | None:
        customer_id = self.event.customer_id
        return self.cloud.customer_page(customer_id) if customer_id else self.cloud.home_page

    @property
    def _late(self) -> Late | None:
        """Why the notification comes so late."""
        if self.now - self.event.received_at > LATE:
            return Late.PAUSED if self.subscription.changed_at > self.event.received_at else Late.SLACK
        return Late.MICROSOFT if self.event.received_at - self.event.happened_at > MICROSOFT_LATE else None


def is_wanted(subscription: ChannelSubscription, event: Event, customer: Customer | None) -> bool:
    """Say whether an event is of a country that a subscription names; one of an unknown country may be."""
    if not subscription.countries:
        return True
    if event.customer_id is None:
        return False
    return customer is None or customer.country is None or customer.country.upper() in subscription.countries


def _facts(product: MicrosoftSubscription | None) -> MicrosoftSubscriptionFacts | None:
    if product is None or product.name is None:
        return None
    return MicrosoftSubscriptionFacts(
        name=product.name, quantity=product.quantity, status=product.status, unit=product.unit_type
    )
