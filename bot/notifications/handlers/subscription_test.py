"""Test of a subscription: a message that a person asks for to see whether notifications arrive."""

from functools import partial

from sqlalchemy import Connection

from bot.delivery.handler import Decision, Plan, Planner
from bot.domain.channel_subscriptions import ChannelSubscription
from bot.domain.deliveries import Delivery, Post, Step
from bot.language import language
from bot.notifications.handlers import Dependencies
from bot.notifications.subscription_delivery import SubscriptionDelivery
from bot.notifications.subscriptions import TEST
from bot.reply import Message
from bot.views import notices


class SubscriptionTestHandler(SubscriptionDelivery):
    """Handler of deliveries whose subject is the person who asked."""

    kind = TEST

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Ask whether others read the channel."""
        return partial(self._plan, delivery=delivery, external=await self.is_external(delivery))

    def _plan(self, connection: Connection, *, delivery: Delivery, external: bool) -> Decision:
        """Post where a notification would stand."""
        subscription = self.subscribed(connection, delivery, external=external)
        if not isinstance(subscription, ChannelSubscription):
            return subscription

        async def render(_step: Step) -> Message:
            return notices.test(language(subscription.language), asked_by=delivery.subject, subscription=subscription)

        thread_ts = subscription.thread_ts if subscription.thread_only else None
        return Plan(steps=(Post(name="test", channel=delivery.conversation, thread_ts=thread_ts),), content=render)


def handler(dependencies: Dependencies) -> SubscriptionTestHandler:
    """Return the handler."""
    return SubscriptionTestHandler(dependencies)
