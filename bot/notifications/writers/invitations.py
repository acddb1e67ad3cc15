"""Posts an invitation: fetches the link, inspects it, posts it in its thread; posts it anew where that is asked for."""

from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.domain.deliveries import Delivery, NewDelivery
from bot.domain.working_days import working_days_later
from bot.language import language
from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.steps import Decision, Drop, Edit, GiveUp, Post, Step, Writer
from bot.notifications.writers.tellings import TELLING, Telling, What, cause_of
from bot.notifications.writers.threads import sender
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import PartnerCenterError
from bot.partner_center.invitation_link import InspectedLink, LinkRefused
from bot.reply import Message
from bot.storage.clock import read_now
from bot.storage.invitations import Invitation, Invitations, InvitationState
from bot.storage.outbox import Outbox
from bot.views import invitations as views
from bot.views.invitations.answers import EXTERNAL

log = structlog.get_logger()

DEADLINE = 15.0
PARENT, MESSAGE, FORMER = "parent", "invitation", "former"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostInvitation(Post):
    """The invitation itself, with what was learnt on the way."""

    kind: str
    tenant_id: str | None


class InvitationWriter(Writer):
    """Writes deliveries whose subject is an invitation to post."""

    def __init__(
        self,
        *,
        invitations: Invitations,
        outbox: Outbox,
        partner_center: PartnerCenter,
        channels: ChannelLookups,
        reminder_days: int,
    ) -> None:
        self._invitations = invitations
        self._outbox = outbox
        self._partner_center = partner_center
        self._channels = channels
        self._reminder_days = reminder_days

    async def decide(self, delivery: Delivery) -> Decision:
        """Take a former message's text away, post the line to hang on where there is no thread, then the invitation."""
        row = await self._invitations.find(delivery.subject)
        if row is None or row.state not in {InvitationState.PENDING, InvitationState.WAITING}:
            return Drop("no longer open")
        if not row.external_channel and await self._channels.is_external(row.channel_id, of=delivery.id):
            return GiveUp(EXTERNAL)  # it was shared after the person had sent
        errand = self._partner_center.errand(deadline=DEADLINE)
        try:
            link = await errand.inspected_link()
        except LinkRefused as error:
            return GiveUp("link_refused", error)
        if not link.recognised:
            log.warning("invitation link of a new shape", link_kind=link.kind)
        if row.state is InvitationState.WAITING and row.message_ts is not None and FORMER not in delivery.parts:
            return Edit(
                part=FORMER,
                message=_former(row),
                channel=row.channel_id,
                ts=row.message_ts,
                for_others=row.external_channel,
                last=False,
            )
        thread_ts = row.thread_ts or row.parent_ts or delivery.parts.get(PARENT)
        if thread_ts is None and not row.external_channel:  # a line of ours is not for other organisations
            return Post(part=PARENT, message=views.parent(sender(row), row), channel=row.channel_id, last=False)
        return PostInvitation(
            part=MESSAGE,
            message=_message(row, link),
            channel=row.channel_id,
            thread_ts=thread_ts,
            for_others=row.external_channel,
            kind=link.kind,
            tenant_id=row.expected_tenant_id or await _tenant_id(errand, row.expected_domain),
        )

    def stepped(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:
        """Note where the message stands, and when its sender is to be reminded."""
        if step.part == PARENT:
            self._invitations.parent_posted(connection, delivery.subject, ts=ts)
        if isinstance(step, PostInvitation):
            row = self._invitations.read(connection, delivery.subject)
            remind_at = working_days_later(read_now(connection), self._reminder_days, row.sender_tz)
            self._invitations.posted(
                connection,
                row.id,
                ts=ts,
                kind=step.kind,
                expected_tenant_id=step.tenant_id,
                remind_at=remind_at,
            )

    def put_off(self, connection: Connection, delivery: Delivery, error: Exception) -> None:
        """Tell the sender the first time, where they can make something of it."""
        cause = cause_of(error)
        if delivery.attempts == 1 and cause is not None:
            self._tell(connection, _telling(delivery, "delayed", cause=cause))

    def given_up(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        """Note that it was not posted, and tell the sender why."""
        self._invitations.failed(connection, delivery.subject, reason=reason)
        match error:
            case None:
                telling = _telling(delivery, "cannot_post", word=reason)
            case LinkRefused(reason=why, found=found, expected=expected):
                telling = _telling(delivery, "link_refused", word=why, found=found, expected=expected)
            case _:
                telling = _telling(delivery, "failed", cause=cause_of(error))
        self._tell(connection, telling)

    def _tell(self, connection: Connection, telling: Telling) -> None:
        row = self._invitations.read(connection, telling.invitation_id)
        told = NewDelivery(
            key=f"{TELLING}:{telling.attempt}:{telling.what}",
            lane=row.sender_id,
            kind=TELLING,
            subject=telling.model_dump_json(exclude_none=True),
        )
        self._outbox.enqueue(connection, told)


def _telling(delivery: Delivery, what: What, **more: Any) -> Telling:
    return Telling(invitation_id=delivery.subject, attempt=delivery.id, what=what, **more)


def _message(row: Invitation, link: InspectedLink) -> Message:
    customer_language = language(row.language)
    if row.external_channel:
        return views.external_invitation(customer_language, link, signed=row.sender_name)
    return views.invitation(sender(row), customer_language, row, link)


def _former(row: Invitation) -> Message:
    """Return what the older message becomes; where other organisations read it names nobody."""
    if row.external_channel:
        return views.over(language(row.language))
    return views.posted_again(sender(row), row)


async def _tenant_id(errand: Errand, domain: str | None) -> str | None:
    """Return the tenant of the expected domain; the invitation goes out without it."""
    if domain is None:
        return None
    try:
        return await errand.tenant_id_of(domain)
    except PartnerCenterError as error:
        log.info("expected domain not resolved", error=type(error).__name__)
        return None
