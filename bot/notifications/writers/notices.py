"""Tells a channel of an event: by a card, by a reply to the card of the same thing, or in the thread of a burst."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from bot.domain.channel_subscriptions import ChannelSubscription
from bot.domain.deliveries import Delivery
from bot.domain.events import Event
from bot.language import language
from bot.notifications.asking import AGAIN, Customers, NoAnswer
from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.contents import Content, Contents, is_wanted
from bot.notifications.ingest import NOTICE
from bot.notifications.steps import Decision, Drop, Edit, Finish, Later, Post, Step
from bot.notifications.writers.completions import CARD, completion
from bot.notifications.writers.followed import NO_LONGER, FollowWriter
from bot.reply import Message
from bot.storage.cards import Burst, Card, Cards
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.database import Database
from bot.storage.events import Events
from bot.storage.outbox import Outbox
from bot.views import notices as views

BURST = 20
"""More notices than these in one channel within ``BURST_SECONDS`` become one summary with the rest in its thread."""
BURST_SECONDS = 600.0
SUMMARY_EVERY = 10
"""Of so many changes in a burst, the summary is brought up to date at least once."""
ROOT, SUMMARY, TOLD, TALLY = "root", "summary", "notice", "tally"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Post):
    """The message that tells of the event, and where it belongs."""

    event: Event
    is_card: bool
    """It shows the thing's latest state from now on."""
    in_burst: bool
    complete: bool
    """It has all there is; otherwise it is completed later."""


@dataclass(frozen=True, slots=True)
class Place:
    """What stands in the channel already that the event belongs to."""

    card: Card | None
    before: Event | None
    """What the card tells until now."""
    burst: Burst | None
    crowded: bool
    """So much was told lately that a burst begins."""
    more: int
    """How many notices are still to come there."""


class NoticeWriter(FollowWriter):
    """Writes deliveries whose subject is an event, for one subscription."""

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
        """Find where the event belongs, and take the next step there."""
        event = await self._events.find(delivery.subject)
        if event is None:
            return NO_LONGER
        subscription = await self.followed(delivery)
        if not isinstance(subscription, ChannelSubscription):
            return subscription
        customer, awaited = None, False
        try:
            customer = await self._customers.record(event.customer_id, since=event.received_at)
        except NoAnswer as error:
            if error.in_time:
                return Later(seconds=AGAIN)
            awaited = True
        if not awaited and not is_wanted(subscription, event, customer):
            return Drop("another country")
        if subscription.thread_only and subscription.thread_ts is None and ROOT not in delivery.parts:
            root = views.thread_root(language(subscription.language), subscription)
            return Post(part=ROOT, message=root, channel=delivery.lane, last=False)
        content = await self._contents.gather(event, subscription, customer, awaited=awaited)
        return self._step(delivery, content, await self._place(delivery, event))

    def _step(self, delivery: Delivery, content: Content, place: Place) -> Decision:
        """Reply to the thing's card, else post one: in the one thread, in a burst's, or in the channel."""
        if TOLD in delivery.parts:
            return _after(delivery, content, place)
        if place.card is not None:
            thread_ts = place.card.thread_ts or place.card.ts
            message = content.reply(before=place.before)
            return _tell(delivery, content, message, thread_ts=thread_ts, is_card=False, last=False)
        if content.subscription.thread_only:
            thread_ts = content.subscription.thread_ts or delivery.parts[ROOT]
            return _tell(delivery, content, content.card(), thread_ts=thread_ts, is_card=True)
        if place.burst is not None:
            tallied = place.more <= 1 or sum(place.burst.counts.values()) % SUMMARY_EVERY == 0
            message, ts = content.card(), place.burst.ts
            return _tell(delivery, content, message, thread_ts=ts, is_card=True, in_burst=True, last=not tallied)
        if place.crowded:
            summary = views.burst(content.lang, {content.event.kind: 1}, minutes=1, subscription=content.subscription)
            return Post(part=SUMMARY, message=summary, channel=delivery.lane, last=False)
        return _tell(delivery, content, content.card(), thread_ts=None, is_card=True)

    def stepped(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:
        """Note what stands where."""
        channel, subscription_id = delivery.lane, str(delivery.subscription_id)
        if step.part == ROOT:
            self._subscriptions.has_thread(connection, subscription_id, ts)
        elif step.part == SUMMARY:
            self._cards.burst_began(connection, channel, ts=ts)
        if not isinstance(step, Tell):
            return
        self._subscriptions.delivered(connection, subscription_id)
        if step.is_card:
            self._cards.posted(
                connection, channel, step.event.subject_key, event_id=step.event.id, ts=ts, thread_ts=step.thread_ts
            )
        else:
            self._cards.notified(connection, channel, step.event.subject_key, event_id=step.event.id)
        if step.in_burst:
            self._cards.burst_grew(connection, channel, step.event.kind)
        if not step.complete and step.is_card:
            self._outbox.enqueue(connection, completion(delivery, step.event, ts))

    async def _place(self, delivery: Delivery, event: Event) -> Place:
        channel = delivery.lane

        def work(connection: Connection) -> tuple[Card | None, Burst | None, int, int]:
            card = self._cards.find(connection, channel, event.subject_key)
            burst = self._cards.burst(connection, channel, within_seconds=BURST_SECONDS)
            lately = self._outbox.sent_within(connection, channel, NOTICE, BURST_SECONDS)
            more = self._outbox.waiting_in(connection, channel, NOTICE)
            return card, burst, lately, more

        card, burst, lately, more = await self._database.read(work)
        before = None if card is None else await self._events.find(card.event_id)
        return Place(card, before, burst, lately >= BURST, more)


def _tell(
    delivery: Delivery,
    content: Content,
    message: Message,
    *,
    thread_ts: str | None,
    is_card: bool,
    in_burst: bool = False,
    last: bool = True,
) -> Tell:
    return Tell(
        part=TOLD,
        message=message,
        channel=delivery.lane,
        thread_ts=thread_ts,
        last=last,
        event=content.event,
        is_card=is_card,
        in_burst=in_burst,
        complete=not content.awaited,
    )


def _after(delivery: Delivery, content: Content, place: Place) -> Decision:
    """Bring up to date what the message was told under: the thing's card, or the burst's summary."""
    if place.card is not None and place.card.event_count > 1:
        latest = content.card(earlier=place.card.event_count - 1)
        return Edit(part=CARD, message=latest, channel=delivery.lane, ts=place.card.ts)
    if place.burst is None:
        return Finish()
    minutes = max(1, round((place.burst.last_at - place.burst.began_at) / timedelta(minutes=1)))
    summary = views.burst(content.lang, place.burst.counts, minutes=minutes, subscription=content.subscription)
    return Edit(part=TALLY, message=summary, channel=delivery.lane, ts=place.burst.ts)
