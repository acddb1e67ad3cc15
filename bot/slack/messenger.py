"""Messenger for Slack: one call a step, with its outcome in errors that the delivery worker acts on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import retry
from bot.context import Channel
from bot.delivery.messenger import Busy, Failed, Refused, Trace, Undelivered
from bot.reply import Message
from bot.slack.api import SlackRefused, SlackUnreachable, call
from bot.slack.directory import Directory
from bot.slack.posting import edit, post, whisper
from bot.slack_errors import ALREADY_REACTED, ASKS_TO_WAIT, GONE, Meaning, meaning_of
from bot.views.elsewhere import with_link
from bot.views.foreign import SLACK_TS

log = structlog.get_logger()

EVENT_TYPE = "partner_bot_delivery"
PAGE = 200
PAGES = 20
"""Pages that are read at most: 4,000 messages since the delivery was enqueued."""
EARLIER = 60
"""Seconds before that from which to look, for clocks that differ."""
LATER = frozenset({Meaning.NOT_NOW, Meaning.WORKSPACE})
ELSEWHERE = frozenset({Meaning.CHANNEL, Meaning.PERSON, Meaning.THREAD})
"""What a person is told directly, and not in the channel, for."""


class SlackMessenger:
    """Implement ``bot.delivery.messenger.Messenger``.

    It waits for nothing: waits are stored, where a restart keeps them.
    """

    def __init__(self, client: AsyncWebClient, directory: Directory) -> None:
        self._client = client
        self._directory = directory

    async def channel(self, channel_id: str) -> Channel:
        """Return the channel as it is now."""
        async with _outcome():
            return await self._directory.described(channel_id)

    async def post(self, message: Message, *, channel: str, thread_ts: str | None, trace: Trace) -> str:
        """Post a message that can be found again; never repeated here, which could post twice.

        Where the thread takes no replies, it is posted in the channel with a link to the thread.
        """
        async with _outcome():
            try:
                return await self._post(message, channel, thread_ts, trace)
            except SlackRefused as error:
                no_thread = meaning_of(error.error) is Meaning.THREAD or error.error == GONE
                if thread_ts is None or not no_thread:
                    raise
                log.info("thread takes no replies", error=error.error)
            linked = with_link(message, await self._address(channel, thread_ts))
            return await self._post(linked, channel, None, trace)

    async def _post(self, message: Message, channel: str, thread_ts: str | None, trace: Trace) -> str:
        return await post(
            self._client,
            message,
            channel=channel,
            thread_ts=thread_ts,
            metadata=_metadata(trace),
            patient=False,
        )

    async def _address(self, channel: str, ts: str) -> str | None:
        """Return a message's address; None where there is none any more."""
        if SLACK_TS.fullmatch(ts) is None:
            return None
        try:
            answer = await self._call(lambda: self._client.chat_getPermalink(channel=channel, message_ts=ts))
        except SlackRefused:
            return None
        return str(answer.get("permalink") or "") or None

    async def show(self, message: Message, *, channel: str, user: str) -> None:
        """Show a message to one person in a channel, or directly where the bot or the person is not in it."""
        async with _outcome():
            try:
                await whisper(self._client, message, channel=channel, user=user, patient=False)
            except SlackRefused as error:
                if meaning_of(error.error) not in ELSEWHERE:
                    raise
                await post(self._client, message, channel=user, patient=False)

    async def edit(self, message: Message, *, channel: str, ts: str) -> None:
        """Put a message in the place of one of the bot's."""
        async with _outcome():
            await edit(self._client, message, channel=channel, ts=ts, patient=False)

    async def react(self, name: str, *, channel: str, ts: str) -> None:
        """Add a reaction; one that is there already will do."""
        async with _outcome():
            try:
                await self._call(lambda: self._client.reactions_add(channel=channel, name=name, timestamp=ts))
            except SlackRefused as error:
                if error.error != ALREADY_REACTED:
                    raise

    async def exists(self, *, channel: str, ts: str) -> bool:
        """Ask for the message's address, which needs no scope and fails where it was deleted."""
        if SLACK_TS.fullmatch(ts) is None:  # no message of Slack's has it
            return False
        async with _outcome():
            try:
                await self._call(lambda: self._client.chat_getPermalink(channel=channel, message_ts=ts))
            except SlackRefused as error:
                if error.error in {GONE, "channel_not_found"}:
                    return False
                raise
        return True

    async def find(self, trace: Trace, *, channel: str, thread_ts: str | None, since: datetime) -> str | None:
        """Look a message up by its metadata, in the channel or in the thread, which the channel's history leaves out.

        https://docs.slack.dev/reference/methods/conversations.replies; metadata comes only when asked for. Reading
        needs the optional history scopes; without them, or in a channel the bot has left, a message may come twice.
        """
        oldest = f"{since.timestamp() - EARLIER:.6f}"
        cursor = ""
        try:
            for _ in range(PAGES):
                page = await self._page(channel, thread_ts, oldest, cursor)
                for message in page.get("messages") or ():
                    if _is_marked(message, trace):
                        return str(message["ts"])
                cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    return None
        except (SlackRefused, SlackUnreachable) as error:
            outcome = _undelivered(error)
            if not isinstance(outcome, Refused) and outcome.meaning is not Meaning.WORKSPACE:
                raise outcome from None
            log.warning("channel not read after a crash", error=outcome.reason)
        return None

    async def _page(self, channel: str, thread_ts: str | None, oldest: str, cursor: str) -> dict[str, Any]:
        client, more = self._client, cursor or None
        if thread_ts is None:
            return await self._call(
                lambda: client.conversations_history(
                    channel=channel, oldest=oldest, limit=PAGE, cursor=more, include_all_metadata=True
                )
            )
        return await self._call(
            lambda: client.conversations_replies(
                channel=channel, ts=thread_ts, oldest=oldest, limit=PAGE, cursor=more, include_all_metadata=True
            )
        )

    @staticmethod
    async def _call(request: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
        return await call(request, repeatable=True, patient=False)


@asynccontextmanager
async def _outcome() -> AsyncIterator[None]:
    """Turn Slack's answers into the errors of a messenger."""
    try:
        yield
    except (SlackRefused, SlackUnreachable) as error:
        raise _undelivered(error) from None


def _undelivered(error: SlackRefused | SlackUnreachable) -> Undelivered:
    """Return whether it is for never, for later, or after so many seconds."""
    if isinstance(error, SlackUnreachable):
        return Failed(str(error))
    if error.error in ASKS_TO_WAIT:
        return Busy(retry.SLACK.unnamed_wait if error.wait is None else error.wait)
    return Failed(error.error) if meaning_of(error.error) in LATER else Refused(error.error)


def _metadata(trace: Trace) -> dict[str, object]:
    """Return the mark by which a message is found again; the id says nothing to anyone but the bot.

    https://docs.slack.dev/messaging/message-metadata
    """
    return {"event_type": EVENT_TYPE, "event_payload": {"delivery": trace.delivery_id, "part": trace.step}}


def _is_marked(message: dict[str, Any], trace: Trace) -> bool:
    mark = (message.get("metadata") or {}).get("event_payload") or {}
    return mark.get("delivery") == trace.delivery_id and mark.get("part") == trace.step
