"""Completes a notice that went out while Microsoft did not answer: the card is edited once the customer is known."""

import json

from bot.notifications.asking import Customers, NoAnswer
from bot.notifications.contents import Contents
from bot.notifications.steps import Decision, Drop, Edit, Later, Writer
from bot.storage.cards import Cards
from bot.storage.database import Database
from bot.storage.delivery import Delivery, NewDelivery
from bot.storage.event import Event
from bot.storage.events import Events
from bot.storage.follows import Follows

COMPLETION = "completion"
"""The kind of these deliveries; their subject: the event, and the ``ts`` of its card."""
AFTER, AGAIN = 60.0, 300.0
"""Seconds to the first try, and between the others."""
LATEST = 86400.0
CARD = "card"


def completion(of: Delivery, event: Event, ts: str) -> NewDelivery:
    """Return the promise to complete a card."""
    return NewDelivery(
        key=f"{COMPLETION}:{of.id}",
        lane=of.lane,
        kind=COMPLETION,
        subject=json.dumps([event.id, ts]),
        follow_id=of.follow_id,
        after_seconds=AFTER,
    )


class CompletionWriter(Writer):
    """Writes these deliveries."""

    def __init__(
        self,
        *,
        database: Database,
        events: Events,
        follows: Follows,
        cards: Cards,
        customers: Customers,
        contents: Contents,
    ) -> None:
        self._database = database
        self._events = events
        self._follows = follows
        self._cards = cards
        self._customers = customers
        self._contents = contents

    async def decide(self, delivery: Delivery) -> Decision:
        """Edit the card, unless a later event has changed it since."""
        event_id, ts = json.loads(delivery.subject)
        event = await self._events.find(event_id)
        follow = await self._follows.find(str(delivery.follow_id))
        if event is None or follow is None:
            return Drop("no longer followed")
        async with self._database.read() as connection:
            card = await self._cards.find(connection, delivery.lane, event.thing)
        if card is None or card.ts != ts or card.told > 1:
            return Drop("told anew")
        try:
            customer = await self._customers.record(event.customer_id, since=event.received_at)
        except NoAnswer:
            too_late = await self._customers.age(event.received_at) > LATEST
            return Drop("customer not read") if too_late else Later(seconds=AGAIN, aside=True)
        content = await self._contents.gather(event, follow, customer, awaited=False)
        return Edit(part=CARD, message=content.card(), channel=delivery.lane, ts=ts)
