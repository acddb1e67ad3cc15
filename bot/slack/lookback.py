"""Looking back into a channel for what an attempt that was cut off may have posted there."""

from enum import StrEnum
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api import SlackRefused, SlackUnreachable, call
from bot.storage.invitations import Invitation

log = structlog.get_logger()

EVENT_TYPE = "partner_bot_delivery"
PAGE = 200
PAGES = 20
"""Pages that are read at most: 4,000 messages since the invitation was recorded."""
EARLIER = 60
"""Seconds before the record from which to look, for clocks that differ."""


class Part(StrEnum):
    """Which of an invitation's messages one is."""

    PARENT = "parent"
    INVITATION = "invitation"


def metadata(invitation: Invitation, part: Part) -> dict[str, object]:
    """Return the mark by which a message is found again; the id says nothing to anyone but the bot.

    https://docs.slack.dev/messaging/message-metadata
    """
    return {"event_type": EVENT_TYPE, "event_payload": {"delivery": invitation.id, "part": part}}


class Traces:
    """The bot's own messages in channels, found by their metadata."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def of(self, invitation: Invitation) -> tuple[str | None, str | None]:
        """Return the thread's root and the invitation's own ``ts``, as far as they stand there.

        Reading needs the optional history scopes; without them, or in a channel the bot has left, an invitation may
        come twice.
        """
        root = invitation.thread_ts or invitation.parent_ts
        try:
            if root is None and not invitation.external_channel:
                root = await self._find(invitation, Part.PARENT, None)
                if root is None:
                    return None, None
            return root, await self._find(invitation, Part.INVITATION, root)
        except (SlackRefused, SlackUnreachable) as error:
            log.warning("channel not read after a crash", error=str(error))
            return root, None

    async def _find(self, invitation: Invitation, part: Part, root: str | None) -> str | None:
        cursor = ""
        for _ in range(PAGES):
            page = await self._page(invitation, root, cursor)
            for message in page.get("messages") or ():
                mark = (message.get("metadata") or {}).get("event_payload") or {}
                if mark.get("delivery") == invitation.id and mark.get("part") == part:
                    return str(message["ts"])
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return None

    async def _page(self, invitation: Invitation, root: str | None, cursor: str) -> dict[str, Any]:
        """Read a page of the channel, or of the thread: the channel's history leaves replies out.

        https://docs.slack.dev/reference/methods/conversations.replies; metadata comes only when asked for.
        """
        client, channel = self._client, invitation.channel_id
        oldest = f"{invitation.created_at.timestamp() - EARLIER:.6f}"
        if root is None:
            return await call(
                lambda: client.conversations_history(
                    channel=channel, oldest=oldest, limit=PAGE, cursor=cursor or None, include_all_metadata=True
                ),
                repeatable=True,
            )
        return await call(
            lambda: client.conversations_replies(
                channel=channel, ts=root, oldest=oldest, limit=PAGE, cursor=cursor or None, include_all_metadata=True
            ),
            repeatable=True,
        )
