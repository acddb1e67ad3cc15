"""Block Kit, typed: with ``bot.views.inputs`` the only place that knows its shapes.

https://docs.slack.dev/reference/block-kit/blocks

Plain dicts, because block classes cost a hundred times more and check less. Texts for ``mrkdwn`` come in escaped
(``bot.views.foreign``); texts for plain objects are cleaned and cut here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from bot.reply import Block
from bot.views.foreign import clean

HEADER = 150
SECTION = 3000
BUTTON_LABEL = 75
BUTTON_VALUE = 2000
ADDRESS = 3000
OPTION_TEXT, OPTION_VALUE = 75, 150
PLACEHOLDER = 150
MESSAGE = 10_000
"""Characters in all blocks together; Slack refuses somewhat more with ``msg_blocks_too_long``
(https://github.com/slackapi/bolt-js/issues/2509)."""
_NOT_READ = frozenset({"type", "action_id", "block_id", "style"})


def weight(blocks: Iterable[Block]) -> int:
    """Return how many characters the blocks hold, those in addresses and values included."""
    return sum(map(_weight, blocks))


def _weight(node: object) -> int:
    match node:
        case str():
            return len(node)
        case dict():
            return sum(_weight(value) for key, value in node.items() if key not in _NOT_READ)
        case list() | tuple():
            return sum(map(_weight, node))
        case _:
            return 0


def plain(text: str, limit: int = SECTION) -> Block:
    """Return a plain text object: nothing in it is obeyed."""
    return {"type": "plain_text", "text": clean(text, limit) or "–", "emoji": False}


def mrkdwn(text: str) -> Block:
    """Return a text object with markup; the text is escaped already."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block if accessory is None else block | {"accessory": accessory}


def plain_section(text: str) -> Block:
    """Return a section for text that others wrote at length."""
    return {"type": "section", "text": plain(text)}


def field(label: str, value: str) -> Block:
    """Return one field of ``fields``: our label in bold, the escaped value below it."""
    return mrkdwn(f"*{label}*\n{value}")


def fields(*each: Block) -> Block:
    return {"type": "section", "fields": list(each)}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block | None) -> tuple[Block, ...]:
    """Return the row of those elements that are there, or nothing."""
    present = [element for element in elements if element is not None]
    return ({"type": "actions", "elements": present},) if present else ()


def button(
    label: str,
    action_id: str,
    value: str | None = None,
    *,
    style: Literal["primary", "danger"] | None = None,
    confirm: Block | None = None,
    accessibility_label: str | None = None,
) -> Block:
    """Return a button; several of one action in a message are told apart as ``name:0``, ``name:1``."""
    block: Block = {"type": "button", "text": plain(label, BUTTON_LABEL), "action_id": action_id}
    if value:
        block["value"] = value[:BUTTON_VALUE]
    if style is not None:
        block["style"] = style
    if confirm is not None:
        block["confirm"] = confirm
    if accessibility_label is not None:
        block["accessibility_label"] = clean(accessibility_label, BUTTON_LABEL)
    return block


def link_button(
    label: str, action_id: str, url: str | None, *, style: Literal["primary"] | None = None
) -> Block | None:
    """Return a button that opens an address (``action_id`` begins with ``link_``); none for one Slack cannot take."""
    if not url or len(url) > ADDRESS:
        return None
    block: Block = {"type": "button", "text": plain(label, BUTTON_LABEL), "action_id": action_id, "url": url}
    return block if style is None else block | {"style": style}


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """Return the question before something is removed."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
        "style": "danger",
    }


def option(label: str, value: str) -> Block:
    return {"text": plain(label, OPTION_TEXT), "value": value[:OPTION_VALUE]}


def menu(action_id: str, options: Sequence[Block], chosen: Block | None, placeholder: str) -> Block:
    block: Block = {
        "type": "static_select",
        "action_id": action_id,
        "options": list(options),
        "placeholder": plain(placeholder, PLACEHOLDER),
    }
    return block if chosen is None else block | {"initial_option": chosen}


Cell = Block


def raw(text: str) -> Cell:
    """Return a cell of a table; never empty, which Slack refuses."""
    return {"type": "raw_text", "text": clean(text) or "–"}


def rich_cell(element: Block) -> Cell:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}


def data_table(caption: str, rows: Sequence[Sequence[Cell]], *, page_size: int = 10) -> Block:
    """Return a table that people can sort and filter; the first row is its head, the first column names the rows."""
    return {
        "type": "data_table",
        "caption": clean(caption),
        "page_size": page_size,
        "row_header_column_index": 0,
        "rows": [list(row) for row in rows],
    }


def table(rows: Sequence[Sequence[Cell]]) -> Block:
    """Return a still table; it takes at most 100 rows, the head included."""
    return {"type": "table", "rows": [list(row) for row in rows]}


def rich_quote(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": list(elements)}]}


def rich_lines(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def rich_text(text: str) -> Block:
    """Return a piece of rich text as it stands, line breaks included."""
    return {"type": "text", "text": text}


def rich_link(url: str, text: str | None = None) -> Block:
    """Return a link that shows its own address, or ``text``."""
    return {"type": "link", "url": url} | ({} if text is None else {"text": text})


def rich_person(user_id: str) -> Block:
    return {"type": "user", "user_id": user_id}


def rich_channel(channel_id: str) -> Block:
    return {"type": "channel", "channel_id": channel_id}


def rich_day(at: datetime, fallback: str) -> Block:
    """Return a day that Slack draws in the reader's zone."""
    return {"type": "date", "timestamp": int(at.timestamp()), "format": "{date_short_pretty}", "fallback": fallback}


def paragraphs(lines: Iterable[str], *, at_most: int = 15) -> tuple[Block, ...]:
    """Return sections of so many escaped lines each, fewer where they are long."""
    sections: list[list[str]] = [[]]
    for line in lines:
        full = len(sections[-1]) == at_most or sum(len(kept) + 1 for kept in sections[-1]) + len(line) > SECTION
        if full:
            sections.append([])
        sections[-1].append(line)
    return tuple(section("\n".join(each)) for each in sections if each)
