"""The workspace as it stands: who is where, what was said, which modals are open; and waiting for change."""

import asyncio
import copy
import itertools
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sandbox.people import CHANNELS, OPENINGS, PEOPLE, Channel, Person
from sandbox.slack.blocks import Block, elements
from sandbox.slack.markup import from_typing, rich_text_of
from sandbox.slack.model import BOT_USER, Happening, Message, Refusal, View

T = TypeVar("T")


class World:
    """One workspace; every change raises ``version`` and wakes whoever waits."""

    def __init__(self, people: Iterable[Person] = PEOPLE, *, now: Callable[[], float]) -> None:
        self.now = now
        self.version = 0
        self.is_over = False
        self.people = {person.id: person for person in people}
        self.channels: dict[str, Channel] = {channel.id: channel for channel in CHANNELS}
        self.direct: dict[str, str] = {}
        """Direct messages with the bot: conversation id by person."""
        self.messages: list[Message] = []
        self.happenings: list[Happening] = []
        self.refusals: list[Refusal] = []
        self.complaints: list[str] = []
        self.views: defaultdict[str, list[View]] = defaultdict(list)
        self._changed = asyncio.Event()
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self._open()

    def _open(self) -> None:
        said: list[Message] = []
        by_handle = {person.handle: person for person in self.people.values()}
        by_name = {channel.name: channel for channel in CHANNELS}
        for opening in sorted(OPENINGS, key=lambda opening: -opening.minutes):
            if opening.person not in by_handle:
                continue
            text = from_typing(opening.text, self.people.values())
            answered = OPENINGS[opening.answers].text if opening.answers is not None else None
            root = next((message.ts for message in said if message.text == answered), None)
            if answered is not None and root is None:
                root = next(m.ts for m in said if m.text == from_typing(answered, self.people.values()))
            said.append(
                Message(
                    channel=by_name[opening.channel].id,
                    ts=self.next_ts(self.now() - 60 * opening.minutes),
                    user=by_handle[opening.person].id,
                    text=text,
                    blocks=[rich_text_of(text)],
                    thread_ts=root,
                )
            )
        self.messages = said

    # Time and change

    def next_ts(self, at: float | None = None) -> str:
        """Return a timestamp that no other message has, later than all before."""
        self._last_ts = max(self._last_ts + 1, int((self.now() if at is None else at) * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def number(self) -> int:
        """Return the next of a row of numbers."""
        return next(self._numbers)

    def change(self) -> None:
        """Tell everyone who waits that something is different."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def end(self) -> None:
        """Let go of whoever still listens, because the server stops."""
        self.is_over = True
        self.change()

    async def wait_for(self, found: Callable[[], T | None], timeout: float) -> T:  # noqa: ASYNC109 - reads as the tests do
        """Return what ``found`` finds, now or after a change; raise TimeoutError after so many seconds."""
        async with asyncio.timeout(timeout):
            while True:
                changed = self._changed
                if result := found():
                    return result
                await changed.wait()

    # Who sees what

    def members(self, channel_id: str) -> frozenset[str]:
        """Return the people in a conversation, the bot aside."""
        if channel := self.channels.get(channel_id):
            return channel.members
        return frozenset(person for person, direct in self.direct.items() if direct == channel_id)

    def sees(self, person_id: str, message: Message) -> bool:
        """Say whether a person has this message in front of them."""
        if message.deleted:
            return False
        if message.only_for is not None:
            return message.only_for == person_id
        return person_id in self.members(message.channel)

    def bot_is_in(self, channel_id: str) -> bool:
        """Say whether the bot is a member."""
        channel = self.channels.get(channel_id)
        return channel.bot_is_member if channel else channel_id in self.direct.values()

    def alter(self, channel: Channel) -> None:
        """Put a channel in the place of what it was."""
        self.channels[channel.id] = channel
        self.change()

    def direct_with(self, person_id: str) -> str:
        """Return the conversation between the bot and a person, opened if need be."""
        if person_id not in self.direct:
            self.direct[person_id] = f"D{person_id[1:]}"
            self.change()
        return self.direct[person_id]

    def channel_named(self, name: str) -> str:
        """Return the id of a channel by id or name; unknown raises KeyError."""
        if name in self.channels or name in self.direct.values():
            return name
        wanted = name.removeprefix("#")
        for channel in self.channels.values():
            if channel.name == wanted:
                return channel.id
        raise KeyError(f"no channel {name}")

    # Messages

    def message(self, channel: str, ts: str) -> Message | None:
        """Return a message that still stands."""
        return next((m for m in self.messages if m.channel == channel and m.ts == ts and not m.deleted), None)

    def thread(self, channel: str, root: str) -> list[Message]:
        """Return the root and its replies, only-you ones included."""
        return [m for m in self.messages if m.channel == channel and m.root == root and not m.deleted]

    def replies(self, channel: str, root: str) -> int:
        """Return how many replies a message has; what one person alone sees is none."""
        return len([m for m in self.thread(channel, root) if m.only_for is None and m.ts != root])

    def tell(self, message: Message, way: str, invocation: int | None = None) -> Message:
        """Put a new message in its place and let people have it."""
        if message.only_for and message.thread_ts and not self.replies(message.channel, message.thread_ts):
            self.complain(f"{way}: only for one person, in a thread that nobody has begun: they do not see it")
        message.invocation = invocation
        self._answered(message, invocation)
        self.messages.append(message)
        self._happen(message, way, invocation)
        return message

    def rewrite(
        self,
        message: Message,
        *,
        text: str,
        blocks: list[Block],
        way: str,
        invocation: int | None,
        formatted: bool = True,
    ) -> None:
        """Give a message new content where it stands."""
        self._answered(message, invocation)
        message.text, message.blocks, message.edited = text, blocks, True
        message.formatted = formatted
        message.working = is_working(message)
        self._happen(message, way, invocation)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        message.deleted = True
        self.change()

    def _answered(self, message: Message, invocation: int | None) -> None:
        message.working = is_working(message)
        if invocation is not None:
            for earlier in self.messages:
                if earlier.invocation == invocation:
                    earlier.working = False

    def _happen(self, message: Message, way: str, invocation: int | None) -> None:
        self.happenings.append(Happening(message=message.copy(), way=way, invocation=invocation))
        self.change()

    # Modals

    def view(self, view_id: str) -> View | None:
        """Return an open modal, whoever has it."""
        return next((view for stack in self.views.values() for view in stack if view.id == view_id), None)

    def open_view(self, owner: str, content: dict[str, Any], *, invocation: int | None, on_top: bool) -> View:
        """Show a modal to a person, alone or on top of the open one."""
        stack = self.views[owner]
        if not on_top:
            stack.clear()
        view_id = f"V{secrets.token_hex(5).upper()}"
        view = View(
            id=view_id,
            owner=owner,
            content=content | {"blocks": with_ids(content["blocks"])},
            invocation=invocation,
            hash=self._hash(),
            root_id=stack[0].id if stack else view_id,
            previous_id=stack[-1].id if stack else None,
        )
        stack.append(view)
        self.change()
        return view

    def update_view(self, view: View, content: dict[str, Any]) -> None:
        """Give an open modal new content; what was filled in stays where the same fields are."""
        view.content = content | {"blocks": with_ids(content["blocks"])}
        view.hash = self._hash()
        self.change()

    def close_view(self, view: View, *, whole_stack: bool = False) -> None:
        """Take away a modal, or all of that person's."""
        stack = self.views[view.owner]
        stack[:] = [] if whole_stack else [each for each in stack if each is not view]
        self.change()

    def _hash(self) -> str:
        return f"{int(self.now())}.{secrets.token_hex(4)}"

    # What Slack would not have taken

    def complain(self, what: str) -> None:
        """Note something that the bot did wrong by Slack's rules."""
        self.complaints.append(what)
        self.change()

    def refuse(self, refusal: Refusal) -> None:
        """Note a refused call, for the page and (where it is the bot's mistake) for the tests."""
        self.refusals.append(refusal)
        if refusal.fault is None:
            self.complaints.append(str(refusal))
        self.change()

    def forget_refusals(self, still_on: Callable[[str], bool]) -> None:
        """Drop the refused calls whose fault is not on any more."""
        self.refusals = [each for each in self.refusals if each.fault is None or still_on(each.fault)]
        self.change()


def is_working(message: Message) -> bool:
    """Say whether a message of the bot only says that the answer is coming: one small line and nothing else."""
    kinds = [block.get("type") for block in message.blocks]
    return message.user == BOT_USER and kinds == ["context"]


def with_ids(blocks: list[Block]) -> list[Block]:
    """Return the blocks as Slack keeps them: each with a block_id, each element with an action_id."""
    kept = copy.deepcopy(blocks)
    for block in kept:
        block.setdefault("block_id", secrets.token_urlsafe(4))
    for element in elements(kept):
        element.setdefault("action_id", secrets.token_urlsafe(4))
    return kept
