"""A message that stands elsewhere than it belongs: with a link to the thread that takes no replies."""

from dataclasses import replace

from bot.reply import Block, Message
from bot.views.blocks import context
from bot.views.marks import entities

MOST_BLOCKS = 50


def with_link(message: Message, address: str | None) -> Message:
    """Return the message with the address of what it belongs to; the same one where that has no address."""
    if address is None:
        return message
    line = f"↪ <{entities(address)}>"

    def linked(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return (*blocks, context(line)) if 0 < len(blocks) < MOST_BLOCKS else blocks

    return replace(
        message,
        text=message.text if message.blocks else f"{message.text} {line}",
        blocks=linked(message.blocks),
        plainer=tuple(linked(blocks) for blocks in message.plainer),
    )
