"""Deliveries of a channel subscription, while it is active, its channel internal, and writable."""

from sqlalchemy import Connection

from bot.domain.channel_subscriptions import EXTERNAL_CHANNEL, TOO_MANY_ATTEMPTS, ChannelSubscription, SubscriptionState
from bot.domain.deliveries import Delivery
from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.courier import Refused
from bot.notifications.steps import Drop, GiveUp, Step, Writer
from bot.notifications.writers.pausing import pause_and_tell
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.outbox import Outbox

NO_LONGER = Drop("no longer followed")


class FollowWriter(Writer):
    """Writes deliveries of one subscription; one that cannot be delivered pauses it and notifies its owner."""

    def __init__(self, *, subscriptions: ChannelSubscriptions, outbox: Outbox, channels: ChannelLookups) -> None:
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._channels = channels

    async def followed(self, delivery: Delivery) -> ChannelSubscription | Drop | GiveUp:
        """Return the subscription, or the decision where its channel must not hear of it any more."""
        subscription = await self._subscriptions.find(str(delivery.subscription_id))
        if subscription is None or subscription.state is SubscriptionState.REMOVED:
            return NO_LONGER
        return (
            GiveUp(EXTERNAL_CHANNEL)
            if await self._channels.is_external(delivery.lane, of=delivery.id)
            else subscription
        )

    def stepped(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:  # noqa: ARG002 - part of the interface
        """Note that the channel has heard."""
        self._subscriptions.delivered(connection, str(delivery.subscription_id))

    def given_up(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        """Pause the subscription, and tell its owner; not where Slack refused a message for what it is."""
        if isinstance(error, Refused):
            return
        why = reason if error is None else TOO_MANY_ATTEMPTS
        pause_and_tell(connection, self._subscriptions, self._outbox, str(delivery.subscription_id), why)
