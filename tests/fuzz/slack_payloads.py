"""Everything that Slack delivers, with a few of its nodes replaced, signed and sent over HTTP."""

import json
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from sandbox.people import TEAM_ID
from sandbox.slack import events, payloads
from sandbox.slack.blocks import elements
from sandbox.slack.conversation import Invocation
from sandbox.slack.delivery import Kind
from sandbox.slack.model import BOT_USER, Message, View
from tests.fuzz import mutations, target
from tests.fuzz.answers import Asked
from tests.fuzz.target import Case
from tests.world import World

TEXTS: tuple[str, ...] = (
    "customer contoso.com",
    "customer contoso",
    "customer",
    "customers",
    "relationships fabrikam.com",
    "help",
    "invite adatum.com",
    "invites",
    "subscribe",
    "subscriptions",
    "status",
    "products contoso.com",
    "nonsense",
    "",
)
WINDOWS = ("customer", "invite adatum.com", "subscribe")
SHORTCUTS = ("look_up_customer", "invite_in_thread")
PLAIN_EVENTS: Mapping[str, dict[str, Any]] = {
    "user_change": {"user": {"id": "U03PRIYA9DM", "team_id": TEAM_ID, "deleted": False, "is_restricted": False}},
    "subteam_members_changed": {"subteam_id": "S1", "team_id": TEAM_ID, "added_users": ["U03PRIYA9DM"]},
    "member_joined_channel": {"user": BOT_USER, "channel": "C01", "channel_type": "C", "team": TEAM_ID},
    "channel_archive": {"channel": "C01", "user": "U03PRIYA9DM"},
    "channel_shared": {"channel": "C01", "connected_team_id": "T2"},
    "channel_deleted": {"channel": "C01"},
    "tokens_revoked": {"tokens": {"oauth": ["U1"], "bot": [BOT_USER]}},
    "app_home_opened": {"user": "U03PRIYA9DM", "channel": "D1", "tab": "home"},
    "invented_tomorrow": {"user": "U03PRIYA9DM"},
}


