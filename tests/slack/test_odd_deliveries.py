"""Deliveries that are Slack's but not for this bot, or that lack what the bot knows: acknowledged, and no answer."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox.people import TEAM_ID
from tests.world import World

Json = dict[str, Any]

PRESS: Json = {
    "type": "block_actions",
    "user": {"id": "U01MAYA4K2P"},
    "team": {"id": TEAM_ID},
    "trigger_id": "1.2.3",
    "container": {"type": "message", "message_ts": "1.2", "channel_id": "C1"},
    "channel": {"id": "C1"},
    "actions": [{"type": "button", "action_id": "brew_coffee", "block_id": "b", "value": "x"}],
}
VIEW: Json = {"id": "V1", "type": "modal", "callback_id": "brew_coffee", "blocks": [], "state": {"values": {}}}
SUBMISSION: Json = {"type": "view_submission", "user": {"id": "U01MAYA4K2P"}, "team": {"id": TEAM_ID}, "view": VIEW}
SHORTCUT: Json = {
    "type": "shortcut",
    "callback_id": "brew_coffee",
    "user": {"id": "U01MAYA4K2P"},
    "team": {"id": TEAM_ID},
    "trigger_id": "1.2.3",
}
ON_MESSAGE: Json = SHORTCUT | {"type": "message_action", "message": {"ts": "1.2", "text": "x"}, "channel": {"id": "C1"}}
INPUT: Json = {"type": "input", "block_id": "query"}


def event(inner: Json) -> Json:
    """Return an event in its envelope."""
    return {"type": "event_callback", "team_id": TEAM_ID, "event_id": "Ev1", "event": inner}


def without(payload: Json, field: str) -> Json:
    """Return the payload without one of its fields."""
    return {name: value for name, value in payload.items() if name != field}


async def settled(world: World) -> None:
    """Wait until the bot has dealt with all that came before: it answers in turn."""
    await (await world.priya.types("/partner help")).answer()


def bots(world: World) -> int:
    """Return how often the bot has said or opened anything."""
    return len(world.slack.world.happenings) + len(world.slack.calls_to("views.open"))


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(PRESS, id="button"),
        pytest.param(PRESS | {"actions": [{"type": "x", "action_id": "run_again"}]}, id="again, of nothing"),
        pytest.param(PRESS | {"actions": [{"action_id": "link_portal", "url": "https://x.example"}]}, id="link"),
        pytest.param(SHORTCUT, id="global shortcut"),
        pytest.param(ON_MESSAGE, id="message shortcut"),
        pytest.param(SHORTCUT | {"callback_id": "invite_in_thread"}, id="message shortcut used globally"),
        pytest.param(ON_MESSAGE | {"callback_id": "create_invite"}, id="global shortcut used on a message"),
    ],
)
async def test_what_the_bot_has_no_route_for_is_acknowledged_and_not_answered(world: World, payload: Json) -> None:
    ack = await world.slack.deliver("interactive", payload)

    assert ack.status == 200
    assert ack.body is None
    if payload["type"] != "block_actions" or payload["actions"][0]["action_id"] != "run_again":
        before = bots(world)
        await settled(world)
        assert bots(world) == before + 1  # help's own


@pytest.mark.parametrize("blocks", [[], [INPUT]], ids=["without inputs", "with an input"])
async def test_a_window_the_bot_does_not_know_is_acknowledged(world: World, blocks: list[Json]) -> None:
    ack = await world.slack.deliver("interactive", SUBMISSION | {"view": VIEW | {"blocks": blocks}})

    before = bots(world)
    await settled(world)

    assert ack.status == 200
    assert bots(world) == before + 1


@pytest.mark.parametrize("kind", ["message", "reaction_added", "app_home_opened", "link_shared", "invented_tomorrow"])
async def test_events_the_bot_did_not_ask_for_are_acknowledged_and_not_answered(world: World, kind: str) -> None:
    ack = await world.slack.deliver("events_api", event({"type": kind, "user": "U01MAYA4K2P", "text": "customer x"}))

    before = bots(world)
    await settled(world)

    assert ack.status == 200
    assert bots(world) == before + 1


async def test_what_a_bot_says_is_no_mention(world: World) -> None:
    inner = {"type": "app_mention", "user": "U0OTHER", "bot_id": "B0OTHER", "text": "<@U0BOT> help"}

    ack = await world.slack.deliver("events_api", event(inner | {"channel": "C1", "ts": "1.2"}))
    before = bots(world)
    await settled(world)

    assert ack.status == 200
    assert bots(world) == before + 1


async def test_a_menu_that_asks_for_options_gets_none(world: World) -> None:
    asks = {"type": "block_suggestion", "action_id": "brew", "block_id": "b", "value": "c"}

    ack = await world.slack.deliver("interactive", asks | {"user": {"id": "U1"}, "team": {"id": TEAM_ID}})

    assert ack.status == 200
    assert ack.body == {"options": []}


@pytest.mark.parametrize(
    "payload",
    [
        *(pytest.param(without(PRESS, name), id=f"press without {name}") for name in ("user", "container", "channel")),
        *(pytest.param(without(SHORTCUT, name), id=f"shortcut without {name}") for name in ("user", "trigger_id")),
        pytest.param(without(SUBMISSION, "user"), id="submission without user"),
        pytest.param(SUBMISSION | {"view": without(VIEW, "id")}, id="submission without view id"),
        pytest.param(SUBMISSION | {"view": VIEW | {"private_metadata": "{"}}, id="submission with unreadable memory"),
        pytest.param(SUBMISSION | {"view": VIEW | {"state": {"values": {"b": []}}}}, id="submission of lists"),
        pytest.param(PRESS | {"user": "U01MAYA4K2P"}, id="press by a word"),
        pytest.param(PRESS | {"actions": [{"action_id": "brew", "value": ["x"]}]}, id="press of a list"),
        pytest.param(PRESS | {"view": VIEW | {"private_metadata": "[]"}}, id="press with unreadable memory"),
        pytest.param(ON_MESSAGE | {"message": None}, id="message shortcut without message"),
    ],
)
async def test_an_interaction_that_lacks_something_is_acknowledged(world: World, payload: Json) -> None:
    ack = await world.slack.deliver("interactive", payload)

    assert ack.status == 200


@pytest.mark.parametrize("missing", ["user_id", "channel_id", "response_url", "trigger_id"])
async def test_a_command_that_lacks_something_is_acknowledged(world: World, missing: str) -> None:
    known = (await world.maya.types("/partner help")).payload

    ack = await world.slack.deliver("slash_commands", without(known, missing))

    assert ack.status == 200


@pytest.mark.parametrize("missing", ["user", "channel", "ts", "text"])
async def test_a_mention_that_lacks_something_is_acknowledged(world: World, missing: str) -> None:
    known = {"type": "app_mention", "user": "U01MAYA4K2P", "channel": "C1", "ts": "1.2", "text": "help"}

    ack = await world.slack.deliver("events_api", event(without(known, missing)))

    assert ack.status == 200


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": None},
        {"type": 5},
        {"type": "block_actions"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": ["x"]},
        {"type": "view_submission"},
        {"type": "view_submission", "view": []},
        {"type": "view_closed", "view": VIEW},
        {"type": "shortcut"},
        {"type": "message_action", "message": "x"},
        {"type": "block_suggestion", "user": []},
        {"type": "invented_tomorrow", "team": [], "user": []},
    ],
    ids=json.dumps,
)
async def test_after_nonsense_the_bot_goes_on(world: World, payload: Json) -> None:
    await world.slack.deliver_signed(urlencode({"payload": json.dumps(payload)}).encode())
    await world.slack.deliver("events_api", payload)

    before = bots(world)
    await settled(world)

    assert bots(world) == before + 1


@pytest.mark.parametrize("inner", [None, [], "text", 5, {}, {"type": None}, {"type": []}], ids=repr)
async def test_after_an_event_that_is_none_the_bot_goes_on(world: World, inner: Any) -> None:
    await world.slack.deliver("events_api", event(inner))

    before = bots(world)
    await settled(world)

    assert bots(world) == before + 1
