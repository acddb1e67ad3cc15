"""Reading Block Kit in tests: everything a message or window holds, found without knowing the views."""

from collections.abc import Iterator
from typing import Any

from bot.reply import Block, Message, Modal

Json = Any


def forms(view: Message | Modal) -> tuple[tuple[Block, ...], ...]:
    """Return the blocks in every form in which they may be sent."""
    return (view.blocks, *view.plainer) if isinstance(view, Message) else (view.blocks,)


def nodes(node: Json) -> Iterator[dict[str, Any]]:
    """Yield every object in a piece of JSON."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from nodes(value)


def of_type(blocks: Json, *kinds: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of these types."""
    return (node for node in nodes(blocks) if node.get("type") in kinds)


def shown(node: Json) -> Iterator[str]:
    """Yield every text a person can see, addresses excluded."""
    for each in nodes(node):
        for key in ("text", "caption", "accessibility_label", "initial_value", "fallback"):
            if isinstance(each.get(key), str):
                yield each[key]


def everything(view: Message | Modal) -> Iterator[str]:
    """Yield every text of a view."""
    if isinstance(view, Message):
        yield view.text
    else:
        yield from (view.title, view.submit or "", view.close)
    for blocks in forms(view):
        yield from shown(blocks)
