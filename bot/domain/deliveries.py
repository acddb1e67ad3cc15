"""Deliveries: messages that the outbox owes to conversations, with the steps of their plans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

OWN = "~"
"""How the name of a queue begins that belongs to no conversation of Slack's: the bot's own work, which has no rate."""


class DeliveryState(StrEnum):
    """State of a delivery."""

    WAITING = "waiting"  # to come
    HELD = "held"  # its subscription is paused
    SENT = "sent"
    DROPPED = "dropped"  # no longer needed
    DEAD = "dead"  # failed for good; has a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Post a message into a channel, into a thread, or to a person directly."""

    action: Literal["post"] = "post"
    name: str
    """Name of the step within its plan."""
    channel: str
    thread_ts: str | None = None
    thread_of: str | None = None
    """Earlier step of the same plan whose message begins the thread."""
    for_others: bool = False
    """Other organisations may read it; everything else is written only where none of them reads."""
    data: Mapping[str, str] = field(default_factory=dict)
    """What the handler records once the step is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace a message of the bot's."""

    action: Literal["edit"] = "edit"
    name: str
    channel: str
    ts: str
    for_others: bool = False
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class React:
    """Add a reaction to a message."""

    action: Literal["react"] = "react"
    name: str
    channel: str
    ts: str
    reaction: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """Show a message to one person: in a channel, or directly where they are not in it."""

    action: Literal["show"] = "show"
    name: str
    channel: str
    user: str
    data: Mapping[str, str] = field(default_factory=dict)


Step = Post | Edit | React | Show


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A delivery to be enqueued in the transaction of what causes it."""

    idempotency_key: str
    """A second delivery with the same key is ignored."""
    conversation: str
    """Queue it joins: a channel, a person, or a queue of the bot's own."""
    kind: str
    """Name of its handler."""
    subject: str
    """What it is about, for its handler to read."""
    subscription_id: str | None = None
    customer_id: str | None = None
    """Customer whose news keep their order within the conversation; None: it has no order but that of the queue."""
    happened_at: datetime | None = None
    """Position among the news of that customer."""
    urgent: bool = False
    """It goes ahead of everything else in the conversation, but for earlier news of the same customer."""
    held: bool = False
    after_seconds: float = 0.0
    """Not before; others of the conversation may go first, but for later news of the same customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery claimed under a lease."""

    number: int
    id: str
    idempotency_key: str
    conversation: str
    kind: str
    subject: str
    subscription_id: str | None
    customer_id: str | None
    happened_at: datetime | None
    urgent: bool
    plan: tuple[Step, ...] | None
    """Stored plan; None where none is stored, or where it cannot be read."""
    sent: Mapping[str, str]
    """``ts`` by name of the steps that are recorded; empty for a step without a message."""
    maybe_sent: bool
    """An attempt ended without a recorded outcome: its first unrecorded step may have been written."""
    attempts: int
    created_at: datetime
    claimed_at: datetime
    """The database's time of the claim."""
    fence: int
    """Fencing token: writes with an older one are refused."""
    owner: str
    wait: float = 0.0
    """Seconds until its turn."""

    @property
    def is_paced(self) -> bool:
        """Say whether it goes to Slack, which limits the rate."""
        return not self.conversation.startswith(OWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """End of an attempt, and what becomes of the delivery and of its queue."""

    state: DeliveryState = DeliveryState.WAITING
    """``WAITING``: it is tried again."""
    reason: str | None = None
    queue_seconds: float = 0.0
    """How long the whole queue pauses."""
    own_seconds: float = 0.0
    """How long this delivery waits while others of its queue go first."""
    counts: bool = True
    """It was a failed attempt; after too many the delivery fails for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCounts:
    """Numbers of deliveries to come and failed."""

    waiting: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Rates at which Slack is written to.

    https://docs.slack.dev/apis/web-api/rate-limits: a message a second in each channel, and several hundred a minute in
    the whole workspace.
    """

    channel_seconds: float = 1.0
    """Between two messages in one conversation."""
    workspace_rate: float = 6.0
    """Messages a second."""
    workspace_burst: float = 60.0
    """Messages that may go at once after a quiet while."""

    @property
    def longest(self) -> float:
        """Return for how many seconds ahead messages may be paid for at most."""
        return self.workspace_burst / self.workspace_rate

    def room(self, spent_seconds: float) -> int:
        """Return how many messages may start now, where what was sent is paid for in so many seconds."""
        return max(0, int(self.workspace_burst - spent_seconds * self.workspace_rate))
