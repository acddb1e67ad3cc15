"""Delivery handlers: what a kind of delivery plans, and what its outcomes change."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain.deliveries import Delivery, Step
from bot.reply import Message

Content = Callable[[Step], Awaitable[Message]]
"""Renders the message of a step; may ask Microsoft for what a message can do without."""


async def no_content(step: Step) -> Message:
    """Raise LookupError: no step of the plan has a message."""
    raise LookupError(step.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Steps in order; those whose names are recorded are skipped. Without a step left the delivery is done."""

    steps: tuple[Step, ...] = ()
    content: Content = no_content
    """For any step of this kind of delivery, also of a plan that an earlier process has stored."""


DONE = Plan()


@dataclass(frozen=True, slots=True)
class Drop:
    """It is no longer needed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now; others of the conversation go first, but for later news of the same customer."""

    seconds: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Fail:
    """It cannot be delivered, for a reason that a program can read."""

    reason: str
    error: Exception | None = None


Decision = Plan | Drop | Wait | Fail
Planner = Callable[[Connection], Decision]
"""Reads the facts of the database and plans, in one transaction; what it writes commits with the plan."""


class DeliveryHandler:
    """Handler of one kind of delivery; what it writes commits with the outcome it belongs to."""

    kind: str
    """Stored with deliveries: never changed."""

    async def prepare(self, delivery: Delivery) -> Planner | Decision:
        """Ask what is remote, and return the planner, or a decision that needs no facts of the database.

        An error that it raises delays the delivery.
        """
        raise NotImplementedError

    def on_sent(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:
        """Write down that a step is done; ``ts`` is empty where it has no message, or an edit was left out."""

    def on_retry(self, connection: Connection, delivery: Delivery, error: Exception) -> None:
        """Write down that it is late, and why."""

    def on_failed(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        """Write down that it will never be delivered.

        ``error`` is what kept failing, or ``Refused`` where the message was at fault; None where the channel was.
        """
