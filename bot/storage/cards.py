"""Cards and bursts: which message shows the latest state of a subject in a channel, or stands for many changes."""

import json

from sqlalchemy import Connection, delete, func, literal, select, update

from bot.domain.deliveries import Delivery
from bot.storage.channel_history import CARD_SECONDS
from bot.storage.clock import now
from bot.storage.column_types import Instant
from bot.storage.database import Database
from bot.storage.json_columns import read_object
from bot.storage.tables import bursts, cards


class Cards:
    """Repository of cards and bursts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def posted(
        self,
        connection: Connection,
        subject_key: str,
        *,
        delivery: Delivery,
        ts: str,
        thread_ts: str | None,
    ) -> None:
        """Note the message that shows a subject from now on, by the delivery of its first event."""
        values = {
            "ts": ts,
            "thread_ts": thread_ts,
            "event_id": delivery.subject,
            "event_count": 1,
            "customer_id": delivery.customer_id,
            "happened_at": delivery.happened_at,
            "changed_at": now(),
        }
        row = self._database.insert(cards).values(channel_id=delivery.conversation, subject_key=subject_key, **values)
        key = [cards.c.channel_id, cards.c.subject_key]
        connection.execute(row.on_conflict_do_update(index_elements=key, set_=values))

    def replied(self, connection: Connection, subject_key: str, *, delivery: Delivery) -> None:
        """Note that a later event was told in the thread of a card."""
        mine = update(cards).where(cards.c.channel_id == delivery.conversation, cards.c.subject_key == subject_key)
        connection.execute(
            mine.values(
                event_count=cards.c.event_count + 1,
                event_id=delivery.subject,
                customer_id=func.coalesce(delivery.customer_id, cards.c.customer_id),
                happened_at=func.coalesce(literal(delivery.happened_at, Instant), cards.c.happened_at),
                changed_at=now(),
            )
        )

    def burst_began(self, connection: Connection, channel_id: str, *, ts: str) -> None:
        """Note the summary of a new burst."""
        values = {"ts": ts, "began_at": now(), "last_at": now(), "counts": "{}"}
        row = self._database.insert(bursts).values(channel_id=channel_id, **values)
        connection.execute(row.on_conflict_do_update(index_elements=[bursts.c.channel_id], set_=values))

    def burst_grew(self, connection: Connection, channel_id: str, kind: str) -> None:
        """Count one more event of a kind in the channel's burst."""
        mine = bursts.c.channel_id == channel_id
        counts = connection.execute(select(bursts.c.counts).where(mine)).scalar_one_or_none()
        if counts is not None:
            grown = read_object(counts, int) or {}
            grown[kind] = grown.get(kind, 0) + 1
            connection.execute(update(bursts).where(mine).values(counts=json.dumps(grown), last_at=now()))

    def clean_up(self, connection: Connection) -> None:
        """Delete what is too old to be added to."""
        old = now() - CARD_SECONDS
        connection.execute(delete(cards).where(cards.c.changed_at < old))
        connection.execute(delete(bursts).where(bursts.c.last_at < old))
