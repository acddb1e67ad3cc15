"""What people do to channels and messages whether the bot likes it or not, and the events by which it learns."""

from dataclasses import replace

from sandbox.people import Channel, Person
from sandbox.slack import events
from sandbox.slack.conversation import Invocation
from sandbox.slack.interactions import Interactions
from sandbox.slack.model import Message


class Housekeeping:
    """Channels archived, shared and deleted, and messages deleted; LookupError carries Slack's word for a refusal."""

    def __init__(self, interactions: Interactions) -> None:
        self._interactions, self._world = interactions, interactions.world

    async def archive(self, person: Person, channel_id: str, *, archived: bool) -> Invocation:
        """Archive a channel, or bring it back."""
        channel = self._world.channels[channel_id]
        if channel.archived == archived:
            raise LookupError("already_archived" if archived else "not_archived")
        self._world.alter(replace(channel, archived=archived))
        return await self._tell(person, channel, "archive" if archived else "unarchive")

    async def delete_channel(self, person: Person, channel_id: str) -> Invocation:
        """Delete a channel with everything in it."""
        channel = self._world.channels.pop(channel_id)
        self._world.change()
        return await self._tell(person, channel, "deleted")

    async def _tell(self, person: Person, channel: Channel, what: str) -> Invocation:
        invocation = self._interactions.begin(person, channel.id)
        kind = f"{'group' if channel.private else 'channel'}_{what}"
        if channel.bot_is_member or not channel.private:
            inner = events.about_channel(self._world, kind, channel, person)
            await self._interactions.event(invocation, kind, inner)
        return invocation

    async def share(self, person: Person, channel_id: str, *, shared: bool) -> Invocation:
        """Let another organisation into a channel, or see it off."""
        channel = self._world.channels[channel_id]
        if channel.shared == shared:
            raise LookupError("already_shared" if shared else "not_shared")
        strangers = {each.id for each in self._world.people.values() if each.external}
        members = channel.members | strangers if shared else channel.members - strangers
        channel = replace(channel, shared=shared, members=members)
        self._world.alter(channel)
        invocation = self._interactions.begin(person, channel.id)
        if channel.bot_is_member or not channel.private:
            inner = events.sharing(self._world, channel)
            await self._interactions.event(invocation, inner["type"], inner)
        return invocation

    async def delete_message(self, person: Person, message: Message) -> Invocation:
        """Delete a message: one's own, or anybody's for an owner of the workspace."""
        if message.only_for or (message.user != person.id and not person.owner):
            raise LookupError("cant_delete_message")
        self._world.delete(message)
        invocation = self._interactions.begin(person, message.channel)
        if self._world.bot_is_in(message.channel):
            channel = self._world.channels.get(message.channel)
            where = "im" if channel is None else "group" if channel.private else "channel"
            inner = events.deleted(self._world, message, where)
            kind = "message.im" if where == "im" else f"message.{where}s"
            await self._interactions.event(invocation, kind, inner)
        return invocation
