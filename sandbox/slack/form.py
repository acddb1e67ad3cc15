"""Fields that keep what a person puts in: their entries in ``state.values`` and what Slack checks before it submits."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blocks import Block, elements
from sandbox.slack.elements import KEEPS_STATE

Entry = dict[str, Any]
Values = dict[str, dict[str, Entry]]

_FIELD = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
_INITIAL = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
}
MISSING = "Please complete this required field."


def field(kind: str) -> str:
    """Return the key under which an element of this type keeps its value."""
    return _FIELD.get(kind, "value")


def fields(blocks: list[Block]) -> Iterator[tuple[Block, Entry]]:
    """Yield each block with each of its elements that keep a value."""
    for block in blocks:
        for element in elements(block):
            if element["type"] in KEEPS_STATE:
                yield block, element


def initial(blocks: list[Block], *, channel: str | None = None) -> Values:
    """Return the state of a form nobody has touched; ``channel`` is where it was opened from."""
    values: Values = {}
    for block, element in fields(blocks):
        kind, key = element["type"], field(element["type"])
        value = element.get(_INITIAL.get(key, "initial_value"))
        if value is None and element.get("default_to_current_conversation"):
            value = [channel] if key.endswith("s") and channel else channel
        if value is None and key.endswith("s"):
            value = []
        values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": kind, key: value}
    return values


def entry(element: Entry, value: Any, *, names: Mapping[str, str]) -> Entry:
    """Return the state entry for what a person chose, told by label or value; ``names`` finds people and channels.

    Raises LookupError for an option that is not offered.
    """
    kind, key = element["type"], field(element["type"])
    match key:
        case "selected_option":
            return {"type": kind, key: None if value is None else option(element, value)}
        case "selected_options":
            return {"type": kind, key: [option(element, each) for each in _several(value)]}
        case "selected_users" | "selected_conversations" | "selected_channels":
            return {"type": kind, key: [named(each, names) for each in _several(value)]}
        case "selected_user" | "selected_conversation" | "selected_channel":
            return {"type": kind, key: None if value is None else named(value, names)}
        case _:
            return {"type": kind, key: None if value == "" else value}


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def named(value: str, names: Mapping[str, str]) -> str:
    """Return the id of a person or channel told by id, handle or name."""
    return names.get(str(value).lstrip("#@"), str(value))


def option(element: Entry, wanted: Any) -> Entry:
    """Return the offered option of this text or value."""
    if isinstance(wanted, dict):
        wanted = wanted.get("value")
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    offered: list[Entry] = [each for group in groups for each in group["options"]]
    for each in offered:
        if wanted in (each["value"], each["text"]["text"]):
            return each
    if element["type"] in ("external_select", "multi_external_select"):
        return {"text": {"type": "plain_text", "text": str(wanted)}, "value": str(wanted)}
    known = ", ".join(each["text"]["text"] for each in offered)
    raise LookupError(f"no option {wanted!r}; there are {known}")


def refusals(blocks: list[Block], values: Values) -> dict[str, str]:
    """Return what Slack itself says about a form before the bot hears of it, by block_id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        given = values.get(block["block_id"], {}).get(element["action_id"], {}).get(field(element["type"]))
        if given in (None, "", []) and not block.get("optional"):
            found[block["block_id"]] = MISSING
        elif isinstance(given, str) and len(given) > element.get("max_length", 3000):
            found[block["block_id"]] = f"Must be fewer than {element['max_length'] + 1} characters."
        elif isinstance(given, str) and len(given) < element.get("min_length", 0):
            found[block["block_id"]] = f"Must be more than {element['min_length'] - 1} characters."
    return found
