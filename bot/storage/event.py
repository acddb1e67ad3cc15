"""What happens at Partner Center: as a source sees it, and as it is kept once it is known to be new."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class Topic(StrEnum):
    """What a channel may follow; each kind of event belongs to one, ``ALL`` holds every kind."""

    CUSTOMERS = "customers"
    RELATIONSHIPS = "relationships"
    SUBSCRIPTIONS = "subscriptions"
    INVOICES = "invoices"
    SECURITY = "security"
    ALL = "all"


class EventKind(StrEnum):
    """What can happen, in the words of the field."""

    CUSTOMER_ADDED = "customer_added"
    CUSTOMER_REMOVED = "customer_removed"
    RELATIONSHIP_ACCEPTED = "relationship_accepted"
    RELATIONSHIP_ACCEPTED_INDIRECT = "relationship_accepted_indirect"
    ACCESS_GRANTED = "access_granted"
    ACCESS_ENDED = "access_ended"
    ACCESS_EXPIRING = "access_expiring"
    SUBSCRIPTION_CHANGED = "subscription_changed"
    USAGE_THRESHOLD = "usage_threshold"
    MIGRATION_CREATED = "migration_created"
    MIGRATION_COMPLETED = "migration_completed"
    MIGRATION_FAILED = "migration_failed"
    INVOICE_READY = "invoice_ready"
    FRAUD_ALERT = "fraud_alert"
    REFERRAL_CREATED = "referral_created"
    REFERRAL_UPDATED = "referral_updated"
    TEST = "test"  # asked for by a person or by ``python -m bot webhook test``
    QUIET = "quiet"  # known, and of no interest to a channel
    UNKNOWN = "unknown"  # a name that Microsoft has added since


TOPICS: Mapping[EventKind, Topic] = MappingProxyType(
    {
        EventKind.CUSTOMER_ADDED: Topic.CUSTOMERS,
        EventKind.CUSTOMER_REMOVED: Topic.CUSTOMERS,
        EventKind.RELATIONSHIP_ACCEPTED: Topic.CUSTOMERS,
        EventKind.RELATIONSHIP_ACCEPTED_INDIRECT: Topic.CUSTOMERS,
        EventKind.ACCESS_GRANTED: Topic.RELATIONSHIPS,
        EventKind.ACCESS_ENDED: Topic.RELATIONSHIPS,
        EventKind.ACCESS_EXPIRING: Topic.RELATIONSHIPS,
        EventKind.SUBSCRIPTION_CHANGED: Topic.SUBSCRIPTIONS,
        EventKind.USAGE_THRESHOLD: Topic.SUBSCRIPTIONS,
        EventKind.MIGRATION_CREATED: Topic.SUBSCRIPTIONS,
        EventKind.MIGRATION_COMPLETED: Topic.SUBSCRIPTIONS,
        EventKind.MIGRATION_FAILED: Topic.SUBSCRIPTIONS,
        EventKind.INVOICE_READY: Topic.INVOICES,
        EventKind.FRAUD_ALERT: Topic.SECURITY,
        EventKind.REFERRAL_CREATED: Topic.ALL,
        EventKind.REFERRAL_UPDATED: Topic.ALL,
    }
)
"""Where each kind belongs; the kinds that are missing are told to nobody."""

NEW_CUSTOMER = frozenset(
    {EventKind.CUSTOMER_ADDED, EventKind.RELATIONSHIP_ACCEPTED, EventKind.RELATIONSHIP_ACCEPTED_INDIRECT}
)
"""Three ways to see one thing: a company has become a customer."""
_ABOUT_CUSTOMER = NEW_CUSTOMER | {
    EventKind.CUSTOMER_REMOVED,
    EventKind.ACCESS_GRANTED,
    EventKind.ACCESS_ENDED,
    EventKind.ACCESS_EXPIRING,
}


class Source(StrEnum):
    """Where an event was seen."""

    WEBHOOK = "webhook"
    AUDIT = "audit"
    LIST = "list"  # the customer list differs from the last one; knows no exact time
    BOT = "bot"  # a test, or a date that the bot watches


class Actor(StrEnum):
    """By whom something was done."""

    CUSTOMER = "customer"
    PARTNER = "partner"
    MICROSOFT = "microsoft"
    END_DATE = "end_date"


CLOCKS_DIFFER = timedelta(days=1)
"""How far Microsoft's clock may be ahead of ours."""


def plausible(at: datetime | None, *, now: datetime) -> datetime:
    """Return when something that has been seen happened: ``now`` where it is not dated, or dated in the future."""
    return now if at is None or at - now > CLOCKS_DIFFER else at


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Something that one source saw; whether it is new is for ``bot.storage.events`` to say."""

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
class Event(Sighting):
    """Something that happened, as it is kept; it is the same whichever source saw it first."""

    id: str
    received_at: datetime
    told: bool = True
    """Whether channels hear of it: what is too old, quiet or unknown is only kept."""

    @property
    def thing(self) -> str:
        """What it is about: later events about the same thing go into the thread of the first."""
        if self.kind in _ABOUT_CUSTOMER and self.customer_id:
            return f"customer:{self.customer_id}"
        subject = self.resource or self.customer_id or self.id
        return f"{self.kind.partition('_')[0]}:{subject}"
