"""An invitation is followed until the customer accepts, as a conversation."""

from sandbox.microsoft.companies import STRANGERS
from sandbox.slack.actor import Actor
from sandbox.slack.model import Message
from tests.world import World

SKI = "alpineskihouse.com"
SKI_TENANT = STRANGERS[SKI]


async def invited(world: World, company: str, *, by: Actor | None = None, channel: str = "sales") -> Message:
    """Send an invitation in the thread of a message, and return it once it stands."""
    person = by or world.maya
    said = await world.priya.says(f"Please invite {company}.", channel=channel)
    modal = await (await person.message_shortcut("invite_in_thread", said)).modal()
    await person.submits(modal, {"company": company})
    assert said.message is not None
    root = said.message.ts
    return await world.slack.wait_for(
        lambda: (
            next((m for m in world.slack.thread(channel, root) if m.by_bot and "Open invitation" in str(m)), None)
            or next((m for m in world.slack.thread(channel, root) if m.by_bot and "Ouvrir" in str(m)), None)
        )
    )


async def reply(world: World, root: str | None, words: str, channel: str = "sales") -> Message:
    """Wait for a reply of the bot's in a thread."""
    assert root is not None
    return await world.slack.wait_for(
        lambda: next((m for m in world.slack.thread(channel, root) if m.by_bot and words in world.reads(m)), None)
    )


async def test_an_acceptance_changes_the_message_answers_in_the_thread_and_is_marked(world: World) -> None:
    posted = await invited(world, SKI)

    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House"))
    told = await reply(world, posted.thread_ts, "accepted your invitation")
    accepted = await world.slack.wait_for(
        lambda: next((m for m in world.said() if m.ts == posted.ts and m.reactions), None)
    )

    text = world.reads(accepted)
    assert f"Accepted: {SKI}" in text
    assert "Alpine Ski House" in text
    assert "admin.microsoft.com" not in str(accepted.blocks)
    assert "white_check_mark" in accepted.reactions
    assert "Maya Okafor" in world.reads(told)
    assert SKI_TENANT in world.reads(told)
    listing = await (await world.maya.types("/partner invites accepted")).answer()
    assert "1 accepted" in listing.plain


async def test_a_domain_that_was_pasted_with_what_nobody_sees_is_accepted_for_sure(world: World) -> None:
    posted = await invited(world, "\u200bAlpine\u00adSkiHouse.com\ufeff")

    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Somebody Else"))
    told = await reply(world, posted.thread_ts, "accepted your invitation")

    assert SKI_TENANT in world.reads(told)


async def test_an_acceptance_is_told_once_however_often_microsoft_tells_it(world: World) -> None:
    posted = await invited(world, SKI)
    events = world.microsoft.happenings.accept_invitation(SKI)

    await world.hears(*events, *events)
    await world.slack.wait_for(lambda: [m for m in world.said() if m.ts == posted.ts and m.reactions])

    assert posted.thread_ts is not None
    replies = [m for m in world.slack.thread("sales", posted.thread_ts) if m.by_bot]
    assert len(replies) == 2


async def test_the_domain_decides_where_the_tenant_was_not_known(world: World) -> None:
    del world.microsoft.entra.tenants[SKI]
    posted = await invited(world, SKI)

    await world.hears(*world.microsoft.happenings.accept_invitation(SKI))

    await reply(world, posted.thread_ts, "accepted your invitation")


async def test_a_name_that_fits_is_asked_about_and_claimed_by_nobody_else(world: World) -> None:
    posted = await invited(world, "Northwind Bakery")

    await world.hears(*world.microsoft.happenings.accept_invitation("nwbakery.example", "Northwind Bakery Ltd"))
    asked = await reply(world, posted.thread_ts, "Is this them?")
    waiting = await (await world.maya.types("/partner invites")).answer()
    assert "1 waiting." in waiting.plain

    await world.maya.presses(asked, "Yes, same customer")
    told = await reply(world, posted.thread_ts, "accepted your invitation")

    assert "nwbakery.example" in world.reads(told)
    answered = await world.slack.wait_for(
        lambda: next((m for m in world.said() if m.ts == asked.ts and m.edited), None)
    )
    assert "Answered by" in world.reads(answered)


async def test_somebody_else_leaves_the_invitation_waiting(world: World) -> None:
    posted = await invited(world, "Northwind Bakery")
    await world.hears(*world.microsoft.happenings.accept_invitation("nwbakery.example", "Northwind Bakery Ltd"))
    asked = await reply(world, posted.thread_ts, "Is this them?")

    await world.maya.presses(asked, "No, someone else")

    answered = await world.slack.wait_for(
        lambda: next((m for m in world.said() if m.ts == asked.ts and m.edited), None)
    )
    assert "another customer" in world.reads(answered)
    listing = await (await world.maya.types("/partner invites")).answer()
    assert "1 waiting" in listing.plain


async def test_two_invitations_that_fit_are_asked_about(world: World) -> None:
    first = await invited(world, SKI)
    second = await invited(world, SKI, by=world.aline, channel="contoso-project")

    await world.hears(*world.microsoft.happenings.accept_invitation(SKI))
    asked = await reply(world, first.thread_ts, "Which one is it?")
    await world.maya.presses(asked, f"1. {SKI}")

    await reply(world, first.thread_ts, "accepted your invitation")
    listing = await (await world.maya.types("/partner invites all")).answer()
    assert "1 waiting, 1 accepted" in listing.plain
    assert second.thread_ts is not None


async def test_a_viewer_cannot_answer_for_an_operator(world: World) -> None:
    posted = await invited(world, "Northwind Bakery")
    await world.hears(*world.microsoft.happenings.accept_invitation("nwbakery.example", "Northwind Bakery Ltd"))
    asked = await reply(world, posted.thread_ts, "Is this them?")

    refused = await (await world.priya.presses(asked, "Yes, same customer")).answer()

    assert "for operators" in refused.plain


async def test_in_a_channel_that_others_read_only_the_sender_hears(world: World) -> None:
    said = await world.maya.says("Please accept.", channel="northwind")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    await world.maya.submits(modal, {"company": SKI})
    await world.maya.submits(modal)
    await world.slack.wait_for(lambda: world.said("northwind"))

    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House"))
    await world.slack.wait_for(
        lambda: next(
            (
                m
                for m in world.slack.messages("northwind")
                if m.only_for == world.maya.id and "accepted your invitation" in world.reads(m)
            ),
            None,
        )
    )

    assert "Alpine" not in str([m.blocks for m in world.said("northwind")])


async def test_while_microsoft_is_silent_the_tenant_alone_is_enough(world: World) -> None:
    posted = await invited(world, SKI)
    events = world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House")
    world.microsoft.faults.switch("down", on=True)

    await world.hears(*events)

    await reply(world, posted.thread_ts, "accepted your invitation")
