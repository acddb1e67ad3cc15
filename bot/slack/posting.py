"""Sending a message by one of the Web API's methods, plainer where Slack cannot draw it."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.reply import Block, Message
from bot.slack.api import SlackRefused, call

Send = Callable[[Sequence[Block]], Awaitable[dict[str, Any]]]


def ladder(message: Message) -> Iterator[tuple[Block, ...]]:
    """Yield the blocks, then each plainer form of them: a table may be newer than the workspace's Slack."""
    yield message.blocks
    yield from message.plainer


async def deliver(message: Message, send: Send) -> str:
    """Send the message in the best form that Slack takes; return its ``ts`` ("" where Slack gives none)."""
    *forms, last = ladder(message)
    for blocks in forms:
        try:
            return _ts(await send(blocks))
        except SlackRefused as error:
            if error.error != "invalid_blocks":
                raise
    return _ts(await send(last))


def _ts(answer: dict[str, Any]) -> str:
    return str(answer.get("ts") or answer.get("message_ts") or "")


async def post(
    client: AsyncWebClient,
    message: Message,
    *,
    channel: str,
    thread_ts: str | None = None,
    metadata: dict[str, object] | None = None,
    patient: bool = True,
) -> str:
    """Post a message and return its ``ts``; a channel may be a person's id, for a direct message."""
    return await deliver(
        message,
        lambda blocks: call(
            lambda: client.chat_postMessage(
                channel=channel,
                thread_ts=thread_ts,
                text=message.text,
                blocks=blocks,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
            ),
            patient=patient,
        ),
    )


async def edit(client: AsyncWebClient, message: Message, *, channel: str, ts: str, patient: bool = True) -> None:
    """Put the message in the place of one that the bot has posted."""
    await deliver(
        message,
        lambda blocks: call(
            lambda: client.chat_update(channel=channel, ts=ts, text=message.text, blocks=blocks),
            repeatable=True,
            patient=patient,
        ),
    )


async def whisper(
    client: AsyncWebClient,
    message: Message,
    *,
    channel: str,
    user: str,
    thread_ts: str | None = None,
    patient: bool = True,
) -> None:
    """Show a message to one person in a channel; raises SlackRefused where the bot is no member."""
    await deliver(
        message,
        lambda blocks: call(
            lambda: client.chat_postEphemeral(
                channel=channel, user=user, thread_ts=thread_ts, text=message.text, blocks=blocks
            ),
            patient=patient,
        ),
    )
