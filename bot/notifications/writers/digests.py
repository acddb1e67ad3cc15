"""Tells a channel once a day or week what has happened: twenty customers in a message, the rest in its thread."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.domain.channel_subscriptions import ChannelSubscription, Rhythm
from bot.domain.deliveries import Delivery
from bot.domain.events import Event
from bot.domain.working_days import local_day
from bot.language import language
from bot.notifications.asking import Customers
from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.contents import is_wanted
from bot.notifications.steps import Decision, Drop, Post
from bot.notifications.writers.followed import FollowWriter
from bot.partner_center.models import Customer
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.database import Database
from bot.storage.digests import Digests
from bot.storage.events import Events
from bot.storage.outbox import Outbox
from bot.views import notices as views

DIGEST = "digest"
"""The kind of these deliveries; their subject is the digest's id."""
MAIN = "digest"
NAMED = 20
"""Customers whose names are asked of Microsoft at once."""
WEEK = 7


class DigestWriter(FollowWriter):
    """Writes deliveries whose subject is a digest."""

    def __init__(
        self,
        *,
        database: Database,
        events: Events,
        subscriptions: ChannelSubscriptions,
        digests: Digests,
        outbox: Outbox,
        customers: Customers,
        channels: ChannelLookups,
    ) -> None:
        super().__init__(subscriptions=subscriptions, outbox=outbox, channels=channels)
        self._database = database
        self._events = events
        self._digests = digests
        self._customers = customers

    async def decide(self, delivery: Delivery) -> Decision:
        """Post the digest, then page by page what it does not hold."""
        subscription = await self.followed(delivery)
        if not isinstance(subscription, ChannelSubscription):
            return subscription

        def work(connection: Connection) -> tuple[Event, ...]:
            return self._events.among(connection, self._digests.content(connection, delivery.subject))

        changes = await self._database.read(work)
        records = await self._records(changes)
        changes = tuple(
            event for event in changes if is_wanted(subscription, event, records.get(str(event.customer_id)))
        )
        if not changes:
            return Drop("nothing to tell")
        names = {customer_id: record.name or "" for customer_id, record in records.items()}
        pages = views.digest_pages(changes)
        lang = language(subscription.language)
        if MAIN not in delivery.parts:
            due_at = datetime.fromisoformat(delivery.subject.partition(":")[2].partition("#")[0])
            begin, end = _days(subscription, min(due_at, delivery.created_at), changes)
            message = views.digest(
                lang,
                changes,
                names,
                begin=begin,
                end=end,
                next_at=subscription.next_digest_at,
                subscription=subscription,
            )
            return Post(part=MAIN, message=message, channel=delivery.lane, last=len(pages) == 0)
        for first in pages:
            if (part := f"from {first}") not in delivery.parts:
                rest = views.digest_rest(lang, changes, names, first=first)
                last, thread_ts = first == pages[-1], delivery.parts[MAIN]
                return Post(part=part, message=rest, channel=delivery.lane, thread_ts=thread_ts, last=last)
        return Drop("told")

    async def _records(self, changes: tuple[Event, ...]) -> dict[str, Customer]:
        """Return what Microsoft says at once of the customers; whom it does not tell is named by the events."""
        ids = list(dict.fromkeys(event.customer_id for event in changes if event.customer_id))
        found: dict[str, Customer] = {}
        for begin in range(0, len(ids), NAMED):
            some = ids[begin : begin + NAMED]
            records = await asyncio.gather(*(self._customers.record_if_there(each) for each in some))
            found |= {each: record for each, record in zip(some, records, strict=True) if record is not None}
        return found


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
