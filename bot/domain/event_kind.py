"""Event kinds: what one row of the registry says, and the look-ups over all rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.language import deferred


class Topic(StrEnum):
    """Topic of a channel subscription; each kind of event belongs to one, ``ALL`` holds every kind."""

    CUSTOMERS = "customers"
    RELATIONSHIPS = "relationships"
    SUBSCRIPTIONS = "subscriptions"
    INVOICES = "invoices"
    SECURITY = "security"
    ALL = "all"


class Actor(StrEnum):
    """By whom something was done."""

    CUSTOMER = "customer"
    PARTNER = "partner"
    MICROSOFT = "microsoft"
    END_DATE = "end_date"


class Loudness(StrEnum):
    """How much attention a kind of event asks of a channel."""

    ALARM = "alarm"
    NEWS = "news"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """What an event is about, and where its id is found."""

    label: str | None = None
    """Label of its id on a card; without one the event is about the customer, or about nothing in particular."""
    record_key: str | None = None
    """Key in the details of an audit record that may hold the id."""
    by_customer: bool = False
    """All events of a customer share one card."""


CUSTOMER = Subject(by_customer=True)
ACCESS = Subject(by_customer=True)
MICROSOFT_SUBSCRIPTION = Subject(label=deferred("Microsoft subscription"), record_key="SubscriptionId")
AZURE_SUBSCRIPTION = Subject(label=deferred("Azure subscription"), record_key="SubscriptionId")
MIGRATION = Subject(label=deferred("Migration"))
INVOICE = Subject(label=deferred("Invoice"), record_key="InvoiceId")
REFERRAL = Subject(label=deferred("Referral"))
NOTHING = Subject()


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """What happens once to a customer until its opposite happens; several kinds may mean it."""

    name: str
    """Beginning of the ids of stored events."""
    undone_by: str
    """Name of the opposite."""


BECOMES_CUSTOMER = Once(name="customer", undone_by="customer removed")
LEAVES = Once(name="customer removed", undone_by="customer")
ACCESS_BEGINS = Once(name="access", undone_by="access ended")
ACCESS_ENDS = Once(name="access ended", undone_by="access")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class EventKind:
    """One row of the registry. Its words are English source strings marked for translation: views translate them."""

    name: str
    """Stored with events and deliveries: never changed."""
    topic: Topic | None
    """None: channels never hear of it."""
    webhook_names: tuple[str, ...]
    """Names of Microsoft's webhook events, as Microsoft spells them."""
    audit_operations: tuple[str, ...]
    """Operations of Microsoft's audit records."""
    actor: Actor | None = None
    """By whom, where the kind says so."""
    actors: Mapping[str, Actor] = field(default_factory=dict)
    """By whom, where only some operations say so; an event counts as the operation of its name in snake case."""
    subject: Subject = NOTHING
    once: Once | None = None
    loudness: Loudness

    heading: str
    """What happened, without to whom: over a card, in a line of a digest."""
    sentence: str | None = None
    """Heading that names the ``{customer}``, where "heading: customer" is not how people say it."""
    countdown: tuple[str, str] | None = None
    """Heading of what is still ahead: singular and plural, with ``{count}`` days and ``{customer}``."""
    counted: tuple[str, str] | None = None
    """Singular and plural of ``{count}`` such events; None: "other events"."""
    meaning: str | None = None
    """What it means for the partner and what to do; None where only Microsoft could say."""
    actor_label: str | None = deferred("By")
    """None: the heading says by whom."""
    time_label: str = deferred("When")
    detail_label: str = deferred("Microsoft says")

    @property
    def is_alarm(self) -> bool:
        """Say whether it is urgent."""
        return self.loudness is Loudness.ALARM

    @property
    def is_new_customer(self) -> bool:
        """Say whether a company has become a customer."""
        return self.once is BECOMES_CUSTOMER

    def by(self, name: str) -> Actor | None:
        """Return by whom it was done, as far as the name of a webhook event or of an operation says it."""
        return self.actors.get(operation_of(name), self.actor)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<EventKind {self.name}>"


def operation_of(event_name: str) -> str:
    """Return the operation that Microsoft's audit records would call so: most are named after their event."""
    return event_name.lower().replace("-", "_")


class EventKinds:
    """Registry of event kinds, by stored name, by name of a webhook event and by operation of an audit record.

    ``unknown`` stands for names that Microsoft, or a newer release of the bot, has added.
    """

    def __init__(self, *kinds: EventKind, unknown: EventKind) -> None:
        self._unknown = unknown
        self._by_name: dict[str, EventKind] = {}
        self._by_event: dict[str, EventKind] = {}
        self._by_operation: dict[str, EventKind] = {}
        for kind in kinds:
            self.add(kind)

    def __iter__(self) -> Iterator[EventKind]:
        return iter(self._by_name.values())

    @property
    def webhook_names(self) -> frozenset[str]:
        """Return the webhook events of all kinds."""
        return frozenset(name for kind in self for name in kind.webhook_names)

    def add(self, kind: EventKind) -> None:
        """Add a kind. A name belongs to one kind."""
        entries = self._entries(kind)
        if taken := [name for table, names in entries for name in names if name in table]:
            raise ValueError(f"Event kind {kind} claims names of another: {', '.join(taken)}")
        for table, names in entries:
            table.update(dict.fromkeys(names, kind))

    def remove(self, kind: EventKind) -> None:
        """Forget a kind; what is stored of it reads as unknown."""
        for table, names in self._entries(kind):
            for name in names:
                del table[name]

    def named(self, name: str) -> EventKind:
        """Return the kind that is stored under this name."""
        return self._by_name.get(name, self._unknown)

    def of_event(self, name: str) -> EventKind:
        """Return the kind of a webhook event, in any case."""
        return self._by_event.get(name.lower(), self._unknown)

    def of_operation(self, operation: str) -> EventKind | None:
        """Return the kind that an audit record tells of; most operations interest no channel."""
        return self._by_operation.get(operation)

    def that_mean(self, once: str) -> frozenset[EventKind]:
        """Return the kinds that mean what happens once."""
        return frozenset(kind for kind in self if kind.once is not None and kind.once.name == once)

    def _entries(self, kind: EventKind) -> tuple[tuple[dict[str, EventKind], list[str]], ...]:
        return (
            (self._by_name, [kind.name]),
            (self._by_event, [name.lower() for name in kind.webhook_names]),
            (self._by_operation, [*kind.audit_operations]),
        )
