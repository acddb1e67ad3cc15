"""Answers that are not Slack's: a way that fails, in any manner, is followed by the next, and there is one answer."""

from collections.abc import MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.response_urls import taken
from sandbox.slack.odd import ODD, SWITCHES
from tests.world import World

EMPTY = "empty"
"""From a response_url this is a yes: what Slack sends there is documented for its status alone."""
each_odd_answer = pytest.mark.parametrize("odd", ODD)
each_but_empty = pytest.mark.parametrize("odd", [odd for odd in ODD if odd != EMPTY])


def silent(log: list[MutableMapping[str, Any]]) -> bool:
    """Say whether no line holds a traceback or what came."""
    return not any("exc_info" in line or "Sign in" in str(line) or "[[" in str(line) for line in log)


async def settled(world: World) -> None:
    """Wait until the bot has dealt with all that came before."""
    await (await world.priya.types("/partner help")).answer()


@each_but_empty
async def test_an_odd_answer_of_the_response_url_sends_the_answer_another_way(world: World, odd: str) -> None:
    world.slack.fail_next("response_url", odd=odd)

    with capture_logs() as log:
        asked = await world.maya.types("/partner customer contoso.com")
        answer = await asked.answer()
        await settled(world)

    assert answer.way == "chat.postEphemeral"
    assert len(asked.answers) == 1
    assert silent(log)


@each_odd_answer
async def test_an_odd_answer_of_the_second_way_sends_it_as_a_direct_message(world: World, odd: str) -> None:
    world.slack.break_response_urls()
    world.slack.fail_next("chat.postEphemeral", odd=odd)

    with capture_logs() as log:
        asked = await world.maya.types("/partner customer contoso.com")
        answer = await asked.answer()
        world.slack.break_response_urls(broken=False)
        await settled(world)

    assert answer.way == "chat.postMessage"
    assert len(world.maya.direct_messages) == 1
    assert len(world.slack.calls_to("chat.postEphemeral")) == 1
    assert silent(log)


@each_odd_answer
async def test_an_odd_answer_of_the_last_way_loses_the_answer_with_one_line(world: World, odd: str) -> None:
    world.slack.break_response_urls()
    world.slack.fail_next("chat.postEphemeral", odd=odd)
    world.slack.fail_next("chat.postMessage", odd=odd)

    with capture_logs() as log:
        await world.maya.types("/partner customer contoso.com")
        await world.slack.wait_for(lambda: world.slack.calls_to("chat.postMessage"))
        world.slack.break_response_urls(broken=False)
        await settled(world)

    assert [line["event"] for line in log].count("answer lost") == 1
    assert silent(log)


@each_odd_answer
async def test_an_odd_answer_in_a_thread_brings_it_to_the_asker_alone(world: World, odd: str) -> None:
    world.slack.fail_next("chat.postMessage", odd=odd)

    answer = await (await world.maya.says("@Partner Bot customer contoso.com")).answer()

    assert answer.way == "chat.postEphemeral"


@each_odd_answer
async def test_an_odd_answer_to_a_look_up_of_the_person_is_asked_for_again(world: World, odd: str) -> None:
    world.slack.fail_next("users.info", odd=odd)

    answer = await (await world.aline.types("/partner customer contoso.com")).answer()

    assert "Domaine principal" in answer.plain


@each_odd_answer
async def test_a_window_that_an_odd_answer_leaves_in_doubt_is_said_to_the_person(world: World, odd: str) -> None:
    world.slack.fail_next("views.open", odd=odd)

    answer = await (await world.maya.types("/partner customer")).answer()

    assert "Slack is not answering the bot." in answer.plain


@pytest.mark.parametrize("kind", SWITCHES)
async def test_while_slack_answers_oddly_nothing_stops_and_afterwards_all_is_well(world: World, kind: str) -> None:
    world.slack.faults.switch(f"odd_{kind}", on=True)
    with capture_logs() as log:
        await world.maya.types("/partner customer contoso.com")
        await world.slack.wait_for(lambda: world.slack.calls_to("chat.postMessage") or kind == EMPTY)
    world.slack.faults.clear()

    answer = await (await world.maya.types("/partner customer contoso.com")).answer()

    assert "Tenant ID" in answer.plain
    assert silent(log)


async def test_slacks_redirects_are_not_followed(world: World) -> None:
    world.slack.break_response_urls()
    world.slack.fail_next("chat.postEphemeral", odd="elsewhere")

    answer = await (await world.maya.types("/partner customer contoso.com")).answer()

    assert answer.way == "chat.postMessage"
    assert len(world.slack.calls_to("chat.postEphemeral")) == 1


@pytest.mark.parametrize(
    "address",
    ["https://[bad", "https://]", "//", "https://", "http://[::1", "\x00", "https://hooks.slack.com\\@x", "x" * 9000],
)
async def test_an_address_that_is_none_is_followed_by_the_next_way(world: World, address: str) -> None:
    known = (await world.maya.types("/partner help")).payload

    await world.slack.deliver("slash_commands", known | {"response_url": address, "text": "customer contoso.com"})
    await world.slack.wait_for(lambda: world.slack.calls_to("chat.postEphemeral"))

    assert [call.answer for call in world.slack.calls_to("chat.postEphemeral")] == ["ok"]


@pytest.mark.parametrize("body", [b"ok", b"OK\n", b"", b'{"ok": true}', b'{"ok":true,"ts":"1.2"}'])
def test_what_slack_confirms_is_taken(body: bytes) -> None:
    assert taken(200, body)


@pytest.mark.parametrize(
    "body", [b"5", b"null", b"[]", b"[" * 2048, b"\xff", b"<html>ok</html>", b'{"ok": false}', b'{"ok": "true"}', b"{}"]
)
def test_what_slack_does_not_confirm_is_not_taken(body: bytes) -> None:
    assert not taken(200, body)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500])
def test_no_other_status_is_a_confirmation(status: int) -> None:
    assert not taken(status, b"ok")