class SlackPayloads:
    """Commands, presses, windows, shortcuts, menus and events."""

    name: ClassVar = "slack_payloads"

    def __init__(self) -> None:
        self._asked = Asked()
        self._private: Message | None = None
        self._public: Message | None = None
        self._windows: list[View] = []
        self._shapes: dict[str, Callable[[World, Case, Invocation], Awaitable[tuple[Kind, dict[str, Any]]]]] = {
            "command": self._command,
            "press": self._press,
            "submission": self._submission,
            "closed": self._closed,
            "options": self._options,
            "shortcut": self._shortcut,
            "message shortcut": self._message_shortcut,
            "mention": self._mention,
            "direct message": self._direct_message,
            "event": self._event,
        }

    def invent(self, chance: random.Random) -> Case:
        return {
            "shape": chance.choice([*self._shapes]),
            "which": chance.randrange(1_000),
            "edits": target.written(mutations.invent(chance)),
            "body": chance.choice([*mutations.BODIES]) if chance.random() < 0.1 else "as it is",
            "twice": chance.random() < 0.05,
        }

    async def begin(self, world: World) -> None:
        choice = await (await world.maya.types("/partner customer conto")).answer()
        self._private = choice.message
        mention = await (await world.maya.says("@Partner Bot customer contoso.com")).answer()
        self._public = mention.message
        for text in WINDOWS:
            modal = await (await world.maya.types(f"/partner {text}")).modal()
            self._windows.append(modal.view)

    async def attempt(self, world: World, case: Case) -> list[str]:
        invocation = world.slack.interactions.begin(world.maya.person, world.slack.world.channel_named("sales"))
        kind, payload = await self._shapes[case["shape"]](world, case, invocation)
        address = payload.get("response_url")
        changed = mutations.mutated(payload, target.read(case["edits"]))
        body, content_type = encoded(kind, changed)
        body = mutations.garbled(body, case["body"])
        ack = await world.slack.deliver_signed(body, content_type=content_type)
        wrong = []
        if ack.status not in (200, 400):
            wrong.append(f"status {ack.status} {ack.error or ''}")
        whole = isinstance(changed, dict) and case["body"] == "as it is"
        still = whole and bool(address) and changed.get("response_url") == address
        if still and ack.status == 200 and answered_there(case["shape"], payload):
            wrong += await self._asked.wait(world, invocation, target.shown(case))
        else:
            self._asked.watch(invocation, target.shown(case))
        if case["twice"]:
            again = await world.slack.deliver_signed(body, content_type=content_type)
            if again.status not in (200, 400):
                wrong.append(f"status {again.status} the second time")
        return wrong

    async def end(self, world: World) -> list[str]:
        twice = [found for found in self._asked.twice(world) if '"twice": true' not in found]
        complaints = [each for each in world.slack.complaints if "trigger_id" not in each]  # those were made up
        return twice + [f"complaint: {complaint}" for complaint in complaints]

    # Shapes

    async def _command(self, world: World, case: Case, invocation: Invocation) -> tuple[Kind, dict[str, Any]]:
        return "slash_commands", payloads.command(
            world.slack.world,
            world.maya.person,
            word="/partner",
            text=TEXTS[case["which"] % len(TEXTS)],
            channel=world.slack.world.channel_named("sales"),
            response_url=address_of(world, "commands", invocation),
            trigger_id=trigger(world, invocation),
        )

    async def _press(self, world: World, case: Case, invocation: Invocation) -> tuple[Kind, dict[str, Any]]:
        place = (self._private, self._public)[case["which"] % 2]
        assert place is not None
        block, element = next((block, each) for block in place.blocks for each in elements([block]))
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        action |= {key: element[key] for key in ("text", "value") if key in element}
        return "interactive", payloads.block_actions(
            world.slack.world,
            world.maya.person,
            action=action | {"action_ts": world.slack.world.next_ts()},
            place=place,
            response_url=address_of(world, "actions", invocation, place),
            trigger_id=trigger(world, invocation),
            values={},
        )

    async def _submission(self, world: World, case: Case, invocation: Invocation) -> tuple[Kind, dict[str, Any]]:
        return "interactive", payloads.view_submission(
            world.slack.world,
            world.maya.person,
            view=self._window(case),
            trigger_id=trigger(world, invocation),
            response_urls=[],
        )

    async def _closed(self, world: World, case: Case, invocation: Invocation) -> tuple[Kind, dict[str, Any]]:
        view = self._window(case)
        return "interactive", payloads.view_closed(world.slack.world, world.maya.person, view=view, is_cleared=False)

    async def _options(self, world: World, case: Case, invocation: Invocation) -> tuple[Kind, dict[str, Any]]:
        view = self._window(case)
        place = view if case["which"] % 2 else self._public
        assert place is not None
        return "interactive", payloads.block_suggestion(
            world.slack.world, world.maya.person, block_id="customer", action_id="customer", typed="con", place=place
        )

    async def _shortcut(self, world: World, case: Case, invocation: Invocation) -> tuple[Kind, dict[str, Any]]:
        return "interactive", payloads.shortcut(
            world.slack.world, world.maya.person, callback_id="create_invite", trigger_id=trigger(world, invocation)
        )

    async def _message_shortcut(self, world: World, case: Case, invocation: Invocation) -> tuple[Kind, dict[str, Any]]:
        sales = world.slack.messages("sales")
        said = [message for message in sales if message.only_for is None and not message.by_bot]
        return "interactive", payloads.message_action(
            world.slack.world,
            world.maya.person,
            callback_id=SHORTCUTS[case["which"] % 2],
            message=said[case["which"] % len(said)],
            response_url=address_of(world, "app", invocation),
            trigger_id=trigger(world, invocation),
        )

    async def _mention(self, world: World, case: Case, invocation: Invocation) -> tuple[Kind, dict[str, Any]]:
        return "events_api", self._said(world, case, "app_mention", world.slack.world.channel_named("sales"))

    async def _direct_message(self, world: World, case: Case, invocation: Invocation) -> tuple[Kind, dict[str, Any]]:
        return "events_api", self._said(world, case, "message", world.slack.world.direct_with(world.maya.id))

    async def _event(self, world: World, case: Case, invocation: Invocation) -> tuple[Kind, dict[str, Any]]:
        kind = [*PLAIN_EVENTS][case["which"] % len(PLAIN_EVENTS)]
        inner = PLAIN_EVENTS[kind] | {"type": kind, "event_ts": world.slack.world.next_ts()}
        return "events_api", events.envelope(world.slack.world, inner, shared=False)

    def _said(self, world: World, case: Case, kind: str, channel: str) -> dict[str, Any]:
        text = f"<@{BOT_USER}> {TEXTS[case['which'] % len(TEXTS)]}"
        message = Message(channel=channel, ts=world.slack.world.next_ts(), user=world.maya.id, text=text, blocks=[])
        inner = events.spoken(world.slack.world, kind, world.maya.person, message)
        return events.envelope(world.slack.world, inner, shared=False)

    def _window(self, case: Case) -> View:
        number: int = case["which"]
        return self._windows[number % len(self._windows)]


def address_of(world: World, kind: str, invocation: Invocation, origin: Message | None = None) -> str:
    """Return an address for answers to this invocation."""
    return world.slack.workspace.response_url(
        kind,
        person=world.maya.id,
        channel=world.slack.world.channel_named("sales"),
        invocation=invocation.number,
        origin=origin,
    )


def trigger(world: World, invocation: Invocation) -> str:
    """Return a fresh trigger_id."""
    return world.slack.workspace.triggers.give(world.maya.id, invocation.number)


def answered_there(shape: str, payload: Mapping[str, Any]) -> bool:
    """Say whether the answer must come by the response_url or as a window: a link button opens its page, no more."""
    if shape == "press":
        return not str(payload["actions"][0]["action_id"]).startswith("link_")
    return shape in ("command", "message shortcut")


def encoded(kind: Kind, payload: Any) -> tuple[bytes, str]:
    """Return body and content type, whatever the payload has become."""
    form = "application/x-www-form-urlencoded"
    match kind, payload:
        case "slash_commands", dict():
            return urlencode(
                {k: v if isinstance(v, str) else json.dumps(v) for k, v in payload.items()}, errors="surrogatepass"
            ).encode(), form
        case "events_api", _:
            return json.dumps(payload).encode(), "application/json"
        case _:
            return urlencode({"payload": json.dumps(payload)}).encode(), form
