"""Events at Partner Center: observations of a source, and events that are known to be new."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.event_kind import Actor, EventKind


class Source(StrEnum):
    """Where an event was seen."""

    WEBHOOK = "webhook"
    AUDIT = "audit"
    LIST = "list"  # the customer list differs from the last one; knows no exact time
    BOT = "bot"  # a test, or a date that the bot watches


CLOCKS_DIFFER = timedelta(days=1)
"""How far Microsoft's clock may be ahead of ours."""


UNDATED = datetime.max.replace(tzinfo=UTC)
"""Date of what has none: the time of its recording takes its place, as that of any other date yet to come."""


def plausible(at: datetime, *, now: datetime) -> datetime:
    """Return when something that has been seen happened: ``now`` where it is dated in the future."""
    return now if at - now > CLOCKS_DIFFER else at


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """An event as one source saw it; ``bot.storage.events`` says whether it is new."""

    kind: EventKind
    source: Source
    name: str
    """Microsoft's own word: the event's name, the audit operation."""
    happened_at: datetime
    customer_id: str | None = None
    """The tenant id, in lower case."""
    customer_name: str | None = None
    """As the source has it; the customer's own record may say otherwise by now."""
    resource: str | None = None
    """The id of what changed: a subscription, an invoice, a referral, a delegated access."""
    actor: Actor | None = None
    audit_id: str | None = None
    """The id of Microsoft's audit record, in lower case, where the source names one."""
    detail: str | None = None
    """What Microsoft says of it in a few words, such as an event status."""
    ends_at: datetime | None = None
    """When a delegated access ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Observation):
    """Something that happened, as it is kept; it is the same whichever source saw it first."""

    id: str
    received_at: datetime
    notified: bool = True
    """Whether channels are notified of it: what is too old, quiet or unknown is only kept."""

    @property
    def subject_key(self) -> str:
        """What it is about: later events about the same thing go into the thread of the first."""
        if self.kind.subject.by_customer and self.customer_id:
            return f"customer:{self.customer_id}"
        subject = self.resource or self.customer_id or self.id
        return f"{self.kind.name.partition('_')[0]}:{subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """Facts about an event that were fetched after it was recorded."""

    customer_id: str | None = None
    customer_name: str | None = None
    detail: str | None = None
    actor: Actor | None = None
