"""Notification of a channel: by a card, by a reply to the card of the same subject, or in the thread of a burst."""

from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from bot.delivery.handler import Content, Decision, Drop, Plan, Planner, Wait
from bot.domain.channel_subscriptions import ChannelSubscription
from bot.domain.deliveries import Delivery, Edit, Post, Step
from bot.domain.event_kind import EventKind
from bot.notifications.enrichment import NoAnswer, age, held_back
from bot.notifications.handlers import Dependencies
from bot.notifications.handlers.notification_update import AS_CARD, AS_OVERTAKEN, AS_REPLY, CARD, notification_update
from bot.notifications.ingest import NOTIFICATION, is_being_enriched
from bot.notifications.notification_content import NotificationContent, is_wanted
from bot.notifications.subscription_delivery import NO_LONGER, SubscriptionDelivery
from bot.partner_center.models import Customer
from bot.reply import Message
from bot.storage.channel_history import Burst, ChannelHistory, read_history
from bot.views import notices as views

BURST = 20
"""More notifications than these in one channel within ten minutes become one summary with the rest in its thread."""
SUMMARY_EVERY = 10
"""Of so many changes in a burst, the summary is brought up to date at least once."""
ROOT, SUMMARY, TOLD, TALLY = "root", "summary", "notice", "tally"
"""Names of the steps, by which posted messages are found: never changed."""


