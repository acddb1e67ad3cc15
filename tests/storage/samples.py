"""Events that no test has to spell out."""

from datetime import UTC, datetime

from bot.domain.event_kind import EventKind
from bot.domain.events import Event, Source

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def sample(
    kind: EventKind, *, at: datetime = AT, customer: str | None = "1", resource: str | None = None, key: str = "e1"
) -> Event:
    """Return an event of a kind."""
    return Event(
        id=key,
        kind=kind,
        source=Source.WEBHOOK,
        name=kind.name,
        happened_at=at,
        received_at=at,
        customer_id=customer,
        resource=resource,
    )
