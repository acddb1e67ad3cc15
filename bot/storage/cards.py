"""Which message shows the latest state of a subject in a channel, so that later changes go into its thread."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.domain.event_kind import EventKind
from bot.domain.event_kinds import KINDS
from bot.storage.clock import lately, now
from bot.storage.database import Database
from bot.storage.json_columns import read_object
from bot.storage.tables import bursts, cards

CARD_DAYS = 30
"""After so long a change deserves a message of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A message that shows a subject."""

    ts: str
    thread_ts: str | None
    """Where it stands in a thread itself."""
    event_id: str
    """The latest event that it shows."""
    event_count: int
    """How many events it and its thread show altogether."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A summary that stands for many changes; each of them is in its thread."""

    ts: str
    began_at: datetime
    last_at: datetime
    counts: Mapping[EventKind, int]
    """How many of each kind of event."""


class Cards:
    """The tables of cards and of bursts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, connection: Connection, channel_id: str, subject_key: str) -> Card | None:
        """Return the message that shows a subject in a channel, unless it is too old."""
        recent = lately(cards.c.changed_at, within=CARD_DAYS * 86400)
        statement = select(cards).where(cards.c.channel_id == channel_id, cards.c.subject_key == subject_key, recent)
        row = connection.execute(statement).first()
        return (
            None
            if row is None
            else Card(ts=row.ts, thread_ts=row.thread_ts, event_id=row.event_id, event_count=row.event_count)
        )

    def posted(
        self,
        connection: Connection,
        channel_id: str,
        subject_key: str,
        *,
        event_id: str,
        ts: str,
        thread_ts: str | None,
    ) -> None:
        """Note the message that shows a subject from now on."""
        values = {"ts": ts, "thread_ts": thread_ts, "event_id": event_id, "event_count": 1, "changed_at": now()}
        row = self._database.insert(cards).values(channel_id=channel_id, subject_key=subject_key, **values)
        key = [cards.c.channel_id, cards.c.subject_key]
        connection.execute(row.on_conflict_do_update(index_elements=key, set_=values))

    def notified(self, connection: Connection, channel_id: str, subject_key: str, *, event_id: str) -> None:
        """Note that one more event was told in its thread."""
        mine = update(cards).where(cards.c.channel_id == channel_id, cards.c.subject_key == subject_key)
        connection.execute(mine.values(event_count=cards.c.event_count + 1, event_id=event_id, changed_at=now()))

    def burst(self, connection: Connection, channel_id: str, *, within_seconds: float) -> Burst | None:
        """Return the burst that a channel is in: one to which something was added lately."""
        recent = lately(bursts.c.last_at, within=within_seconds)
        row = connection.execute(select(bursts).where(bursts.c.channel_id == channel_id, recent)).first()
        if row is None:
            return None
        counts: Counter[EventKind] = Counter()
        for name, count in (read_object(row.counts, int) or {}).items():
            counts[KINDS.named(name)] += count
        return Burst(ts=row.ts, began_at=row.began_at, last_at=row.last_at, counts=counts)

    def burst_began(self, connection: Connection, channel_id: str, *, ts: str) -> None:
        """Note the summary of a new burst."""
        values = {"ts": ts, "began_at": now(), "last_at": now(), "counts": "{}"}
        row = self._database.insert(bursts).values(channel_id=channel_id, **values)
        connection.execute(row.on_conflict_do_update(index_elements=[bursts.c.channel_id], set_=values))

    def burst_grew(self, connection: Connection, channel_id: str, kind: EventKind) -> None:
        """Count one more change in the channel's burst."""
        mine = bursts.c.channel_id == channel_id
        counts = connection.execute(select(bursts.c.counts).where(mine)).scalar_one_or_none()
        if counts is not None:
            grown = read_object(counts, int) or {}
            grown[kind.name] = grown.get(kind.name, 0) + 1
            connection.execute(update(bursts).where(mine).values(counts=json.dumps(grown), last_at=now()))

    async def clean_up(self) -> None:
        """Delete what is too old to be added to."""
        old = now() - CARD_DAYS * 86400

        def work(connection: Connection) -> None:
            connection.execute(delete(cards).where(cards.c.changed_at < old))
            connection.execute(delete(bursts).where(bursts.c.last_at < old))

        await self._database.write(work)