class NotificationHandler(SubscriptionDelivery):
    """Handler of deliveries whose subject is an event, for one channel subscription."""

    kind = NOTIFICATION

    def __init__(self, dependencies: Dependencies) -> None:
        super().__init__(dependencies)
        repositories = dependencies.repositories
        self._events = repositories.events
        self._cards = repositories.cards
        self._enrichment = dependencies.enrichment
        self._cloud = dependencies.cloud

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Ask for the customer's record, as long as the channel can wait for it."""
        customer, awaited = None, False
        try:
            left = held_back(urgent=delivery.urgent) - age(delivery.created_at, now=delivery.claimed_at)
            customer = await self._enrichment.customer(delivery.customer_id, left=left)
        except NoAnswer as error:
            if error.in_time:
                return Wait(error.next_try)
            awaited = True
        external = await self.is_external(delivery)
        return partial(self._plan, delivery=delivery, customer=customer, awaited=awaited, external=external)

    def _plan(
        self, connection: Connection, *, delivery: Delivery, customer: Customer | None, awaited: bool, external: bool
    ) -> Decision:
        event = self._events.find(connection, delivery.subject)
        if event is None:
            return NO_LONGER
        subscription = self.subscribed(connection, delivery, external=external)
        if not isinstance(subscription, ChannelSubscription):
            return subscription
        if not awaited and not is_wanted(subscription, event, customer):
            return Drop("another country")
        history = read_history(connection, delivery.conversation, event, kind=self.kind)
        content = NotificationContent(
            event=event,
            customer=customer,
            awaited=awaited or is_being_enriched(connection, self._outbox, event),
            subscription=subscription,
            unlinked=history.unlinked,
            now=delivery.claimed_at,
            cloud=self._cloud,
            enrichment=self._enrichment,
        )
        return Plan(steps=_steps(delivery, content, history), content=_content(delivery, content, history))

    def on_sent(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:
        """Note which message shows what."""
        if step.name == ROOT:
            self._subscriptions.has_thread(connection, str(delivery.subscription_id), ts)
        elif step.name == SUMMARY:
            self._cards.burst_began(connection, delivery.conversation, ts=ts)
        elif isinstance(step, Post):
            super().on_sent(connection, delivery, step, ts)
            self._told(connection, delivery, step, ts)

    def _told(self, connection: Connection, delivery: Delivery, step: Post, ts: str) -> None:
        """Note what stands where; what was told after later news changes no card."""
        subject_key, shown_as = step.data["subject_key"], step.data["as"]
        if shown_as == AS_CARD:
            thread_ts = step.thread_ts if step.thread_of is None else delivery.sent.get(step.thread_of)
            self._cards.posted(connection, subject_key, delivery=delivery, ts=ts, thread_ts=thread_ts)
        elif shown_as == AS_REPLY:
            self._cards.replied(connection, subject_key, delivery=delivery)
        if "burst" in step.data:
            self._cards.burst_grew(connection, delivery.conversation, step.data["burst"])
        if "awaited" in step.data:
            before = step.data.get("before", "")
            self._outbox.enqueue(connection, notification_update(delivery, ts=ts, shown_as=shown_as, before=before))


def _steps(delivery: Delivery, content: NotificationContent, history: ChannelHistory) -> tuple[Step, ...]:
    """Return where the event is told: under later news, under its card, in the one thread, in a burst, as a card."""
    event, channel = content.event, delivery.conversation
    if TOLD in delivery.sent:
        return _after(delivery, history)
    data = {"subject_key": event.subject_key, "as": AS_CARD} | ({"awaited": "yes"} if content.awaited else {})
    if history.later_ts is not None:
        return (Post(name=TOLD, channel=channel, thread_ts=history.later_ts, data=data | {"as": AS_OVERTAKEN}),)
    if history.card is not None:
        thread_ts = history.card.thread_ts or history.card.ts
        before = {"as": AS_REPLY, "before": history.card.event_id}
        told = Post(name=TOLD, channel=channel, thread_ts=thread_ts, data=data | before)
        return told, Edit(name=CARD, channel=channel, ts=history.card.ts)
    if content.subscription.thread_only:
        if content.subscription.thread_ts is not None:
            return (Post(name=TOLD, channel=channel, thread_ts=content.subscription.thread_ts, data=data),)
        return Post(name=ROOT, channel=channel), Post(name=TOLD, channel=channel, thread_of=ROOT, data=data)
    in_burst = data | {"burst": event.kind.name}
    if history.burst is not None:
        told = Post(name=TOLD, channel=channel, thread_ts=history.burst.ts, data=in_burst)
        tallied = history.waiting <= 1 or sum(history.burst.counts.values()) % SUMMARY_EVERY == 0
        return (told, Edit(name=TALLY, channel=channel, ts=history.burst.ts)) if tallied else (told,)
    if history.told_lately >= BURST:
        return Post(name=SUMMARY, channel=channel), Post(name=TOLD, channel=channel, thread_of=SUMMARY, data=in_burst)
    return (Post(name=TOLD, channel=channel, data=data),)


def _after(delivery: Delivery, history: ChannelHistory) -> tuple[Step, ...]:
    """Return what is left once the message stands: to bring up to date what it stands under."""
    if history.card is not None and history.card.event_count > 1:
        return (Edit(name=CARD, channel=delivery.conversation, ts=history.card.ts),)
    if history.burst is not None:
        return (Edit(name=TALLY, channel=delivery.conversation, ts=history.burst.ts),)
    return ()


def _content(delivery: Delivery, content: NotificationContent, history: ChannelHistory) -> Content:
    async def render(step: Step) -> Message:
        if step.name == ROOT:
            return views.thread_root(content.lang, content.subscription)
        if step.name == SUMMARY:
            return _summary(content, {content.event.kind: 1}, minutes=1)
        if step.name == TALLY and history.burst is not None:
            return _tally(content, history.burst, counted=TOLD in delivery.sent)
        if step.name == CARD and history.card is not None:
            recorded = history.card.event_id == content.event.id
            return await content.card(earlier=history.card.event_count - (1 if recorded else 0))
        if step.data.get("as") == AS_REPLY:
            return await content.reply(before=history.before)
        if step.data.get("as") == AS_OVERTAKEN:
            return await content.overtaken()
        return await content.card()

    return render


def _tally(content: NotificationContent, burst: Burst, *, counted: bool) -> Message:
    """Return the summary of a burst with this event, which may be counted already."""
    counts = dict(burst.counts)
    if not counted:
        counts[content.event.kind] = counts.get(content.event.kind, 0) + 1
    end = burst.last_at if counted else max(burst.last_at, content.now)
    return _summary(content, counts, minutes=max(1, round((end - burst.began_at) / timedelta(minutes=1))))


def _summary(content: NotificationContent, counts: dict[EventKind, int], *, minutes: int) -> Message:
    return views.burst(content.lang, counts, minutes=minutes, subscription=content.subscription)


def handler(dependencies: Dependencies) -> NotificationHandler:
    """Return the handler."""
    return NotificationHandler(dependencies)
