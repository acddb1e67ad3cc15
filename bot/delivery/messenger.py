"""Messenger protocol: what writes deliveries to a chat, and its errors; ``bot.slack.messenger`` implements it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.context import Channel
from bot.errors import RemoteError
from bot.reply import Message
from bot.slack_errors import Meaning, meaning_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Mark by which a message is found again: the opaque id of its delivery, and the name of the step."""

    delivery_id: str
    step: str


class Undelivered(RemoteError):
    """A write that the chat did not accept; ``reason`` is its own word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def meaning(self) -> Meaning:
        """What is at fault."""
        return meaning_of(self.reason)


class Refused(Undelivered):
    """It never will: there is no such channel, for example."""


class Failed(Undelivered):
    """It may at another time. Whether it acted on this call is unknown, unless it refuses the bot altogether."""


class Busy(Undelivered):
    """It asks to wait so many seconds, and wrote nothing."""

    def __init__(self, wait: float) -> None:
        super().__init__("ratelimited")
        self.wait = wait


class Messenger(Protocol):
    """Writes to a chat; raises the errors above. ``post`` and ``show`` may not be repeated, the others may."""

    async def channel(self, channel_id: str) -> Channel:
        """Return the channel as it is now."""

    async def post(self, message: Message, *, channel: str, thread_ts: str | None, trace: Trace) -> str:
        """Post a message and return its ``ts``."""

    async def show(self, message: Message, *, channel: str, user: str) -> None:
        """Show a message to one person alone: in a channel, else directly."""

    async def edit(self, message: Message, *, channel: str, ts: str) -> None:
        """Put a message in the place of one of ours."""

    async def react(self, name: str, *, channel: str, ts: str) -> None:
        """Add a reaction."""

    async def exists(self, *, channel: str, ts: str) -> bool:
        """Say whether a message is still there."""

    async def find(self, trace: Trace, *, channel: str, thread_ts: str | None, since: datetime) -> str | None:
        """Return the ``ts`` of a message posted before; None where there is none, or the channel cannot be read."""
