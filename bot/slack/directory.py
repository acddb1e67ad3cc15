"""Who people are and what channels are, asked of Slack and remembered for a short while."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Channel
from bot.errors import RemoteError
from bot.slack.api import SlackRefused, SlackUnreachable, call

log = structlog.get_logger()
V = TypeVar("V")


OUTSIDE = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")
"""What Slack says of guests, people of other organisations, apps, and people who have left."""
NOBODY_HERE = {"user_not_found", "user_not_visible", "users_not_found"}


class PersonUnknown(RemoteError):
    """Slack did not say who a person is, so what depends on it must wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as Slack describes them."""

    id: str
    name: str
    locale: str
    tz: str
    full_member: bool
    """A member of this workspace who is neither a guest nor of another organisation."""


class Remembered(Generic[V]):
    """Answers kept for ``seconds``, at most ``most`` of them; failures are not kept."""

    def __init__(self, ask: Callable[[str], Awaitable[V]], *, seconds: float, most: int = 2048) -> None:
        self._ask = ask
        self._seconds = seconds
        self._most = most
        self._answers: OrderedDict[str, tuple[float, asyncio.Future[V]]] = OrderedDict()

    async def get(self, key: str) -> V:
        """Return the answer for ``key``; whoever gives up waiting takes nothing from the others."""
        known = self._answers.get(key)
        if known is None or known[0] <= time.monotonic():
            known = time.monotonic() + self._seconds, asyncio.ensure_future(self._ask(key))
            known[1].add_done_callback(lambda asked: self._settle(key, asked))
            self._answers[key] = known
            self._answers.move_to_end(key)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return await asyncio.shield(known[1])

    def _settle(self, key: str, asked: asyncio.Future[V]) -> None:
        if asked.cancelled() or asked.exception() is not None:
            known = self._answers.get(key)
            if known is not None and known[1] is asked:
                del self._answers[key]


class Directory:
    """The workspace's people, user groups and channels."""

    def __init__(self, client: AsyncWebClient, workspace_id: str) -> None:
        self._client = client
        self._workspace_id = workspace_id
        self._people = Remembered(self._ask_person, seconds=300)
        self._groups = Remembered(self._ask_group, seconds=60)

    async def person(self, user_id: str) -> Person:
        """Return the person, or raise PersonUnknown."""
        try:
            return await self._people.get(user_id)
        except (SlackRefused, SlackUnreachable) as error:
            log.warning("person not known", user=user_id, error=str(error))
            if str(error) in NOBODY_HERE:
                return Person(id=user_id, name="", locale="en-US", tz="UTC", full_member=False)
            raise PersonUnknown from None

    async def channel(self, channel_id: str) -> Channel:
        """Return the channel as it is now; one that Slack does not describe counts as read by other organisations."""
        try:
            return await self.described(channel_id)
        except (SlackRefused, SlackUnreachable) as error:
            log.info("channel not known", channel=channel_id, error=str(error))
            return Channel(id=channel_id, name="", external=True, known=False)

    async def described(self, channel_id: str) -> Channel:
        """Return the channel as it is now, or raise SlackRefused or SlackUnreachable.

        Not remembered: a channel may be shared at any moment, and what is posted cannot be taken back.
        """
        answer = await call(lambda: self._client.conversations_info(channel=channel_id), repeatable=True)
        return _channel(answer.get("channel") or {}, channel_id)

    async def is_in_group(self, user_id: str, group_ids: frozenset[str]) -> bool:
        """Say whether the person is in one of the user groups; a group that Slack does not tell has nobody in it."""
        for group_id in sorted(group_ids):
            try:
                if user_id in await self._groups.get(group_id):
                    return True
            except (SlackRefused, SlackUnreachable) as error:
                log.warning("user group not known", group=group_id, error=str(error))
        return False

    async def _ask_person(self, user_id: str) -> Person:
        answer = await call(lambda: self._client.users_info(user=user_id, include_locale=True), repeatable=True)
        return _person(answer.get("user") or {}, user_id, self._workspace_id)

    async def _ask_group(self, group_id: str) -> frozenset[str]:
        answer = await call(lambda: self._client.usergroups_users_list(usergroup=group_id), repeatable=True)
        return frozenset(str(user_id) for user_id in answer.get("users") or ())


def _person(user: dict[str, Any], user_id: str, workspace_id: str) -> Person:
    """https://docs.slack.dev/reference/objects/user-object; an organisation's member may be of another of its teams."""
    teams = {user.get("team_id") or workspace_id, *((user.get("enterprise_user") or {}).get("teams") or ())}
    outside = any(user.get(flag) for flag in OUTSIDE)
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name") or ""
    return Person(
        id=user_id,
        name=str(name),
        locale=str(user.get("locale") or "en-US"),
        tz=str(user.get("tz") or "UTC"),
        full_member=workspace_id in teams and not outside,
    )


def _channel(channel: dict[str, Any], channel_id: str) -> Channel:
    """https://docs.slack.dev/reference/objects/conversation-object

    ``is_shared`` alone may mean shared between workspaces of one organisation (``is_org_shared``).
    """
    told = "is_ext_shared" in channel or "is_shared" in channel
    shared = bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"))
    shared = shared or bool(channel.get("is_shared") and not channel.get("is_org_shared"))
    alone = bool(channel.get("is_im"))  # the bot's own direct messages, read by the person alone
    return Channel(
        id=channel_id,
        name=str(channel.get("name") or ""),
        external=not alone and (shared or not told),
        archived=bool(channel.get("is_archived")),
        known=told or alone,
        member=channel.get("is_member"),
        direct=alone,
    )
