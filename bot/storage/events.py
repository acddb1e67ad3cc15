"""Events, each kept once whichever source sees it first: what happened is told once.

What happens once to a relationship (it begins, it ends; delegated access is granted, it ends) is known by kind,
customer and how many times it has happened. Anything else is known by Microsoft's audit record, or where there is none
by name, resource and time. Two sources that name one thing differently are matched by what it is about and when.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from bot.domain.event_kind import Actor, Once
from bot.domain.event_kinds import ACCESS_ENDED, ACCESS_EXPIRING, ACCESS_GRANTED, KINDS, UNKNOWN
from bot.storage.clock import instant, now, seconds
from bot.storage.database import Database
from bot.storage.event import Event, Sighting, Source
from bot.storage.tables import events
from bot.storage.words import member, members

TOO_OLD = timedelta(days=14)
"""What happened longer ago is kept and told to nobody: it is no news."""
SAME_DAYS = timedelta(days=2)
"""Microsoft tells of some changes up to 48 hours late, so two sources may date one thing so far apart."""
SAME_MOMENT = timedelta(minutes=2)
"""The same for a resource that changes often."""
KEPT_DAYS = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What was found out about an event later."""

    customer_id: str | None = None
    customer_name: str | None = None
    detail: str | None = None
    actor: Actor | None = None


class Events:
    """The table of events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, connection: Connection, seen: Sighting) -> Event | None:
        """Keep what was seen, in the caller's transaction; None where it is known already, perhaps less well."""
        if not self._database.is_sqlite and seen.customer_id is not None:
            # Replicas that see two things of one customer at once would count them alike.
            lock = select(func.pg_advisory_xact_lock(func.hashtextextended(seen.customer_id, 0)))
            connection.execute(lock)
        event_id, known_id = _identity(connection, seen)
        known_id = known_id or _seen_elsewhere(connection, seen)
        if known_id is not None:
            _complete(connection, known_id, seen)
            return None
        at: float = connection.execute(select(now())).scalar_one()
        old = at - seen.happened_at.timestamp() > TOO_OLD.total_seconds()
        fresh = self._database.insert(events).values(
            id=event_id,
            kind=seen.kind.name,
            source=seen.source,
            name=seen.name,
            happened_at=seen.happened_at.timestamp(),
            received_at=at,
            customer_id=seen.customer_id,
            customer_name=seen.customer_name,
            resource=seen.resource,
            actor=seen.actor,
            audit_id=seen.audit_id,
            detail=seen.detail,
            ends_at=seconds(seen.ends_at),
            told=seen.kind.topic is not None and not old,
        )
        row = connection.execute(fresh.on_conflict_do_nothing().returning(*events.c)).first()
        if row is None:
            _complete(connection, event_id, seen)
        return None if row is None else _event(row)

    def learn(self, connection: Connection, event_id: str, learnt: Learnt) -> Event:
        """Keep what was found out about an event since it was recorded; what is known stays where nothing was."""
        values = {name: getattr(learnt, name) for name in Learnt.__slots__}
        known = {name: func.coalesce(value, events.c[name]) for name, value in values.items()}
        statement = update(events).where(events.c.id == event_id).values(known).returning(*events.c)
        return _event(connection.execute(statement).one())

    async def find(self, event_id: str) -> Event | None:
        """Return the event, or None."""
        statement = select(events).where(events.c.id == event_id)
        row = await self._database.read(lambda connection: connection.execute(statement).first())
        return None if row is None else _event(row)

    def among(self, connection: Connection, event_ids: Collection[str]) -> tuple[Event, ...]:
        """Return these events in the order in which they happened."""
        statement = select(events).where(events.c.id.in_(event_ids)).order_by(events.c.happened_at, events.c.id)
        return tuple(_event(row) for row in connection.execute(statement))

    async def known_audit_ids(self, audit_ids: Collection[str]) -> frozenset[str]:
        """Return which of these audit records were seen already."""
        statement = select(events.c.audit_id).where(events.c.audit_id.in_(audit_ids))

        def work(connection: Connection) -> frozenset[str]:
            return frozenset(connection.execute(statement).scalars())

        return await self._database.read(work)

    async def access_that_ends(self, *, within: timedelta) -> tuple[Event, ...]:
        """Return the grants of delegated access whose end is so near, and which have not ended before."""
        ended = events.alias()
        over = select(ended.c.id).where(
            ended.c.kind == ACCESS_ENDED.name,
            ended.c.customer_id == events.c.customer_id,
            ended.c.happened_at >= events.c.happened_at,
            or_(ended.c.resource == events.c.resource, ended.c.resource.is_(None), events.c.resource.is_(None)),
        )
        statement = select(events).where(
            events.c.kind == ACCESS_GRANTED.name,
            events.c.ends_at > now(),
            events.c.ends_at <= now() + within.total_seconds(),
            ~over.exists(),
        )

        def work(connection: Connection) -> tuple[Event, ...]:
            return tuple(_event(row) for row in connection.execute(statement))

        return await self._database.read(work)

    async def unknown_names(self, *, days: float = 30) -> tuple[str, ...]:
        """Return the names of lately received events that this release does not know."""
        recent = events.c.received_at > now() - days * 86400
        statement = select(events.c.name).where(events.c.kind == UNKNOWN.name, recent).distinct()

        def work(connection: Connection) -> tuple[str, ...]:
            return tuple(sorted(connection.execute(statement).scalars()))

        return await self._database.read(work)

    async def clean_up(self) -> None:
        """Delete what was received too long ago to come again."""

        def work(connection: Connection) -> None:
            connection.execute(delete(events).where(events.c.received_at < now() - KEPT_DAYS * 86400))

        await self._database.write(work)


