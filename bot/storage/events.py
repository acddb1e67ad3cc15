"""Events, each kept once whichever source sees it first: what happened is told once.

What happens once to a relationship (it begins, it ends; delegated access is granted, it ends) is known by kind,
customer and how many times it has happened. Anything else is known by Microsoft's audit record, or where there is none
by name, resource and time. Two sources that name one thing differently are matched by what it is about and when.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, literal, or_, select, update

from bot.domain.event_kind import Once
from bot.domain.event_kinds import ACCESS_ENDED, ACCESS_EXPIRING, ACCESS_GRANTED, KINDS
from bot.domain.events import Event, EventFacts, Observation, Source, plausible
from bot.storage.clock import now, read_now
from bot.storage.database import Database
from bot.storage.tables import EVENT_IS_UNKNOWN, events

TOO_OLD = timedelta(days=14)
"""What happened longer ago is kept and told to nobody: it is no news."""
SAME_DAYS = timedelta(days=2)
"""Microsoft tells of some changes up to 48 hours late, so two sources may date one thing so far apart."""
SAME_MOMENT = timedelta(minutes=2)
"""The same for a resource that changes often."""
KEPT_DAYS = 180


_by_id = select(events).where(events.c.id == bindparam("event_id"))


class Events:
    """The table of events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, connection: Connection, observation: Observation) -> Event | None:
        """Keep an observation in the caller's transaction; None where it is known already, perhaps less well."""
        if not self._database.is_sqlite and observation.customer_id is not None:
            # Replicas that see two things of one customer at once would count them alike.
            lock = select(func.pg_advisory_xact_lock(func.hashtextextended(observation.customer_id, 0)))
            connection.execute(lock)
        at = read_now(connection)
        observation = replace(observation, happened_at=plausible(observation.happened_at, now=at))
        event_id, known_id = _identity(connection, observation)
        known_id = known_id or _seen_elsewhere(connection, observation)
        if known_id is not None:
            _complete(connection, known_id, observation)
            return None
        old = at - observation.happened_at > TOO_OLD
        fresh = self._database.insert(events).values(
            id=event_id,
            kind=observation.kind,
            source=observation.source,
            name=observation.name,
            happened_at=observation.happened_at,
            received_at=at,
            customer_id=observation.customer_id,
            customer_name=observation.customer_name,
            resource=observation.resource,
            actor=observation.actor,
            audit_id=observation.audit_id,
            detail=observation.detail,
            ends_at=observation.ends_at,
            notified=observation.kind.topic is not None and not old,
        )
        row = connection.execute(fresh.on_conflict_do_nothing().returning(*events.c)).first()
        if row is None:
            _complete(connection, event_id, observation)
        return None if row is None else _event(row)

    def learn(self, connection: Connection, event_id: str, facts: EventFacts) -> Event:
        """Keep what was found out about an event since it was recorded; what is known stays where nothing was."""
        values = {name: getattr(facts, name) for name in EventFacts.__slots__}
        known = {
            name: func.coalesce(literal(value, events.c[name].type), events.c[name]) for name, value in values.items()
        }
        statement = update(events).where(events.c.id == event_id).values(known).returning(*events.c)
        return _event(connection.execute(statement).one())

    def find(self, connection: Connection, event_id: str) -> Event | None:
        """Return the event, or None."""
        row = connection.execute(_by_id, {"event_id": event_id}).first()
        return None if row is None else _event(row)

    def among(self, connection: Connection, event_ids: Collection[str]) -> tuple[Event, ...]:
        """Return these events in the order in which they happened."""
        statement = select(events).where(events.c.id.in_(event_ids)).order_by(events.c.happened_at, events.c.id)
        return tuple(_event(row) for row in connection.execute(statement))

    def known_audit_ids(self, connection: Connection, audit_ids: Collection[str]) -> frozenset[str]:
        """Return which of these audit records were seen already."""
        statement = select(events.c.audit_id).where(events.c.audit_id.in_(audit_ids))
        return frozenset(connection.execute(statement).scalars())

    def access_that_ends(self, connection: Connection, *, within: timedelta) -> tuple[Event, ...]:
        """Return the grants of delegated access whose end is so near, and which have not ended before."""
        ended = events.alias()
        over = select(ended.c.id).where(
            ended.c.kind == ACCESS_ENDED,
            ended.c.customer_id == events.c.customer_id,
            ended.c.happened_at >= events.c.happened_at,
            or_(ended.c.resource == events.c.resource, ended.c.resource.is_(None), events.c.resource.is_(None)),
        )
        statement = select(events).where(
            events.c.kind == ACCESS_GRANTED,
            events.c.ends_at > now(),
            events.c.ends_at <= now() + within.total_seconds(),
            ~over.exists(),
        )
        return tuple(_event(row) for row in connection.execute(statement))

    def unknown_names(self, connection: Connection, *, days: float = 30) -> tuple[str, ...]:
        """Return the names of lately received events that this release does not know."""
        recent = events.c.received_at > now() - days * 86400
        statement = select(events.c.name).where(EVENT_IS_UNKNOWN, recent).distinct()
        return tuple(sorted(connection.execute(statement).scalars()))

    def clean_up(self, connection: Connection) -> None:
        """Delete what was received too long ago to come again."""
        connection.execute(delete(events).where(events.c.received_at < now() - KEPT_DAYS * 86400))


