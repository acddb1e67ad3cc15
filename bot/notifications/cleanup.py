"""Clean up invitations whose message is gone, and rows that are no longer needed."""

from collections.abc import Sequence
from functools import partial

import structlog
from sqlalchemy import Connection

from bot.delivery.messenger import Messenger, Refused, Undelivered
from bot.domain.invitations import CHANNEL_ARCHIVED, MESSAGE_DELETED, Invitation
from bot.slack_errors import CHANNEL_GONE
from bot.storage.checkpoints import Checkpoint, Noted
from bot.storage.repositories import Repositories

log = structlog.get_logger()

LOOKS = 40
"""Messages that are looked for at once: two calls each, and Slack allows some fifty a minute."""


class Cleanup:
    """Periodic cleanup."""

    def __init__(self, repositories: Repositories, *, messenger: Messenger, delivery_days: int) -> None:
        self._database = repositories.database
        self._cards = repositories.cards
        self._messenger = messenger
        self._delivery_days = delivery_days
        self._events = repositories.events
        self._subscriptions = repositories.subscriptions
        self._invitations = repositories.invitations
        self._checkpoints = repositories.checkpoints
        self._outbox = repositories.outbox

    async def look_for_messages(self) -> None:
        """Close the invitations whose message was deleted or whose channel is gone; some at a time, in turn.

        Slack tells of channels as it happens, but not while the bot is stopped; of deleted messages, only to those who
        may read the channel.
        """

        def work(connection: Connection) -> tuple[Noted | None, tuple[Invitation, ...]]:
            return self._checkpoints.get(connection, Checkpoint.LOOKED_FOR), self._invitations.waiting(connection)

        noted, waiting = await self._database.read(work)
        last = None
        for invitation in _in_turn(waiting, after=noted.value if noted else None)[:LOOKS]:
            try:
                reason = await self._gone(invitation)
            except Refused as error:
                log.info("message not looked for", error=error.reason)
                reason = None
            except Undelivered as error:  # Slack has trouble, or asks to wait: the next run goes on here
                log.info("messages not looked for", error=error.reason)
                break
            if reason is not None:
                await self._database.write(partial(self._invitations.close, invitation_id=invitation.id, reason=reason))
                log.info("invitation closed", reason=reason)
            last = invitation.id
        if last is not None:
            note = partial(self._checkpoints.set, checkpoint=Checkpoint.LOOKED_FOR, value=last)
            await self._database.write(note)

    async def clean_up(self) -> None:
        """Delete what was finished or told long enough ago."""
        await self._database.write(partial(self._outbox.clean_up, days=self._delivery_days))
        await self._database.write(self._outbox.clean_up_queues)
        await self._database.write(self._events.clean_up)
        await self._database.write(self._subscriptions.clean_up)
        await self._database.write(self._cards.clean_up)

    async def _gone(self, invitation: Invitation) -> str | None:
        """Return why nobody sees the invitation any longer; None where it stands."""
        try:
            channel = await self._messenger.channel(invitation.channel_id)
        except Refused as error:
            if error.reason in CHANNEL_GONE:
                return CHANNEL_ARCHIVED
            raise
        if channel.archived:
            return CHANNEL_ARCHIVED
        ts = invitation.message_ts
        stands = ts is None or await self._messenger.exists(channel=invitation.channel_id, ts=ts)
        return None if stands else MESSAGE_DELETED


def _in_turn(waiting: Sequence[Invitation], *, after: str | None) -> Sequence[Invitation]:
    """Return them beginning behind the one that was looked for last."""
    at = next((index + 1 for index, invitation in enumerate(waiting) if invitation.id == after), 0)
    return (*waiting[at:], *waiting[:at])
