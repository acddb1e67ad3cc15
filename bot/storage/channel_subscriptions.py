"""Repository of channel subscriptions. Pausing, resuming and removing go together with what is still to be delivered.

active ⇄ paused        what happens meanwhile is held
   └──► removed ──► active   (restored within 30 days; what was held is gone)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, false, func, or_, select, update

from bot.domain.channel_subscriptions import (
    ChannelSubscription,
    NewChannelSubscription,
    Rhythm,
    SubscriptionState,
    SubscriptionStats,
)
from bot.domain.deliveries import DeliveryCounts
from bot.domain.event_kind import Topic
from bot.domain.events import Event
from bot.slack_errors import MEANINGS, Meaning
from bot.storage.clock import now
from bot.storage.column_types import holds
from bot.storage.database import Database
from bot.storage.delivery_counts import counts_by_subscription
from bot.storage.outbox import Outbox
from bot.storage.tables import SUBSCRIPTION_IS_PAUSED, channel_subscriptions, digest_items

RESTORABLE_DAYS = 30
CHANNEL_REASONS = frozenset(
    word for word, meaning in MEANINGS.items() if meaning in {Meaning.CHANNEL, Meaning.WORKSPACE}
)
"""Slack's words for what keeps a whole channel from being written to; what was given up for one comes after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A subscription that an event is for."""

    id: str
    channel_id: str
    rhythm: Rhythm
    paused: bool


