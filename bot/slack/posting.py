"""Sending a message by one of the Web API's methods, plainer where Slack cannot draw it."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.reply import Block, Message
from bot.slack.api import Before, SlackRefused, call, nothing
from bot.slack_errors import Meaning, is_about_content, is_documented, meaning_of

Send = Callable[["Form"], Awaitable[dict[str, Any]]]
log = structlog.get_logger()

SENTENCE = 300
"""Characters of the last form of a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of a message."""

    text: str
    blocks: Sequence[Block]
    bare: bool = False
    """Without metadata too, which may be what Slack refuses."""


def ladder(message: Message) -> Iterator[tuple[Block, ...]]:
    """Yield the blocks, then each plainer form of them: a table may be newer than the workspace's Slack."""
    yield message.blocks
    yield from message.plainer


async def deliver(message: Message, send: Send) -> str:
    """Send the message in the best form that Slack takes, at last a sentence; return its ``ts`` ("" if there is none).

    Only what is about the message itself is answered by another form; a word that Slack has not documented, once.
    """
    for blocks in ladder(message):
        try:
            return _ts(await send(Form(text=message.text, blocks=blocks)))
        except SlackRefused as error:
            if not is_about_content(error.error):
                raise
            mistake = meaning_of(error.error) is Meaning.MISTAKE or not is_documented(error.error)
            (log.error if mistake else log.warning)("message refused as it is", error=error.error)
            if mistake:
                break
    sentence = " ".join(message.text.split())[:SENTENCE]
    return _ts(await send(Form(text=sentence, blocks=(), bare=True)))


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
    before: Before = nothing,
) -> str:
    """Post a message and return its ``ts``; a channel may be a person's id, for a direct message."""
    return await deliver(
        message,
        lambda form: call(
            lambda: client.chat_postMessage(
                channel=channel,
                thread_ts=thread_ts,
                text=form.text,
                blocks=form.blocks,
                mrkdwn=False,
                metadata=None if form.bare else metadata,
                unfurl_links=False,
                unfurl_media=False,
            ),
            patient=patient,
            before=before,
        ),
    )


async def edit(
    client: AsyncWebClient,
    message: Message,
    *,
    channel: str,
    ts: str,
    patient: bool = True,
    before: Before = nothing,
) -> None:
    """Put the message in the place of one that the bot has posted."""
    await deliver(
        message,
        lambda form: call(
            lambda: client.chat_update(channel=channel, ts=ts, text=form.text, blocks=form.blocks),
            repeatable=True,
            patient=patient,
            before=before,
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
        lambda form: call(
            lambda: client.chat_postEphemeral(
                channel=channel, user=user, thread_ts=thread_ts, text=form.text, blocks=form.blocks
            ),
            patient=patient,
        ),
    )
