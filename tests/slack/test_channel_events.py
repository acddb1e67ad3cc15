"""Channels that people archive, delete or share: the bot hears of it once, and waits and tells there no longer."""

import pytest

from bot.domain.invitations import CHANNEL_ARCHIVED, Invitation, InvitationState
from bot.storage.database import open_database
from bot.storage.invitations import Invitations
from bot.storage.outbox import Outbox
from sandbox.people import TEAM_ID
from tests.transactions import read
from tests.world import World


async def invite(world: World, channel: str) -> None:
    """Have an invitation stand in a channel."""
    modal = await (await world.maya.types("/partner invite adatum.com", channel)).modal()
    await world.maya.submits(modal)
    await world.slack.wait_for(
        lambda: [m for m in world.slack.messages(channel) if "admin.microsoft.com" in str(m.blocks)]
    )


async def kept(world: World) -> tuple[Invitation, ...]:
    """Return the invitations of a bot that has stopped."""
    async with open_database(world.settings().database_url) as database:
        return await read(database, Invitations(database, Outbox(database, workspace_id=TEAM_ID)).page)


@pytest.mark.parametrize("end", ["archives", "deletes_channel"])
@pytest.mark.parametrize("channel", ["sales", "deal-desk"])
async def test_nobody_waits_for_an_invitation_in_a_channel_that_is_gone(
    quiet_world: World, channel: str, end: str
) -> None:
    async with quiet_world.bot():
        await invite(quiet_world, channel)
        await invite(quiet_world, "contoso-project")
        await getattr(quiet_world.tom, end)(channel)

    by_channel = {row.channel_id: (row.state, row.reason) for row in await kept(quiet_world)}
    elsewhere = quiet_world.slack.world.channel_named("contoso-project")
    assert by_channel.pop(elsewhere) == (InvitationState.WAITING, None)
    assert list(by_channel.values()) == [(InvitationState.CLOSED, CHANNEL_ARCHIVED)]


async def test_a_channel_that_is_shared_is_told_nothing_more_and_its_owner_hears_why_once(world: World) -> None:
    await (await world.aline.types("/partner subscribe customers")).answer()

    event = await world.tom.shares("sales")
    await world.slack.wait_for(lambda: world.aline.direct_messages)
    await world.slack.redeliver(event)
    world.microsoft.happenings.accept_invitation("alpineskihouse.com")
    await (await world.tom.types("/partner subscriptions --all", "contoso-project")).answer()

    (told,) = world.aline.direct_messages
    assert "sales" in world.reads(told)
    assert not [m for m in world.slack.messages("sales") if m.by_bot and "Alpine" in str(m.blocks)]


async def test_channels_without_invitations_or_subscriptions_may_do_as_they_like(world: World) -> None:
    for change in (world.tom.shares, world.tom.unshares, world.tom.archives, world.tom.unarchives):
        assert (await change("contoso-project")).ack.ok

    assert [message for message in world.slack.messages("contoso-project") if message.by_bot] == []
