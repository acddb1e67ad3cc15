"""Status, as a conversation: a sentence for everyone, the account of it for bot admins alone."""

import asyncio

import pytest

from sandbox.microsoft.companies import CONTOSO
from sandbox.microsoft.faults import MFA_MISSING
from sandbox.slack.manifest import Installed
from tests.world import World

WELL = "Partner Bot is working."


@pytest.mark.parametrize("who", ["maya", "priya", "rosa"])
async def test_everyone_is_told_whether_it_works(world: World, who: str) -> None:
    person = world.slack.person(who)

    answer = await (await person.types("/partner status")).answer()

    assert answer.plain == WELL
    assert answer.only_for == person.id


async def test_everyone_is_told_in_their_language(world: World) -> None:
    answer = await (await world.aline.types("/partner status")).answer()

    assert answer.plain == "Partner Bot fonctionne."


async def test_bot_admins_are_told_everything(world: World) -> None:
    answer = await (await world.tom.types("/partner status")).answer()

    assert WELL in answer.plain
    for label in ("Sign-in", "Last check", "Last webhook", "Waiting", "Given up", "Paused", "Requests left"):
        assert label in answer.plain
    assert "Switched off" in answer.plain
    assert "Channel history is checked: no duplicates" in answer.plain


async def test_what_bot_admins_are_told_is_not_for_the_thread(world: World) -> None:
    said = await world.tom.says("@Partner Bot status")

    answer = await said.answer()

    assert answer.only_for == world.tom.id


async def test_a_refused_sign_in_is_told_with_the_way_out(world: World) -> None:
    world.microsoft.faults.switch(MFA_MISSING, on=True)
    await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    everyones = await (await world.priya.types("/partner status")).answer()
    admins = await (await world.tom.types("/partner status")).answer()

    assert everyones.plain.startswith("Partner Bot answers, but Microsoft does not accept its sign-in")
    assert "python -m bot connect" in admins.plain


async def test_everyone_is_told_that_messages_wait_and_only_admins_where(world: World) -> None:
    await (await world.maya.types("/partner subscribe all")).answer()
    await world.slack.wait_for(lambda: world.said() or None)
    world.slack.faults.switch("rate_limited_long", on=True)
    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))

    async with asyncio.timeout(60):
        while (everyones := await (await world.priya.types("/partner status")).answer()).plain == WELL:
            pass
    french = await (await world.aline.types("/partner status")).answer()
    admins = await (await world.tom.types("/partner status")).answer()

    assert everyones.plain.startswith("Messages to 1 channel wait until about ")
    assert "because Slack asked for a pause." in everyones.plain
    assert "sales" not in everyones.plain
    assert french.plain.startswith("Les messages vers 1 canal attendent jusque vers ")
    assert "Messages wait: #sales until " in admins.plain


async def test_missing_history_scopes_are_told_at_the_start_and_in_the_status(
    quiet_world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet_world.slack.install(Installed().without("groups:history"))

    async with quiet_world.bot():
        said = capsys.readouterr().out
        answer = await (await quiet_world.tom.types("/partner status")).answer()

    assert said.count("without history scopes a message may come twice after a crash") == 1
    assert "No history permission: a notice may come twice" in answer.plain
