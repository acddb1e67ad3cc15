"""An answer of the bot as text for a terminal: headings, fields, tables in columns, buttons in brackets."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack import reading
from sandbox.slack.blocks import Block

WIDTH = 100
CELL = 40


def drawn(blocks: list[Block], names: Mapping[str, str]) -> str:
    """Return blocks as lines of text, a blank line between blocks."""
    return "\n\n".join("\n".join(part) for block in blocks if (part := list(_block(block, names))))


def _block(block: Block, names: Mapping[str, str]) -> Iterator[str]:
    match block.get("type"):
        case "header":
            title = next(reading.lines(block["text"], names), "")
            yield from (title, "=" * min(len(title), WIDTH))
        case "divider":
            yield "-" * 40
        case "table" | "data_table":
            yield from _table(block, names)
        case "actions":
            yield "  ".join(_control(element) for element in block["elements"])
        case "section":
            yield from _section(block, names)
        case "input":
            yield f"{reading.label(block['element'], block)}: ______"
            yield from (f"  {line}" for line in reading.lines(block.get("hint"), names))
        case _:
            for line in reading.lines(block, names):
                yield from textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]


def _section(block: Block, names: Mapping[str, str]) -> Iterator[str]:
    for line in "\n".join(reading.lines(block.get("text"), names)).splitlines():
        yield from textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    fields = ["\n".join(reading.lines(field, names)).replace("*", "").splitlines() for field in block.get("fields", [])]
    width = max((len(field[0]) for field in fields if field), default=0)
    for field in fields:
        name, *rest = field or [""]
        yield f"{name:<{width}}  {' '.join(rest)}".rstrip()
    if accessory := block.get("accessory"):
        yield _control(accessory)


def _control(element: dict[str, Any]) -> str:
    return f"[{reading.label(element)}{' ↗' if element.get('url') else ''}]"


def _table(block: Block, names: Mapping[str, str]) -> Iterator[str]:
    if caption := block.get("caption"):
        yield caption
    rows = [[_cut(reading.cell(cell, names)) for cell in row] for row in block["rows"]]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for place, row in enumerate(rows):
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        if place == 0:
            yield "  ".join("-" * width for width in widths)


def _cut(text: str) -> str:
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"
