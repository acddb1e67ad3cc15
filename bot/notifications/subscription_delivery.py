"""Deliveries for a channel subscription: planned while it lasts, paused with its owner told where they fail."""

from sqlalchemy import Connection

from bot.delivery.handler import DeliveryHandler, Drop, Fail
from bot.delivery.messenger import Refused
from bot.domain.channel_subscriptions import (
    EXTERNAL_CHANNEL,
    TOO_MANY_ATTEMPTS,
    ChannelSubscription,
    SubscriptionState,
)
from bot.domain.deliveries import Delivery, NewDelivery, Step
from bot.notifications.handlers import Dependencies
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.outbox import Outbox

NO_LONGER = Drop("no longer subscribed")
PAUSED = "pause told"
"""Kind of the delivery that tells an owner of a pause; its subject is the id of the subscription."""


class SubscriptionDelivery(DeliveryHandler):
    """Base of the handlers whose deliveries belong to a channel subscription."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._subscriptions = dependencies.repositories.subscriptions
        self._outbox = dependencies.repositories.outbox
        self._channels = dependencies.channels

    async def is_external(self, delivery: Delivery) -> bool:
        """Say whether other organisations read the channel."""
        return await self._channels.is_external(delivery.conversation, of=delivery.id)

    def subscribed(
        self, connection: Connection, delivery: Delivery, *, external: bool
    ) -> ChannelSubscription | Drop | Fail:
        """Return the subscription, or the decision where its channel is not to be told any more."""
        found = self._subscriptions.find(connection, str(delivery.subscription_id))
        if found is None or found.state is SubscriptionState.REMOVED:
            return NO_LONGER
        return Fail(EXTERNAL_CHANNEL) if external else found

    def on_sent(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:  # noqa: ARG002
        """Note the last delivery of the subscription."""
        self._subscriptions.delivered(connection, str(delivery.subscription_id))

    def on_failed(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        """Pause the subscription, and tell its owner; not where Slack refused a message for what it is."""
        if isinstance(error, Refused):
            return
        why = reason if error is None else TOO_MANY_ATTEMPTS
        pause_and_tell(connection, self._subscriptions, self._outbox, str(delivery.subscription_id), why)


def pause_and_tell(
    connection: Connection, subscriptions: ChannelSubscriptions, outbox: Outbox, subscription_id: str, reason: str
) -> None:
    """Pause a subscription and enqueue a direct message to its owner; one that is not active is left as it is."""
    paused = subscriptions.pause(connection, subscription_id, reason=reason)
    if paused is not None:
        told = NewDelivery(
            idempotency_key=f"{PAUSED}:{paused.id}:{paused.changed_at.isoformat()}",
            conversation=paused.owner_id,
            kind=PAUSED,
            subject=paused.id,
        )
        outbox.enqueue(connection, told)
