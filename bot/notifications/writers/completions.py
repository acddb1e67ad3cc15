"""Completes a notice that went out while Microsoft did not answer: the card is edited once the customer is known."""

import json

from sqlalchemy import Connection

from bot.domain.channel_subscriptions import EXTERNAL_CHANNEL, ChannelSubscription
from bot.domain.deliveries import Delivery, NewDelivery
from bot.domain.events import Event
from bot.notifications.asking import Customers, NoAnswer
from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.contents import Contents
from bot.notifications.steps import Decision, Drop, Edit, Later, Step
from bot.notifications.writers.followed import NO_LONGER, FollowWriter
from bot.storage.cards import Cards
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.database import Database
from bot.storage.events import Events
from bot.storage.outbox import Outbox

COMPLETION = "completion"
"""The kind of these deliveries; their subject: the event, and the ``ts`` of its card."""
AFTER, AGAIN = 60.0, 300.0
"""Seconds to the first try, and between the others."""
LATEST = 86400.0
CARD = "card"


def completion(of: Delivery, event: Event, ts: str) -> NewDelivery:
    """Return the delivery that completes a card."""
    return NewDelivery(
        key=f"{COMPLETION}:{of.id}",
        lane=of.lane,
        kind=COMPLETION,
        subject=json.dumps([event.id, ts]),
        subscription_id=of.subscription_id,
        after_seconds=AFTER,
    )


class CompletionWriter(FollowWriter):
    """Writes these deliveries; a card that cannot be completed is left as it stands."""

    def __init__(
        self,
        *,
        database: Database,
        events: Events,
        subscriptions: ChannelSubscriptions,
        cards: Cards,
        outbox: Outbox,
        customers: Customers,
        contents: Contents,
        channels: ChannelLookups,
    ) -> None:
        super().__init__(subscriptions=subscriptions, outbox=outbox, channels=channels)
        self._database = database
        self._events = events
        self._cards = cards
        self._customers = customers
        self._contents = contents

    async def decide(self, delivery: Delivery) -> Decision:
        """Edit the card, unless a later event has changed it since."""
        event_id, ts = json.loads(delivery.subject)
        event = await self._events.find(event_id)
        if event is None:
            return NO_LONGER
        subscription = await self.followed(delivery)
        if not isinstance(subscription, ChannelSubscription):
            return subscription
        card = await self._database.read(
            lambda connection: self._cards.find(connection, delivery.lane, event.subject_key)
        )
        if card is None or card.ts != ts or card.event_count > 1:
            return Drop("told anew")
        try:
            customer = await self._customers.record(event.customer_id, since=event.received_at)
        except NoAnswer:
            too_late = await self._customers.age(min(event.received_at, delivery.created_at)) > LATEST
            return Drop("customer not read") if too_late else Later(seconds=AGAIN, aside=True)
        content = await self._contents.gather(event, subscription, customer, awaited=False)
        return Edit(part=CARD, message=content.card(), channel=delivery.lane, ts=ts)

    def stepped(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:
        """Nothing is new to the channel."""

    def given_up(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        """Pause the subscription where others read its channel; the event itself was told before."""
        if reason == EXTERNAL_CHANNEL:
            super().given_up(connection, delivery, reason, error)
