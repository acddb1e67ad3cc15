"""Roles: who is answered, and what the others are told."""

import pytest

from sandbox.people import CHANNELS
from tests.world import World


async def test_with_nothing_configured_the_bot_refuses_and_says_whom_to_ask(quiet_world: World) -> None:
    async with quiet_world.bot(BOT_VIEWERS="", BOT_OPERATORS="", BOT_ADMINS=""):
        answer = await (await quiet_world.maya.types("/partner customer contoso.com")).answer()

    assert "open to nobody yet.* Ask the person who set Partner Bot up to open it." in answer.plain
    assert "BOT_" not in answer.plain
    assert quiet_world.microsoft.partner_center.requests == []


async def test_a_star_covers_members_but_neither_guests_nor_other_organisations(world: World) -> None:
    for person in (world.rosa, world.ken):
        channel = "northwind" if person is world.ken or person.id == world.ken.id else "sales"
        answer = await (await person.types("/partner customer contoso.com", channel=channel)).answer()

        assert "members of this workspace only" in answer.plain

    assert world.microsoft.partner_center.requests == []


@pytest.mark.parametrize("what", ["is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted"])
async def test_a_star_covers_nobody_whom_slack_marks_as_no_full_member(world: World, what: str) -> None:
    world.slack.workspace.people_changes[world.priya.id] = {what: True}

    answer = await (await world.priya.types("/partner customer contoso.com")).answer()

    assert "members of this workspace only" in answer.plain


async def test_a_person_whom_slack_does_not_know_is_no_member(world: World) -> None:
    world.slack.fail_next("users.info", "user_not_found")

    answer = await (await world.priya.types("/partner customer contoso.com")).answer()

    assert "members of this workspace only" in answer.plain


async def test_a_guest_who_is_named_is_answered(quiet_world: World) -> None:
    async with quiet_world.bot(BOT_VIEWERS=quiet_world.rosa.id):
        answer = await (await quiet_world.rosa.types("/partner customer contoso.com")).answer()

    assert "Tenant ID" in answer.plain


async def test_channels_are_a_second_filter(quiet_world: World) -> None:
    sales = next(channel.id for channel in CHANNELS if channel.name == "sales")
    async with quiet_world.bot(BOT_VIEWERS=f"*,{sales}", BOT_OPERATORS="", BOT_ADMINS=""):
        here = await (await quiet_world.priya.types("/partner customer contoso.com", channel="sales")).answer()
        there = await (await quiet_world.priya.types("/partner customer contoso.com", channel="random")).answer()

    assert "Tenant ID" in here.plain
    assert "is for viewers" in there.plain


async def test_channels_alone_mean_the_full_members_there(quiet_world: World) -> None:
    sales = next(channel.id for channel in CHANNELS if channel.name == "sales")
    async with quiet_world.bot(BOT_VIEWERS=sales, BOT_OPERATORS="", BOT_ADMINS=""):
        member = await (await quiet_world.priya.types("/partner customer contoso.com", channel="sales")).answer()
        guest = await (await quiet_world.rosa.types("/partner customer contoso.com", channel="sales")).answer()

    assert "Tenant ID" in member.plain
    assert "members of this workspace only" in guest.plain


async def test_a_channel_chosen_in_the_window_passes_the_filter_too(quiet_world: World) -> None:
    sales = next(channel.id for channel in CHANNELS if channel.name == "sales")
    async with quiet_world.bot(BOT_OPERATORS=f"{quiet_world.maya.id},{sales}"):
        modal = await (await quiet_world.maya.shortcut("create_invite")).modal()

        refused = await quiet_world.maya.submits(modal, {"company": "Adatum", "channel": "contoso-project"})
        taken = await quiet_world.maya.submits(modal, {"company": "Adatum", "channel": "sales"})

    assert "Inviting customers is for operators." in refused.errors["company"]
    assert taken.ok


async def test_a_higher_role_includes_the_lower(quiet_world: World) -> None:
    async with quiet_world.bot(BOT_VIEWERS="", BOT_OPERATORS="", BOT_ADMINS=quiet_world.tom.id):
        answer = await (await quiet_world.tom.types("/partner customer contoso.com")).answer()

    assert "Invite customer" in answer.buttons


@pytest.mark.parametrize("command", ["customer contoso.com", "relationships fabrikam.com", "invite Contoso", "invites"])
async def test_every_command_but_help_is_refused_to_a_guest(world: World, command: str) -> None:
    answer = await (await world.rosa.types(f"/partner {command}")).answer()

    assert "members of this workspace only" in answer.plain


async def test_a_refused_mention_is_answered_to_the_asker_alone(world: World) -> None:
    said = await world.rosa.says("@Partner Bot customer contoso.com")

    answer = await said.answer()

    assert answer.only_for == world.rosa.id
