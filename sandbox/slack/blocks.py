"""What Slack takes as blocks: each type's fields and limits, where it may stand, and what holds over a whole message.

Written from https://docs.slack.dev/reference/block-kit/blocks.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from sandbox.slack.checks import (
    Check,
    Json,
    Problems,
    address,
    anything,
    at_least_one,
    boolean,
    both,
    listing,
    one_of,
    record,
    string,
    tagged,
    whole,
)
from sandbox.slack.elements import (
    BUTTON_ALONE,
    IDENTIFIER,
    IMAGE_ALONE,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    INTERACTIVE,
)
from sandbox.slack.objects import SLACK_FILE, plain, text
from sandbox.slack.rich_text import RICH_TEXT
from sandbox.slack.tables import DATA_TABLE, TABLE, characters

Surface = Literal["message", "modal"]
Block = dict[str, Any]

BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_MODAL = 100
CHARACTERS_IN_MESSAGE = 13_000
"""Undocumented; ``msg_blocks_too_long`` has been seen from about here on (github.com/slackapi/bolt-js/issues/2509)."""

_ID: dict[str, Check] = {"block_id": IDENTIFIER}

_ACTIONS = record({"elements": listing(IN_ACTIONS, 1, 25)}, _ID)
_CONTEXT = record({"elements": listing(IN_CONTEXT, 1, 10)}, _ID)
_DIVIDER = record({}, _ID)
_HEADER = record({"text": plain(150)}, _ID | {"level": whole(1, 4)})
_IMAGE = both(
    at_least_one("image_url", "slack_file"),
    record(
        {"alt_text": string(2000, minimum=0)},
        _ID | {"image_url": address(), "slack_file": SLACK_FILE, "title": plain(2000)},
    ),
)
_INPUT = record(
    {"label": plain(2000), "element": IN_INPUT},
    _ID | {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
)
_SECTION = both(
    at_least_one("text", "fields"),
    record(
        {}, _ID | {"text": text(3000), "fields": listing(text(2000), 1, 10), "accessory": IN_SECTION, "expand": boolean}
    ),
)
_VIDEO = record(
    {"alt_text": string(2000), "title": plain(199), "thumbnail_url": address(), "video_url": address()},
    _ID
    | {
        "author_name": string(49),
        "description": plain(199),
        "provider_icon_url": address(),
        "provider_name": string(49),
        "title_url": address(),
    },
)
_CARD = both(
    at_least_one("hero_image", "title", "actions", "body"),
    record(
        {},
        _ID
        | {
            "hero_image": IMAGE_ALONE,
            "icon": IMAGE_ALONE,
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "subtext": text(200),
            "actions": listing(BUTTON_ALONE, 1, 3),
        },
    ),
)
_IN_CONTAINER: dict[str, Check] = {
    "actions": _ACTIONS,
    "context": _CONTEXT,
    "divider": _DIVIDER,
    "header": _HEADER,
    "image": _IMAGE,
    "input": _INPUT,
    "rich_text": RICH_TEXT,
    "section": _SECTION,
    "table": TABLE,
    "video": _VIDEO,
}
_CONTAINER = both(
    at_least_one("title", "rich_text_title"),
    record(
        {"child_blocks": listing(tagged(_IN_CONTAINER), 1, 10)},
        _ID
        | {
            "title": plain(150),
            "rich_text_title": anything,
            "subtitle": plain(150),
            "icon": IMAGE_ALONE,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "width": one_of("narrow", "standard", "wide", "full"),
        },
    ),
)
_EVERYWHERE: dict[str, Check] = {
    "actions": _ACTIONS,
    "card": _CARD,
    "container": _CONTAINER,
    "context": _CONTEXT,
    "divider": _DIVIDER,
    "header": _HEADER,
    "image": _IMAGE,
    "input": _INPUT,
    "rich_text": RICH_TEXT,
    "section": _SECTION,
    "video": _VIDEO,
}
_MESSAGE: dict[str, Check] = _EVERYWHERE | {
    "carousel": record({"elements": listing(tagged({"card": _CARD}), 1, 10)}, _ID),
    "context_actions": record({"elements": listing(IN_CONTEXT_ACTIONS, 1, 5)}, _ID),
    "data_table": DATA_TABLE,
    "markdown": record({"text": string(12_000)}, _ID),
    "table": TABLE,
}
_MODAL: dict[str, Check] = _EVERYWHERE | {
    "alert": record(
        {"text": text(200)},
        _ID | {"level": one_of("default", "info", "warning", "error", "success")},
    )
}
KINDS: dict[Surface, dict[str, Check]] = {"message": _MESSAGE, "modal": _MODAL}


def elements(node: Json) -> Iterator[dict[str, Any]]:
    """Yield every interactive element inside blocks, in reading order."""
    match node:
        case dict():
            if node.get("type") in INTERACTIVE:
                yield node
            for entry in node.values():
                yield from elements(entry)
        case list():
            for entry in node:
                yield from elements(entry)


def _twice(values: list[Any]) -> list[str]:
    return [str(value) for value, count in Counter(value for value in values if value is not None).items() if count > 1]


def check_blocks(blocks: Json, surface: Surface, *, pointer: str = "/blocks") -> list[str]:
    """Return what Slack would refuse about these blocks there; empty when it would take them."""
    problems = Problems()
    most = BLOCKS_IN_MESSAGE if surface == "message" else BLOCKS_IN_MODAL
    listing(tagged(KINDS[surface]), 0 if surface == "message" else 1, most)(blocks, pointer, problems)
    if isinstance(blocks, list):
        whole_blocks = [block for block in blocks if isinstance(block, dict)]
        for name in _twice([block.get("block_id") for block in whole_blocks]):
            problems.add(pointer, f"block_id already exists: {name}")
        for place, block in enumerate(blocks):  # "unique among all other action_ids in the containing block"
            for name in _twice([element.get("action_id") for element in elements(block)]):
                problems.add(f"{pointer}/{place}", f'`action_id` "{name}" already exists')
        kinds = Counter(str(block.get("type")) for block in whole_blocks)
        for kind, allowed in (("table", 1), ("data_table", 1), ("data_visualization", 2)):
            if kinds[kind] > allowed:
                problems.add(pointer, f"only {allowed} {kind} block allowed in a message")
        if sum(len(str(block.get("text", ""))) for block in whole_blocks if block.get("type") == "markdown") > 12_000:
            problems.add(pointer, "markdown blocks must be less than 12001 characters in all")
        focus = [element for element in elements(whole_blocks) if element.get("focus_on_load")]
        if len(focus) > 1:
            problems.add(pointer, "only one element can have focus_on_load set")
    return problems.messages


def too_long(blocks: list[Block]) -> bool:
    """Say whether the text of all blocks together is more than one message takes."""
    return characters(blocks) > CHARACTERS_IN_MESSAGE
