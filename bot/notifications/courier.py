"""What the notifications need of a chat: to post, to edit, to look back. ``bot.slack`` does it for Slack."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.context import Channel
from bot.errors import RemoteError
from bot.reply import Message
from bot.slack_errors import Meaning, meaning_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How a message is found again: by the opaque id of its delivery, and which of the delivery's messages it is."""

    delivery_id: str
    part: str


class Undelivered(RemoteError):
    """The chat did not take it; ``reason`` is its own word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def meaning(self) -> Meaning:
        """What is at fault."""
        return meaning_of(self.reason)


class Refused(Undelivered):
    """It never will: there is no such channel, say."""


class Failed(Undelivered):
    """It may at another time; whether it acted on this one is unknown, unless it takes nothing from the bot at all."""


class Busy(Undelivered):
    """It asks to wait so many seconds, and did nothing."""

    def __init__(self, wait: float) -> None:
        super().__init__("ratelimited")
        self.wait = wait


class Courier(Protocol):
    """Carries messages; raises the errors above. ``post`` and ``whisper`` may not be repeated, the others may."""

    async def channel(self, channel_id: str) -> Channel:
        """Return the channel as it is now."""

    async def post(self, message: Message, *, channel: str, thread_ts: str | None, trace: Trace) -> str:
        """Post a message and return its ``ts``."""

    async def whisper(self, message: Message, *, channel: str, user: str) -> None:
        """Show a message to one person alone: in a channel, else directly."""

    async def edit(self, message: Message, *, channel: str, ts: str) -> None:
        """Put a message in the place of one of ours."""

    async def react(self, name: str, *, channel: str, ts: str) -> None:
        """Add a reaction."""

    async def stands(self, *, channel: str, ts: str) -> bool:
        """Say whether a message is still there."""

    async def find(self, trace: Trace, *, channel: str, thread_ts: str | None, since: datetime) -> str | None:
        """Return the ``ts`` of a message that stands already; None where it does not, or cannot be looked for."""
