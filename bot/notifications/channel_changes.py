"""What becomes of invitations and follows when people archive, delete or share a channel."""

from collections.abc import Callable
from functools import partial

import structlog

from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.writers.pausing import pause_and_tell
from bot.storage.database import Database
from bot.storage.follow import EXTERNAL_CHANNEL, FollowState
from bot.storage.follows import Follows
from bot.storage.invitation import CHANNEL_ARCHIVED
from bot.storage.invitations import Invitations
from bot.storage.outbox import Outbox

log = structlog.get_logger()


class ChannelChanges:
    """Told by the chat of what happens to a channel; doing it twice does no more than once."""

    def __init__(
        self,
        *,
        channels: ChannelLookups,
        database: Database,
        follows: Follows,
        invitations: Invitations,
        outbox: Outbox,
        promised: Callable[[], None],
    ) -> None:
        self._channels = channels
        self._database = database
        self._follows = follows
        self._invitations = invitations
        self._outbox = outbox
        self._promised = promised

    def sharing_changed(self) -> None:
        """Believe no look-up from before: some channel is read by others from now on, or no longer."""
        self._channels.end()

    async def gone(self, channel_id: str) -> None:
        """Wait no longer for invitations in a channel that was archived or deleted."""
        for invitation in await self._invitations.waiting(channel_id=channel_id):
            await self._invitations.close(invitation.id, reason=CHANNEL_ARCHIVED)
            log.info("invitation closed", reason=CHANNEL_ARCHIVED)

    async def shared(self, channel_id: str) -> None:
        """Pause what a channel follows that another organisation reads from now on, and tell the owners."""
        for follow in await self._follows.of_channel(channel_id):
            if follow.state is FollowState.ACTIVE:
                await self._database.write(
                    partial(
                        pause_and_tell,
                        follows=self._follows,
                        outbox=self._outbox,
                        follow_id=follow.id,
                        reason=EXTERNAL_CHANNEL,
                    )
                )
                log.info("follow paused", reason=EXTERNAL_CHANNEL)
        self._promised()
