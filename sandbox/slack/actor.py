"""A person in a test: what they do reads like a sentence."""

from typing import TYPE_CHECKING, Any

from sandbox.people import Person
from sandbox.slack import form, reading
from sandbox.slack.conversation import Answer, Invocation, Modal, Submission
from sandbox.slack.model import Message, View

if TYPE_CHECKING:
    from sandbox.slack.service import Slack

Place = Answer | Message | Modal | Invocation


class Actor:
    """One person at their Slack client."""

    def __init__(self, slack: "Slack", person: Person) -> None:
        self._slack, self.person = slack, person
        self.id = person.id

    def __repr__(self) -> str:
        return f"<{self.person.name}>"

    async def types(self, text: str, channel: str = "sales", *, thread_ts: str | None = None) -> Invocation:
        """Type a slash command in a channel (by name or id); returns once it is acknowledged or 3 s passed."""
        return await self._slack.interactions.command(self.person, text, self._channel(channel), thread_ts)

    async def says(self, text: str, channel: str = "sales", *, thread_ts: str | None = None) -> Invocation:
        """Say something in a channel or thread; ``@Partner Bot`` in it is a mention. ``.message`` is what was said."""
        return await self._slack.interactions.say(self.person, text, self._channel(channel), thread_ts)

    async def presses(self, place: Place, button: str, *, nth: int | None = None) -> Invocation:
        """Press a button by its label (or accessibility label, or action_id) on a message or modal as it is now."""
        target = self._target(place)
        block, element = reading.find(target.blocks, button, nth=nth)
        return await self._slack.interactions.act(self.person, target, block, element)

    async def chooses(self, place: Place, menu: str, option: Any) -> Invocation:
        """Choose an option, person or channel in a menu, checkboxes or radio buttons, by label or value."""
        target = self._target(place)
        block, element = reading.find(target.blocks, menu)
        return await self._slack.interactions.act(self.person, target, block, element, option)

    async def searches(self, place: Place, menu: str, typed: str) -> list[dict[str, Any]]:
        """Type into a menu that asks the bot for options; returns the options that came."""
        target = self._target(place)
        block, element = reading.find(target.blocks, menu)
        asked = await self._slack.interactions.suggest(self.person, target, block, element, typed)
        body = asked.ack_body or {}
        groups = body.get("option_groups") or [body]
        return [option for group in groups for option in group.get("options", [])]

    def fills(self, modal: Modal, values: dict[str, Any]) -> form.Values:
        """Return the state of a modal's fields with these, by label or block_id, filled in."""
        filled: form.Values = {}
        ids = {person.handle: person.id for person in self._slack.world.people.values()}
        ids |= {channel.name: channel.id for channel in self._slack.world.channels.values()}
        for name, value in values.items():
            block, element = reading.find(modal.blocks, name)
            entry = form.entry(element, value, names=ids)
            filled.setdefault(block["block_id"], {})[element["action_id"]] = entry
        return filled

    async def submits(self, modal: Modal, values: dict[str, Any] | None = None) -> Submission:
        """Fill in fields by label or block_id and press the submit button."""
        return await self._slack.modals.submit(self.person, self._open(modal), self.fills(modal, values or {}))

    async def closes(self, modal: Modal, *, whole_stack: bool = False) -> Invocation:
        """Close a modal by its close button, or all of them by the cross."""
        return await self._slack.modals.close(self.person, self._open(modal), whole_stack=whole_stack)

    async def shortcut(self, callback_id: str) -> Invocation:
        """Use a global shortcut."""
        return await self._slack.interactions.shortcut(self.person, callback_id)

    async def message_shortcut(self, callback_id: str, message: "Answer | Message | Invocation") -> Invocation:
        """Use a shortcut in the menu of a message."""
        target = self._target(message)
        if isinstance(target, View):
            raise TypeError("a modal has no message menu")
        return await self._slack.interactions.message_shortcut(self.person, callback_id, target)

    async def archives(self, channel: str) -> Invocation:
        """Archive a channel; like all of the following, raises LookupError with Slack's word where that is refused."""
        return await self._slack.housekeeping.archive(self.person, self._channel(channel), archived=True)

    async def unarchives(self, channel: str) -> Invocation:
        """Bring an archived channel back."""
        return await self._slack.housekeeping.archive(self.person, self._channel(channel), archived=False)

    async def deletes_channel(self, channel: str) -> Invocation:
        """Delete a channel with everything in it."""
        return await self._slack.housekeeping.delete_channel(self.person, self._channel(channel))

    async def shares(self, channel: str) -> Invocation:
        """Let another organisation into a channel."""
        return await self._slack.housekeeping.share(self.person, self._channel(channel), shared=True)

    async def unshares(self, channel: str) -> Invocation:
        """See the other organisation off."""
        return await self._slack.housekeeping.share(self.person, self._channel(channel), shared=False)

    async def deactivates(self, person: "Actor") -> Invocation:
        """Deactivate an account."""
        return await self._slack.membership.deactivate(self.person, person.id)

    async def makes_guest(self, person: "Actor") -> Invocation:
        """Make a member a guest."""
        return await self._slack.membership.make_guest(self.person, person.id)

    async def sets_group(self, group_id: str, *people: "Actor") -> Invocation:
        """Give a user group these members."""
        return await self._slack.membership.set_group(self.person, group_id, [each.id for each in people])

    async def disables_group(self, group_id: str) -> Invocation:
        """Disable a user group."""
        return await self._slack.membership.disable_group(self.person, group_id)

    async def deletes(self, message: "Answer | Message | Invocation") -> Invocation:
        """Delete a message: one's own, or anybody's for an owner of the workspace (Tom)."""
        target = self._target(message)
        if isinstance(target, View):
            raise TypeError("a modal is closed, not deleted")
        return await self._slack.housekeeping.delete_message(self.person, target)

    def reads(self, channel: str = "sales") -> list[Message]:
        """Return the messages that this person sees in a channel, replies included."""
        place = self._channel(channel)
        world = self._slack.world
        return [m for m in world.messages if m.channel == place and world.sees(self.id, m)]

    @property
    def direct_messages(self) -> list[Message]:
        """What stands in the direct messages with the bot."""
        direct = self._slack.world.direct.get(self.id)
        return [m for m in self._slack.world.messages if m.channel == direct and not m.deleted]

    def _channel(self, name: str) -> str:
        return self._slack.world.direct_with(self.id) if name == "direct" else self._slack.world.channel_named(name)

    def _open(self, modal: Modal) -> View:
        view = self._slack.world.view(modal.id)
        if view is None:
            raise LookupError(f"{modal} is closed")
        if view.owner != self.id:
            raise LookupError(f"{modal} is not in front of {self.person.name}")
        return view

    def _target(self, place: Place) -> Message | View:
        if isinstance(place, Modal):
            return self._open(place)
        pointed = place if isinstance(place, Message) else place.message
        if pointed is None:
            raise LookupError("that was no message")
        message = self._slack.world.message(pointed.channel, pointed.ts)
        if message is None:
            raise LookupError("that message is gone")
        if not self._slack.world.sees(self.id, message):
            raise LookupError(f"{self.person.name} does not see that message")
        return message
