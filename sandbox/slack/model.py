"""What the fake Slack remembers: messages, open modals, and what it took exception to."""

from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.slack.blocks import Block

BOT_USER = "U0PARTNERB1"
BOT_ID = "B0PARTNERB1"
APP_ID = "A0PARTNERB1"
BOT_NAME = "Partner Bot"
BOT_HANDLE = "partner_bot"


@dataclass(slots=True, kw_only=True)
class Message:
    """One message as it stands now; ``only_for`` is the one person who sees an ephemeral one."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Block] = field(default_factory=list)
    formatted: bool = True
    """Whether the marks in ``text`` count; off where it came with ``mrkdwn: false``."""
    thread_ts: str | None = None
    only_for: str | None = None
    metadata: dict[str, Any] | None = None
    edited: bool = False
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    broadcast: bool = False
    invocation: int | None = None
    """The invocation whose response_url brought it."""
    working: bool = False
    """A line that says the answer is coming, until it has come."""

    @property
    def by_bot(self) -> bool:
        return self.user == BOT_USER

    @property
    def root(self) -> str:
        """The ts of the thread it is in, or would start."""
        return self.thread_ts or self.ts

    def copy(self) -> "Message":
        """Return the message as it is at this moment."""
        return replace(self, blocks=list(self.blocks), reactions={k: list(v) for k, v in self.reactions.items()})


@dataclass(slots=True, kw_only=True)
class View:
    """An open modal of one person; ``content`` is what the bot sent, ``values`` what has been filled in so far."""

    id: str
    owner: str
    content: dict[str, Any]
    invocation: int | None
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Block]:
        blocks: list[Block] = self.content["blocks"]
        return blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that reached people: a message as it was then, and by which way it came."""

    message: Message
    way: str
    """``response_url``, ``ack``, or the Web API method."""
    invocation: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A call that Slack would have refused because of what was in it."""

    id: str
    method: str
    error: str
    detail: str
    blocks: Any = None
    fault: str | None = None
    """The switched-on fault because of which it was refused; then it is nobody's mistake."""

    def __str__(self) -> str:
        return f"{self.method}: {self.error}{': ' if self.detail else ''}{self.detail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One Web API call that arrived; ``at`` is seconds of the monotonic clock."""

    method: str
    arguments: dict[str, Any]
    at: float
    answer: str = "ok"
    """``ok``, or the error it was answered with."""
