"""What Slack sends, decoded once: one model a kind of delivery, with only the fields the bot uses.

Every optional field may be null, missing, empty or of another type; then it has its default. What lacks a field
without a default raises ValidationError.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from bot.slack.decoding import Address, Id, Payload, SlackId, Strict, Ts, nothing_for_null, only_objects
from bot.typed_text import Visible, visible

WORDS = frozenset({"text", "title", "pretext"})
"""Where blocks and attachments hold text; what a button carries is the affair of whoever made it."""
DEEPEST = 50
"""Levels in which words are looked for; Slack's own blocks, and a forwarded message in them, take a dozen."""


def is_reply(ts: str | None, thread_ts: str | None) -> bool:
    """Say whether a message stands in a thread: one that has replies names its own thread (``thread_ts == ts``)."""
    return thread_ts is not None and thread_ts != ts


class User(Payload):
    """Who acted."""

    id: SlackId


class ChannelRef(Payload):
    """Where it happened."""

    id: SlackId


class SlashCommand(Payload):
    """https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling; it has no thread_ts."""

    text: Visible = ""
    user_id: SlackId
    channel_id: SlackId
    response_url: Address | None = None
    trigger_id: str = ""


class Option(Strict):
    """The chosen option of a menu or of radio buttons."""

    value: Visible = ""


class Action(Strict):
    """A press on a button or a choice in a menu."""

    action_id: Id
    value: Visible | None = None
    selected_option: Option | None = None

    @property
    def chosen(self) -> str:
        """Return the button's or the chosen option's value."""
        return self.selected_option.value if self.selected_option else self.value or ""


class Container(Payload):
    """What the pressed control stood in."""

    is_ephemeral: bool = False
    channel_id: SlackId | None = None
    message_ts: Ts | None = None
    thread_ts: Ts | None = None


class MessageRef(Payload):
    """A message, as interactions carry it."""

    ts: Ts | None = None
    thread_ts: Ts | None = None
    text: str = ""
    user: SlackId | None = None
    blocks: list[Any] = Field(default_factory=list)
    attachments: list[Any] = Field(default_factory=list)

    @property
    def everything(self) -> str:
        """Return the text and what blocks and attachments say besides, a piece a line.

        Apps and forwarded messages put their words there and leave ``text`` short or empty. A link comes in Slack's
        markup, so that it is read as one in ``text`` is: by its label.
        """
        return visible("\n".join([self.text, *_words(self.blocks), *_words(self.attachments)]))


def _words(node: object, depth: int = 0) -> Iterator[str]:
    if depth > DEEPEST:
        return
    match node:
        case {"url": str() as url, **others}:
            label = next(_words(others, depth + 1), "")
            yield f"<{url}|{label}>" if label else f"<{url}>"
        case {"title": str() as title, "value": str() as value}:  # a field of an attachment
            yield from (title, value)
        case dict():
            for key, value in node.items():
                if isinstance(value, str):
                    if key in WORDS:
                        yield value
                else:
                    yield from _words(value, depth + 1)
        case list():
            for each in node:
                yield from _words(each, depth + 1)


class InputState(Strict):
    """The state of one input; which field is filled depends on its kind."""

    value: Visible | None = None
    selected_option: Option | None = None
    selected_options: list[Option] | None = None
    selected_conversation: SlackId | None = None
    selected_channel: SlackId | None = None

    @property
    def text(self) -> str:
        """Return what was typed or chosen; several values, none of ours with a comma, with commas between them."""
        if self.selected_option is not None:
            return self.selected_option.value
        if self.selected_options is not None:
            return ",".join(option.value for option in self.selected_options)
        return self.value or self.selected_conversation or self.selected_channel or ""


class ViewState(Strict):
    """Block id → action id → input."""

    values: Annotated[dict[str, dict[str, InputState]], BeforeValidator(nothing_for_null)] = Field(default_factory=dict)


