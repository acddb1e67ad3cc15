"""What a handler may answer, and to whom."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]
"""One Block Kit block on its way from a view to the edge; the only dict that travels."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message for Slack: ``text`` is what notifications and screen readers get, sent with ``mrkdwn`` off."""

    text: str
    blocks: tuple[Block, ...]
    plainer: tuple[tuple[Block, ...], ...] = ()
    """Plainer blocks of the same meaning, tried in order when Slack answers ``invalid_blocks``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """A modal; ``callback_id`` names the submission, ``memory`` comes back with it (``private_metadata``)."""

    callback_id: str
    title: str
    blocks: tuple[Block, ...]
    close: str
    submit: str | None = None
    memory: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A message as the answer: to the person alone, but for a mention, which is answered in its thread.

    ``private`` keeps it from the thread; ``replaces`` puts it in the place of the message whose button was pressed,
    where only the person sees that message.
    """

    message: Message
    private: bool = False
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class OpenModal:
    """A modal as the answer, in the place of the submitted one where there is one.

    Where no window can open (a mention), ``otherwise`` is said instead. What takes longer than the three seconds in
    which Slack lets a window open comes from ``then``, and takes the place of what the window shows until it is there.
    """

    modal: Modal
    otherwise: Message | None = None
    then: Callable[[], Awaitable[Modal]] | None = None


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """A submission that is not taken: a sentence under each field (by block id); the modal stays."""

    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing more to say: the window closes, or the press was enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Do as if the person had typed this command (without ``/partner``) at the same place, or in another channel."""

    command: str
    channel_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Post ``message`` in the channel for everyone, then show ``confirmation`` in place of what was pressed."""

    message: Message
    confirmation: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Tell everyone in a channel, by ``message`` as the answer; in a thread where it was asked for by a mention.

    ``instead`` takes the place of what was pressed where only the person sees that. Where the channel cannot be told,
    because it is archived or other organisations read it, the person alone reads the message; as they do where they
    asked elsewhere.
    """

    message: Message
    channel_id: str
    instead: Message | None = None


@dataclass(frozen=True, slots=True)
class Replace:
    """Put ``message`` in the place of the one whose button was pressed, for whoever sees it."""

    message: Message


Reply = Answer | OpenModal | FieldErrors | Done | Run | Share | Announce | Replace
