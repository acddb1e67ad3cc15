"""Payloads of which any field may be odd: never a 500 or a traceback, and one answer where there is an address."""

import copy
import json
from collections.abc import Iterator, MutableMapping
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog
from structlog.testing import capture_logs

from bot.views import failures
from sandbox.slack.delivery import Ack
from tests.world import World

Json = dict[str, Any]
Log = list[MutableMapping[str, Any]]
Path = tuple[str | int, ...]

MISSING = "missing"
ODD: tuple[Any, ...] = (None, "", 5, [], {}, "x", [None], {"a": None})


def nodes(payload: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the way to each part of a payload but the whole."""
    if path:
        yield path
    parts = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    for key, part in parts:
        yield from nodes(part, (*path, key))


def changed(payload: Json, path: Path, value: Any) -> Json:
    """Return the payload with another value in one place, or without it."""
    whole = copy.deepcopy(payload)
    place: Any = whole
    for step in path[:-1]:
        place = place[step]
    if value is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return whole


class Odd:
    """Delivers odd payloads, and looks at what comes of each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.log: Log = []
        self.count = 0

    async def deliver(self, body: bytes, content_type: str = "application/x-www-form-urlencoded") -> Ack:
        """Deliver a signed body, wait for what comes of it, and check that no line is more than a line."""
        with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as log:
            ack = await self.world.slack.deliver_signed(body, content_type=content_type)
            await (await self.world.priya.types("/partner help")).answer()
        self.log = log
        assert ack.status in {200, 400}
        assert [line for line in log if "exc_info" in line or line["event"] in {"bot error", "answer lost"}] == []
        return ack

    async def interaction(self, payload: Json) -> Ack:
        """Deliver what people do; each press has a trigger_id of its own."""
        return await self.deliver(urlencode({"payload": json.dumps(payload)}).encode())

    async def event(self, payload: Json) -> Ack:
        """Deliver an event."""
        return await self.deliver(json.dumps(payload).encode(), "application/json")

    def address(self) -> str:
        """Return a new response_url of Maya's."""
        self.count += 1
        return self.world.slack.workspace.response_url(
            "actions", person=self.world.maya.id, channel="C01SALES4KD", invocation=10_000 + self.count
        )

    async def answer(self) -> str:
        """Wait for the one answer by the last address, and return it."""
        await self.world.slack.wait_for(self.answers)
        await (await self.world.priya.types("/partner help")).answer()
        (answer,) = self.answers()
        return answer

    def answers(self) -> list[str]:
        """Return what has come by the last address, or by another way in its place."""
        return [
            self.world.reads(each.message)
            for each in self.world.slack.world.happenings
            if each.invocation == 10_000 + self.count
        ]


@pytest.fixture
def odd(world: World) -> Odd:
    return Odd(world)


async def press(world: World) -> Json:
    choice = await (await world.maya.types("/partner customer conto")).answer()
    pressed = await world.maya.presses(choice, "Show", nth=0)
    await pressed.answer()
    return pressed.payload


async def pointing(world: World) -> Json:
    said = await world.maya.says("Is contoso.com ours?")
    used = await world.maya.message_shortcut("look_up_customer", said)
    await used.answer()
    return used.payload


@pytest.mark.parametrize("field", ["text", "blocks", "attachments", "user", "ts", "thread_ts"])
async def test_a_shortcut_on_a_message_with_an_odd_field_is_answered_once(world: World, odd: Odd, field: str) -> None:
    payload = await pointing(world)
    payload["message"].setdefault(field, None)

    for value in (MISSING, *ODD):
        ack = await odd.interaction(changed(payload, ("message", field), value) | {"response_url": odd.address()})

        assert ack.status == 200, value
        assert "cannot read" not in await odd.answer(), value


@pytest.mark.parametrize(
    "field", ["message", "container", "view", "state", "team", "enterprise", "trigger_id", "is_enterprise_install"]
)
async def test_a_press_of_which_something_is_null_is_carried_out(world: World, odd: Odd, field: str) -> None:
    payload = await press(world)

    ack = await odd.interaction(payload | {field: None, "response_url": odd.address()})

    assert ack.status == 200
    assert "Tenant ID" in await odd.answer()


@pytest.mark.parametrize("shape", [press, pointing], ids=["press", "shortcut"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user", None),
        ("user", "U1"),
        ("user", {}),
        ("channel", {"id": 5}),
        ("actions", []),
        ("actions", "x"),
        ("actions", [None]),
        ("actions", [{"action_id": 5}]),
        ("actions", [{"action_id": "show_customer", "value": ["x"]}]),
        ("message", "x"),
        ("callback_id", 5),
        ("type", 5),
        ("type", "invented_tomorrow"),
        ("team", 5),
        ("authorizations", "x"),
        ("enterprise", ["x"]),
        ("response_urls", None),
    ],
    ids=repr,
)
async def test_what_is_not_understood_is_answered_once_and_by_the_reference_of_its_line(
    world: World, odd: Odd, shape: Any, field: str, value: Any
) -> None:
    payload = await shape(world)

    await odd.interaction(payload | {field: value, "response_url": odd.address()})

    answer = await odd.answer()
    lines = [line for line in odd.log if line["event"] in {"payload not understood", "delivery refused"}]
    assert len(lines) <= 1
    if lines:
        assert "The bot cannot read what Slack sent." in answer
        assert lines[0]["reference"] in answer


@pytest.mark.parametrize("field", ["state", "private_metadata", "blocks", "callback_id", "id", "hash", "type"])
async def test_a_submitted_window_with_an_odd_field_is_acknowledged(world: World, odd: Odd, field: str) -> None:
    said = await world.maya.says("Please invite them.")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    payload = (await world.maya.submits(modal, {"company": "  "})).payload

    for value in (MISSING, *ODD):
        await odd.interaction(changed(payload, ("view", field), value))


async def test_a_window_that_cannot_be_read_stays_and_says_so_with_the_reference(world: World, odd: Odd) -> None:
    said = await world.maya.says("Please invite them.")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    payload = (await world.maya.submits(modal, {"company": "  "})).payload
    chosen = {"company": {"x": {"type": "plain_text_input", "value": 5}}}

    ack = await odd.interaction(changed(payload, ("view", "state"), {"values": chosen}))

    (line,) = [line for line in odd.log if line["event"] == "payload not understood"]
    assert ack.body["response_action"] == "errors"
    assert list(ack.body["errors"]) == ["company"]
    assert "The bot cannot read what Slack sent." in ack.body["errors"]["company"]
    assert line["reference"] in ack.body["errors"]["company"]


COMMAND = {"command": "/partner", "text": "help", "user_id": "U01MAYA4K2P", "channel_id": "C01SALES4KD"}
EVENT = {"type": "event_callback", "event_id": "Ev1", "team_id": "T01SANDBOX1"}


@pytest.mark.parametrize(
    "body",
    [
        b"[1]",
        b'"x"',
        b"5",
        b"null",
        b"NaN",
        b'{"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_mention", "ts": NaN}}',
        b'{"a": ' + b"[" * 20_000,
        b'{"a": ' * 5_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"type": "\\ud800"}',
        b"\xff\xfe",
        json.dumps(EVENT | {"event": None}).encode(),
        json.dumps(EVENT | {"event": 5}).encode(),
        json.dumps(EVENT | {"event": {"type": "app_mention"}, "authorizations": "x"}).encode(),
        json.dumps(COMMAND | {"command": 5}).encode(),
        b'{"type": "url_verification"}',
        b'{"type": "url_verification", "challenge": null}',
        b'{"type": "url_verification", "challenge": {"a": []}}',
    ],
    ids=lambda body: body[:60].decode("utf-8", "replace"),
)
async def test_json_that_is_not_slacks_is_a_bad_request_with_one_line(odd: Odd, body: bytes) -> None:
    ack = await odd.deliver(body, "application/json")

    assert ack.status == 400
    assert [line["event"] for line in odd.log if line["event"] != "answered"] == ["delivery refused"]


