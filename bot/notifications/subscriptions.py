"""Channel subscription service: one transaction a change, with the messages that it causes."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from sqlalchemy import Connection

from bot.domain.channel_subscriptions import (
    PAUSED_BY_HAND,
    ChannelSubscription,
    NewChannelSubscription,
    Rhythm,
    SubscriptionState,
    SubscriptionStats,
)
from bot.domain.deliveries import NewDelivery
from bot.domain.working_days import next_digest
from bot.notifications.ingest import notification
from bot.storage.clock import read_now
from bot.storage.errors import DatabaseUnavailable
from bot.storage.repositories import Repositories

TEST = "test"
"""The kind of the delivery by which a person sees whether notices arrive; its subject is who asked for it."""


class SubscriptionService:
    """Implement ``bot.context.Subscriptions``."""

    def __init__(self, repositories: Repositories, *, wake: Callable[[], None]) -> None:
        self._database = repositories.database
        self._subscriptions = repositories.subscriptions
        self._digests = repositories.digests
        self._events = repositories.events
        self._outbox = repositories.outbox
        self._wake = wake

    async def find(self, subscription_id: str) -> ChannelSubscription | None:
        """Return a subscription, also one that was removed."""
        return await self._database.read(partial(self._subscriptions.find, subscription_id=subscription_id))

    async def of_channel(self, channel_id: str) -> tuple[ChannelSubscription, ...]:
        """Return the subscriptions of a channel, the oldest first."""
        return await self._database.read(partial(self._subscriptions.of_channel, channel_id=channel_id))

    async def page(
        self, *, channel_id: str | None, limit: int, offset: int
    ) -> tuple[tuple[SubscriptionStats, ...], int]:
        """Return subscriptions of a channel, or of all, with their counts, and how many there are altogether."""
        page = partial(self._subscriptions.page, channel_id=channel_id, limit=limit, offset=offset)
        return await self._database.read(page)

    async def subscribe(self, new: NewChannelSubscription) -> ChannelSubscription | None:
        """Subscribe; None for a second press on the same button."""

        def work(connection: Connection) -> ChannelSubscription | None:
            first = next_digest(read_now(connection), new.rhythm, new.tz)
            return self._subscriptions.set(connection, new, next_digest_at=first)

        return await self._database.write(work)

    async def change(self, subscription_id: str, new: NewChannelSubscription) -> ChannelSubscription | None:
        """Change topics, filters or rhythm; None where it was removed.

        What has been collected for a digest comes at once where there will be no digest.
        """

        def work(connection: Connection) -> ChannelSubscription | None:
            before = self._subscriptions.find(connection, subscription_id)
            if before is None or before.state is SubscriptionState.REMOVED:
                return None
            next_at = before.next_digest_at
            if new.rhythm is not before.rhythm:
                next_at = next_digest(read_now(connection), new.rhythm, new.tz)
            changed = self._subscriptions.change(connection, subscription_id, new, next_digest_at=next_at)
            if changed is not None and changed.rhythm is Rhythm.NOW:
                self._notify_collected(connection, changed)
            return changed

        changed = await self._database.write(work)
        self._wake()
        return changed

    async def pause(self, subscription_id: str, *, by: str | None = None) -> ChannelSubscription | None:
        """Hold what comes, because a person wants it; None where it is not active."""

        def work(connection: Connection) -> ChannelSubscription | None:
            return self._subscriptions.pause(connection, subscription_id, reason=PAUSED_BY_HAND, by=by)

        return await self._database.write(work)

    async def resume(self, subscription_id: str, *, by: str | None = None) -> SubscriptionStats | None:
        """Let go what was held, and return how much that is; None where it is not paused."""
        resumed = await self._database.write(
            lambda connection: self._subscriptions.resume(connection, subscription_id, by=by)
        )
        if resumed is None:
            return None
        self._wake()
        try:
            (stats,) = await self._database.read(partial(self._subscriptions.with_stats, found=[resumed]))
        except DatabaseUnavailable:  # it is resumed all the same
            stats = SubscriptionStats(subscription=resumed, waiting=0, given_up=0)
        return stats

    async def remove(self, *subscription_ids: str, by: str | None = None) -> tuple[ChannelSubscription, ...]:
        """Unsubscribe, all of them or none; return those for which that was not done before."""

        def work(connection: Connection) -> tuple[ChannelSubscription, ...]:
            removed = [self._subscriptions.remove(connection, each, by=by) for each in subscription_ids]
            return tuple(filter(None, removed))

        return await self._database.write(work)

    async def restore(self, subscription_id: str, *, by: str | None = None) -> ChannelSubscription | None:
        """Restore what was removed; None where that is too long ago, or done."""

        def work(connection: Connection) -> ChannelSubscription | None:
            removed = self._subscriptions.find(connection, subscription_id)
            if removed is None:
                return None
            first = next_digest(read_now(connection), removed.rhythm, removed.tz)
            return self._subscriptions.restore(connection, subscription_id, next_digest_at=first, by=by)

        return await self._database.write(work)

    async def test(self, subscription_id: str, *, by: str) -> ChannelSubscription | None:
        """Enqueue a message that takes the whole way of a notice; None where it was removed."""

        def work(connection: Connection) -> ChannelSubscription | None:
            subscription = self._subscriptions.find(connection, subscription_id)
            if subscription is None or subscription.state is SubscriptionState.REMOVED:
                return None
            test = NewDelivery(
                idempotency_key=f"{TEST}:{uuid4()}",
                conversation=subscription.channel_id,
                kind=TEST,
                subject=by,
                subscription_id=subscription.id,
            )
            self._outbox.enqueue(connection, test)
            return subscription

        subscription = await self._database.write(work)
        self._wake()
        return subscription

    def _notify_collected(self, connection: Connection, subscription: ChannelSubscription) -> None:
        events = self._events.among(connection, self._digests.release(connection, subscription.id))
        paused = subscription.state is SubscriptionState.PAUSED
        channel_id = subscription.channel_id
        self._outbox.enqueue(
            connection,
            *(
                notification(event, channel_id=channel_id, subscription_id=subscription.id, held=paused)
                for event in events
            ),
        )
