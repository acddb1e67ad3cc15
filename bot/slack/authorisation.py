"""Which role a person has: persons and channels are two filters, and both must pass."""

from bot.context import MembersOnly, NobodyConfigured, NotAllowed, Role
from bot.routing import Route
from bot.settings import Grant, Settings
from bot.slack.directory import Directory, PersonUnknown
from bot.slack.user_object import Person


class Authorisation:
    """Decides by the settings; asked at every command, press and submission."""

    def __init__(self, settings: Settings, directory: Directory) -> None:
        self._grants = (
            (Role.ADMIN, settings.bot_admins),
            (Role.OPERATOR, settings.bot_operators),
            (Role.VIEWER, settings.bot_viewers),
        )
        self._nobody = settings.grants_nobody
        self._directory = directory

    async def role(self, person: Person | None, channel_id: str | None) -> Role:
        """Return the highest role; ``channel_id`` is None where there is no channel (a global shortcut).

        Nobody has a role whom Slack does not describe, or describes as deactivated or as a bot, also if named by id.
        """
        if person is None or not person.somebody:
            return Role.NOBODY
        for role, grant in self._grants:
            in_channel = not grant.channels or channel_id is None or channel_id in grant.channels
            if in_channel and await self._covers(grant, person):
                return role
        return Role.NOBODY

    async def may_read(self, user_id: str, channel_id: str | None) -> bool:
        """Say whether a person may read customers' data now; raise PersonUnknown where Slack does not answer."""
        return await self.role(await self._directory.person(user_id), channel_id) > Role.NOBODY

    async def _covers(self, grant: Grant, person: Person) -> bool:
        if person.id in grant.persons or (person.full_member and grant.covers_full_members):
            return True
        return bool(grant.groups) and await self._directory.is_in_group(person.id, grant.groups)

    @staticmethod
    def is_outsider(role: Role, person: Person | None) -> bool:
        """Say whether Slack describes somebody who is no full member, and whom no grant names."""
        return role is Role.NOBODY and person is not None and not person.full_member

    def require(self, route: Route, role: Role, person: Person | None) -> None:
        """Raise the reason why the person may not take this route, if there is one."""
        if role >= route.role:
            return
        if self.is_outsider(role, person):
            raise MembersOnly
        if self._nobody:
            raise NobodyConfigured(route.doing, route.role)
        if person is None:
            raise PersonUnknown
        raise NotAllowed(route.doing, route.role)
