"""The machine's clock was wrong for a moment while the bot worked, and is right again: everything goes on."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.microsoft.companies import CONTOSO
from sandbox.slack.model import Message
from tests.world import World

AHEAD = timedelta(hours=26)
YEARS = timedelta(days=3650)
THURSDAY = datetime(2036, 10, 23, 9, 0, tzinfo=UTC)
"""11:00 in Paris."""
SKI, CLOUD = "alpineskihouse.com", "relecloud.com"


@pytest.fixture
async def polling(quiet_world: World) -> AsyncIterator[World]:
    """A bot that polls, on a clock that its database goes by; #sales subscribes to everything."""
    quiet_world.clock.move_to(THURSDAY)
    async with quiet_world.bot(POLL_SECONDS="300"):
        await (await quiet_world.maya.types("/partner subscribe all")).answer()
        await come(quiet_world, "set this channel to follow")
        yield quiet_world
    assert quiet_world.slack.complaints == []


def about(world: World, words: str, channel: str = "sales") -> list[Message]:
    """Return what the bot has said for everyone with these words."""
    return [message for message in world.said(channel) if words in world.reads(message)]


async def come(world: World, words: str, channel: str = "sales") -> Message:
    """Wait until the bot says these words; jobs look at the time every 20 seconds."""
    return (await world.slack.wait_for(lambda: about(world, words, channel), 100))[0]


async def invite(world: World, company: str) -> None:
    """Send an invitation, and wait until it stands."""
    said = await world.priya.says(f"Invite {company}.")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    await world.maya.submits(modal, {"company": company})
    assert said.message is not None
    root = said.message.ts
    await world.slack.wait_for(lambda: "ResellerRelationship" in str(world.slack.thread("sales", root)), 100)


async def reminded(world: World, company: str) -> None:
    """Wait until the sender of an invitation is reminded."""
    await world.slack.wait_for(
        lambda: [m for m in about(world, "has not accepted yet") if company in world.reads(m)] or None, 100
    )


async def hear(world: World, invoice: str) -> None:
    """Let Microsoft tell of an invoice, and wait until the channel reads of it."""
    await world.hears(*world.microsoft.happenings.invoice_ready(invoice))
    await come(world, invoice)


async def test_notices_go_on_after_the_clock_was_ahead_while_the_bot_worked(polling: World) -> None:
    await hear(polling, "G0")
    polling.clock.move(AHEAD)
    await hear(polling, "G1")
    await hear(polling, "G2")
    polling.clock.set_back(AHEAD)

    await hear(polling, "G3")
    answer = await (await polling.priya.types("/partner status")).answer()

    assert answer.plain == "Partner Bot is working."


@pytest.mark.parametrize("ahead", [AHEAD, YEARS])
async def test_a_restart_while_the_clock_is_ahead_silences_neither_notices_nor_polls(
    polling: World, ahead: timedelta
) -> None:
    await polling.restart(after=ahead)
    await invite(polling, CLOUD)
    polling.clock.set_back(ahead)

    polling.microsoft.happenings.change_subscription(CONTOSO.tenant_id)  # told by the poll alone
    await come(polling, "Contoso")
    await hear(polling, "G1")


async def test_notices_and_polls_go_on_after_the_clock_was_set_back_by_an_hour(polling: World) -> None:
    await hear(polling, "G1")
    polling.clock.set_back(timedelta(hours=1))

    polling.microsoft.happenings.change_subscription(CONTOSO.tenant_id)
    await come(polling, "Contoso")
    await hear(polling, "G2")


async def test_the_digest_of_the_true_morning_comes_and_nobody_is_reminded_early(polling: World) -> None:
    await polling.aline.types("/partner subscribe all --digest daily", channel="contoso-project")
    await come(polling, "a réglé le suivi", "contoso-project")
    await invite(polling, SKI)
    await hear(polling, "G1")
    await polling.restart(after=AHEAD)  # Friday's digest is due, and comes
    await come(polling, "G1", "contoso-project")
    await invite(polling, CLOUD)
    polling.clock.set_back(AHEAD)
    await hear(polling, "G2")
    await polling.restart()  # Saturday's lies further ahead than a day, and comes now
    await come(polling, "G2", "contoso-project")
    await hear(polling, "G3")

    await polling.restart(after=datetime(2036, 10, 24, 7, 1, tzinfo=UTC) - datetime.now(UTC))
    await come(polling, "G3", "contoso-project")
    early = about(polling, "has not accepted yet")
    await polling.restart(after=datetime(2036, 11, 3, 12, 0, tzinfo=UTC) - datetime.now(UTC))
    for company in (SKI, CLOUD):
        await reminded(polling, company)

    assert early == []
    assert len(about(polling, "has not accepted yet")) == 2
    assert len(about(polling, "G1", "contoso-project")) == 1
