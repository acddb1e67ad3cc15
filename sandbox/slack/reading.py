"""Blocks as a person takes them in: the text in reading order, the buttons and fields by their labels."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blocks import Block, elements
from sandbox.slack.markup import readable
from sandbox.slack.model import Message

Element = dict[str, Any]
Names = Mapping[str, str]


def plain(blocks: list[Block], names: Names) -> str:
    """Return all text of the blocks, a line for each piece, buttons as ``[Label]``."""
    return "\n".join(line for block in blocks for line in lines(block, names) if line)


def lines(node: Any, names: Names) -> Iterator[str]:  # noqa: C901, PLR0912 - one branch for each shape, nothing nested
    """Yield the readable lines of one block or part of it."""
    match node:
        case {"type": "rich_text", "elements": list(parts)}:
            for part in parts:
                yield from _rich_lines(part, names)
        case {"type": "table" | "data_table", "rows": list(rows)}:
            yield str(node.get("caption", ""))
            for row in rows:
                yield " | ".join(cell(each, names) for each in row)
        case {"type": "context" | "actions", "elements": list(parts)}:
            yield " ".join(line for part in parts for line in lines(part, names))
        case {"type": "button", "text": {"text": str(label)}}:
            yield f"[{label}]"
        case {"type": "mrkdwn", "text": str(text)}:
            yield readable(text, names)
        case {"type": "plain_text" | "markdown", "text": str(text)}:
            yield text
        case {"type": "image", "alt_text": str(text)}:
            yield text
        case dict():
            for key in ("title", "subtitle", "label", "text", "fields", "element", "accessory", "body", "child_blocks"):
                yield from lines(node.get(key), names)
            for key in ("placeholder", "options", "hint", "elements", "actions"):
                yield from lines(node.get(key), names)
        case list():
            for part in node:
                yield from lines(part, names)
        case _:
            return


def cell(node: Any, names: Names) -> str:
    """Return what stands in one cell of a table."""
    match node:
        case {"type": "raw_number", "value": value}:
            return str(node.get("text", value))
        case {"text": str(text)}:
            return text
        case _:
            return " ".join(lines(node, names))


def _rich_lines(part: dict[str, Any], names: Names) -> Iterator[str]:
    if part.get("type") == "rich_text_list":
        for item in part.get("elements", []):
            for line in _rich_lines(item, names):
                yield f"• {line}"
        return
    yield from "".join(_inline(element, names) for element in part.get("elements", [])).splitlines()


def _inline(element: dict[str, Any], names: Names) -> str:
    match element:
        case {"type": "link", "url": str(url)}:
            return str(element.get("text") or url)
        case {"type": "user", "user_id": str(user)}:
            return f"@{names.get(user, user)}"
        case {"type": "channel", "channel_id": str(channel)}:
            return f"#{names.get(channel, channel)}"
        case {"type": "date", "timestamp": int(at)}:
            return str(element.get("fallback") or dt.datetime.fromtimestamp(at, dt.UTC).isoformat())
        case {"type": "emoji", "name": str(name)}:
            return f":{name}:"
        case _:
            return str(element.get("text", ""))


def label(element: Element, block: Block | None = None) -> str:
    """Return what a person would call an element: its text, its field's label, or its placeholder."""
    for holder in (element.get("text"), (block or {}).get("label"), element.get("placeholder")):
        if isinstance(holder, dict) and holder.get("text"):
            return str(holder["text"])
    return str(element.get("action_id", ""))


def buttons(blocks: list[Block]) -> dict[str, Element]:
    """Return every button by its label; where a label comes twice, by what screen readers are told instead."""
    found: dict[str, Element] = {}
    for element in elements(blocks):
        if element.get("type") != "button":
            continue
        name = label(element)
        if name in found:
            name = str(element.get("accessibility_label") or f"{name} ({element.get('action_id')})")
        found[name] = element
    return found


def find(blocks: list[Block], name: str, *, nth: int | None = None) -> tuple[Block, Element]:
    """Return the block and element that a person means by ``name``.

    Tried in order: action_id, accessibility label, label, placeholder, block_id. Raises LookupError when there is none,
    or several and ``nth`` does not say which.
    """
    pairs = [(block, element) for block in blocks for element in elements(block)]
    for means in (
        lambda _, element: element.get("action_id") == name,
        lambda _, element: element.get("accessibility_label") == name,
        lambda block, element: label(element, block) == name,
        lambda _, element: (element.get("placeholder") or {}).get("text") == name,
        lambda block, _: block.get("block_id") == name,
    ):
        hits = [pair for pair in pairs if means(*pair)]
        if len(hits) == 1 or (hits and nth is not None):
            return hits[nth or 0]
        if hits:
            raise LookupError(f"{len(hits)} elements are called {name!r}; say which by accessibility label or nth")
    known = ", ".join(repr(label(element, block)) for block, element in pairs) or "none at all"
    raise LookupError(f"no element is called {name!r}; there are {known}")


def of_message(message: Message, names: Names) -> str:
    """Return what a person reads of a message: its blocks, or its text where it has none."""
    return plain(message.blocks, names) if message.blocks else readable(message.text, names)
