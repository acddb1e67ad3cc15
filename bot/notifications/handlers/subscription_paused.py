"""Message to the owner of a subscription that was paused because its channel cannot be written to."""

from functools import partial

from sqlalchemy import Connection

from bot.delivery.handler import Decision, DeliveryHandler, Drop, Plan, Planner
from bot.domain.channel_subscriptions import SubscriptionState, SubscriptionStats
from bot.domain.deliveries import Delivery, Post, Step
from bot.language import language
from bot.notifications.handlers import Dependencies
from bot.notifications.subscription_delivery import PAUSED
from bot.reply import Message
from bot.views import subscriptions as views


class SubscriptionPausedHandler(DeliveryHandler):
    """Handler of deliveries whose subject is a subscription."""

    kind = PAUSED

    def __init__(self, dependencies: Dependencies) -> None:
        self._database = dependencies.repositories.database
        self._subscriptions = dependencies.repositories.subscriptions
        self._contacts = dependencies.contacts

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Tell the owner directly, unless the pause is over."""
        stats = await self._database.read(partial(self._stats, subscription_id=delivery.subject))
        if stats is None:
            return Drop("no longer paused")
        found, contacts = stats.subscription, await self._contacts()

        async def render(_step: Step) -> Message:
            return views.owner_told(language(found.language), stats, contacts=contacts)

        return Plan(steps=(Post(name="pause", channel=found.owner_id),), content=render)

    def _stats(self, connection: Connection, *, subscription_id: str) -> SubscriptionStats | None:
        found = self._subscriptions.find(connection, subscription_id)
        if found is None or found.state is not SubscriptionState.PAUSED:
            return None
        return self._subscriptions.with_stats(connection, [found])[0]


def handler(dependencies: Dependencies) -> SubscriptionPausedHandler:
    """Return the handler."""
    return SubscriptionPausedHandler(dependencies)
