"""Writes what follows cause besides notices: the test that a person asks for, and word to an owner of a pause."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.language import language
from bot.notifications.own_channels import OwnChannels
from bot.notifications.steps import Decision, Drop, GiveUp, Post, Step, Writer
from bot.notifications.writers.pausing import pause_and_tell
from bot.storage.delivery import Delivery
from bot.storage.follow import EXTERNAL_CHANNEL, TOO_MANY_ATTEMPTS, FollowState
from bot.storage.follows import Follows
from bot.storage.outbox import Outbox
from bot.views import follows as views
from bot.views import notices


class FollowTestWriter(Writer):
    """Writes deliveries that show whether notices arrive."""

    def __init__(self, *, follows: Follows, outbox: Outbox, channels: OwnChannels) -> None:
        self._follows = follows
        self._outbox = outbox
        self._channels = channels

    async def decide(self, delivery: Delivery) -> Decision:
        """Post where a notice would stand."""
        follow = await self._follows.find(str(delivery.follow_id))
        if follow is None or follow.state is FollowState.REMOVED:
            return Drop("no longer followed")
        if await self._channels.is_external(follow.channel_id):
            return GiveUp(EXTERNAL_CHANNEL)
        return Post(
            part="test",
            message=notices.test(language(follow.language), asked_by=delivery.subject, follow=follow),
            channel=follow.channel_id,
            thread_ts=follow.thread_ts if follow.thread_only else None,
        )

    async def stepped(self, connection: AsyncConnection, delivery: Delivery, step: Step, ts: str) -> None:  # noqa: ARG002 - part of the interface
        """Note that a message stands."""
        await self._follows.delivered(connection, str(delivery.follow_id))

    async def given_up(
        self, connection: AsyncConnection, delivery: Delivery, reason: str, error: Exception | None
    ) -> None:
        """Pause, as where a notice does not arrive."""
        why = reason if error is None else TOO_MANY_ATTEMPTS
        await pause_and_tell(connection, self._follows, self._outbox, str(delivery.follow_id), why)


class PauseWriter(Writer):
    """Writes deliveries that tell an owner of a pause."""

    def __init__(self, *, follows: Follows) -> None:
        self._follows = follows

    async def decide(self, delivery: Delivery) -> Decision:
        """Tell the owner directly, unless the pause is over."""
        follow = await self._follows.find(delivery.subject)
        if follow is None or follow.state is not FollowState.PAUSED:
            return Drop("no longer paused")
        (standing,) = await self._follows.standings([follow])
        return Post(
            part="pause", message=views.owner_told(language(follow.language), standing), channel=follow.owner_id
        )
