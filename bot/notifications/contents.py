"""What is told of an event, gathered for a channel: the customer, the subscription, why it is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.channel_subscriptions import ChannelSubscription
from bot.domain.event_kind import MICROSOFT_SUBSCRIPTION
from bot.domain.events import Event
from bot.language import Language, language
from bot.notifications.asking import Customers
from bot.partner_center.clouds import Cloud
from bot.partner_center.microsoft_subscriptions import MicrosoftSubscription
from bot.partner_center.models import Customer
from bot.reply import Message
from bot.storage.invitations import Invitations
from bot.views import notices as views
from bot.views.notices import Late, MicrosoftSubscriptionFacts

LATE = timedelta(minutes=10)
"""A notice that comes so much later than the event says why."""
MICROSOFT_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is told, and in whose words."""

    event: Event
    customer: Customer | None
    awaited: bool
    """Microsoft did not answer; the record is still to come."""
    subscription: ChannelSubscription
    microsoft_subscription: MicrosoftSubscriptionFacts | None
    unlinked: bool
    late: Late | None
    portal_url: str | None

    @property
    def lang(self) -> Language:
        """The channel's language: that of the subscription's owner."""
        return language(self.subscription.language)

    def card(self, *, earlier: int = 0) -> Message:
        """Return the card."""
        return views.notice(
            self.lang,
            self.event,
            self.customer,
            subscription=self.subscription,
            portal_url=self.portal_url,
            microsoft_subscription=self.microsoft_subscription,
            unlinked=self.unlinked,
            late=self.late,
            earlier=earlier,
            awaited=self.awaited,
        )

    def reply(self, *, before: Event | None) -> Message:
        """Return the reply to a card, which told of another event ``before``."""
        return views.reply(
            self.lang,
            self.event,
            self.customer,
            portal_url=self.portal_url,
            microsoft_subscription=self.microsoft_subscription,
            late=self.late,
            before=before,
        )


class Contents:
    """Gathers what is told of an event."""

    def __init__(self, *, customers: Customers, invitations: Invitations, cloud: Cloud) -> None:
        self._customers = customers
        self._invitations = invitations
        self._cloud = cloud

    async def gather(
        self, event: Event, subscription: ChannelSubscription, customer: Customer | None, *, awaited: bool
    ) -> Content:
        """Return the event's content; the customer's record is the caller's to wait for."""
        now = event.received_at + timedelta(seconds=await self._customers.age(event.received_at))
        microsoft_subscription = None
        if event.kind.subject is MICROSOFT_SUBSCRIPTION and not awaited:
            microsoft_subscription = _facts(
                await self._customers.microsoft_subscription(event.customer_id, event.resource)
            )
        return Content(
            event=event,
            customer=customer,
            awaited=awaited,
            subscription=subscription,
            microsoft_subscription=microsoft_subscription,
            unlinked=await self._is_unlinked(event),
            late=_late(event, subscription, now),
            portal_url=self._cloud.customer_page(event.customer_id) if event.customer_id else self._cloud.home_page,
        )

    async def _is_unlinked(self, event: Event) -> bool:
        """Say whether a new customer may belong to an invitation that still waits."""
        if not event.kind.is_new_customer or event.customer_id is None:
            return False
        return not await self._invitations.is_linked(event.customer_id) and bool(await self._invitations.waiting())


def is_wanted(subscription: ChannelSubscription, event: Event, customer: Customer | None) -> bool:
    """Say whether an event is of a country of the subscription; a customer whose country nobody names may be."""
    if not subscription.countries:
        return True
    if event.customer_id is None:
        return False
    return customer is None or customer.country is None or customer.country.upper() in subscription.countries


def _late(event: Event, subscription: ChannelSubscription, now: datetime) -> Late | None:
    """Return why a notice comes so late."""
    if now - event.received_at > LATE:
        return Late.PAUSED if subscription.changed_at > event.received_at else Late.SLACK
    return Late.MICROSOFT if event.received_at - event.happened_at > MICROSOFT_LATE else None


def _facts(microsoft_subscription: MicrosoftSubscription | None) -> MicrosoftSubscriptionFacts | None:
    if microsoft_subscription is None or microsoft_subscription.name is None:
        return None
    return MicrosoftSubscriptionFacts(
        name=microsoft_subscription.name,
        quantity=microsoft_subscription.quantity,
        status=microsoft_subscription.status,
        unit=microsoft_subscription.unit_type,
    )
