"""Reminder to the sender of an invitation that the customer has not accepted yet."""

from functools import partial

from sqlalchemy import Connection

from bot.delivery.handler import Decision, DeliveryHandler, Drop, Plan, Planner
from bot.domain.deliveries import Delivery, Step
from bot.domain.invitations import CHANNEL_ARCHIVED, MESSAGE_DELETED, InvitationState
from bot.domain.working_days import working_days_between
from bot.notifications.handlers import Dependencies
from bot.notifications.invitation_news import REMINDER, into_thread, is_shared, of_sender
from bot.reply import Message
from bot.slack_errors import CHANNEL_GONE
from bot.views import invitations as views

REMIND = "nudge"


class ReminderHandler(DeliveryHandler):
    """Handler of deliveries whose subject is an invitation that waits."""

    kind = REMINDER

    def __init__(self, dependencies: Dependencies) -> None:
        self._database = dependencies.repositories.database
        self._invitations = dependencies.repositories.invitations
        self._channels = dependencies.channels
        self._messenger = dependencies.messenger

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Remind in the thread; an invitation whose message was deleted is closed instead."""
        row = await self._database.read(partial(self._invitations.find, invitation_id=delivery.subject))
        if row is None or row.state is not InvitationState.WAITING:
            return Drop("no longer waiting")
        shared = row.external_channel or await is_shared(self._channels, delivery)
        if row.message_ts is not None and not await self._messenger.exists(channel=row.channel_id, ts=row.message_ts):
            await self._database.write(partial(self._invitations.close, invitation_id=row.id, reason=MESSAGE_DELETED))
            return Drop("message deleted")
        days = working_days_between(row.posted_at or row.created_at, delivery.claimed_at, row.sender_tz)

        async def render(_step: Step) -> Message:
            return views.reminder(of_sender(row), row, working_days=days)

        return Plan(steps=(into_thread(row, name=REMIND, shared=shared),), content=render)

    def on_failed(
        self,
        connection: Connection,
        delivery: Delivery,
        reason: str,
        error: Exception | None,  # noqa: ARG002
    ) -> None:
        """Close an invitation whose channel is gone."""
        if reason in CHANNEL_GONE:
            self._invitations.close(connection, delivery.subject, reason=CHANNEL_ARCHIVED)


def handler(dependencies: Dependencies) -> ReminderHandler:
    """Return the handler."""
    return ReminderHandler(dependencies)