@pytest.mark.parametrize(
    "body",
    [
        urlencode(COMMAND).encode() + b"&text=customer",
        b"payload={}&payload={}",
        b"payload=[1]",
        b"payload=" + b"[" * 20_000,
        b'payload={"type":"block_actions","actions":[]}',
        b'payload={"type":"block_actions","actions":["x"]}',
        b'payload={"type":"\\ud800"}',
        b'payload={"type":NaN}',
        b"ssl_check=1&ssl_check=1",
        b"payload",
        b"\xff=1",
    ],
    ids=lambda body: body[:60].decode("utf-8", "replace"),
)
async def test_a_form_that_is_not_slacks_is_a_bad_request_with_one_line(odd: Odd, body: bytes) -> None:
    ack = await odd.deliver(body)

    assert ack.status == 400
    assert [line["event"] for line in odd.log if line["event"] != "answered"] == ["delivery refused"]


@pytest.mark.parametrize(
    "payload",
    [
        EVENT | {"event": {"type": "invented_tomorrow"}},
        EVENT | {"event": {"type": "user_change", "user": None}},
        {"type": "app_rate_limited", "minute_rate_limited": 5},
        {"type": "invented_tomorrow"},
    ],
    ids=str,
)
async def test_events_of_kinds_the_bot_does_not_know_are_acknowledged(odd: Odd, payload: Json) -> None:
    assert (await odd.event(payload)).status == 200


