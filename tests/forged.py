"""Presses and submitted windows of any route, carrying anything, and what the bot makes of each."""

import asyncio
import json
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from structlog.testing import capture_logs

from bot.context import Place
from bot.language import language
from bot.reply import Modal
from bot.slack.payloads import Surface
from bot.slack.replies import WindowMemory, as_view
from bot.views.inputs import input_block, text_input
from sandbox.slack import payloads
from sandbox.slack.conversation import Invocation
from sandbox.slack.model import Message, View
from tests.views.examples import EXAMPLES
from tests.world import World

MISSING = object()
"""In place of a value: the field is not there."""
ENDED = {"answered", "refused", "failed", "bot error", "payload not understood", "delivery refused"}
"""The lines with which invocations end."""
BROKEN = {"bot error", "answer lost", "failure not worded"}
PATIENCE = 20
"""Seconds until what the bot does counts as hanging; there are machines that are busy."""


def windows() -> dict[str, Modal]:
    """Return an example of each window by its callback id."""
    examples = (example(language("en")) for example in EXAMPLES.values())
    return {view.callback_id: view for view in examples if isinstance(view, Modal)}


def _bare(callback_id: str) -> Modal:
    """Return a window for one of which there is no example yet."""
    fields = (input_block("any", "Any", text_input()),)
    return Modal(callback_id=callback_id, title="Any", submit="Send", close="Cancel", blocks=fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one press or submission."""

    said: tuple[str, ...]
    """What the person reads, an answer each: messages, windows that opened, and the errors in a window."""
    event: str
    """The log's word for how it ended."""

    @property
    def is_done(self) -> bool:
        """Whether the handler did what it does, and nothing went wrong."""
        return self.event == "answered"


@dataclass
class Forger:
    """Does what Maya could do, and looks at what comes of it."""

    world: World
    stands_on: Message
    log: list[MutableMapping[str, Any]] = field(default_factory=list)
    modals: Mapping[str, Modal] = field(default_factory=windows)

    async def press(self, name: str, value: object, *, option: bool = False) -> Outcome:
        """Press a button, or choose an option, that carries a value."""
        inv = self.world.slack.interactions.begin(self.world.maya.person, self.stands_on.channel)
        carried: dict[str, object] = {} if value is MISSING else {"value": value}
        shape: dict[str, object] = (
            {"type": "static_select", "selected_option": carried} if option else {"type": "button", **carried}
        )
        payload = payloads.block_actions(
            self.world.slack.world,
            self.world.maya.person,
            action={"action_id": name, "block_id": "b", "action_ts": self.world.slack.world.next_ts(), **shape},
            place=self.stands_on,
            response_url=self.world.slack.workspace.response_url(
                "actions",
                person=self.world.maya.id,
                channel=self.stands_on.channel,
                invocation=inv.number,
                origin=self.stands_on,
            ),
            trigger_id=self.world.slack.workspace.triggers.give(self.world.maya.id, inv.number),
            values={},
        )
        return await self._outcome(inv, payload)

    def open(self, callback_id: str) -> View:
        """Put a window in front of her, filled in as it comes, as though it had been opened from #sales."""
        modal = self.modals.get(callback_id) or _bare(callback_id)
        content = as_view(modal, Place(channel_id=self.world.slack.world.channel_named("sales")), None)
        view = self.world.slack.world.open_view(self.world.maya.id, content, invocation=None, on_top=False)
        self.world.slack.interactions.values(self.world.maya.person, view)
        return view

    async def submit(self, view: View, **changed: object) -> Outcome:
        """Submit a window, with other fields than it was opened with; ``memory`` is the handler's own note in it."""
        sender, inv = self.world.maya.person, self.world.slack.interactions.begin(self.world.maya.person)
        trigger = self.world.slack.workspace.triggers.give(sender.id, inv.number)
        payload = payloads.view_submission(
            self.world.slack.world, sender, view=view, trigger_id=trigger, response_urls=[]
        )
        if "memory" in changed:
            note = WindowMemory.model_validate_json(payload["view"]["private_metadata"]).model_dump(exclude_none=True)
            note |= {"memory": changed.pop("memory")}
            changed["private_metadata"] = json.dumps({k: v for k, v in note.items() if v is not MISSING})
        payload["view"] = {k: v for k, v in (payload["view"] | changed).items() if v is not MISSING}
        return await self._outcome(inv, payload)

    async def _outcome(self, inv: Invocation, payload: dict[str, Any]) -> Outcome:
        self.log.clear()
        inv.ack = await self.world.slack.deliver("interactive", payload)
        await over()
        said = self._said(inv, inv.ack.body if isinstance(inv.ack.body, dict) else {})
        self.world.slack.world.views[self.world.maya.id].clear()
        events = [line["event"] for line in self.log]
        broken = (line["event"] for line in self.log if line["event"] in BROKEN)
        return Outcome(
            said=said, event=next(broken, None) or next((each for each in events if each in ENDED), "no line")
        )

    def _said(self, inv: Invocation, body: Mapping[str, Any]) -> tuple[str, ...]:
        directs = self.world.slack.world.direct.values()
        mine = (each for each in inv.answers if each.only_for == inv.person or each.channel in directs)
        standing = {answer.ts: answer.plain for answer in mine if not answer.is_working}
        opened = [view for view in self.world.slack.world.views[self.world.maya.id] if view.invocation == inv.number]
        return (
            *standing.values(),
            *(str(view.content["title"]["text"]) for view in opened),
            *([" ".join(map(str, body["errors"].values()))] if body.get("errors") else ()),
            *(str(body[key]["title"]["text"]) for key in body.keys() & {"view"}),
        )


@contextmanager
def forging(world: World, stands_on: Message) -> Iterator[Forger]:
    """Yield somebody who presses on a message of the bot's."""
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as log:
        yield Forger(world=world, stands_on=stands_on, log=log)


async def over() -> None:
    """Wait until the bot has ended whatever it began for people; raise TimeoutError where it does not."""
    async with asyncio.timeout(PATIENCE):
        while running := [task for task in asyncio.all_tasks() if task.get_name() in {*Surface}]:
            await asyncio.wait(running)
