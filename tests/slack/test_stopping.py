"""SIGTERM: nothing new is taken, what was begun is answered, and the process ends well."""

import asyncio
from dataclasses import replace

import pytest

from bot import retry
from sandbox.microsoft.companies import CONTOSO
from tests.slack import child
from tests.world import World

CUSTOMER = "/v1/customers/{id}"


async def test_a_command_in_flight_is_answered_before_the_bot_ends(quiet_world: World) -> None:
    world = quiet_world
    async with child.running(world.environment()) as (bot, port):
        world.slack.bot_url = f"http://127.0.0.1:{port}"
        world.microsoft.partner_center.hold(CUSTOMER)
        asked = await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")
        await world.microsoft.partner_center.until_called(CUSTOMER)

        bot.terminate()
        await bot.logged("stopping")
        world.microsoft.partner_center.release()
        answer = await asked.answer()

        assert await bot.ended() == 0
        await bot.logged("stopped")
        assert "Tenant ID" in answer.plain
        assert "Traceback" not in bot.output


async def test_in_socket_mode_too(quiet_world: World) -> None:
    world = quiet_world
    world.slack.socket_mode = True
    async with child.running(world.environment()) as (bot, _):
        await world.slack.connected()
        world.microsoft.partner_center.hold(CUSTOMER)
        asked = await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")
        await world.microsoft.partner_center.until_called(CUSTOMER)

        bot.terminate()
        await bot.logged("stopping")
        world.microsoft.partner_center.release()
        answer = await asked.answer()

        assert await bot.ended() == 0
        assert "Tenant ID" in answer.plain
        assert "Traceback" not in bot.output


async def test_a_press_in_flight_is_answered_before_the_bot_ends(quiet_world: World) -> None:
    async with quiet_world.bot():
        choice = await (await quiet_world.maya.types("/partner customer conto")).answer()
        quiet_world.microsoft.partner_center.hold(CUSTOMER)
        pressed = await quiet_world.maya.presses(choice, "Show", nth=0)
        await quiet_world.microsoft.partner_center.until_called(CUSTOMER)
        asyncio.get_running_loop().call_soon(quiet_world.microsoft.partner_center.release)

    assert "Tenant ID" in (await pressed.answer()).plain


@pytest.mark.parametrize("way", ["command", "mention"])
async def test_what_cannot_be_finished_in_time_is_told_that_the_bot_restarts(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(retry, "STOPPING", replace(retry.STOPPING, work=0.05))
    async with quiet_world.bot():
        quiet_world.microsoft.partner_center.hold(CUSTOMER)
        words = f"customer {CONTOSO.tenant_id}"
        if way == "command":
            asked = await quiet_world.maya.types(f"/partner {words}")
        else:
            asked = await quiet_world.maya.says(f"@Partner Bot {words}")
        await quiet_world.microsoft.partner_center.until_called(CUSTOMER)

    answer = await asked.answer()

    assert "The bot is restarting." in answer.plain
    assert len(asked.answers) == 1


async def test_an_invitation_in_flight_is_posted_before_the_bot_ends(quiet_world: World) -> None:
    path = "/v1/customers/relationshiprequests"
    async with quiet_world.bot():
        said = await quiet_world.priya.says("Go")
        modal = await (await quiet_world.maya.message_shortcut("invite_in_thread", said)).modal()
        quiet_world.microsoft.partner_center.hold(path)
        await quiet_world.maya.submits(modal, {"company": "adatum.com"})
        await quiet_world.microsoft.partner_center.until_called(path)
        asyncio.get_running_loop().call_soon(quiet_world.microsoft.partner_center.release)

    assert "admin.microsoft.com" in str([message.blocks for message in quiet_world.slack.messages("sales")])


async def test_an_invitation_of_which_the_first_line_stands_is_finished_after_the_next_start(
    quiet_world: World,
) -> None:
    path = "/v1/customers/relationshiprequests"
    async with quiet_world.bot():
        modal = await (await quiet_world.maya.types("/partner invite adatum.com")).modal()
        quiet_world.microsoft.partner_center.hold(path)
        await quiet_world.maya.submits(modal)
        await quiet_world.microsoft.partner_center.until_called(path)
        asyncio.get_running_loop().call_soon(quiet_world.microsoft.partner_center.release)
    [parent] = [message for message in quiet_world.slack.messages("sales") if message.by_bot]

    async with quiet_world.bot():
        posted = await quiet_world.slack.wait_for(
            lambda: [m for m in quiet_world.slack.messages("sales") if m.by_bot and m.thread_ts == parent.ts]
        )

    assert "admin.microsoft.com" in str(posted[0].blocks)
    assert len([message for message in quiet_world.slack.messages("sales") if message.by_bot]) == 2


async def test_a_stopped_bot_takes_nothing_new(quiet_world: World) -> None:
    async with quiet_world.bot():
        pass

    asked = await quiet_world.maya.types("/partner help")

    assert asked.error == "dispatch_failed"
