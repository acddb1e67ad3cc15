"""Events collected for the next digest of a subscription, and the digests that are due."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, case, delete, select, update

from bot.domain.channel_subscriptions import Rhythm, SubscriptionState
from bot.storage.clock import due
from bot.storage.database import Database
from bot.storage.tables import channel_subscriptions, digest_items

DAY, HOUR = 86400.0, 3600.0
_LONGEST = case((channel_subscriptions.c.rhythm == Rhythm.DAILY, DAY + HOUR), else_=7 * DAY + HOUR)
"""Seconds from one digest to the next at most; a day may have an hour more."""


class Digests:
    """Repository of digest items."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self, connection: Connection, subscription_ids: Collection[str], event_id: str) -> None:
        """Keep an event for the next digest of each of these subscriptions."""
        if subscription_ids:
            row = self._database.insert(digest_items).on_conflict_do_nothing()
            connection.execute(row, [{"subscription_id": each, "event_id": event_id} for each in subscription_ids])

    def release(self, connection: Connection, subscription_id: str) -> tuple[str, ...]:
        """Return the ids of the events that wait for a digest which will not come, and keep them no longer."""
        waiting = (digest_items.c.subscription_id == subscription_id, digest_items.c.digest_id.is_(None))
        released = connection.execute(delete(digest_items).where(*waiting).returning(digest_items.c.event_id))
        return tuple(released.scalars())

    def due(self, connection: Connection) -> tuple[str, ...]:
        """Return the subscriptions whose digest is due."""
        statement = select(channel_subscriptions.c.id).where(
            channel_subscriptions.c.state == SubscriptionState.ACTIVE,
            due(channel_subscriptions.c.next_digest_at, wait=_LONGEST),
        )
        return tuple(connection.execute(statement).scalars())

    def take(self, connection: Connection, subscription_id: str, *, due_at: datetime, next_at: datetime) -> str | None:
        """Put what has come together into the digest that was due, and set when the next one is.

        None where another has taken it, or where there is nothing to tell.
        """
        mine = channel_subscriptions.c.id == subscription_id
        moved = (
            update(channel_subscriptions)
            .where(mine, channel_subscriptions.c.next_digest_at == due_at)
            .values(next_digest_at=next_at, last_digest_at=due_at)
        )
        if connection.execute(moved).rowcount != 1:
            return None
        # One of that morning may have been told already, by a clock that was ahead and has been set back since.
        digest = f"{subscription_id}:{due_at.isoformat()}#{uuid4().hex[:8]}"
        waiting = (digest_items.c.subscription_id == subscription_id, digest_items.c.digest_id.is_(None))
        taken = update(digest_items).where(*waiting).values(digest_id=digest)
        return digest if connection.execute(taken).rowcount else None

    def content(self, connection: Connection, digest: str) -> tuple[str, ...]:
        """Return the ids of the events that a digest tells."""
        statement = select(digest_items.c.event_id).where(digest_items.c.digest_id == digest)
        return tuple(connection.execute(statement).scalars())
