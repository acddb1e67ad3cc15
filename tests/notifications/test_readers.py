"""Who lost their role since something was promised to them alone is shown nothing of it."""

from sandbox.slack.actor import Actor
from sandbox.slack.model import Message
from tests.handlers.test_acceptances import SKI
from tests.notifications.test_shared_channels import share_unheard, subscribe
from tests.world import World

NOD = "nodpublishers.com"
SHARED = "northwind"


async def shown_alone(world: World, person: Actor, words: str, channel: str = SHARED) -> Message:
    """Wait for what only one person sees."""
    return await world.slack.wait_for(
        lambda: next(
            (m for m in world.slack.messages(channel) if m.only_for == person.id and words in world.reads(m)), None
        )
    )


def alone(world: World, person: Actor, channel: str = SHARED) -> str:
    """Return what only one person sees in a channel, and directly."""
    seen = [m for m in world.slack.messages(channel) if m.only_for == person.id]
    return str([(m.text, m.blocks) for m in [*seen, *person.direct_messages]])


async def test_an_acceptance_that_is_told_to_the_sender_alone_is_not_told_once_they_have_no_role(world: World) -> None:
    said = await world.tom.says("Please accept.", channel=SHARED)
    for person, company in ((world.maya, SKI), (world.tom, NOD)):
        window = await (await person.message_shortcut("invite_in_thread", said)).modal()
        await person.submits(window, {"company": company})
        await person.submits(window)
    await world.slack.wait_for(lambda: len(world.said(SHARED)) > 1)
    await world.tom.deactivates(world.maya)

    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House"))
    await world.hears(*world.microsoft.happenings.accept_invitation(NOD, "Nod Publishers"))
    await shown_alone(world, world.tom, "Nod Publishers")

    assert "Alpine" not in alone(world, world.maya)


async def test_the_owner_of_a_subscription_is_not_told_of_its_pause_once_they_have_no_role(world: World) -> None:
    await subscribe(world)
    await world.tom.deactivates(world.maya)
    asked = len(world.slack.calls_to("users.info"))
    share_unheard(world)

    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))
    await world.slack.wait_for(lambda: world.slack.calls_to("users.info")[asked:])
    await (await world.tom.types("/partner status")).answer()

    assert world.maya.direct_messages == []
