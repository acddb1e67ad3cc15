"""What people do, carried to the bot: commands, presses, shortcuts, words."""

import re
from typing import Any, Protocol

from sandbox.people import Person
from sandbox.slack import events, form, payloads
from sandbox.slack.blocks import Block
from sandbox.slack.calls import Refused
from sandbox.slack.conversation import Invocation, Names
from sandbox.slack.credentials import RESPONSE_SECONDS, ResponseUrl
from sandbox.slack.delivery import Ack, Kind, Retry
from sandbox.slack.elements import KEEPS_STATE
from sandbox.slack.manifest import Installed
from sandbox.slack.markup import from_command, from_typing, rich_text_of
from sandbox.slack.model import BOT_NAME, BOT_USER, Message, Refusal, View
from sandbox.slack.response_urls import apply
from sandbox.slack.workspace import Workspace

NO_SUCH_COMMAND = "invalid_command"
IN_THREAD = "slash_commands_not_supported_in_threads"


class Delivery(Protocol):
    """A way to reach the bot."""

    async def deliver(self, kind: Kind, payload: dict[str, Any], *, retry: Retry | None = None) -> Ack:
        """Send one thing and wait for its ack."""
        ...


class Interactions:
    """Everything a person can do in this workspace that concerns the bot."""

    def __init__(self, workspace: Workspace, delivery: Delivery, *, installed: Installed) -> None:
        self.workspace, self.delivery, self.installed = workspace, delivery, installed
        self.world = workspace.world
        self.names = Names(self.world, (BOT_USER, BOT_NAME))
        self._message_values: dict[tuple[str, str, str], form.Values] = {}

    def _ids(self) -> dict[str, str]:
        people = {person.handle: person.id for person in self.world.people.values()}
        return people | {channel.name: channel.id for channel in self.world.channels.values()}

    def begin(self, person: Person, channel: str | None = None) -> Invocation:
        """Return a new invocation by this person."""
        return Invocation(self.world, self.names, person=person.id, channel=channel)

    # Commands

    async def command(self, person: Person, text: str, channel: str, thread_ts: str | None = None) -> Invocation:
        """Type a slash command; in a thread Slack itself refuses it, and the bot hears nothing."""
        invocation = self.begin(person, channel)
        if thread_ts is not None:
            invocation.ack = Ack(status=None, after=0.0, error=IN_THREAD)
            return invocation
        word, _, rest = text.partition(" ")
        if word not in self.installed.commands:
            invocation.ack = Ack(status=None, after=0.0, error=NO_SUCH_COMMAND)
            return invocation
        invocation.payload = payloads.command(
            self.world,
            person,
            word=word,
            text=self._escaped(word, rest.strip()),
            channel=channel,
            response_url=self.workspace.response_url(
                "commands", person=person.id, channel=channel, invocation=invocation.number
            ),
            trigger_id=self.workspace.triggers.give(person.id, invocation.number),
        )
        invocation.ack = await self.delivery.deliver("slash_commands", invocation.payload)
        self._answer_in_ack(invocation, person, channel)
        return invocation

    def _escaped(self, word: str, text: str) -> str:
        if word not in self.installed.escaped:
            return text
        channels = {channel.name: channel.id for channel in self.world.channels.values()}
        return from_command(text, self.world.people.values(), channels)

    def _answer_in_ack(self, invocation: Invocation, person: Person, channel: str) -> None:
        body = invocation.ack.body
        if not invocation.ack.ok or not body:
            return
        address = ResponseUrl(
            person=person.id,
            channel=channel,
            invocation=invocation.number,
            origin=None,
            until=self.world.now() + RESPONSE_SECONDS,
        )
        content = body if isinstance(body, dict) else {"text": str(body)}
        self.guarded("ack", content, lambda: apply(self.workspace, address, content, way="ack"))

    def guarded(self, way: str, shown: Any, act: Any) -> bool:
        """Act, and note it where Slack would refuse what the bot sent; say whether it was taken."""
        try:
            act()
        except Refused as refused:
            detail = "; ".join(refused.messages)
            self.world.refuse(
                Refusal(id=f"R{self.world.number()}", method=way, error=refused.error, detail=detail, blocks=shown)
            )
            return False
        return True

    # Buttons and menus

    async def act(
        self, person: Person, place: Message | View, block: Block, element: dict[str, Any], value: Any = None
    ) -> Invocation:
        """Press a button, or choose ``value`` in a menu; raises LookupError for an option that is not there."""
        invocation = self.begin(person, place.channel if isinstance(place, Message) else None)
        action: dict[str, Any] = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "action_ts": self.world.next_ts(),
        }
        if element["type"] == "button":
            action |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
            invocation.opened_url = element.get("url")
        else:
            chosen = form.entry(element, value, names=self._ids())
            action |= chosen | {key: element[key] for key in ("placeholder", "initial_option") if key in element}
            if element["type"] in KEEPS_STATE:
                self.values(person, place).setdefault(block["block_id"], {})[element["action_id"]] = chosen
        response_url = ""
        if isinstance(place, Message):
            response_url = self.workspace.response_url(
                "actions", person=person.id, channel=place.channel, invocation=invocation.number, origin=place
            )
        invocation.payload = payloads.block_actions(
            self.world,
            person,
            action=action,
            place=place,
            response_url=response_url,
            trigger_id=self.workspace.triggers.give(person.id, invocation.number),
            values=self.values(person, place),
        )
        invocation.ack = await self.delivery.deliver("interactive", invocation.payload)
        return invocation

    def values(self, person: Person, place: Message | View) -> form.Values:
        """Return what is filled in there by this person, to be read and changed."""
        if isinstance(place, View):
            for block_id, entries in form.initial(place.blocks).items():
                for action_id, entry in entries.items():
                    place.values.setdefault(block_id, {}).setdefault(action_id, entry)
            return place.values
        key = (person.id, place.channel, place.ts)
        return self._message_values.setdefault(key, form.initial(place.blocks))

    async def suggest(
        self, person: Person, place: Message | View, block: Block, element: dict[str, Any], typed: str
    ) -> Invocation:
        """Type into an external select; the ack's body holds the options."""
        invocation = self.begin(person)
        invocation.payload = payloads.block_suggestion(
            self.world,
            person,
            block_id=block["block_id"],
            action_id=element["action_id"],
            typed=typed,
            place=place,
        )
        invocation.ack = await self.delivery.deliver("interactive", invocation.payload)
        return invocation

    # Shortcuts

    async def shortcut(self, person: Person, callback_id: str) -> Invocation:
        """Use a global shortcut; raises LookupError where the manifest has none of that id."""
        self._check_installed(callback_id, "global")
        invocation = self.begin(person)
        invocation.payload = payloads.shortcut(
            self.world,
            person,
            callback_id=callback_id,
            trigger_id=self.workspace.triggers.give(person.id, invocation.number),
        )
        invocation.ack = await self.delivery.deliver("interactive", invocation.payload)
        return invocation

    async def message_shortcut(self, person: Person, callback_id: str, message: Message) -> Invocation:
        """Use a shortcut in a message's menu; only-you messages have none, and the bot hears nothing.

        Raises LookupError where the manifest has none of that id.
        """
        self._check_installed(callback_id, "message")
        invocation = self.begin(person, message.channel)
        if message.only_for is not None:
            return invocation
        invocation.payload = payloads.message_action(
            self.world,
            person,
            callback_id=callback_id,
            message=message,
            response_url=self.workspace.response_url(
                "app", person=person.id, channel=message.channel, invocation=invocation.number
            ),
            trigger_id=self.workspace.triggers.give(person.id, invocation.number),
        )
        invocation.ack = await self.delivery.deliver("interactive", invocation.payload)
        return invocation

    def _check_installed(self, callback_id: str, kind: str) -> None:
        if not any(each.callback_id == callback_id and each.type == kind for each in self.installed.shortcuts):
            raise LookupError(f"no {kind} shortcut {callback_id} is installed")

    # Words

    async def say(self, person: Person, text: str, channel: str, thread_ts: str | None = None) -> Invocation:
        """Say something; the bot hears it where it is mentioned and a member, or in its direct messages."""
        stored = from_typing(text, self.world.people.values())
        message = Message(
            channel=channel,
            ts=self.world.next_ts(),
            user=person.id,
            text=stored,
            blocks=[rich_text_of(stored)],
            thread_ts=thread_ts,
        )
        self.world.messages.append(message)
        self.world.change()
        invocation = self.begin(person, channel)
        invocation.thread_ts, invocation.message = message.root, message
        kinds = []
        if f"<@{BOT_USER}>" in stored and self.world.bot_is_in(channel):
            kinds.append("app_mention")
        if channel in self.world.direct.values():
            kinds.append("message.im")
        for kind in kinds:
            inner = events.spoken(self.world, re.sub(r"\..*", "", kind), person, message)
            await self.event(invocation, kind, inner)
        return invocation

    async def event(self, invocation: Invocation, kind: str, inner: payloads.Payload) -> None:
        """Tell the bot of an event, if the app asked for that kind when it was installed and has the scope for it."""
        if kind not in self.installed.events or events.SCOPES[kind] not in self.workspace.scopes:
            return
        channel = self.world.channels.get(inner.get("channel", ""))
        invocation.payload = events.envelope(self.world, inner, shared=bool(channel and channel.shared))
        invocation.ack = await self.delivery.deliver("events_api", invocation.payload)
        stop = (invocation.ack.headers or {}).get("X-Slack-No-Retry") == "1"
        if not invocation.ack.ok and not stop:  # the first of three retries comes at once
            retry = Retry(1, "http_timeout" if invocation.ack.status is None else "http_error")
            await self.redeliver(invocation.payload, retry)
        elif self.workspace.faults.is_on("redeliver"):
            await self.redeliver(invocation.payload)

    async def redeliver(self, payload: dict[str, Any], retry: Retry | None = None) -> Ack:
        """Deliver an event again, as Slack does when it thinks that the first did not arrive."""
        return await self.delivery.deliver("events_api", payload, retry=retry or Retry(1, "http_timeout"))