class ChannelSubscriptions:
    """Repository of channel subscriptions."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    def set(
        self, connection: Connection, new: NewChannelSubscription, *, next_digest_at: datetime | None
    ) -> ChannelSubscription | None:
        """Subscribe, in the caller's transaction; None for a second press on the same button."""
        values = _values(new) | {"next_digest_at": next_digest_at}
        fresh = self._database.insert(channel_subscriptions).values(
            id=str(uuid4()), state=SubscriptionState.ACTIVE, created_at=now(), changed_at=now(), **values
        )
        once = fresh.on_conflict_do_nothing(index_elements=[channel_subscriptions.c.submission_key])
        row = connection.execute(once.returning(*channel_subscriptions.c)).first()
        return None if row is None else _subscription(row)

    def change(
        self,
        connection: Connection,
        subscription_id: str,
        new: NewChannelSubscription,
        *,
        next_digest_at: datetime | None,
    ) -> ChannelSubscription | None:
        """Change topics, filters or rhythm; owner and channel stay. None where it is gone.

        The owner of the new terms is who changes them.
        """
        kept = {"submission_key", "workspace_id", "channel_id", "owner_id"}
        values = {name: value for name, value in _values(new).items() if name not in kept}
        which = and_(
            channel_subscriptions.c.id == subscription_id, channel_subscriptions.c.state != SubscriptionState.REMOVED
        )
        values |= {"next_digest_at": next_digest_at, "edited_at": now(), "edited_by": new.owner_id}
        statement = update(channel_subscriptions).where(which).values(**values)
        row = connection.execute(statement.returning(*channel_subscriptions.c)).first()
        return None if row is None else _subscription(row)

    def find(self, connection: Connection, subscription_id: str) -> ChannelSubscription | None:
        """Return the subscription, or None."""
        row = connection.execute(
            select(channel_subscriptions).where(channel_subscriptions.c.id == subscription_id)
        ).first()
        return None if row is None else _subscription(row)

    def of_channel(self, connection: Connection, channel_id: str) -> tuple[ChannelSubscription, ...]:
        """Return the subscriptions of a channel, the oldest first."""
        statement = (
            select(channel_subscriptions)
            .where(channel_subscriptions.c.channel_id == channel_id, _present)
            .order_by(channel_subscriptions.c.created_at)
        )
        return tuple(_subscription(row) for row in connection.execute(statement))

    def page(
        self, connection: Connection, *, channel_id: str | None, limit: int = 10, offset: int = 0
    ) -> tuple[tuple[SubscriptionStats, ...], int]:
        """Return subscriptions of a channel, or of all, with their counts, and how many there are altogether."""
        which = _present if channel_id is None else and_(_present, channel_subscriptions.c.channel_id == channel_id)
        order = (channel_subscriptions.c.channel_id, channel_subscriptions.c.created_at, channel_subscriptions.c.id)
        total: int = connection.execute(
            select(func.count()).select_from(channel_subscriptions).where(which)
        ).scalar_one()
        rows = connection.execute(
            select(channel_subscriptions).where(which).order_by(*order).limit(limit).offset(offset)
        )
        return self.with_stats(connection, [_subscription(row) for row in rows]), total

    def with_stats(self, connection: Connection, found: Sequence[ChannelSubscription]) -> tuple[SubscriptionStats, ...]:
        """Return subscriptions with the counts of their deliveries."""
        all_counts = counts_by_subscription(connection, [subscription.id for subscription in found])
        return tuple(
            SubscriptionStats(subscription=subscription, waiting=counts.waiting, given_up=counts.failed)
            for subscription in found
            for counts in (all_counts.get(subscription.id, DeliveryCounts()),)
        )

    def matching(self, connection: Connection, event: Event) -> tuple[Match, ...]:
        """Return the subscriptions that an event is for, the oldest first."""
        columns = (
            channel_subscriptions.c.id,
            channel_subscriptions.c.channel_id,
            channel_subscriptions.c.rhythm,
            channel_subscriptions.c.state,
        )
        rows = connection.execute(select(*columns).where(_is_for(event)).order_by(channel_subscriptions.c.created_at))
        return tuple(
            Match(
                id=subscription_id,
                channel_id=channel_id,
                rhythm=rhythm,
                paused=state is SubscriptionState.PAUSED,
            )
            for subscription_id, channel_id, rhythm, state in rows
        )

    def event_seen(self, connection: Connection, event: Event) -> None:
        """Note an event on the subscriptions that match it; one that is just being changed is left out.

        The caller has locked queues already, and must not wait for who holds a subscription and wants them.
        """
        free = select(channel_subscriptions.c.id).where(_is_for(event)).with_for_update(skip_locked=True)
        connection.execute(
            update(channel_subscriptions).where(channel_subscriptions.c.id.in_(free)).values(last_event_at=now())
        )

    def pause(
        self, connection: Connection, subscription_id: str, *, reason: str, by: str | None = None
    ) -> ChannelSubscription | None:
        """Hold what comes, for a reason; None where it was no longer active, so that its owner is notified once."""
        paused = self._move(
            connection, subscription_id, SubscriptionState.ACTIVE, SubscriptionState.PAUSED, reason=reason, by=by
        )
        if paused is not None:
            self._outbox.hold(connection, subscription_id)
        return paused

    def resume(
        self, connection: Connection, subscription_id: str, *, by: str | None = None
    ) -> ChannelSubscription | None:
        """Let go what was held; None where it was not paused."""
        resumed = self._move(connection, subscription_id, SubscriptionState.PAUSED, SubscriptionState.ACTIVE, by=by)
        if resumed is not None:
            self._outbox.release(connection, subscription_id, revive=CHANNEL_REASONS)
        return resumed

    def remove(
        self, connection: Connection, subscription_id: str, *, by: str | None = None
    ) -> ChannelSubscription | None:
        """Unsubscribe; what was still to come is dropped. None where it was removed already."""
        removed = None
        for state in (SubscriptionState.ACTIVE, SubscriptionState.PAUSED):
            removed = removed or self._move(connection, subscription_id, state, SubscriptionState.REMOVED, by=by)
        if removed is not None:
            self._outbox.drop(connection, subscription_id)
            connection.execute(
                delete(digest_items).where(
                    digest_items.c.subscription_id == subscription_id, digest_items.c.digest_id.is_(None)
                )
            )
        return removed

    def restore(
        self, connection: Connection, subscription_id: str, *, next_digest_at: datetime | None, by: str | None = None
    ) -> ChannelSubscription | None:
        """Restore what was removed within 30 days; None where there is nothing to restore."""
        recent = channel_subscriptions.c.changed_at > now() - RESTORABLE_DAYS * 86400
        statement = (
            update(channel_subscriptions)
            .where(
                channel_subscriptions.c.id == subscription_id,
                channel_subscriptions.c.state == SubscriptionState.REMOVED,
                recent,
            )
            .values(state=SubscriptionState.ACTIVE, changed_at=now(), changed_by=by, next_digest_at=next_digest_at)
        )
        row = connection.execute(statement.returning(*channel_subscriptions.c)).first()
        return None if row is None else _subscription(row)

    def delivered(self, connection: Connection, subscription_id: str) -> None:
        """Note that a message of this subscription stands."""
        connection.execute(
            update(channel_subscriptions)
            .where(channel_subscriptions.c.id == subscription_id)
            .values(last_delivered_at=now())
        )

    def has_thread(self, connection: Connection, subscription_id: str, ts: str) -> None:
        """Note the message whose thread holds everything."""
        connection.execute(
            update(channel_subscriptions).where(channel_subscriptions.c.id == subscription_id).values(thread_ts=ts)
        )

    def count_paused(self, connection: Connection) -> int:
        """Return how many subscriptions are paused."""
        statement = select(func.count()).select_from(channel_subscriptions).where(SUBSCRIPTION_IS_PAUSED)
        count: int = connection.execute(statement).scalar_one()
        return count

    def clean_up(self, connection: Connection) -> None:
        """Delete what was removed too long ago to be restored."""
        old = and_(
            channel_subscriptions.c.state == SubscriptionState.REMOVED,
            channel_subscriptions.c.changed_at < now() - RESTORABLE_DAYS * 86400,
        )
        gone = select(channel_subscriptions.c.id).where(old)
        connection.execute(delete(digest_items).where(digest_items.c.subscription_id.in_(gone)))
        connection.execute(delete(channel_subscriptions).where(old))

    def _move(
        self,
        connection: Connection,
        subscription_id: str,
        before: SubscriptionState,
        after: SubscriptionState,
        *,
        reason: str | None = None,
        by: str | None,
    ) -> ChannelSubscription | None:
        statement = (
            update(channel_subscriptions)
            .where(channel_subscriptions.c.id == subscription_id, channel_subscriptions.c.state == before)
            .values(state=after, reason=reason, changed_at=now(), changed_by=by)
        )
        row = connection.execute(statement.returning(*channel_subscriptions.c)).first()
        return None if row is None else _subscription(row)


_present: ColumnElement[bool] = channel_subscriptions.c.state.in_((SubscriptionState.ACTIVE, SubscriptionState.PAUSED))


def _is_for(event: Event) -> ColumnElement[bool]:
    topic = event.kind.topic
    if topic is None:
        return false()
    wanted = holds(channel_subscriptions.c.topics, topic, Topic.ALL)
    return and_(
        _present,
        wanted,
        or_(channel_subscriptions.c.customer_id.is_(None), channel_subscriptions.c.customer_id == event.customer_id),
    )


def _values(new: NewChannelSubscription) -> dict[str, Any]:
    return {name: getattr(new, name) for name in NewChannelSubscription.__slots__}


def _subscription(row: Row[Any]) -> ChannelSubscription:
    return ChannelSubscription(**row._mapping)  # noqa: SLF001 - the documented way to a row's names
