"""Digest: tells a channel once a day or week what has happened; what is too much for a message is in its thread."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.delivery.handler import Content, Decision, Drop, Plan, Planner
from bot.domain.channel_subscriptions import ChannelSubscription, Rhythm
from bot.domain.deliveries import Delivery, Post, Step
from bot.domain.events import Event
from bot.domain.working_days import local_day
from bot.language import language
from bot.notifications.handlers import Dependencies
from bot.notifications.notification_content import is_wanted
from bot.notifications.subscription_delivery import SubscriptionDelivery
from bot.partner_center.models import Customer
from bot.reply import Message
from bot.views import notices as views

DIGEST = "digest"
"""Kind of these deliveries; their subject is the digest's id."""
MAIN = "digest"
NAMED = 20
"""Customers whose names are asked of Microsoft at once."""
WEEK = 7


class DigestHandler(SubscriptionDelivery):
    """Handler of deliveries whose subject is a digest."""

    kind = DIGEST

    def __init__(self, dependencies: Dependencies) -> None:
        super().__init__(dependencies)
        repositories = dependencies.repositories
        self._database = repositories.database
        self._events = repositories.events
        self._digests = repositories.digests
        self._enrichment = dependencies.enrichment

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Ask for the customers' names."""

        def work(connection: Connection) -> tuple[Event, ...]:
            return self._events.among(connection, self._digests.content(connection, delivery.subject))

        changes = await self._database.read(work)
        records = await self._records(changes)
        external = await self.is_external(delivery)
        return partial(self._plan, delivery=delivery, changes=changes, records=records, external=external)

    def _plan(
        self,
        connection: Connection,
        *,
        delivery: Delivery,
        changes: Sequence[Event],
        records: Mapping[str, Customer],
        external: bool,
    ) -> Decision:
        """Post the digest, then page by page what it does not hold."""
        subscription = self.subscribed(connection, delivery, external=external)
        if not isinstance(subscription, ChannelSubscription):
            return subscription
        wanted = tuple(
            event for event in changes if is_wanted(subscription, event, records.get(str(event.customer_id)))
        )
        if not wanted:
            return Drop("nothing to tell")
        names = {customer_id: record.name or "" for customer_id, record in records.items()}
        steps: list[Step] = [Post(name=MAIN, channel=delivery.conversation)]
        for first in views.digest_pages(wanted):
            page = Post(name=f"from {first}", channel=delivery.conversation, thread_of=MAIN, data={"first": str(first)})
            steps.append(page)
        return Plan(steps=tuple(steps), content=_content(delivery, subscription, wanted, names))

    async def _records(self, changes: tuple[Event, ...]) -> dict[str, Customer]:
        """Return what Microsoft says at once of the customers; the events name those that it does not tell."""
        ids = list(dict.fromkeys(event.customer_id for event in changes if event.customer_id))
        found: dict[str, Customer] = {}
        for begin in range(0, len(ids), NAMED):
            some = ids[begin : begin + NAMED]
            records = await asyncio.gather(*(self._enrichment.customer_if_there(each) for each in some))
            found |= {each: record for each, record in zip(some, records, strict=True) if record is not None}
        return found


def _content(
    delivery: Delivery, subscription: ChannelSubscription, changes: Sequence[Event], names: Mapping[str, str]
) -> Content:
    async def render(step: Step) -> Message:
        lang = language(subscription.language)
        if step.name != MAIN:
            return views.digest_rest(lang, changes, names, first=int(step.data["first"]))
        due_at = datetime.fromisoformat(delivery.subject.partition(":")[2].partition("#")[0])
        begin, end = _days(subscription, min(due_at, delivery.created_at), changes)
        return views.digest(
            lang, changes, names, begin=begin, end=end, next_at=subscription.next_digest_at, subscription=subscription
        )

    return render


def _days(subscription: ChannelSubscription, due_at: datetime, changes: Sequence[Event]) -> tuple[date, date]:
    """Return the first and the last day that a digest tells of, where its owner is.

    A digest comes in the morning, and late where the bot stood still: what happened says which days they are. One of
    a week names the whole week before it as well.
    """
    happened = [local_day(event.happened_at, subscription.tz) for event in changes]
    begin, end = min(happened), max(happened)
    if subscription.rhythm is Rhythm.WEEKLY:
        today = local_day(due_at, subscription.tz)
        begin, end = min(begin, today - timedelta(days=WEEK)), max(end, today - timedelta(days=1))
    return begin, end


def handler(dependencies: Dependencies) -> DigestHandler:
    """Return the handler."""
    return DigestHandler(dependencies)
