"""Refusals and failures say whom to ask, by name; guests and other organisations read nothing of that."""

import re
from dataclasses import replace

import pytest

from bot import retry
from bot.slack import contacts
from sandbox.microsoft.companies import CONTOSO
from sandbox.microsoft.faults import CONSENT_WITHDRAWN, MFA_MISSING
from sandbox.people import ALINE, MAYA, TOM
from sandbox.slack.actor import Actor
from tests.world import World

DESK = "S01DESK"
SERVER = re.compile(r"[A-Z]+_[A-Z]+|python -m|on the server")
CARD = f"/partner customer {CONTOSO.tenant_id}"


async def answer(person: Actor, text: str) -> str:
    return (await (await person.types(text)).answer()).plain.replace("*", "")


async def test_a_refusal_names_the_bot_admin_and_no_setting(world: World) -> None:
    said = await answer(world.priya, "/partner invite Contoso")

    assert said.startswith("Inviting customers is for operators. Ask Tom Becker (bot admin) to add you.")
    assert not SERVER.search(said)


async def test_a_refusal_names_them_in_french(quiet_world: World) -> None:
    async with quiet_world.bot(BOT_OPERATORS=quiet_world.maya.id):
        said = await answer(quiet_world.aline, "/partner invite Contoso")

    assert "Demandez à Tom Becker (admin du bot) de vous ajouter." in said


async def test_several_bot_admins_are_told_as_a_choice(quiet_world: World) -> None:
    async with quiet_world.bot(BOT_ADMINS=f"{TOM.id},{MAYA.id}", BOT_OPERATORS=""):
        said = await answer(quiet_world.priya, "/partner invite Contoso")

    assert "Ask Maya Okafor or Tom Becker (bot admins) to add you." in said


async def test_bot_admins_of_a_user_group_are_named_too(quiet_world: World) -> None:
    quiet_world.slack.workspace.user_groups[DESK] = [TOM.id]
    async with quiet_world.bot(BOT_ADMINS=DESK):
        said = await answer(quiet_world.priya, "/partner invite Contoso")

    assert "Ask Tom Becker (bot admin) to add you." in said


async def test_three_are_named_at_most_and_six_looked_up(quiet_world: World) -> None:
    quiet_world.slack.workspace.user_groups[DESK] = [TOM.id, MAYA.id, ALINE.id, *(f"U9{n}" for n in range(40))]
    async with quiet_world.bot(BOT_ADMINS=DESK, BOT_OPERATORS=""):
        said = await answer(quiet_world.priya, "/partner invite Contoso")
        asked = quiet_world.slack.calls_to("users.info")

    assert "(bot admin" in said
    assert len(asked) <= 1 + contacts.LOOKUPS


async def test_who_was_deactivated_is_named_no_longer(quiet_world: World) -> None:
    async with quiet_world.bot(BOT_ADMINS=f"{TOM.id},{MAYA.id}"):
        await quiet_world.tom.deactivates(quiet_world.maya)
        said = await answer(quiet_world.priya, "/partner invite Contoso")

    assert "Ask Tom Becker (bot admin) to add you." in said


async def test_without_a_bot_admin_the_operators_are_asked(quiet_world: World) -> None:
    async with quiet_world.bot(BOT_ADMINS="", BOT_OPERATORS=MAYA.id):
        said = await answer(quiet_world.priya, "/partner invite Contoso")

    assert "Ask Maya Okafor (operator) to do it for you." in said


async def test_where_slack_does_not_describe_them_they_are_told_by_their_kind(world: World) -> None:
    await answer(world.priya, "/partner status")
    world.slack.workspace.people_changes[TOM.id] = {"team_id": 5}

    said = await answer(world.priya, "/partner invite Contoso")

    assert "Ask a bot admin to add you." in said


async def test_a_name_is_text_that_calls_nobody(quiet_world: World) -> None:
    world = quiet_world
    world.slack.workspace.people_changes[TOM.id] = {
        "profile": {"real_name": "<!channel> *Tom*"},
        "real_name": "",
        "name": "",
    }
    async with world.bot():
        refused = await (await world.priya.types("/partner invite Contoso")).answer()

    assert "<!channel>" not in str(refused.blocks)


@pytest.mark.parametrize("fault", [MFA_MISSING, CONSENT_WITHDRAWN])
async def test_a_dead_sign_in_asks_for_a_person_and_tells_bot_admins_alone_how(world: World, fault: str) -> None:
    world.microsoft.faults.switch(fault, on=True)

    everyones = await answer(world.priya, CARD)
    admins = await answer(world.tom, CARD)

    assert "Ask Tom Becker (bot admin) to" in everyones
    assert not SERVER.search(everyones)
    assert "python -m bot connect" in admins


async def test_what_a_bot_admin_reads_of_the_server_is_not_for_the_thread(world: World) -> None:
    world.microsoft.faults.switch(MFA_MISSING, on=True)

    said = await world.tom.says(f"@Partner Bot customer {CONTOSO.tenant_id}")
    told = await said.answer(where=lambda message: "sign-in" in message.plain)

    assert "python -m bot connect" in told.plain
    assert told.only_for == world.tom.id


async def test_nobody_is_said_to_know_of_what_nobody_was_told(world: World) -> None:
    world.microsoft.faults.switch(MFA_MISSING, on=True)
    await answer(world.maya, CARD)

    said = await answer(world.priya, "/partner status")

    assert "Nobody has been told yet: tell Tom Becker (bot admin)." in said
    assert "know" not in said


@pytest.mark.parametrize("who", ["rosa", "ken"])
@pytest.mark.parametrize(
    "text",
    [
        *("customer contoso.com", "custmer contoso.com", "contoso.com", "invite Contoso", "subscribe", "qqqqq"),
        *("help invite", "help subscribe", "help custmer", "help", "", "status", "invites mine"),
    ],
)
async def test_outsiders_read_nothing_of_what_they_can_never_get(world: World, who: str, text: str) -> None:
    world.microsoft.faults.switch(MFA_MISSING, on=True)
    await answer(world.maya, CARD)
    person = world.slack.person(who)
    channel = "northwind" if who == "ken" else "sales"

    said = (await (await person.types(f"/partner {text}", channel=channel)).answer()).plain

    assert not re.search(
        r"Tom|Maya|admin|operator|viewer|higher|customer (contoso|<)|subscribe|invite |Contoso|sign-in", said
    )
    assert not SERVER.search(said)


async def test_outsiders_are_refused_alike_while_nobody_has_a_role(quiet_world: World) -> None:
    async with quiet_world.bot(BOT_VIEWERS="", BOT_OPERATORS="", BOT_ADMINS=""):
        said = await answer(quiet_world.rosa, "/partner customer contoso.com")

    assert said == "Partner Bot answers members of this workspace only. Ask a member to do this for you."


async def test_slack_falling_silent_delays_a_refusal_by_two_seconds_at_most(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answer(world.priya, "/partner status")
    monkeypatch.setattr(retry, "SLACK", replace(retry.SLACK, contacts=0.0))

    said = await answer(world.priya, "/partner invite Contoso")

    assert "Ask a bot admin to add you." in said
