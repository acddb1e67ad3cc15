"""What a channel was told already that concerns an event, in one statement."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, cast, func, or_, select

from bot.domain.deliveries import DeliveryState
from bot.domain.event_kind import EventKind
from bot.domain.event_kinds import KINDS
from bot.domain.events import Event
from bot.domain.invitations import InvitationState
from bot.storage.clock import lately
from bot.storage.column_types import Instant, Text
from bot.storage.events import event_of
from bot.storage.json_columns import read_object
from bot.storage.tables import bursts, cards, deliveries, events, invitations

CARD_SECONDS = 30 * 86400.0
"""After so long a change deserves a message of its own."""
BURST_SECONDS = 600.0
"""Within which many notifications of one channel become a summary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Message that shows the latest state of a subject."""

    ts: str
    thread_ts: str | None
    """Where it stands in a thread itself."""
    event_id: str
    """The latest event that it shows."""
    event_count: int
    """Number of events that it and its thread tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Summary that stands for many changes; each of them is in its thread."""

    ts: str
    began_at: datetime
    last_at: datetime
    counts: Mapping[EventKind, int]
    """Number of events of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHistory:
    """What a channel was told already."""

    card: Card | None
    before: Event | None
    """The event that the card shows."""
    later_ts: str | None
    """Thread of later news of the same customer, or subject, that were told already."""
    burst: Burst | None
    told_lately: int
    """Notifications within ``BURST_SECONDS``."""
    waiting: int
    """Notifications that are to come, this one included."""
    unlinked: bool
    """The event is a new customer who may belong to an invitation that still waits."""


_channel: ColumnElement[str] = cast(bindparam("channel", type_=Text), Text)
_subject: ColumnElement[str] = bindparam("subject", type_=Text)
_customer: ColumnElement[str] = bindparam("customer", type_=Text)
_kind: ColumnElement[str] = bindparam("kind", type_=Text)
_here = select(_channel.label("channel_id")).subquery("here")
_later = cards.alias("later")
_later_ts = (
    select(func.coalesce(_later.c.thread_ts, _later.c.ts))
    .where(
        _later.c.channel_id == _channel,
        or_(_later.c.customer_id == _customer, _later.c.subject_key == _subject),
        _later.c.happened_at > bindparam("happened", type_=Instant),
        lately(_later.c.changed_at, within=CARD_SECONDS),
    )
    .order_by(case((_later.c.subject_key == _subject, 0), else_=1), _later.c.happened_at.desc())
    .limit(1)
    .scalar_subquery()
)
_mine = and_(deliveries.c.conversation == _channel, deliveries.c.kind == _kind)
_told_lately = (
    select(func.count())
    .where(
        _mine,
        deliveries.c.state == DeliveryState.SENT,
        lately(deliveries.c.finished_at, within=BURST_SECONDS),
    )
    .scalar_subquery()
)
_unfinished = deliveries.c.finished_at.is_(None)  # for the index
_waiting = select(func.count()).where(_mine, _unfinished, deliveries.c.state == DeliveryState.WAITING).scalar_subquery()
_invitation_waits = select(invitations.c.id).where(invitations.c.state == InvitationState.WAITING).exists()
_is_linked = select(invitations.c.id).where(invitations.c.accepted_tenant_id == _customer).exists()
_statement = select(
    cards.c.ts,
    cards.c.thread_ts,
    cards.c.event_id,
    cards.c.event_count,
    *(column.label(f"before_{column.name}") for column in events.c),
    bursts.c.ts.label("burst_ts"),
    bursts.c.began_at,
    bursts.c.last_at,
    bursts.c.counts,
    _later_ts.label("later_ts"),
    _told_lately.label("told_lately"),
    _waiting.label("waiting"),
    and_(_invitation_waits, ~_is_linked).label("unlinked"),
).select_from(
    _here.outerjoin(
        cards,
        and_(
            cards.c.channel_id == _here.c.channel_id,
            cards.c.subject_key == _subject,
            lately(cards.c.changed_at, within=CARD_SECONDS),
        ),
    )
    .outerjoin(events, events.c.id == cards.c.event_id)
    .outerjoin(bursts, and_(bursts.c.channel_id == _here.c.channel_id, lately(bursts.c.last_at, within=BURST_SECONDS)))
)


def read_history(connection: Connection, channel_id: str, event: Event, *, kind: str) -> ChannelHistory:
    """Return what a channel was told by deliveries of a kind that concerns an event."""
    values = {
        "channel": channel_id,
        "subject": event.subject_key,
        "customer": event.customer_id,
        "happened": event.happened_at,
        "kind": kind,
    }
    row = connection.execute(_statement, values).one()
    return ChannelHistory(
        card=_card(row),
        before=_before(row),
        later_ts=row.later_ts,
        burst=_burst(row),
        told_lately=row.told_lately,
        waiting=row.waiting,
        unlinked=event.kind.is_new_customer and event.customer_id is not None and bool(row.unlinked),
    )


def _card(row: Any) -> Card | None:
    if row.ts is None:
        return None
    return Card(ts=row.ts, thread_ts=row.thread_ts, event_id=row.event_id, event_count=row.event_count)


def _before(row: Any) -> Event | None:
    if row.before_id is None:
        return None
    return event_of({column.name: getattr(row, f"before_{column.name}") for column in events.c})


def _burst(row: Any) -> Burst | None:
    if row.burst_ts is None:
        return None
    counts: Counter[EventKind] = Counter()
    for name, count in (read_object(row.counts, int) or {}).items():
        counts[KINDS.named(name)] += count
    return Burst(ts=row.burst_ts, began_at=row.began_at, last_at=row.last_at, counts=counts)
