"""Rebuilds blocks from the classes of slackblocks, which refuse what Slack would refuse; strict on unknown fields."""

from collections.abc import Callable
from typing import Any

import slackblocks as sb
from slackblocks.objects import Text, TextType

from bot.reply import Message, Modal

Json = dict[str, Any]


def judge(view: Message | Modal) -> None:
    """Raise slackblocks' InvalidUsageError, or KeyError for a shape it does not know."""
    if isinstance(view, Modal):
        sb.ModalView(
            title=sb.PlainText(view.title),
            blocks=[_block(block) for block in view.blocks],
            close=sb.PlainText(view.close),
            submit=None if view.submit is None else sb.PlainText(view.submit),
            callback_id=view.callback_id,
            private_metadata=view.memory or None,
        ).to_dict()
        return
    for blocks in (view.blocks, *view.plainer):
        sb.Message(channel="C0SALES", text=view.text, blocks=[_block(block) for block in blocks]).to_dict()


def _block(block: Json) -> Any:
    return _BLOCKS[block["type"]](_without(block, "type"))


def _without(node: Json, *keys: str) -> Json:
    return {key: value for key, value in node.items() if key not in keys}


def _text(node: Json) -> Text:
    return Text(
        node["text"], type_=TextType(node["type"]), emoji=node.get("emoji", False), verbatim=node.get("verbatim", False)
    )


def _element(node: Json) -> Any:
    return _ELEMENTS[node["type"]](**_arguments(_without(node, "type")))


def _arguments(node: Json) -> Json:
    """Turn the objects among an element's fields into slackblocks' own."""
    return {key: _ARGUMENTS.get(key, lambda value: value)(value) for key, value in node.items()}


def _option(node: Json) -> sb.Option:
    return sb.Option(text=_text(node["text"]), value=node["value"])


def _confirm(node: Json) -> sb.ConfirmationDialogue:
    texts = {key: _text(node[key]) for key in ("title", "text", "confirm", "deny")}
    return sb.ConfirmationDialogue(**texts, style=node.get("style"))


def _rich(node: Json) -> sb.RichTextBlock:
    return sb.RichTextBlock([_part(part) for part in node["elements"]])


def _part(part: Json) -> Any:
    return _RICH[part["type"]]([_inline(each) for each in part["elements"]])


def _inline(node: Json) -> Any:
    match node["type"]:
        case "text":
            return sb.RichText(node["text"])
        case "link":
            return sb.RichTextLink(node["url"], text=node.get("text"))
        case "user":
            return sb.RichTextUser(node["user_id"])
        case "channel":
            return sb.RichTextChannel(node["channel_id"])
        case "date":  # slackblocks has no class for it; its fallback is a text
            return sb.RichText(node["fallback"])
        case kind:
            raise KeyError(kind)


def _cell(node: Json, *, bare: bool) -> Any:
    """Return a cell; a still table takes the section inside of a rich_text."""
    if node["type"] == "raw_text":
        return sb.RawText(node["text"])
    return _part(node["elements"][0]) if bare else _rich(node)


def _section(block: Json) -> sb.SectionBlock:
    return sb.SectionBlock(
        text=_text(block["text"]) if "text" in block else None,
        fields=[_text(field) for field in block["fields"]] if "fields" in block else None,
        accessory=_element(block["accessory"]) if "accessory" in block else None,
    )


def _input(block: Json) -> sb.InputBlock:
    return sb.InputBlock(
        label=_text(block["label"]),
        element=_element(block["element"]),
        block_id=block["block_id"],
        hint=_text(block["hint"]) if "hint" in block else None,
        optional=block["optional"],
    )


def _data_table(block: Json) -> sb.DataTableBlock:
    rows = [[_cell(cell, bare=False) for cell in row] for row in block["rows"]]
    return sb.DataTableBlock(**(block | {"rows": rows}))


_ARGUMENTS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "placeholder": _text,
    "confirm": _confirm,
    "options": lambda options: [_option(option) for option in options],
    "initial_option": _option,
    "initial_options": lambda options: [_option(option) for option in options],
    "filter": lambda node: sb.ConversationFilter(**node),
}
_ELEMENTS: dict[str, Callable[..., Any]] = {
    "button": sb.Button,
    "static_select": sb.StaticSelectMenu,
    "radio_buttons": sb.RadioButtonGroup,
    "checkboxes": sb.CheckboxGroup,
    "plain_text_input": sb.PlainTextInput,
    "conversations_select": sb.ConversationSelectMenu,
}
_RICH: dict[str, Callable[..., Any]] = {"rich_text_section": sb.RichTextSection, "rich_text_quote": sb.RichTextQuote}
_BLOCKS: dict[str, Callable[[Json], Any]] = {
    "header": lambda block: sb.HeaderBlock(_text(block["text"])),
    "section": _section,
    "context": lambda block: sb.ContextBlock([_text(text) for text in block["elements"]]),
    "actions": lambda block: sb.ActionsBlock([_element(element) for element in block["elements"]]),
    "divider": lambda _: sb.DividerBlock(),
    "rich_text": _rich,
    "data_table": _data_table,
    "table": lambda block: sb.TableBlock([[_cell(cell, bare=True) for cell in row] for row in block["rows"]]),
    "alert": lambda block: sb.AlertBlock(_text(block["text"]), level=block["level"]),
    "input": _input,
}
