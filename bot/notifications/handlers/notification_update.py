"""Update of a notification that went out while Microsoft did not answer: edited once the facts are known."""

import json
from functools import partial

from sqlalchemy import Connection

from bot import retry
from bot.delivery.handler import Content, Decision, Drop, Plan, Planner, Wait
from bot.domain.channel_subscriptions import EXTERNAL_CHANNEL, ChannelSubscription
from bot.domain.deliveries import Delivery, Edit, NewDelivery, Step
from bot.domain.events import Event
from bot.notifications.enrichment import NoAnswer, age
from bot.notifications.handlers import Dependencies
from bot.notifications.ingest import NOTIFICATION, is_being_enriched
from bot.notifications.notification_content import NotificationContent
from bot.notifications.subscription_delivery import NO_LONGER, SubscriptionDelivery
from bot.partner_center.models import Customer
from bot.reply import Message
from bot.storage.channel_history import ChannelHistory, read_history

NOTIFICATION_UPDATE = "completion"
MESSAGE, CARD = "message", "card"
"""Names of the steps."""
AS_CARD, AS_REPLY, AS_OVERTAKEN = "card", "reply", "overtaken"
"""As what a notification is shown; stored with deliveries."""


def notification_update(of: Delivery, *, ts: str, shown_as: str, before: str) -> NewDelivery:
    """Return the delivery that updates a notification.

    Its subject: the event, the message, what that shows, and the event that its card showed before, if any.
    """
    return NewDelivery(
        idempotency_key=f"{NOTIFICATION_UPDATE}:{of.id}",
        conversation=of.conversation,
        kind=NOTIFICATION_UPDATE,
        subject=json.dumps([of.subject, ts, shown_as, before]),
        subscription_id=of.subscription_id,
        after_seconds=retry.ENRICHMENT.update,
    )


class NotificationUpdateHandler(SubscriptionDelivery):
    """Handler of these deliveries; a message that cannot be completed is left as it stands."""

    kind = NOTIFICATION_UPDATE

    def __init__(self, dependencies: Dependencies) -> None:
        super().__init__(dependencies)
        repositories = dependencies.repositories
        self._database = repositories.database
        self._events = repositories.events
        self._enrichment = dependencies.enrichment
        self._cloud = dependencies.cloud

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Ask for the customer's record."""
        event_id, ts, shown_as, before = (*json.loads(delivery.subject), AS_CARD, "")[:4]
        event = await self._database.read(partial(self._events.find, event_id=event_id))
        if event is None:
            return NO_LONGER
        too_late = age(delivery.created_at, now=delivery.claimed_at) > retry.ENRICHMENT.latest
        try:
            customer = await self._enrichment.customer(event.customer_id, left=0.0)
        except NoAnswer:
            return Drop("customer not read") if too_late else Wait(retry.ENRICHMENT.late_again)
        return partial(
            self._plan,
            delivery=delivery,
            event_id=event_id,
            ts=ts,
            shown_as=shown_as,
            before=before,
            customer=customer,
            external=await self.is_external(delivery),
            too_late=too_late,
        )

    def _plan(
        self,
        connection: Connection,
        *,
        delivery: Delivery,
        event_id: str,
        ts: str,
        shown_as: str,
        before: str,
        customer: Customer | None,
        external: bool,
        too_late: bool,
    ) -> Decision:
        event = self._events.find(connection, event_id)
        if event is None:
            return NO_LONGER
        subscription = self.subscribed(connection, delivery, external=external)
        if not isinstance(subscription, ChannelSubscription):
            return subscription
        if is_being_enriched(connection, self._outbox, event) and not too_late:
            return Wait(retry.ENRICHMENT.late_again)
        history = read_history(connection, delivery.conversation, event, kind=NOTIFICATION)
        content = NotificationContent(
            event=event,
            customer=customer,
            awaited=False,
            subscription=subscription,
            unlinked=history.unlinked,
            now=delivery.claimed_at,
            cloud=self._cloud,
            enrichment=self._enrichment,
        )
        steps = _steps(delivery, event_id, ts, shown_as, history)
        return (
            Plan(steps=steps, content=_content(shown_as, content, history, self._events.find(connection, before)))
            if steps
            else Drop("told anew")
        )

    def on_sent(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:
        """Note nothing: the channel was told before."""

    def on_failed(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        """Pause the subscription where others read its channel; the event itself was told before."""
        if reason == EXTERNAL_CHANNEL:
            super().on_failed(connection, delivery, reason, error)


def _steps(delivery: Delivery, event_id: str, ts: str, shown_as: str, history: ChannelHistory) -> tuple[Step, ...]:
    """Return the edits of the message, and of the card above it, that a later event has not changed since."""
    channel, card = delivery.conversation, history.card
    is_latest = card is not None and card.event_id == event_id
    if shown_as == AS_CARD:
        return (Edit(name=CARD, channel=channel, ts=ts),) if is_latest and card is not None and card.ts == ts else ()
    message = Edit(name=MESSAGE, channel=channel, ts=ts)
    if shown_as == AS_REPLY and is_latest and card is not None:
        return message, Edit(name=CARD, channel=channel, ts=card.ts)
    return (message,)


def _content(shown_as: str, content: NotificationContent, history: ChannelHistory, before: Event | None) -> Content:
    async def render(step: Step) -> Message:
        if step.name == CARD:
            return await content.card(earlier=history.card.event_count - 1 if history.card is not None else 0)
        if shown_as == AS_OVERTAKEN:
            return await content.overtaken()
        return await content.reply(before=before)

    return render


def handler(dependencies: Dependencies) -> NotificationUpdateHandler:
    """Return the handler."""
    return NotificationUpdateHandler(dependencies)
