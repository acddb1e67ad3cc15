"""More than the bot can carry: what is in flight is answered, what comes beyond is told so at once, and counted."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from bot import retry
from bot.slack import admission, turns
from sandbox.microsoft.companies import CONTOSO
from tests.world import World

BUSY = "I am very busy right now. Please try again in a minute."
CUSTOMER = "/v1/customers/{id}"
LOOK_UP = f"/partner customer {CONTOSO.tenant_id}"
LIMIT = 3


def shed(surface: str, how: str) -> float:
    """Return how many invocations were refused so far."""
    labels = {"surface": surface, "how": how}
    return REGISTRY.get_sample_value("partner_bot_shed_invocations_total", labels) or 0.0


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a command wait for Microsoft for as long as the test holds it up."""
    slack = replace(retry.SLACK, command=600.0, progress=600.0, progress_replaced=600.0)
    monkeypatch.setattr(retry, "SLACK", slack)


@pytest.fixture
async def full(quiet_world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A bot that carries a few invocations, one fewer than it can; Microsoft holds them up."""
    monkeypatch.setattr(admission, "MOST", LIMIT)
    async with quiet_world.bot():
        yield quiet_world
        quiet_world.microsoft.partner_center.release()


async def fill(world: World) -> None:
    """Have as many commands in flight as the bot carries."""
    world.microsoft.partner_center.hold(CUSTOMER)
    for _ in range(LIMIT):
        assert (await world.maya.types(LOOK_UP)).status == 200
    await world.microsoft.partner_center.until_called(CUSTOMER)


async def test_a_thousand_in_flight_are_carried_and_the_next_is_told_in_its_acknowledgement(world: World) -> None:
    world.microsoft.partner_center.hold(CUSTOMER)
    asked = []
    for _ in range(50):
        asked += await asyncio.gather(*(world.maya.types(LOOK_UP) for _ in range(20)))

    refused = await world.maya.types(LOOK_UP)
    in_french = await world.aline.types(LOOK_UP)
    world.microsoft.partner_center.release()
    cards = [await each.answer(timeout=120) for each in asked]

    assert refused.ack_body == {"text": BUSY, "response_type": "ephemeral"}
    assert in_french.ack_body["response_type"] == "ephemeral"
    assert all("Tenant ID" in card.plain for card in cards)
    assert {len(each.answers) for each in asked} == {1}


async def test_a_command_is_taken_again_once_there_is_room(full: World) -> None:
    before = shed("command", "told")
    await fill(full)
    refused = await full.maya.types("/partner help")
    full.microsoft.partner_center.release()
    await full.slack.wait_for(
        lambda: len([m for m in full.slack.messages("sales") if "Tenant ID" in str(m.blocks)]) == LIMIT
    )

    answered = await full.maya.types("/partner help")

    assert refused.ack_body["text"] == BUSY
    assert (await answered.answer()).plain != BUSY
    assert shed("command", "told") == before + 1


async def test_a_person_is_told_in_their_language(full: World) -> None:
    await (await full.aline.types("/partner help")).answer()
    await fill(full)

    refused = await full.aline.types("/partner help")

    assert refused.ack_body["text"] == "Je suis très sollicité en ce moment. Réessayez dans une minute."


async def test_a_window_keeps_what_was_typed_and_says_so(full: World) -> None:
    modal = await (await full.maya.types("/partner customer")).modal()
    await fill(full)

    refused = await full.maya.submits(modal, {"query": "contoso.com"})

    assert refused.errors == {"query": BUSY}


async def test_a_press_is_told_by_its_response_url_alone(full: World) -> None:
    choice = await (await full.maya.types("/partner customer conto")).answer()
    before = shed("press", "told")
    calls = len(full.slack.calls_to("chat.postEphemeral")) + len(full.slack.calls_to("chat.postMessage"))
    await fill(full)

    refused = await (await full.maya.presses(choice, "Show", nth=0)).answer()

    assert refused.plain == BUSY
    assert not refused.replaced
    assert shed("press", "told") == before + 1
    assert len(full.slack.calls_to("chat.postEphemeral")) + len(full.slack.calls_to("chat.postMessage")) == calls


async def test_what_has_no_response_url_is_dropped_and_counted(full: World) -> None:
    before = shed("shortcut", "dropped"), shed("mention", "dropped")
    await fill(full)

    used = await full.maya.shortcut("create_invite")
    said = await full.maya.says("@Partner Bot help")

    assert (used.status, said.status) == (200, 200)
    assert (shed("shortcut", "dropped"), shed("mention", "dropped")) == (before[0] + 1, before[1] + 1)
    assert full.said() == []


async def test_what_would_begin_too_late_is_told_so_and_not_begun(full: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "SLACK", replace(retry.SLACK, oldest=-1.0))
    before = shed("command", "told")

    asked = await full.maya.types(LOOK_UP)
    answer = await asked.answer()

    assert answer.plain == BUSY
    assert full.microsoft.partner_center.calls(CUSTOMER) == 0
    assert shed("command", "told") == before + 1
    assert len(asked.answers) == 1


async def test_where_the_first_in_the_queue_waits_for_long_no_more_are_taken(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        retry, "SLACK", replace(retry.SLACK, long_turn=-1.0)
    )  # whoever waits for a turn at all waits for long
    monkeypatch.setattr(turns, "EACH_PASS", 0)
    async with quiet_world.bot():
        waiting = await quiet_world.maya.types("/partner help")

        refused = await quiet_world.maya.types("/partner help")
        monkeypatch.undo()
        answer = await waiting.answer()

    assert refused.ack_body["text"] == BUSY
    assert answer.plain != BUSY
