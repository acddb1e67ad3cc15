"""What channels follow. Pausing, resuming and removing go together with what is still to be delivered.

active ⇄ paused        what happens meanwhile is held
   └──► removed ──► active   (restored within 30 days; what was held is gone)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, false, func, or_, select, update

from bot.domain.event_kind import Topic
from bot.domain.events import Event
from bot.slack_errors import MEANINGS, Meaning
from bot.storage.clock import instant, now, seconds
from bot.storage.database import Database
from bot.storage.delivery import Account
from bot.storage.follow import Follow, FollowState, NewFollow, Rhythm, Standing
from bot.storage.outbox import Outbox
from bot.storage.tables import digest_items, follows
from bot.storage.words import holds, member, members, stored

RESTORABLE_DAYS = 30
CHANNEL_REASONS = frozenset(
    word for word, meaning in MEANINGS.items() if meaning in {Meaning.CHANNEL, Meaning.WORKSPACE}
)
"""Slack's words for what keeps a whole channel from being written to; what was given up for one comes after all."""

_INSTANTS = (
    *("created_at", "changed_at", "edited_at"),
    *("last_event_at", "last_delivered_at", "last_digest_at", "next_digest_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A follow that an event is for."""

    id: str
    channel_id: str
    rhythm: Rhythm
    paused: bool


class Follows:
    """The table of what channels follow."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    def set(self, connection: Connection, new: NewFollow, *, next_digest_at: datetime | None) -> Follow | None:
        """Begin to follow, in the caller's transaction; None for a second press on the same button."""
        values = _values(new) | {"next_digest_at": seconds(next_digest_at)}
        fresh = self._database.insert(follows).values(
            id=str(uuid4()), state=FollowState.ACTIVE, created_at=now(), changed_at=now(), **values
        )
        once = fresh.on_conflict_do_nothing(index_elements=[follows.c.submission_key])
        row = connection.execute(once.returning(*follows.c)).first()
        return None if row is None else _follow(row)

    def change(
        self, connection: Connection, follow_id: str, new: NewFollow, *, next_digest_at: datetime | None
    ) -> Follow | None:
        """Follow something else, or in another rhythm; owner and channel stay. None where it is gone.

        The owner of the new terms is who changes them.
        """
        kept = {"submission_key", "workspace_id", "channel_id", "owner_id"}
        values = {name: value for name, value in _values(new).items() if name not in kept}
        which = and_(follows.c.id == follow_id, follows.c.state != FollowState.REMOVED)
        values |= {"next_digest_at": seconds(next_digest_at), "edited_at": now(), "edited_by": new.owner_id}
        statement = update(follows).where(which).values(**values)
        row = connection.execute(statement.returning(*follows.c)).first()
        return None if row is None else _follow(row)

    async def find(self, follow_id: str) -> Follow | None:
        """Return the follow, or None."""

        def work(connection: Connection) -> Follow | None:
            return self.read(connection, follow_id)

        return await self._database.read(work)

    def read(self, connection: Connection, follow_id: str) -> Follow | None:
        """Return the same inside a transaction."""
        row = connection.execute(select(follows).where(follows.c.id == follow_id)).first()
        return None if row is None else _follow(row)

    async def of_channel(self, channel_id: str) -> tuple[Follow, ...]:
        """Return what a channel follows, the oldest first."""
        statement = select(follows).where(follows.c.channel_id == channel_id, _present).order_by(follows.c.created_at)

        def work(connection: Connection) -> tuple[Follow, ...]:
            return tuple(_follow(row) for row in connection.execute(statement))

        return await self._database.read(work)

    async def page(
        self, *, channel_id: str | None, limit: int = 10, offset: int = 0
    ) -> tuple[tuple[Standing, ...], int]:
        """Return follows of a channel, or of all, with their accounts, and how many there are altogether."""
        which = _present if channel_id is None else and_(_present, follows.c.channel_id == channel_id)
        order = (follows.c.channel_id, follows.c.created_at, follows.c.id)

        def work(connection: Connection) -> tuple[int, tuple[Follow, ...]]:
            total: int = connection.execute(select(func.count()).select_from(follows).where(which)).scalar_one()
            rows = connection.execute(select(follows).where(which).order_by(*order).limit(limit).offset(offset))
            return total, tuple(_follow(row) for row in rows)

        total, found = await self._database.read(work)
        return await self.standings(found), total

    async def standings(self, found: Sequence[Follow]) -> tuple[Standing, ...]:
        """Return follows with what waits and what was given up for each."""
        accounts = await self._outbox.accounts([follow.id for follow in found])
        return tuple(
            Standing(follow=follow, waiting=account.waiting, given_up=account.given_up)
            for follow in found
            for account in (accounts.get(follow.id, Account()),)
        )

    def matching(self, connection: Connection, event: Event) -> tuple[Match, ...]:
        """Return the follows that an event is for, the oldest first."""
        columns = (follows.c.id, follows.c.channel_id, follows.c.rhythm, follows.c.state)
        rows = connection.execute(select(*columns).where(_is_for(event)).order_by(follows.c.created_at))
        return tuple(
            Match(
                id=follow_id,
                channel_id=channel_id,
                rhythm=member(Rhythm, rhythm, otherwise=Rhythm.NOW),
                paused=state == FollowState.PAUSED,
            )
            for follow_id, channel_id, rhythm, state in rows
        )

    def heard(self, connection: Connection, event: Event) -> None:
        """Note on the follows that an event is for that something happened; one that is just being changed is left out.

        Whoever tells of an event has locked lanes already, and must not wait for whoever holds a follow and wants them.
        """
        free = select(follows.c.id).where(_is_for(event)).with_for_update(skip_locked=True)
        connection.execute(update(follows).where(follows.c.id.in_(free)).values(last_event_at=now()))

    def pause(self, connection: Connection, follow_id: str, *, reason: str, by: str | None = None) -> Follow | None:
        """Hold what comes, for a reason; None where it was no longer active, so that its owner is told once."""
        paused = self._move(connection, follow_id, FollowState.ACTIVE, FollowState.PAUSED, reason=reason, by=by)
        if paused is not None:
            self._outbox.hold(connection, follow_id)
        return paused

    def resume(self, connection: Connection, follow_id: str, *, by: str | None = None) -> Follow | None:
        """Let go what was held; None where it was not paused."""
        resumed = self._move(connection, follow_id, FollowState.PAUSED, FollowState.ACTIVE, by=by)
        if resumed is not None:
            self._outbox.release(connection, follow_id, revive=CHANNEL_REASONS)
        return resumed

    def remove(self, connection: Connection, follow_id: str, *, by: str | None = None) -> Follow | None:
        """Stop following; what was still to come is dropped. None where it was removed already."""
        removed = None
        for state in (FollowState.ACTIVE, FollowState.PAUSED):
            removed = removed or self._move(connection, follow_id, state, FollowState.REMOVED, by=by)
        if removed is not None:
            self._outbox.drop(connection, follow_id)
            connection.execute(
                delete(digest_items).where(digest_items.c.follow_id == follow_id, digest_items.c.digest.is_(None))
            )
        return removed

    def restore(
        self, connection: Connection, follow_id: str, *, next_digest_at: datetime | None, by: str | None = None
    ) -> Follow | None:
        """Follow again what was removed within 30 days; None where there is nothing to restore."""
        recent = follows.c.changed_at > now() - RESTORABLE_DAYS * 86400
        statement = (
            update(follows)
            .where(follows.c.id == follow_id, follows.c.state == FollowState.REMOVED, recent)
            .values(state=FollowState.ACTIVE, changed_at=now(), changed_by=by, next_digest_at=seconds(next_digest_at))
        )
        row = connection.execute(statement.returning(*follows.c)).first()
        return None if row is None else _follow(row)

    def delivered(self, connection: Connection, follow_id: str) -> None:
        """Note that a message of this follow stands."""
        connection.execute(update(follows).where(follows.c.id == follow_id).values(last_delivered_at=now()))

    def has_thread(self, connection: Connection, follow_id: str, ts: str) -> None:
        """Note the message whose thread holds everything."""
        connection.execute(update(follows).where(follows.c.id == follow_id).values(thread_ts=ts))

    async def count_paused(self) -> int:
        """Return how many follows are paused."""
        statement = select(func.count()).select_from(follows).where(follows.c.state == FollowState.PAUSED)

        def work(connection: Connection) -> int:
            count: int = connection.execute(statement).scalar_one()
            return count

        return await self._database.read(work)

    async def clean_up(self) -> None:
        """Delete what was removed too long ago to be restored."""
        old = and_(follows.c.state == FollowState.REMOVED, follows.c.changed_at < now() - RESTORABLE_DAYS * 86400)

        def work(connection: Connection) -> None:
            gone = select(follows.c.id).where(old)
            connection.execute(delete(digest_items).where(digest_items.c.follow_id.in_(gone)))
            connection.execute(delete(follows).where(old))

        await self._database.write(work)

    def _move(
        self,
        connection: Connection,
        follow_id: str,
        before: FollowState,
        after: FollowState,
        *,
        reason: str | None = None,
        by: str | None,
    ) -> Follow | None:
        statement = (
            update(follows)
            .where(follows.c.id == follow_id, follows.c.state == before)
            .values(state=after, reason=reason, changed_at=now(), changed_by=by)
        )
        row = connection.execute(statement.returning(*follows.c)).first()
        return None if row is None else _follow(row)


_present: ColumnElement[bool] = follows.c.state.in_((FollowState.ACTIVE, FollowState.PAUSED))


def _is_for(event: Event) -> ColumnElement[bool]:
    topic = event.kind.topic
    if topic is None:
        return false()
    wanted = holds(follows.c.topics, topic, Topic.ALL)
    return and_(_present, wanted, or_(follows.c.customer_id.is_(None), follows.c.customer_id == event.customer_id))


def _values(new: NewFollow) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(new, name) for name in NewFollow.__slots__}
    values["topics"] = stored(new.topics)
    values["countries"] = ",".join(new.countries)
    return values


def _follow(row: Row[Any]) -> Follow:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    values["topics"] = members(Topic, values["topics"])
    values["countries"] = tuple(code for code in values["countries"].split(",") if code)
    values["rhythm"] = member(Rhythm, values["rhythm"], otherwise=Rhythm.NOW)
    values["state"] = member(FollowState, values["state"], otherwise=FollowState.PAUSED)
    for name in _INSTANTS:
        values[name] = instant(values[name])
    return Follow(**values)
