"""Who people are and what channels are, asked of Slack; people and user groups are remembered for a short while."""

from collections.abc import Hashable

import structlog
from pydantic import BaseModel, ConfigDict
from slack_sdk.web.async_client import AsyncWebClient

from bot.cache import Cache, Invalidated
from bot.context import Channel
from bot.delivery.channel_lookups import ChannelLookups
from bot.errors import RemoteError
from bot.slack import conversation_object, user_object
from bot.slack.api import SlackRefused, SlackUnreachable, call
from bot.slack.user_object import Person

log = structlog.get_logger()

RIGHTS_SECONDS = 15.0
"""Seconds for which rights that were taken away may hold, where Slack's event about it does not come."""
CAPACITY = 2048
"""People remembered at most, and user groups."""
NOBODY_HERE = {"user_not_found", "user_not_visible", "users_not_found"}


class PersonUnknown(RemoteError):
    """Slack did not say who a person is, so what depends on it must wait."""


class _Members(BaseModel):
    """https://docs.slack.dev/reference/methods/usergroups.users.list"""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    users: list[str]


class Directory:
    """The workspace's people, user groups and channels."""

    def __init__(self, client: AsyncWebClient, workspace_id: str) -> None:
        self._client = client
        self._workspace_id = workspace_id
        self._people: Cache[str, Person] = Cache(seconds=RIGHTS_SECONDS, capacity=CAPACITY)
        self._groups: Cache[str, frozenset[str]] = Cache(seconds=RIGHTS_SECONDS, capacity=CAPACITY)
        self._channels = ChannelLookups(self.channel)

    async def person(self, user_id: str) -> Person:
        """Return the person, or raise PersonUnknown where Slack does not answer, or not as documented."""
        try:
            return await self._people.get(user_id, lambda: self._ask_person(user_id))
        except (SlackRefused, SlackUnreachable, Invalidated) as error:
            log.warning("person not known", user=user_id, error=str(error))
            if str(error) in NOBODY_HERE:
                return Person(id=user_id)
            raise PersonUnknown from None
        except ValueError:
            log.error("person not understood", user=user_id)
            raise PersonUnknown from None

    def remembered(self, user_id: str) -> Person | None:
        """Return a person as Slack described them last, without asking."""
        return self._people.latest(user_id)

    def locale(self, user_id: str) -> str:
        """Return a person's locale without asking Slack; English where nothing is remembered of them."""
        person = self._people.latest(user_id)
        return person.locale if person is not None else "en-US"

    def person_changed(self, user_id: str | None) -> None:
        """Forget a person; None forgets everybody."""
        self._people.invalidate_all() if user_id is None else self._people.invalidate(user_id)

    def group_changed(self, group_id: str | None) -> None:
        """Forget who is in a user group; None forgets all groups."""
        self._groups.invalidate_all() if group_id is None else self._groups.invalidate(group_id)

    async def channel(self, channel_id: str) -> Channel:
        """Return the channel as it is now; one that Slack does not describe counts as read by other organisations."""
        try:
            return await self.described(channel_id)
        except (SlackRefused, SlackUnreachable) as error:
            log.info("channel not known", channel=channel_id, error=str(error))
            return conversation_object.unknown(channel_id)

    async def channel_for(self, channel_id: str, *, of: Hashable) -> Channel:
        """Return the channel as it is for the writes of one answer."""
        return await self._channels.channel(channel_id, of=of)

    def sharing_changed(self) -> None:
        """Believe no look-up from before."""
        self._channels.end()

    async def described(self, channel_id: str) -> Channel:
        """Return the channel as it is now, or raise SlackRefused or SlackUnreachable.

        Not remembered: a channel may be shared at any moment, and what is posted cannot be taken back.
        """
        answer = await call(lambda: self._client.conversations_info(channel=channel_id), repeatable=True)
        found = conversation_object.channel(
            answer.get("channel"), channel_id=channel_id, workspace_id=self._workspace_id
        )
        if not found.known:
            log.error("channel not understood", channel=channel_id)
        return found

    async def is_in_group(self, user_id: str, group_ids: frozenset[str]) -> bool:
        """Say whether the person is in one of the user groups; a group that Slack does not tell has nobody in it."""
        for group_id in sorted(group_ids):
            if user_id in await self.group_members(group_id):
                return True
        return False

    async def group_members(self, group_id: str) -> frozenset[str]:
        """Return who is in a user group; nobody where Slack does not tell."""
        try:
            return await self._groups.get(group_id, lambda: self._ask_group(group_id))
        except (SlackRefused, SlackUnreachable, Invalidated) as error:
            log.warning("user group not known", group=group_id, error=str(error))
        except ValueError:
            log.error("user group not understood", group=group_id)
        return frozenset()

    async def _ask_person(self, user_id: str) -> Person:
        answer = await call(lambda: self._client.users_info(user=user_id, include_locale=True), repeatable=True)
        return user_object.person(answer.get("user"), user_id=user_id, workspace_id=self._workspace_id)

    async def _ask_group(self, group_id: str) -> frozenset[str]:
        answer = await call(lambda: self._client.usergroups_users_list(usergroup=group_id), repeatable=True)
        return frozenset(_Members.model_validate(answer).users)