async def test_a_command_may_hold_any_word(world: World) -> None:
    """Bolt takes a form with this word anywhere in it for an interaction without one."""
    answer = await (await world.maya.types("/partner customer payload")).answer()

    assert answer.plain


@pytest.mark.parametrize("field", [*COMMAND, "response_url", "trigger_id", "team_id", "enterprise_id", "api_app_id"])
async def test_a_command_with_an_odd_field_is_answered_where_it_has_an_address(odd: Odd, field: str) -> None:
    for value in (MISSING, "", "null", "5", "[]", "\x00", "x" * 4000):
        fields = COMMAND | {"trigger_id": "1.2.x", "team_id": "T1", "enterprise_id": "", "response_url": odd.address()}
        fields |= {"api_app_id": "A1"}

        await odd.deliver(urlencode(changed(fields, (field,), value)).encode())

        if field == "response_url":
            assert odd.answers() == [], value
        else:
            assert await odd.answer(), value


async def test_where_the_words_for_a_failure_fail_a_last_sentence_comes_with_the_reference(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("words")

    monkeypatch.setattr(failures, "failure", broken)

    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as log:
        asked = await world.aline.types("/partner customer 00000000-0000-0000-0000-000000000000")
        answer = await asked.answer()
        again = await world.maya.types("/partner nonsense-of-mine")
        english = await again.answer()

    references = {line["reference"] for line in log if line["event"] == "failure not worded"}
    assert "Donnez cette référence à un admin du bot" in answer.plain
    assert "Give a bot admin this reference" in english.plain
    assert {answer.plain.split()[-1], english.plain.split()[-1]} == references
    assert (len(asked.answers), len(again.answers)) == (1, 1)


@pytest.mark.parametrize("shape", [press, pointing], ids=["press", "shortcut"])
async def test_whatever_is_odd_in_a_payload_it_is_answered_once(world: World, odd: Odd, shape: Any) -> None:
    payload = await shape(world)
    places = [path for path in nodes(payload) if path[0] not in {"response_url", "token", "is_enterprise_install"}]

    for number, path in enumerate(places):
        value = (MISSING, *ODD)[number % (len(ODD) + 1)]
        await odd.interaction(changed(payload, path, value) | {"response_url": odd.address()})
        assert await odd.answer(), (path, value)


@pytest.mark.parametrize("person", ["<!channel>", "U1 U2", "a\0b", "\u202eU1", "x" * 65, "https://whispered.example/x"])
async def test_a_person_who_is_no_id_is_nobody_and_stands_in_no_log(world: World, person: str) -> None:
    known = (await world.maya.types("/partner help")).payload
    told = len(world.slack.world.happenings)

    with capture_logs() as entries:
        ack = await world.slack.deliver("slash_commands", known | {"user_id": person})
        await world.slack.wait_for(lambda: len(world.slack.world.happenings) > told)

    assert ack.status == 200
    assert person not in str(entries)


async def test_a_window_that_nobody_knows_is_not_named_in_the_log(world: World) -> None:
    modal = await (await world.maya.types("/partner customer")).modal()
    submission = await world.maya.submits(modal, {"query": "contoso.com"})
    unknown = submission.payload["view"] | {"callback_id": "whispered\u200b"}

    with capture_logs() as entries:
        ack = await world.slack.deliver("interactive", submission.payload | {"view": unknown})

    assert ack.status == 200
    assert "whispered" not in str(entries)
    assert "unknown window" in str(entries)