def _identity(connection: Connection, observation: Observation) -> tuple[str, str | None]:
    """Return the id that every source arrives at, and that of the event where this very thing was seen."""
    if observation.kind.once is not None and observation.customer_id is not None:
        return _occurrence(connection, observation, observation.kind.once)
    if observation.kind is ACCESS_EXPIRING:
        day = observation.ends_at.date().isoformat() if observation.ends_at else ""
        return f"access expiring:{observation.customer_id or observation.resource}:{day}", None
    if observation.audit_id is not None:
        return f"audit:{observation.audit_id}", None
    about = observation.resource or observation.customer_id or ""
    return f"{observation.name}:{about}:{observation.happened_at.isoformat()}", None


def _occurrence(connection: Connection, observation: Observation, once: Once) -> tuple[str, str | None]:
    """Return the id of this time, and that of a time which is the same: nothing undid it in between."""
    kinds, opposites = KINDS.that_mean(once.name), KINDS.that_mean(once.undone_by)
    columns = (events.c.id, events.c.kind, events.c.source, events.c.happened_at, events.c.resource)
    statement = select(*columns).where(
        events.c.customer_id == observation.customer_id, events.c.kind.in_(kinds | opposites)
    )
    rows = connection.execute(statement).all()
    undone = [row.happened_at for row in rows if row.kind in opposites]
    times = [row for row in rows if row.kind in kinds]
    at = observation.happened_at
    for row in times:
        if row.resource and observation.resource and row.resource != observation.resource:
            continue
        begin, end = sorted((at, row.happened_at))
        dated = Source.LIST not in (row.source, observation.source)
        near = end - begin <= SAME_DAYS
        if (near or not dated) and not any(begin < time < end for time in undone):
            return row.id, row.id
    return f"{once.name}:{observation.customer_id}:{len(times) + 1}", None


def _seen_elsewhere(connection: Connection, observation: Observation) -> str | None:
    """Return the event in which another source has told of this change of a resource, under another name."""
    if observation.resource is None or observation.source is Source.BOT or observation.kind.topic is None:
        return None
    at, apart = observation.happened_at, SAME_MOMENT
    statement = select(events.c.id).where(
        events.c.resource == observation.resource,
        events.c.kind == observation.kind,
        events.c.source != observation.source,
        events.c.happened_at.between(at - apart, at + apart),
    )
    if observation.audit_id is not None:  # two records tell of two changes
        statement = statement.where(or_(events.c.audit_id.is_(None), events.c.audit_id == observation.audit_id))
    return connection.execute(statement).scalars().first()


def _complete(connection: Connection, event_id: str, observation: Observation) -> None:
    """Add to a known event what the source that saw it first did not say, such as when delegated access ends."""
    values = {
        "customer_id": observation.customer_id,
        "customer_name": observation.customer_name,
        "actor": observation.actor,
        "audit_id": observation.audit_id,
        "ends_at": observation.ends_at,
    }
    said = {
        name: func.coalesce(events.c[name], literal(value, events.c[name].type))
        for name, value in values.items()
        if value is not None
    }
    if said:
        connection.execute(update(events).where(events.c.id == event_id).values(said))


def _event(row: Row[Any]) -> Event:
    return event_of(row._mapping)  # noqa: SLF001 - the documented way to a row's names


def event_of(row: Mapping[Any, Any]) -> Event:
    """Return the event in a row of the table, by the names of its columns."""
    return Event(**row)
