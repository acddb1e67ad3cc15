"""Invitations and channel subscriptions when people archive, delete or share a channel."""

from collections.abc import Callable
from functools import partial

import structlog

from bot.delivery.channel_lookups import ChannelLookups
from bot.domain.channel_subscriptions import EXTERNAL_CHANNEL, SubscriptionState
from bot.domain.invitations import CHANNEL_ARCHIVED
from bot.notifications.subscription_delivery import pause_and_tell
from bot.storage.repositories import Repositories

log = structlog.get_logger()


class ChannelChanges:
    """Told by the chat of what happens to a channel; doing it twice does no more than once."""

    def __init__(self, repositories: Repositories, *, channels: ChannelLookups, wake: Callable[[], None]) -> None:
        self._channels = channels
        self._database = repositories.database
        self._subscriptions = repositories.subscriptions
        self._invitations = repositories.invitations
        self._outbox = repositories.outbox
        self._wake = wake

    def sharing_changed(self) -> None:
        """Believe no look-up from before: some channel is read by others from now on, or no longer."""
        self._channels.end()

    async def gone(self, channel_id: str) -> None:
        """Wait no longer for invitations in a channel that was archived or deleted."""
        for invitation in await self._database.read(partial(self._invitations.waiting, channel_id=channel_id)):
            close = partial(self._invitations.close, invitation_id=invitation.id, reason=CHANNEL_ARCHIVED)
            await self._database.write(close)
            log.info("invitation closed", reason=CHANNEL_ARCHIVED)

    async def shared(self, channel_id: str) -> None:
        """Pause the subscriptions of a channel that another organisation reads from now on, and notify the owners."""
        for subscription in await self._database.read(partial(self._subscriptions.of_channel, channel_id=channel_id)):
            if subscription.state is SubscriptionState.ACTIVE:
                await self._database.write(
                    partial(
                        pause_and_tell,
                        subscriptions=self._subscriptions,
                        outbox=self._outbox,
                        subscription_id=subscription.id,
                        reason=EXTERNAL_CHANNEL,
                    )
                )
                log.info("follow paused", reason=EXTERNAL_CHANNEL)
        self._wake()
