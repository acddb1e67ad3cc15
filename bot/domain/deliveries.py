"""Deliveries to conversations: one message, or several that belong together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

OWN = "~"
"""How a lane begins that is no conversation of Slack's: work of the bot's own, which has no pace."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"  # to come
    HELD = "held"  # what it belongs to is paused
    SENT = "sent"
    DROPPED = "dropped"  # nobody needs it any longer
    DEAD = "dead"  # given up; has a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A delivery to enqueue, in the transaction of what causes it."""

    key: str
    """The idempotency key: a second delivery with it is ignored."""
    lane: str
    """The conversation: its deliveries come one after the other, in order."""
    kind: str
    """Who writes it."""
    subject: str
    """What it is about, for its writer to read."""
    subscription_id: str | None = None
    held: bool = False
    after_seconds: float = 0.0
    """Not before; others of the lane go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Which steps of a delivery may have been sent though no outcome was recorded; each is until its own outcome is."""

    steps: frozenset[str] = frozenset()
    """Steps whose attempt ended without Slack's answer."""
    lost: bool = False
    """A claim was lost, and nobody knows at which step its owner was: any without an outcome may have been sent."""

    def covers(self, step: str) -> bool:
        """Say whether a step may have been sent."""
        return self.lost or step in self.steps

    def after(self, how: "Settlement") -> "Doubt":
        """Return what is in doubt after an attempt."""
        resolved = frozenset() if how.part is None else frozenset({how.part})
        added = frozenset({how.step}) if how.suspect and how.step is not None else frozenset()
        lost = self.lost and (how.part is None or how.still_lost)
        return Doubt(steps=self.steps - resolved | added, lost=lost or (how.suspect and how.step is None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery that somebody has claimed, to do its next step before the lease runs out."""

    number: int
    id: str
    key: str
    lane: str
    kind: str
    subject: str
    subscription_id: str | None
    parts: Mapping[str, str] = field(default_factory=dict)
    """The messages of it that stand already: their ``ts`` by name."""
    attempts: int
    doubt: Doubt = Doubt()
    """What former attempts may have sent: look before posting that."""
    created_at: datetime
    fence: int
    """The number of the claim; a settlement with an older one is refused."""
    owner: str
    wait: float = 0.0
    """Seconds until its turn."""

    @property
    def suspect(self) -> bool:
        """Say whether a former attempt may have reached Slack."""
        return self.doubt.lost or bool(self.doubt.steps)

    @property
    def is_paced(self) -> bool:
        """Say whether it goes to Slack, where messages have a pace."""
        return not self.lane.startswith(OWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of deliveries."""

    waiting: int = 0
    given_up: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast Slack is written to.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How an attempt ended, and what becomes of the delivery and of its lane."""

    state: DeliveryState = DeliveryState.WAITING
    """``WAITING``: there is more to do, or it is to be tried again."""
    part: str | None = None
    """The message that stands now, with its ``ts``."""
    ts: str = ""
    reason: str | None = None
    lane_seconds: float = 0.0
    """For how long nothing goes into this conversation."""
    aside_seconds: float = 0.0
    """For how long this delivery lets others of its lane go first."""
    suspect: bool = False
    """It may have reached Slack all the same."""
    step: str | None = None
    """The step that was tried, where no message of it is known to stand."""
    still_lost: bool = False
    """What a lost claim was at is not known by this either: ``part`` was looked for and not found, or cannot be."""
    counts: bool = True
    """A failed attempt; after too many the delivery is given up."""
