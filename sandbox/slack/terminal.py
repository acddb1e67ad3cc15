"""An answer of the bot as text for a terminal: headings, tables in columns, buttons in brackets, filled-in forms."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack import form, reading
from sandbox.slack.blocks import Block
from sandbox.slack.elements import KEEPS_STATE

WIDTH = 100
CELL = 40
EMPTY = "______"
TICKED = frozenset({"radio_buttons", "checkboxes"})

Element = dict[str, Any]


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
            yield "  ".join(_control(element, names) for element in block["elements"])
        case "section":
            yield from _section(block, names)
        case "input":
            yield from _input(block, names)
        case _:
            for line in reading.lines(block, names):
                yield from textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]


def _section(block: Block, names: Mapping[str, str]) -> Iterator[str]:
    for line in "\n".join(reading.lines(block.get("text"), names)).splitlines():
        yield from textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    fields = [_field(field, names) for field in block.get("fields", [])]
    width = max((len(field[0]) for field in fields), default=0)
    for field in fields:
        name, *rest = field
        yield f"{name:<{width}}  {' '.join(rest)}".rstrip()
    if accessory := block.get("accessory"):
        yield _control(accessory, names)


def _field(field: Element, names: Mapping[str, str]) -> list[str]:
    """Return a field's lines, its label without the marks that make it bold."""
    label, *value = "\n".join(reading.lines(field, names)).splitlines() or [""]
    return [label.strip("*"), *value]


def _control(element: Element, names: Mapping[str, str]) -> str:
    if element["type"] in TICKED:
        return "  ".join(_ticked(element, names))
    if element["type"] not in KEEPS_STATE and element["type"] != "overflow":
        return f"[{reading.label(element)}{' ↗' if element.get('url') else ''}]"
    placeholder = (element.get("placeholder") or {}).get("text", "⋯")
    offered = " | ".join(_offered(element, names))
    return f"[{', '.join(_chosen(element, names)) or placeholder} ▾{f' {offered}' if offered else ''}]"


def _input(block: Block, names: Mapping[str, str]) -> Iterator[str]:
    element = block["element"]
    title = reading.label(element, block) + (" (optional)" if block.get("optional") else "")
    if element["type"] in TICKED:
        yield f"{title}:"
        yield from (f"  {line}" for line in _ticked(element, names))
    else:
        placeholder = (element.get("placeholder") or {}).get("text")
        first, *more = ", ".join(_chosen(element, names)).split("\n")
        yield f"{title}: {first or EMPTY}{f' ({placeholder})' if placeholder and not first else ''}"
        yield from (f"  {line}" for line in more)
        if offered := " | ".join(_offered(element, names)):
            yield from _wrapped(f"▾ {offered}", "  ")
    for line in reading.lines(block.get("hint"), names):
        yield from _wrapped(line, "  ")


def _wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def _chosen(element: Element, names: Mapping[str, str]) -> list[str]:
    """Return what is filled in before anybody types or chooses, as a person reads it."""
    if element["type"] not in KEEPS_STATE:
        return []
    values = form.initial([{"type": "input", "block_id": "", "element": {"action_id": ""} | element}])
    (entry,) = values[""].values()
    value = entry[form.field(element["type"])]
    several = value if isinstance(value, list) else [value]
    return [_text(each, names) for each in several if each is not None]


def _text(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        return " ".join(reading.lines(value, names))
    return names.get(str(value), str(value))


def _options(element: Element) -> list[Element]:
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    return [option for group in groups for option in group["options"]]


def _offered(element: Element, names: Mapping[str, str]) -> list[str]:
    return [" ".join(reading.lines(option["text"], names)) for option in _options(element)]


def _ticked(element: Element, names: Mapping[str, str]) -> Iterator[str]:
    """Yield each option of radio buttons or checkboxes, marked where it is chosen."""
    initial = element.get("initial_options") or [element.get("initial_option") or {}]
    chosen = {option.get("value") for option in initial}
    left, mark, right = ("(", "•", ")") if element["type"] == "radio_buttons" else ("[", "x", "]")
    for option in _options(element):
        text = " ".join(reading.lines(option["text"], names))
        yield f"{left}{mark if option['value'] in chosen else ' '}{right} {text}"


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
