"""What owners do to accounts and user groups, and the events by which the bot learns of it."""

from dataclasses import replace

from sandbox.people import Person
from sandbox.slack import events
from sandbox.slack.conversation import Invocation
from sandbox.slack.interactions import Interactions
from sandbox.slack.methods_lookups import user_object


class Membership:
    """Accounts deactivated, brought back or made guests; user groups with other members."""

    def __init__(self, interactions: Interactions) -> None:
        self._interactions, self._world = interactions, interactions.world
        self._workspace = interactions.workspace

    async def deactivate(self, owner: Person, person_id: str, *, deactivated: bool = True) -> Invocation:
        """Deactivate an account, or bring it back."""
        return await self._change(owner, replace(self._world.people[person_id], deactivated=deactivated))

    async def make_guest(self, owner: Person, person_id: str) -> Invocation:
        """Make a member a guest."""
        return await self._change(owner, replace(self._world.people[person_id], guest=True))

    async def _change(self, owner: Person, person: Person) -> Invocation:
        self._world.people[person.id] = person
        self._world.change()
        invocation = self._interactions.begin(owner)
        user = user_object(person, self._workspace.now(), locale=True)
        await self._interactions.event(invocation, "user_change", events.person_changed(self._world, user))
        return invocation

    async def set_group(self, owner: Person, group_id: str, people: list[str]) -> Invocation:
        """Give a user group these members."""
        before = self._workspace.user_groups.get(group_id, [])
        self._workspace.user_groups[group_id] = people
        self._world.change()
        invocation = self._interactions.begin(owner)
        inner = events.members_changed(self._world, group_id, before=before, after=people)
        await self._interactions.event(invocation, "subteam_members_changed", inner)
        return invocation

    async def disable_group(self, owner: Person, group_id: str) -> Invocation:
        """Disable a user group; whoever asks for its members is refused from then on."""
        people = self._workspace.user_groups.pop(group_id)
        self._world.change()
        invocation = self._interactions.begin(owner)
        inner = events.group_updated(self._world, group_id, people, disabled=True)
        await self._interactions.event(invocation, "subteam_updated", inner)
        return invocation