def _identity(connection: Connection, seen: Sighting) -> tuple[str, str | None]:
    """Return the id that every source arrives at, and that of the event where this very thing has been seen."""
    if seen.kind.once is not None and seen.customer_id is not None:
        return _occurrence(connection, seen, seen.kind.once)
    if seen.kind is ACCESS_EXPIRING:
        day = seen.ends_at.date().isoformat() if seen.ends_at else ""
        return f"access expiring:{seen.customer_id or seen.resource}:{day}", None
    if seen.audit_id is not None:
        return f"audit:{seen.audit_id}", None
    return f"{seen.name}:{seen.resource or seen.customer_id or ''}:{seen.happened_at.isoformat()}", None


def _occurrence(connection: Connection, seen: Sighting, once: Once) -> tuple[str, str | None]:
    """Return the id of this time, and that of a time which is the same: nothing undid it in between."""
    kinds, opposites = KINDS.that_mean(once.name), KINDS.that_mean(once.undone_by)
    columns = (events.c.id, events.c.kind, events.c.source, events.c.happened_at, events.c.resource)
    statement = select(*columns).where(events.c.customer_id == seen.customer_id, events.c.kind.in_(kinds | opposites))
    rows = connection.execute(statement).all()
    undone = [row.happened_at for row in rows if row.kind in opposites]
    times = [row for row in rows if row.kind in kinds]
    at = seen.happened_at.timestamp()
    for row in times:
        if row.resource and seen.resource and row.resource != seen.resource:
            continue
        begin, end = sorted((at, row.happened_at))
        dated = Source.LIST not in (row.source, seen.source)
        near = end - begin <= SAME_DAYS.total_seconds()
        if (near or not dated) and not any(begin < time < end for time in undone):
            return row.id, row.id
    return f"{once.name}:{seen.customer_id}:{len(times) + 1}", None


def _seen_elsewhere(connection: Connection, seen: Sighting) -> str | None:
    """Return the event in which another source has told of this change of a resource, under another name."""
    if seen.resource is None or seen.source is Source.BOT or seen.kind.topic is None:
        return None
    at, apart = seen.happened_at.timestamp(), SAME_MOMENT.total_seconds()
    statement = select(events.c.id).where(
        events.c.resource == seen.resource,
        events.c.kind == seen.kind.name,
        events.c.source != seen.source,
        events.c.happened_at.between(at - apart, at + apart),
    )
    if seen.audit_id is not None:  # two records tell of two changes
        statement = statement.where(or_(events.c.audit_id.is_(None), events.c.audit_id == seen.audit_id))
    return connection.execute(statement).scalars().first()


def _complete(connection: Connection, event_id: str, seen: Sighting) -> None:
    """Add to a known event what the source that saw it first did not say, such as when delegated access ends."""
    values = {
        "customer_id": seen.customer_id,
        "customer_name": seen.customer_name,
        "actor": seen.actor,
        "audit_id": seen.audit_id,
        "ends_at": seconds(seen.ends_at),
    }
    said = {name: func.coalesce(events.c[name], value) for name, value in values.items() if value is not None}
    if said:
        connection.execute(update(events).where(events.c.id == event_id).values(said))


def _event(row: Row[Any]) -> Event:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    values["kind"] = KINDS.named(values["kind"])
    values["source"] = member(Source, values["source"], otherwise=Source.BOT)
    values["actor"] = next(iter(members(Actor, values["actor"] or "")), None)
    for name in ("happened_at", "received_at", "ends_at"):
        values[name] = instant(values[name])
    return Event(**values)
