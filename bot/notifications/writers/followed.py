"""What is written to a channel for a follow: while it follows, is read by no others, and takes messages."""

from sqlalchemy import Connection

from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.courier import Refused
from bot.notifications.steps import Drop, GiveUp, Step, Writer
from bot.notifications.writers.pausing import pause_and_tell
from bot.storage.delivery import Delivery
from bot.storage.follow import EXTERNAL_CHANNEL, TOO_MANY_ATTEMPTS, Follow, FollowState
from bot.storage.follows import Follows
from bot.storage.outbox import Outbox

NO_LONGER = Drop("no longer followed")


class FollowWriter(Writer):
    """Writes deliveries of one follow; where one cannot be delivered, the follow is paused and its owner told."""

    def __init__(self, *, follows: Follows, outbox: Outbox, channels: ChannelLookups) -> None:
        self._follows = follows
        self._outbox = outbox
        self._channels = channels

    async def followed(self, delivery: Delivery) -> Follow | Drop | GiveUp:
        """Return the follow, or the decision where its channel must not hear of it any more."""
        follow = await self._follows.find(str(delivery.follow_id))
        if follow is None or follow.state is FollowState.REMOVED:
            return NO_LONGER
        return GiveUp(EXTERNAL_CHANNEL) if await self._channels.is_external(delivery.lane, of=delivery.id) else follow

    def stepped(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:  # noqa: ARG002 - part of the interface
        """Note that the channel has heard."""
        self._follows.delivered(connection, str(delivery.follow_id))

    def given_up(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        """Pause the follow, and tell its owner; not where Slack refused a message for what it is."""
        if isinstance(error, Refused):
            return
        why = reason if error is None else TOO_MANY_ATTEMPTS
        pause_and_tell(connection, self._follows, self._outbox, str(delivery.follow_id), why)
