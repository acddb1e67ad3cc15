"""Clean up invitations whose message is gone, and rows that are no longer needed."""

from collections.abc import Sequence

import structlog

from bot.domain.invitations import CHANNEL_ARCHIVED, MESSAGE_DELETED
from bot.notifications.courier import Courier, Refused, Undelivered
from bot.slack_errors import CHANNEL_GONE
from bot.storage.cards import Cards
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.checkpoints import Checkpoint, Checkpoints
from bot.storage.events import Events
from bot.storage.invitations import Invitation, Invitations
from bot.storage.outbox import Outbox

log = structlog.get_logger()

LOOKS = 40
"""Messages that are looked for at once: two calls each, and Slack allows some fifty a minute."""


class Cleanup:
    """Periodic cleanup."""

    def __init__(
        self,
        *,
        cards: Cards,
        courier: Courier,
        delivery_days: int,
        events: Events,
        subscriptions: ChannelSubscriptions,
        invitations: Invitations,
        checkpoints: Checkpoints,
        outbox: Outbox,
    ) -> None:
        self._cards = cards
        self._courier = courier
        self._delivery_days = delivery_days
        self._events = events
        self._subscriptions = subscriptions
        self._invitations = invitations
        self._checkpoints = checkpoints
        self._outbox = outbox

    async def look_for_messages(self) -> None:
        """Close the invitations whose message was deleted or whose channel is gone; some at a time, in turn.

        Slack tells of channels as it happens, but not while the bot is stopped; of deleted messages, only to those who
        may read the channel.
        """
        noted = await self._checkpoints.get(Checkpoint.LOOKED_FOR)
        last = None
        for invitation in _in_turn(await self._invitations.waiting(), after=noted.value if noted else None)[:LOOKS]:
            try:
                reason = await self._gone(invitation)
            except Refused as error:
                log.info("message not looked for", error=error.reason)
                reason = None
            except Undelivered as error:  # Slack has trouble, or asks to wait: the next run goes on here
                log.info("messages not looked for", error=error.reason)
                break
            if reason is not None:
                await self._invitations.close(invitation.id, reason=reason)
                log.info("invitation closed", reason=reason)
            last = invitation.id
        if last is not None:
            await self._checkpoints.set(Checkpoint.LOOKED_FOR, value=last)

    async def clean_up(self) -> None:
        """Delete what was finished or told long enough ago."""
        await self._outbox.clean_up(days=self._delivery_days)
        await self._events.clean_up()
        await self._subscriptions.clean_up()
        await self._cards.clean_up()

    async def _gone(self, invitation: Invitation) -> str | None:
        """Return why nobody sees the invitation any longer; None where it stands."""
        try:
            channel = await self._courier.channel(invitation.channel_id)
        except Refused as error:
            if error.reason in CHANNEL_GONE:
                return CHANNEL_ARCHIVED
            raise
        if channel.archived:
            return CHANNEL_ARCHIVED
        ts = invitation.message_ts
        stands = ts is None or await self._courier.stands(channel=invitation.channel_id, ts=ts)
        return None if stands else MESSAGE_DELETED


def _in_turn(waiting: Sequence[Invitation], *, after: str | None) -> Sequence[Invitation]:
    """Return them beginning behind the one that was looked for last."""
    at = next((index + 1 for index, invitation in enumerate(waiting) if invitation.id == after), 0)
    return (*waiting[at:], *waiting[:at])
