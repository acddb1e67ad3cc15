"""A subscription whose messages cannot be delivered is paused, and its owner is told once."""

from sqlalchemy import Connection

from bot.domain.deliveries import NewDelivery
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.outbox import Outbox

PAUSE_TOLD = "pause told"
"""The kind of the delivery that tells an owner; its subject is the subscription's id."""


def pause_and_tell(
    connection: Connection, subscriptions: ChannelSubscriptions, outbox: Outbox, subscription_id: str, reason: str
) -> None:
    """Pause a subscription that is active, and enqueue a direct message to its owner."""
    paused = subscriptions.pause(connection, subscription_id, reason=reason)
    if paused is not None:
        told = NewDelivery(
            key=f"{PAUSE_TOLD}:{paused.id}:{paused.changed_at.isoformat()}",
            lane=paused.owner_id,
            kind=PAUSE_TOLD,
            subject=paused.id,
        )
        outbox.enqueue(connection, told)
