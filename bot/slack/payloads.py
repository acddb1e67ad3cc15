"""What Slack sends, decoded once: one model a kind of delivery, with only the fields the bot uses."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

WORDS = frozenset({"text", "title", "pretext"})
"""Where blocks and attachments hold text; what a button carries is the affair of whoever made it."""


class Payload(BaseModel):
    """Slack adds fields without notice; what is not named here is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class User(Payload):
    """Who acted."""

    id: str


class ChannelRef(Payload):
    """Where it happened."""

    id: str


class SlashCommand(Payload):
    """https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling; it has no thread_ts."""

    text: str = ""
    user_id: str
    channel_id: str
    response_url: str
    trigger_id: str


class Option(Payload):
    """The chosen option of a menu or of radio buttons."""

    value: str = ""


class Action(Payload):
    """A press on a button or a choice in a menu."""

    action_id: str
    value: str | None = None
    selected_option: Option | None = None

    @property
    def chosen(self) -> str:
        """Return the button's or the chosen option's value."""
        return self.selected_option.value if self.selected_option else self.value or ""


class Container(Payload):
    """What the pressed control stood in."""

    is_ephemeral: bool = False
    message_ts: str | None = None
    thread_ts: str | None = None


class MessageRef(Payload):
    """A message, as interactions carry it."""

    ts: str = ""
    thread_ts: str | None = None
    text: str = ""
    user: str | None = None
    blocks: list[Any] = Field(default_factory=list)
    attachments: list[Any] = Field(default_factory=list)

    @property
    def everything(self) -> str:
        """Return the text and what blocks and attachments say besides, a piece a line.

        Apps and forwarded messages put their words there and leave ``text`` short or empty. A link comes in Slack's
        markup, so that it is read as one in ``text`` is: by its label.
        """
        return "\n".join([self.text, *_words(self.blocks), *_words(self.attachments)])


def _words(node: object) -> Iterator[str]:
    match node:
        case {"url": str() as url, **others}:
            label = next(_words(others), "")
            yield f"<{url}|{label}>" if label else f"<{url}>"
        case {"title": str() as title, "value": str() as value}:  # a field of an attachment
            yield from (title, value)
        case dict():
            for key, value in node.items():
                if isinstance(value, str):
                    if key in WORDS:
                        yield value
                else:
                    yield from _words(value)
        case list():
            for each in node:
                yield from _words(each)


class InputState(Payload):
    """The state of one input; which field is filled depends on its kind."""

    value: str | None = None
    selected_option: Option | None = None
    selected_options: list[Option] | None = None
    selected_conversation: str | None = None
    selected_channel: str | None = None

    @property
    def text(self) -> str:
        """Return what was typed or chosen; several values, none of ours with a comma, with commas between them."""
        if self.selected_option is not None:
            return self.selected_option.value
        if self.selected_options is not None:
            return ",".join(option.value for option in self.selected_options)
        return self.value or self.selected_conversation or self.selected_channel or ""


class ViewState(Payload):
    """Block id → action id → input."""

    values: dict[str, dict[str, InputState]] = Field(default_factory=dict)


class BlockRef(Payload):
    """A block of a window; enough to put an error under an input."""

    type: str = ""
    block_id: str = ""


class View(Payload):
    """A window."""

    id: str
    callback_id: str = ""
    private_metadata: str = ""
    state: ViewState = ViewState()
    blocks: list[BlockRef] = Field(default_factory=list)

    @property
    def inputs(self) -> dict[str, str]:
        """Return what each input holds, by block id."""
        return {
            block_id: next((state.text for state in states.values()), "")
            for block_id, states in self.state.values.items()
        }


class BlockActions(Payload):
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""

    user: User
    trigger_id: str = ""
    response_url: str | None = None
    channel: ChannelRef | None = None
    container: Container = Container()
    message: MessageRef | None = None
    view: View | None = None
    actions: list[Action] = Field(min_length=1)


class ViewSubmission(Payload):
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""

    user: User
    trigger_id: str = ""
    view: View


class ShortcutUse(Payload):
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload; global or on a message."""

    type: str
    callback_id: str
    user: User
    trigger_id: str
    response_url: str | None = None
    channel: ChannelRef | None = None
    message: MessageRef | None = None


class Mention(Payload):
    """https://docs.slack.dev/reference/events/app_mention"""

    user: str
    text: str = ""
    channel: str
    ts: str
    thread_ts: str | None = None
    bot_id: str | None = None


class ChannelEvent(Payload):
    """https://docs.slack.dev/reference/events/channel_archive and its like, of which the channel is what matters."""

    channel: str


class EventEnvelope(Payload):
    """https://docs.slack.dev/apis/events-api#callback-field; ``event_id`` stays the same when redelivered."""

    event_id: str
    event: dict[str, Any]


class Surface(StrEnum):
    """How a person spoke to the bot."""

    COMMAND = "command"
    PRESS = "press"
    SUBMISSION = "submission"
    SHORTCUT = "shortcut"
    MESSAGE_SHORTCUT = "message shortcut"
    MENTION = "mention"
