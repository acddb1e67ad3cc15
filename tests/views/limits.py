"""Slack's limits, written down a second time and independently of the views (https://docs.slack.dev/reference/block-kit)."""

from collections import Counter
from typing import Any

from bot.reply import Block, Message, Modal
from tests.views.reading import forms, nodes, of_type, shown

TEXT_IN_ALL = 10_000
BLOCKS = {Message: 50, Modal: 100}
LONGEST = {
    "button": {"value": 2000, "url": 3000, "accessibility_label": 75, "action_id": 255},
    "plain_text_input": {"initial_value": 3000},
    "static_select": {"action_id": 255},
    "input": {"block_id": 255},
}
LONGEST_TEXT = {
    ("header", "text"): 150,
    ("section", "text"): 3000,
    ("button", "text"): 75,
    ("alert", "text"): 200,
    ("static_select", "placeholder"): 150,
    ("plain_text_input", "placeholder"): 150,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
}
LONGEST_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
ONLY_IN_MESSAGES = {"table", "data_table"}
ONLY_IN_WINDOWS = {"input", "alert"}


def problems(view: Message | Modal) -> list[str]:
    """Return what Slack would refuse in any form of the view."""
    found = []
    for blocks in forms(view):
        found += _too_many(view, blocks)
        found += [problem for node in nodes(blocks) for problem in _of_node(node)]
        foreign = ONLY_IN_WINDOWS if isinstance(view, Message) else ONLY_IN_MESSAGES
        found += [f"{kind} stands in the wrong place" for kind in foreign if any(of_type(blocks, kind))]
    if isinstance(view, Modal):
        found += [f"{text!r} is too long" for text in (view.title, view.close, view.submit or "") if len(text) > 24]
        if view.submit is None and any(of_type(view.blocks, "input")):
            found.append("a window with an input has no submit")
    return found


def _too_many(view: Message | Modal, blocks: tuple[Block, ...]) -> list[str]:
    found = []
    if not 1 <= len(blocks) <= BLOCKS[type(view)]:
        found.append(f"{len(blocks)} blocks")
    if sum(map(len, shown(blocks))) > TEXT_IN_ALL:
        found.append("more text than a message may hold")
    if sum(1 for _ in of_type(blocks, "table", "data_table")) > 1:
        found.append("more than one table")
    ids = Counter(node["action_id"] for node in nodes(blocks) if "action_id" in node)
    found += [f"{action_id} stands there {count} times" for action_id, count in ids.items() if count > 1]
    return found


def _of_node(node: dict[str, Any]) -> list[str]:
    kind = node.get("type", "")
    found = [f"{kind} has an empty {key}" for key in ("text", "value", "initial_value") if node.get(key) == ""]
    found += [
        f"{key} of {kind} is too long"
        for key, longest in LONGEST.get(kind, {}).items()
        if len(node.get(key) or "") > longest
    ]
    found += [
        f"{key} of {kind} is too long"
        for (owner, key), longest in LONGEST_TEXT.items()
        if owner == kind and key in node and len(node[key]["text"]) > longest
    ]
    if "confirm" in node and isinstance(node["confirm"], dict) and "title" in node["confirm"]:
        found += [
            f"{key} of a confirm is too long"
            for key, longest in LONGEST_CONFIRM.items()
            if len(node["confirm"][key]["text"]) > longest
        ]
    match kind:
        case "section" if not ("text" in node or "fields" in node):
            found.append("a section says nothing")
        case "section" if "fields" in node:
            found += [] if 1 <= len(node["fields"]) <= 10 else ["more than ten fields"]
            found += ["a field is too long" for field in node["fields"] if len(field["text"]) > 2000]
        case "context" if not 1 <= len(node["elements"]) <= 10:
            found.append("more than ten elements in a context")
        case "actions" if not 1 <= len(node["elements"]) <= 25:
            found.append("no elements, or more than 25, in a row")
        case "header" if node["text"]["type"] != "plain_text":
            found.append("a header is plain text")
        case "table" if not 1 <= len(node["rows"]) <= 100:
            found.append("a still table takes 100 rows")
        case "data_table":
            found += _of_data_table(node)
        case "static_select" | "radio_buttons" | "checkboxes":
            found += _of_options(node)
    return found


def _of_data_table(node: dict[str, Any]) -> list[str]:
    widths = {len(row) for row in node["rows"]}
    checks = {
        "a table has a head, a row, and a hundred rows at most": 2 <= len(node["rows"]) <= 101,
        "rows are of one width": len(widths) == 1,
        "a table has one to twenty columns": all(1 <= width <= 20 for width in widths),
        "a head is raw text": all(cell["type"] == "raw_text" for cell in node["rows"][0]),
        "a table has a caption": bool(node["caption"]),
        "a page has one to a hundred rows": 1 <= node["page_size"] <= 100,
    }
    return [claim for claim, holds in checks.items() if not holds]


def _of_options(node: dict[str, Any]) -> list[str]:
    most = 100 if node["type"] == "static_select" else 10
    found = [] if 1 <= len(node["options"]) <= most else ["too few or too many options"]
    values = [each["value"] for each in node["options"]]
    found += [] if len(set(values)) == len(values) else ["two options have one value"]
    found += ["an option is too long" for each in node["options"] if len(each["text"]["text"]) > 75]
    found += ["an option's value is too long" for value in values if len(value) > 150]
    chosen = [node["initial_option"]] if "initial_option" in node else node.get("initial_options", ())
    found += ["an empty list of what is chosen"] if node.get("initial_options") == [] else []
    return found + ["what is chosen is no option" for each in chosen if each not in node["options"]]
