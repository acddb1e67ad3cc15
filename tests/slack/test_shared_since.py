"""A channel that is shared while an answer is on its way: what was meant for everyone goes to the person alone."""

from dataclasses import replace

import pytest

from bot import retry
from sandbox.slack.conversation import Answer
from tests.loop_time import pass_time
from tests.world import World

CARD = "/partner customer contoso.com"


def share_unheard(world: World) -> None:
    """Share a channel of which no event tells."""
    sales = world.slack.world.channel_named("sales")
    world.slack.workspace.channel_changes[sales] = {"is_ext_shared": True, "is_shared": True}


@pytest.mark.parametrize("heard", [True, False], ids=["told by an event", "found by asking"])
async def test_a_mention_that_waits_for_microsoft_is_answered_to_the_asker_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, *, heard: bool
) -> None:
    monkeypatch.setattr(retry, "SLACK", replace(retry.SLACK, progress=0.1))
    world.microsoft.partner_center.hold()
    said = await world.maya.says("@Partner Bot customer contoso.com")
    await world.slack.wait_for(world.said)  # the line that says that Microsoft is asked

    if heard:
        await world.tom.shares("sales")
    else:
        share_unheard(world)
        pass_time(monkeypatch, 5.1)
    world.microsoft.partner_center.release()
    answer = await said.answer(where=lambda answer: answer.only_for is not None)

    assert answer.only_for == world.maya.id
    assert "Tenant ID" in answer.plain
    assert "contoso" not in str([m.blocks for m in world.said()]).lower()


async def shared_card(world: World) -> Answer:
    card = await (await world.maya.types(CARD)).answer()
    world.slack.fail_next("chat.postMessage", status=429, retry_after=1)
    return card


@pytest.mark.parametrize("heard", [True, False], ids=["told by an event", "found by asking"])
async def test_a_card_that_waits_for_slack_is_not_shared_once_the_channel_is(
    world: World, monkeypatch: pytest.MonkeyPatch, *, heard: bool
) -> None:
    card = await shared_card(world)
    pressed = await world.maya.presses(card, "Share in channel")
    await world.slack.wait_for(lambda: world.slack.calls_to("chat.postMessage"))  # Slack asks to wait a second

    if heard:
        await world.tom.shares("sales")
    else:
        share_unheard(world)
        pass_time(monkeypatch, 5.1)
    answer = await pressed.answer()

    assert "Other organisations can read this channel" in answer.plain
    assert world.said() == []


async def test_a_card_goes_by_no_response_url_into_a_channel_that_others_read_by_now(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await shared_card(world)
    pressed = await world.maya.presses(card, "Share in channel")
    await world.slack.wait_for(lambda: world.slack.calls_to("chat.postMessage"))
    world.slack.fail_next("chat.postMessage", "not_in_channel")

    share_unheard(world)
    pass_time(monkeypatch, 5.1)
    answer = await pressed.answer()

    assert "Other organisations can read this channel" in answer.plain
    assert world.said() == []


async def test_a_subscription_is_announced_to_the_person_alone_once_others_read_the_channel(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.slack.fail_next("chat.postMessage", status=429, retry_after=1)
    asked = await world.maya.types("/partner subscribe customers")
    await world.slack.wait_for(lambda: world.slack.calls_to("chat.postMessage"))

    share_unheard(world)
    pass_time(monkeypatch, 5.1)
    answer = await asked.answer()

    assert answer.only_for == world.maya.id
    assert world.said() == []
