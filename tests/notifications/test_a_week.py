"""A week in a minute: what is due comes at the right hour where people are, also after the clocks went back."""

from datetime import UTC, datetime

from sandbox.slack.actor import Actor
from sandbox.slack.model import Message
from tests.world import World

SKI, CLOUD = "alpineskihouse.com", "relecloud.com"
THURSDAY = datetime(2036, 10, 23, 9, 0, tzinfo=UTC)
"""11:00 in Paris; on Sunday, the 26th, clocks go back by an hour there."""


async def wait(world: World, moment: datetime) -> None:
    """Let time pass until this moment; the bot is stopped meanwhile."""
    await world.restart(after=moment - datetime.now(UTC))


async def send(world: World, person: Actor, company: str) -> Message:
    """Send an invitation, and return it once it stands."""
    said = await world.priya.says(f"Invite {company}.")
    modal = await (await person.message_shortcut("invite_in_thread", said)).modal()
    await person.submits(modal, {"company": company})
    assert said.message is not None
    root = said.message.ts
    return await world.slack.wait_for(
        lambda: next((m for m in world.slack.thread("sales", root) if "ResellerRelationship" in str(m.blocks)), None)
    )


def about(world: World, words: str, channel: str = "sales") -> list[Message]:
    """Return what the bot has said for everyone with these words."""
    return [message for message in world.said(channel) if words in world.reads(message)]


async def come(world: World, words: str, channel: str = "sales") -> Message:
    """Wait until the bot says these words."""
    return (await world.slack.wait_for(lambda: about(world, words, channel)))[0]


async def settled(world: World) -> None:
    """Wait until what is due now has been looked at: a message promised after it has arrived."""
    before = len(about(world, "Test demandé", "contoso-project"))
    listing = await (await world.aline.types("/partner subscriptions", channel="contoso-project")).answer()
    await world.aline.presses(listing, "Tester")
    await world.slack.wait_for(lambda: len(about(world, "Test demandé", "contoso-project")) > before)


async def test_a_week_goes_by(world: World) -> None:
    await wait(world, THURSDAY)
    await world.aline.types("/partner subscribe all --digest daily", channel="contoso-project")
    await come(world, "a réglé le suivi", "contoso-project")
    await send(world, world.aline, SKI)
    waiting = await send(world, world.aline, CLOUD)
    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))

    # Friday: the digest comes at nine in Paris, which is seven in UTC, and not before.
    await wait(world, datetime(2036, 10, 24, 6, 58, tzinfo=UTC))
    await settled(world)
    assert about(world, "G1", "contoso-project") == []
    await wait(world, datetime(2036, 10, 24, 7, 1, tzinfo=UTC))
    await come(world, "G1", "contoso-project")

    # The customer accepts: the thread hears at once.
    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House"))
    accepted = await come(world, "a accepté votre invitation")
    assert "après 22\u00a0heures" in world.reads(accepted)

    # Sunday, after the clocks went back: nine in Paris is eight in UTC now.
    await wait(world, datetime(2036, 10, 25, 7, 1, tzinfo=UTC))
    await come(world, "Alpine Ski House", "contoso-project")
    await world.hears(*world.microsoft.happenings.invoice_ready("G2"))
    await wait(world, datetime(2036, 10, 26, 7, 30, tzinfo=UTC))
    await settled(world)
    assert about(world, "G2", "contoso-project") == []
    await wait(world, datetime(2036, 10, 26, 8, 1, tzinfo=UTC))
    await come(world, "G2", "contoso-project")

    # Thursday: five working days have passed for the other invitation.
    await wait(world, datetime(2036, 10, 30, 7, 30, tzinfo=UTC))
    await settled(world)
    assert about(world, "n’a pas encore accepté") == []
    await wait(world, datetime(2036, 10, 30, 8, 1, tzinfo=UTC))
    reminder = await come(world, "n’a pas encore accepté")
    assert reminder.thread_ts == waiting.thread_ts
    assert "5 jours ouvrés" in world.reads(reminder)

    # It is closed; nobody is reminded again.
    await world.aline.presses(reminder, "Clôturer")
    await come(world, "Clôturée par")
    await world.slack.wait_for(lambda: [m for m in world.said() if m.ts == waiting.ts and m.edited])
    await wait(world, datetime(2036, 11, 21, 12, 0, tzinfo=UTC))
    await settled(world)
    assert len(about(world, "n’a pas encore accepté")) == 1
    assert "ResellerRelationship" not in str([m.blocks for m in world.said()])
