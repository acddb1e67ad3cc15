"""Writes what subscriptions cause besides notices: the test that a person asks for, and word to an owner of a pause."""

from collections.abc import Awaitable, Callable

from bot.contacts import Contacts
from bot.domain.channel_subscriptions import ChannelSubscription, SubscriptionState
from bot.domain.deliveries import Delivery
from bot.language import language
from bot.notifications.steps import Decision, Drop, Post, Writer
from bot.notifications.writers.followed import FollowWriter
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.views import notices
from bot.views import subscriptions as views


class FollowTestWriter(FollowWriter):
    """Writes deliveries that show whether notices arrive."""

    async def decide(self, delivery: Delivery) -> Decision:
        """Post where a notice would stand."""
        subscription = await self.followed(delivery)
        if not isinstance(subscription, ChannelSubscription):
            return subscription
        return Post(
            part="test",
            message=notices.test(language(subscription.language), asked_by=delivery.subject, subscription=subscription),
            channel=subscription.channel_id,
            thread_ts=subscription.thread_ts if subscription.thread_only else None,
        )


class PauseWriter(Writer):
    """Writes deliveries that tell an owner of a pause."""

    def __init__(self, *, subscriptions: ChannelSubscriptions, contacts: Callable[[], Awaitable[Contacts]]) -> None:
        self._subscriptions = subscriptions
        self._contacts = contacts

    async def decide(self, delivery: Delivery) -> Decision:
        """Tell the owner directly, unless the pause is over."""
        subscription = await self._subscriptions.find(delivery.subject)
        if subscription is None or subscription.state is not SubscriptionState.PAUSED:
            return Drop("no longer paused")
        (stats,) = await self._subscriptions.with_stats([subscription])
        message = views.owner_told(language(subscription.language), stats, contacts=await self._contacts())
        return Post(part="pause", message=message, channel=subscription.owner_id)
