"""Conversation queues that wait: deliveries are there, and none may begin for a minute or longer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, and_, case, cast, func, select

from bot.domain.deliveries import OWN
from bot.storage.clock import believed, instant, later, now
from bot.storage.conversation_queues import IS_WAITING
from bot.storage.tables import conversation_queues, deliveries

ASKED_TO = "ratelimited"
"""Slack's word for why a delivery waits: https://docs.slack.dev/apis/web-api/rate-limits."""
LONG = 55.0
"""Seconds; a wait of a minute, less what passes while it is written down."""
LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWait:
    """One conversation, by its id at Slack, and when its deliveries go on."""

    conversation_id: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWaits:
    """All conversations that wait; ``listed`` are those that wait longest, ten at most."""

    count: int = 0
    until: datetime | None = None
    """When the last of them goes on; None where none waits."""
    slack_asked: bool = False
    """Slack asked for every one of these waits."""
    listed: tuple[QueueWait, ...] = ()


NO_WAITS = QueueWaits()

_pause = case(
    (
        conversation_queues.c.open_wait >= LONG,
        believed(conversation_queues.c.open_at, wait=conversation_queues.c.open_wait),
    ),
    else_=0.0,
)
"""Until when nothing at all goes into the conversation: Retry-After, back-off."""
_mine = and_(deliveries.c.conversation == conversation_queues.c.conversation, IS_WAITING)
_put_off = (
    select(func.min(believed(deliveries.c.due_at, wait=deliveries.c.due_wait)))
    # What was planned for later, and did not fail, is not late.
    .where(_mine, deliveries.c.due_wait >= LONG, deliveries.c.reason.is_not(None))
    .correlate(conversation_queues)
    .scalar_subquery()
)
_all = (
    select(
        conversation_queues.c.conversation,
        later(_pause, func.coalesce(_put_off, 0.0)).label("until"),
        cast(
            select(deliveries.c.id)
            .where(_mine, deliveries.c.reason == ASKED_TO)
            .correlate(conversation_queues)
            .exists(),
            Integer,
        ).label("asked"),
    )
    .where(
        conversation_queues.c.due_at.is_not(None),
        conversation_queues.c.delivery_number.is_(None),
        ~conversation_queues.c.conversation.startswith(OWN),
        select(deliveries.c.id).where(_mine).correlate(conversation_queues).exists(),
    )
    .subquery()
)
_waiting = (
    select(
        _all.c.conversation,
        _all.c.until,
        func.count().over().label("total"),
        func.max(_all.c.until).over().label("last"),
        func.min(_all.c.asked).over().label("asked"),
    )
    .where(_all.c.until > now())
    .order_by(_all.c.until.desc(), _all.c.conversation)
    .limit(LISTED)
)


def queue_waits(connection: Connection) -> QueueWaits:
    """Return which conversations wait though there is something to deliver, in waits of a minute or longer.

    The bot's own queues, and those that somebody is delivering from, are not among them; nor is one whose instants a
    clock that has been set back since has written.
    """
    rows = connection.execute(_waiting).all()
    if not rows:
        return NO_WAITS
    listed = tuple(QueueWait(conversation_id=row.conversation, until=_instant(row.until)) for row in rows)
    first = rows[0]
    return QueueWaits(count=first.total, until=_instant(first.last), slack_asked=bool(first.asked), listed=listed)


def _instant(seconds: float) -> datetime:
    at = instant(seconds)
    assert at is not None  # noqa: S101 - only None is None
    return at
