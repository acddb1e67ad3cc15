"""Writes what becomes of an invitation, into its thread: accepted, is this them, not accepted yet."""

from dataclasses import replace

from sqlalchemy import Connection

from bot.domain.deliveries import Delivery
from bot.domain.invitations import CHANNEL_ARCHIVED, MESSAGE_DELETED
from bot.domain.working_days import working_days_between
from bot.language import language
from bot.notifications.asking import Customers
from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.courier import Courier, Refused
from bot.notifications.invitation_matching import match
from bot.notifications.steps import Decision, Drop, Edit, React, Writer
from bot.notifications.writers.threads import into_thread, is_shared, sender
from bot.partner_center.clouds import Cloud
from bot.partner_center.models import Customer
from bot.slack_errors import CHANNEL_GONE
from bot.storage.checkpoints import Checkpoints
from bot.storage.events import Events
from bot.storage.invitations import Invitation, Invitations, InvitationState
from bot.views import invitations as views

MESSAGE, LINE, REPLY, REACTION = "message", "line", "reply", "reaction"
ACCEPTED_MARK = "white_check_mark"


class AcceptedWriter(Writer):
    """Tells that an invitation was accepted: its message changes, its thread hears, and a reaction marks it."""

    def __init__(
        self,
        *,
        invitations: Invitations,
        customers: Customers,
        channels: ChannelLookups,
        checkpoints: Checkpoints,
        cloud: Cloud,
    ) -> None:
        self._invitations = invitations
        self._customers = customers
        self._channels = channels
        self._checkpoints = checkpoints
        self._cloud = cloud

    async def decide(self, delivery: Delivery) -> Decision:
        """Take the next of the three steps; where others read the channel, only the sender hears."""
        row = await self._invitations.find(delivery.subject)
        if row is None or row.state is not InvitationState.ACCEPTED or row.accepted_tenant_id is None:
            return Drop("not accepted")
        lang, portal_url = sender(row), self._cloud.customer_page(row.accepted_tenant_id)
        shared = await is_shared(self._channels, row, of=delivery)
        customer = None
        if REPLY not in delivery.parts:
            customer = await self._customers.record_if_there(row.accepted_tenant_id)
        if not shared and MESSAGE not in delivery.parts and row.message_ts is not None:
            changed = views.accepted(lang, _named(row, customer), portal_url=portal_url)
            return Edit(part=MESSAGE, message=changed, channel=row.channel_id, ts=row.message_ts, last=False)
        if not shared and LINE not in delivery.parts and row.parent_ts is not None:
            line = views.parent(lang, row)
            return Edit(part=LINE, message=line, channel=row.channel_id, ts=row.parent_ts, last=False)
        if REPLY not in delivery.parts:
            read_at = await self._checkpoints.now()
            said = views.acceptance(lang, row, customer, read_at=read_at, portal_url=portal_url)
            return into_thread(row, said, part=REPLY, shared=shared, last=shared or row.message_ts is None)
        if shared:  # since the reply
            return Drop("told")
        return React(part=REACTION, name=ACCEPTED_MARK, channel=row.channel_id, ts=str(row.message_ts))


def _named(row: Invitation, customer: Customer | None) -> Invitation:
    """Return the invitation with who accepted it, where only the tenant was known when it was settled."""
    if customer is None:
        return row
    return replace(
        row,
        accepted_name=row.accepted_name or customer.name,
        accepted_domain=row.accepted_domain or customer.domain,
    )


class QuestionWriter(Writer):
    """Asks whether a new customer is the one that was invited."""

    def __init__(
        self, *, events: Events, invitations: Invitations, customers: Customers, channels: ChannelLookups
    ) -> None:
        self._events = events
        self._invitations = invitations
        self._customers = customers
        self._channels = channels

    async def decide(self, delivery: Delivery) -> Decision:
        """Ask in the invitation's thread, unless it has been answered meanwhile."""
        event_id, _, invitation_id = delivery.subject.rpartition(" ")
        event = await self._events.find(event_id)
        if event is None:
            return Drop("no such event")
        customer = await self._customers.record_if_there(event.customer_id)
        waiting = await self._invitations.waiting()
        found = match(waiting, event, customer)
        rows = found.perhaps if found.sure is None else (found.sure,)
        ask = next((row for row in rows if row.id == invitation_id), None)
        if ask is None:
            return Drop("answered")
        question = views.is_this_them(sender(ask), rows, event, customer, ask=ask)
        shared = await is_shared(self._channels, ask, of=delivery)
        return into_thread(ask, question, part="question", shared=shared)


class ReminderWriter(Writer):
    """Reminds the sender of an invitation that the customer has not accepted yet."""

    def __init__(
        self, *, invitations: Invitations, courier: Courier, channels: ChannelLookups, checkpoints: Checkpoints
    ) -> None:
        self._invitations = invitations
        self._courier = courier
        self._channels = channels
        self._checkpoints = checkpoints

    async def decide(self, delivery: Delivery) -> Decision:
        """Remind in the thread; an invitation whose message was deleted is closed instead."""
        row = await self._invitations.find(delivery.subject)
        if row is None or row.state is not InvitationState.WAITING:
            return Drop("no longer waiting")
        shared = await is_shared(self._channels, row, of=delivery)
        if row.message_ts is not None and not await self._courier.stands(channel=row.channel_id, ts=row.message_ts):
            await self._invitations.close(row.id, reason=MESSAGE_DELETED)
            return Drop("message deleted")
        begin = row.posted_at or row.created_at
        days = working_days_between(begin, await self._checkpoints.now(), row.sender_tz)
        return into_thread(row, views.reminder(sender(row), row, working_days=days), part="nudge", shared=shared)

    def given_up(
        self,
        connection: Connection,
        delivery: Delivery,
        reason: str,
        error: Exception | None,  # noqa: ARG002
    ) -> None:
        """Close an invitation whose channel is gone."""
        if reason in CHANNEL_GONE:
            self._invitations.close_within(connection, delivery.subject, reason=CHANNEL_ARCHIVED)


class ClosedWriter(Writer):
    """Takes text and link out of the message of an invitation that was closed, and says so in the line it hangs on."""

    def __init__(self, *, invitations: Invitations, channels: ChannelLookups) -> None:
        self._invitations = invitations
        self._channels = channels

    async def decide(self, delivery: Delivery) -> Decision:
        """Edit the message, then the line; where others read by now, only take away, and leave the line as it is."""
        row = await self._invitations.find(delivery.subject)
        if row is None or row.state is not InvitationState.CLOSED or row.message_ts is None:
            return Drop("not closed")
        lang = sender(row)
        if await self._may_be_shared(row, delivery):
            if MESSAGE in delivery.parts:
                return Drop("told")
            over = views.over(language(row.language))
            return Edit(part=MESSAGE, message=over, channel=row.channel_id, ts=row.message_ts, for_others=True)
        if MESSAGE not in delivery.parts:
            closed, more = views.closed(lang, row), row.parent_ts is not None
            return Edit(part=MESSAGE, message=closed, channel=row.channel_id, ts=row.message_ts, last=not more)
        return Edit(part=LINE, message=views.parent(lang, row), channel=row.channel_id, ts=str(row.parent_ts))

    async def _may_be_shared(self, row: Invitation, delivery: Delivery) -> bool:
        try:
            return await is_shared(self._channels, row, of=delivery)
        except Refused:  # the bot may not see the channel any more
            return True