class BlockRef(Payload):
    """A block of a window; enough to put an error under an input."""

    type: str = ""
    block_id: str = ""


Blocks = Annotated[list[BlockRef], BeforeValidator(only_objects)]


class ViewRef(Payload):
    """What a window is known by where it is not its content that counts."""

    private_metadata: str = ""
    blocks: Blocks = Field(default_factory=list)

    @property
    def first_input(self) -> str | None:
        """Return the id of the first input, under which a sentence can stand."""
        return next((block.block_id for block in self.blocks if block.type == "input" and block.block_id), None)


class View(Strict):
    """A submitted window. What was filled in is read as it is, or not at all: half of it may mean something else."""

    id: Id
    callback_id: str
    private_metadata: str
    blocks: object = None
    state: Annotated[ViewState, BeforeValidator(nothing_for_null)] = ViewState()

    @property
    def inputs(self) -> dict[str, str]:
        """Return what each input holds, by block id."""
        return {
            block_id: next((state.text for state in states.values()), "")
            for block_id, states in self.state.values.items()
        }

    @property
    def first_input(self) -> str | None:
        """Return the id of the first input, under which a sentence can stand."""
        return ViewRef.model_validate({"blocks": self.blocks}).first_input


class BlockActions(Payload):
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""

    user: User
    trigger_id: str = ""
    response_url: Address | None = None
    channel: ChannelRef | None = None
    container: Container = Container()
    message: MessageRef | None = None
    view: ViewRef | None = None
    actions: list[Action] = Field(min_length=1)


class ViewSubmission(Payload):
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""

    user: User
    trigger_id: str = ""
    view: View


class ShortcutUse(Payload):
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload; global or on a message."""

    type: str
    callback_id: Id
    user: User
    trigger_id: str = ""
    response_url: Address | None = None
    channel: ChannelRef | None = None
    message_ts: Ts | None = None
    message: MessageRef | None = None


class ReturnAddress(Payload):
    """All that is asked of what is not understood: to whom, and by which way, that can be said."""

    user: User | None = None
    user_id: SlackId | None = None
    channel: ChannelRef | None = None
    channel_id: SlackId | None = None
    response_url: Address | None = None
    view: ViewRef | None = None

    @property
    def person(self) -> str:
        """Return who acted, "" where that is not known."""
        return self.user.id if self.user else self.user_id or ""

    @property
    def place(self) -> str | None:
        """Return the channel."""
        return self.channel.id if self.channel else self.channel_id

    @property
    def is_in_window(self) -> bool:
        """Say whether it is known who waits in front of a window, which has no response_url."""
        return self.view is not None and bool(self.person)


class Mention(Payload):
    """What a person says to the bot: https://docs.slack.dev/reference/events/app_mention, and message.im."""

    user: SlackId
    text: Visible = ""
    channel: SlackId
    ts: Ts
    thread_ts: Ts | None = None
    bot_id: object = None
    """Whatever stands there, it was a bot."""
    channel_type: str = ""

    @property
    def direct(self) -> bool:
        """Say whether it was said in the direct messages with the bot, which nobody else reads."""
        return self.channel_type == "im" or self.channel.startswith("D")


class ChannelEvent(Payload):
    """https://docs.slack.dev/reference/events/channel_archive and its like, of which the channel is what matters."""

    channel: SlackId


class EventEnvelope(Payload):
    """https://docs.slack.dev/apis/events-api#callback-field; ``event_id`` stays the same when redelivered."""

    event_id: Id
    event: dict[str, Any]


class Surface(StrEnum):
    """How a person spoke to the bot."""

    COMMAND = "command"
    PRESS = "press"
    SUBMISSION = "submission"
    SHORTCUT = "shortcut"
    MESSAGE_SHORTCUT = "message shortcut"
    MENTION = "mention"
    DIRECT_MESSAGE = "direct message"
    UNKNOWN = "unknown"
