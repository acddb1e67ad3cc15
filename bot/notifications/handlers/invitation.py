"""Invitation: its link is fetched and inspected, then posted in its thread; or posted again where that is asked for."""

from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from bot import retry
from bot.delivery.handler import Content, Decision, DeliveryHandler, Drop, Fail, Plan, Planner
from bot.domain.deliveries import Delivery, Edit, NewDelivery, Post, Step
from bot.domain.invitations import Invitation, InvitationState
from bot.domain.working_days import working_days_later
from bot.language import language
from bot.notifications.handlers import Dependencies
from bot.notifications.handlers.sender_message import SENDER_MESSAGE, SenderMessage, What, cause_of
from bot.notifications.invitation_news import is_shared, of_sender
from bot.partner_center.client import Errand
from bot.partner_center.errors import PartnerCenterError
from bot.partner_center.invitation_link import InspectedLink, LinkRefused
from bot.reply import Message
from bot.storage.clock import read_now
from bot.storage.invitations import POSTS
from bot.views import invitations as views
from bot.views.invitations.answers import EXTERNAL

log = structlog.get_logger()

PARENT, MESSAGE, FORMER = "parent", "invitation", "former"


class InvitationHandler(DeliveryHandler):
    """Handler of deliveries whose subject is an invitation to post."""

    kind = POSTS

    def __init__(self, dependencies: Dependencies) -> None:
        self._database = dependencies.repositories.database
        self._invitations = dependencies.repositories.invitations
        self._outbox = dependencies.repositories.outbox
        self._partner_center = dependencies.partner_center
        self._channels = dependencies.channels
        self._reminder_days = dependencies.reminder_days

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Fetch the link, and the tenant of the expected domain."""
        row = await self._database.read(partial(self._invitations.find, invitation_id=delivery.subject))
        if row is None or row.state not in {InvitationState.PENDING, InvitationState.WAITING}:
            return Drop("no longer open")
        if not row.external_channel and await is_shared(self._channels, delivery):
            return Fail(EXTERNAL)  # it was shared after the person had sent
        errand = self._partner_center.errand(deadline=retry.ENRICHMENT.invitation)
        try:
            link = await errand.inspected_link()
        except LinkRefused as error:
            return Fail("link_refused", error)
        if not link.recognised:
            log.warning("invitation link of a new shape", link_kind=link.kind)
        tenant_id = row.expected_tenant_id or await _tenant_id(errand, row.expected_domain)
        return partial(self._plan, delivery=delivery, link=link, tenant_id=tenant_id)

    def _plan(
        self, connection: Connection, *, delivery: Delivery, link: InspectedLink, tenant_id: str | None
    ) -> Decision:
        """Take a former message's text away, post the line to hang on where there is no thread, then the invitation."""
        row = self._invitations.read(connection, delivery.subject)
        channel, others, steps = row.channel_id, row.external_channel, list[Step]()
        if row.state is InvitationState.WAITING and row.message_ts is not None and MESSAGE not in delivery.sent:
            steps.append(Edit(name=FORMER, channel=channel, ts=row.message_ts, for_others=others))
        thread_ts = row.thread_ts or row.parent_ts or delivery.sent.get(PARENT)
        hangs = thread_ts is None and not others  # a line of ours is not for other organisations
        if hangs:
            steps.append(Post(name=PARENT, channel=channel))
        data = {"kind": link.kind} | ({} if tenant_id is None else {"tenant_id": tenant_id})
        steps.append(
            Post(
                name=MESSAGE,
                channel=channel,
                thread_ts=thread_ts,
                thread_of=PARENT if hangs else None,
                for_others=others,
                data=data,
            )
        )
        return Plan(steps=tuple(steps), content=_content(row, link))

    def on_sent(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:
        """Note where the message stands, and when its sender is to be reminded."""
        if step.name == PARENT:
            self._invitations.parent_posted(connection, delivery.subject, ts=ts)
        if step.name == MESSAGE:
            row = self._invitations.read(connection, delivery.subject)
            self._invitations.posted(
                connection,
                row.id,
                ts=ts,
                kind=step.data["kind"],
                expected_tenant_id=step.data.get("tenant_id"),
                remind_at=working_days_later(read_now(connection), self._reminder_days, row.sender_tz),
            )

    def on_retry(self, connection: Connection, delivery: Delivery, error: Exception) -> None:
        """Tell the sender the first time, where they can make something of it."""
        cause = cause_of(error)
        if delivery.attempts == 1 and cause is not None:
            self._tell(connection, _about(delivery, "delayed", cause=cause))

    def on_failed(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        """Note that it was not posted, and tell the sender why."""
        self._invitations.failed(connection, delivery.subject, reason=reason)
        match error:
            case None:
                message = _about(delivery, "cannot_post", word=reason)
            case LinkRefused(reason=why, found=found, expected=expected):
                message = _about(delivery, "link_refused", word=why, found=found, expected=expected)
            case _:
                message = _about(delivery, "failed", cause=cause_of(error))
        self._tell(connection, message)

    def _tell(self, connection: Connection, message: SenderMessage) -> None:
        row = self._invitations.read(connection, message.invitation_id)
        told = NewDelivery(
            idempotency_key=f"{SENDER_MESSAGE}:{message.attempt}:{message.what}",
            conversation=row.sender_id,
            kind=SENDER_MESSAGE,
            subject=message.model_dump_json(exclude_none=True),
        )
        self._outbox.enqueue(connection, told)


def _about(delivery: Delivery, what: What, **more: Any) -> SenderMessage:
    return SenderMessage(invitation_id=delivery.subject, attempt=delivery.id, what=what, **more)


def _content(row: Invitation, link: InspectedLink) -> Content:
    async def render(step: Step) -> Message:
        if step.name == PARENT:
            return views.parent(of_sender(row), row)
        if step.name == FORMER:  # where other organisations read, it names nobody
            return (
                views.over(language(row.language)) if row.external_channel else views.posted_again(of_sender(row), row)
            )
        if row.external_channel:
            return views.external_invitation(language(row.language), link, signed=row.sender_name)
        return views.invitation(of_sender(row), language(row.language), row, link)

    return render


async def _tenant_id(errand: Errand, domain: str | None) -> str | None:
    """Return the tenant of the expected domain; the invitation goes out without it."""
    if domain is None:
        return None
    try:
        return await errand.tenant_id_of(domain)
    except PartnerCenterError as error:
        log.info("expected domain not resolved", error=type(error).__name__)
        return None


def handler(dependencies: Dependencies) -> InvitationHandler:
    """Return the handler."""
    return InvitationHandler(dependencies)
