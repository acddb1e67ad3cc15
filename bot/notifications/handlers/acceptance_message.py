"""Message of an acceptance: the invitation's message changes, its thread is told, and a reaction marks it."""

from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from bot.delivery.handler import Content, Decision, DeliveryHandler, Drop, Plan, Planner
from bot.domain.deliveries import Delivery, Edit, React, Step
from bot.domain.invitations import Invitation, InvitationState
from bot.notifications.handlers import Dependencies
from bot.notifications.invitation_news import ACCEPTED, into_thread, is_shared, of_sender
from bot.partner_center.models import Customer
from bot.reply import Message
from bot.views import invitations as views

MESSAGE, LINE, REPLY, REACTION = "message", "line", "reply", "reaction"
ACCEPTED_MARK = "white_check_mark"


class AcceptanceMessageHandler(DeliveryHandler):
    """Handler of deliveries whose subject is an accepted invitation."""

    kind = ACCEPTED

    def __init__(self, dependencies: Dependencies) -> None:
        self._database = dependencies.repositories.database
        self._invitations = dependencies.repositories.invitations
        self._enrichment = dependencies.enrichment
        self._channels = dependencies.channels
        self._cloud = dependencies.cloud

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Ask for the customer, if the record comes at once."""
        row = await self._database.read(partial(self._invitations.find, invitation_id=delivery.subject))
        if row is None:
            return Drop("no such invitation")
        customer = await self._enrichment.customer_if_there(row.accepted_tenant_id)
        shared = row.external_channel or await is_shared(self._channels, delivery)
        return partial(self._plan, delivery=delivery, customer=customer, shared=shared)

    def _plan(self, connection: Connection, *, delivery: Delivery, customer: Customer | None, shared: bool) -> Decision:
        """Plan the four steps; where others read the channel, only the sender is told."""
        row = self._invitations.read(connection, delivery.subject)
        if row.state is not InvitationState.ACCEPTED or row.accepted_tenant_id is None:
            return Drop("not accepted")
        portal_url = self._cloud.customer_page(row.accepted_tenant_id)
        return Plan(steps=_steps(row, shared=shared), content=_content(row, customer, delivery, portal_url))


def _steps(row: Invitation, *, shared: bool) -> tuple[Step, ...]:
    reply = into_thread(row, name=REPLY, shared=shared)
    if shared:
        return (reply,)
    channel, steps = row.channel_id, list[Step]()
    if row.message_ts is not None:
        steps.append(Edit(name=MESSAGE, channel=channel, ts=row.message_ts))
    if row.parent_ts is not None:
        steps.append(Edit(name=LINE, channel=channel, ts=row.parent_ts))
    steps.append(reply)
    if row.message_ts is not None:
        steps.append(React(name=REACTION, channel=channel, ts=row.message_ts, reaction=ACCEPTED_MARK))
    return tuple(steps)


def _content(row: Invitation, customer: Customer | None, delivery: Delivery, portal_url: str) -> Content:
    async def render(step: Step) -> Message:
        lang = of_sender(row)
        if step.name == MESSAGE:
            return views.accepted(lang, _named(row, customer), portal_url=portal_url)
        if step.name == LINE:
            return views.parent(lang, row)
        return views.acceptance(lang, row, customer, read_at=delivery.claimed_at, portal_url=portal_url)

    return render


def _named(row: Invitation, customer: Customer | None) -> Invitation:
    """Return the invitation with who accepted it, where only the tenant was known when that was recorded."""
    if customer is None:
        return row
    return replace(
        row,
        accepted_name=row.accepted_name or customer.name,
        accepted_domain=row.accepted_domain or customer.domain,
    )


def handler(dependencies: Dependencies) -> AcceptanceMessageHandler:
    """Return the handler."""
    return AcceptanceMessageHandler(dependencies)
