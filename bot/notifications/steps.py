"""What the writer of a delivery wants done next: one step at a time, since a conversation takes a message a second."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain.deliveries import Delivery
from bot.reply import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Post a message; looked for first where a former attempt may have posted it."""

    part: str
    """Its name within the delivery."""
    message: Message
    channel: str
    thread_ts: str | None = None
    for_others: bool = False
    """Other organisations may read it; everything else is written only where none of them reads."""
    last: bool = True
    """Nothing of this delivery follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisper:
    """Show a message to one person alone, in a channel if they can be reached there, else directly."""

    message: Message
    channel: str
    user: str
    part: str = "whisper"
    last: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Put a message in the place of one that stands."""

    part: str
    message: Message
    channel: str
    ts: str
    for_others: bool = False
    last: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class React:
    """Add a reaction to a message that stands."""

    part: str
    name: str
    channel: str
    ts: str
    last: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """There is nothing to send: the work is done by what ``stepped`` writes."""

    part: str = "done"
    last: bool = True


@dataclass(frozen=True, slots=True)
class Drop:
    """Nobody needs it any longer."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Not now. ``aside``: others of the conversation go first; otherwise they wait too, which keeps the order."""

    seconds: float
    aside: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It cannot be delivered, for a reason a program can read."""

    reason: str
    error: Exception | None = None


Step = Post | Whisper | Edit | React | Finish
Decision = Step | Drop | Later | GiveUp


class Writer:
    """Writes deliveries of one kind; what it writes down stands or falls with the settlement of the step."""

    async def decide(self, delivery: Delivery) -> Decision:
        """Return the next step; ``delivery.parts`` says which were taken. Whatever it raises delays the delivery."""
        raise NotImplementedError

    def stepped(self, connection: Connection, delivery: Delivery, step: Step, ts: str) -> None:
        """Write down that a step was taken; ``ts`` is empty where there is none, or where an edit was left out."""

    def put_off(self, connection: Connection, delivery: Delivery, error: Exception) -> None:
        """Write down that it is late, and why."""

    def given_up(self, connection: Connection, delivery: Delivery, reason: str, error: Exception | None) -> None:
        """Write down that it will never be delivered.

        ``error`` is what kept failing, or ``Refused`` where the message was at fault; None where the channel was.
        """
