"""What a person fills in or reads in a window alone, typed (https://docs.slack.dev/reference/block-kit/block-elements)."""

from collections.abc import Sequence
from typing import Literal

from bot.reply import Block
from bot.views.blocks import PLACEHOLDER, plain

ALERT = 200
INPUT_TEXT = 3000


def alert(text: str, level: Literal["info", "warning", "error"]) -> Block:
    """Return an alert; windows alone may hold one."""
    return {"type": "alert", "text": plain(text, ALERT), "level": level}


def input_block(block_id: str, label: str, element: Block, *, hint: str | None = None, optional: bool = False) -> Block:
    """Return an input of a window; its ``action_id`` is its ``block_id``."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element | {"action_id": block_id},
        "optional": optional,
    }
    return block if hint is None else block | {"hint": plain(hint)}


def text_input(
    *, initial: str = "", placeholder: str | None = None, multiline: bool = False, longest: int = INPUT_TEXT
) -> Block:
    """Return a text box; what it is filled in with keeps its lines."""
    block: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": longest}
    if initial:
        block["initial_value"] = initial[:longest]
    if placeholder is not None:
        block["placeholder"] = plain(placeholder, PLACEHOLDER)
    return block


def radio_buttons(options: Sequence[Block], chosen: Block) -> Block:
    return {"type": "radio_buttons", "options": list(options), "initial_option": chosen}


def checkboxes(options: Sequence[Block], chosen: Sequence[Block] = ()) -> Block:
    """Return boxes to tick; Slack refuses an empty list of those that are ticked."""
    block: Block = {"type": "checkboxes", "options": list(options)}
    return block | {"initial_options": list(chosen)} if chosen else block


def channel_select() -> Block:
    """Return a menu of the channels that the person is in."""
    return {
        "type": "conversations_select",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
