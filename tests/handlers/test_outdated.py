"""What a press says whose work is done: what has happened since, who did it and when; for every button there is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from copy import deepcopy

import pytest

from bot import bootstrap
from sandbox.slack import Answer, Invocation, reading
from sandbox.slack.actor import Actor
from sandbox.slack.model import Message
from tests.world import World

CLOUD, SKI = "relecloud.com", "alpineskihouse.com"
SHOWS_WHAT_IS_NOW = {
    *("choose_customers", "see_customer", "show_customer", "share_customer", "find_customer"),
    *("show_relationships", "relationships_page", "choose_invitations", "invitations_page", "follows_page"),
    *("invite_customer", "copy_invitation", "match_acceptance", "follow_topics", "show_help", "copy_for_support"),
}
"""Buttons that are never out of date: they show, or ask about, how things are when they are pressed."""

Late = Callable[[], Awaitable[Invocation]]


def button(world: World, person: Actor, place: Answer | Message, name: str) -> Late:
    """Return a press on a button as it stands now, for later: the person has not seen what came in between."""
    message = place if isinstance(place, Message) else place.message
    assert message is not None
    block, element = deepcopy(reading.find(message.blocks, name))
    return lambda: world.slack.interactions.act(person.person, message, block, element)


async def for_all(pressed: Invocation) -> Answer:
    return await pressed.answer(where=lambda answer: answer.only_for is None)


async def subscription(world: World) -> Answer:
    return await (await world.maya.types("/partner subscribe customers")).answer()


async def listing(world: World) -> Answer:
    return await (await world.maya.types("/partner subscriptions")).answer()


async def removes(world: World) -> Answer:
    return await for_all(await world.aline.types("/partner unsubscribe"))


async def a_removed_one(world: World, name: str) -> Late:
    """Return a press on a button in the list, after Aline has removed what it is about."""
    await subscription(world)
    late = button(world, world.maya, await listing(world), name)
    await removes(world)
    return late


async def a_test(world: World) -> Late:
    return await a_removed_one(world, "Test")


async def a_change(world: World) -> Late:
    return await a_removed_one(world, "Change")


async def a_removal(world: World) -> Late:
    return await a_removed_one(world, "Remove")


async def a_pause(world: World) -> Late:
    await subscription(world)
    shown = await listing(world)
    late = button(world, world.maya, shown, "Pause")
    await (await (button(world, world.aline, shown, "Pause"))()).answer()
    return late


async def a_resumption(world: World) -> Late:
    await subscription(world)
    paused = await for_all(await world.maya.presses(await listing(world), "Pause"))
    late = button(world, world.maya, paused, "Resume")
    await (await world.aline.presses(paused, "Resume")).answer()
    return late


async def a_restoration(world: World) -> Late:
    await subscription(world)
    stopped = await for_all(await world.maya.types("/partner unsubscribe"))
    late = button(world, world.maya, stopped, "Restore")
    await (await world.aline.presses(stopped, "Restore")).answer()
    return late


async def stands(world: World, words: str) -> Message:
    return await world.slack.wait_for(lambda: next((m for m in world.said() if words in world.reads(m)), None))


async def invitation(world: World, company: str = CLOUD) -> Message:
    modal = await (await world.maya.message_shortcut("invite_in_thread", await world.priya.says("Go"))).modal()
    await world.maya.submits(modal, {"company": company})
    return await stands(world, "Waiting for the customer")


async def closes(world: World, posted: Message) -> None:
    await world.aline.presses(posted, "Close")
    await stands(world, "Closed: ")


async def a_close(world: World) -> Late:
    posted = await invitation(world)
    late = button(world, world.maya, posted, "Close")
    await closes(world, posted)
    return late


async def a_reminder(world: World, name: str) -> Late:
    posted = await invitation(world)
    await world.later(days=8)
    late = button(world, world.maya, await stands(world, "has not accepted yet"), name)
    await closes(world, posted)
    return late


async def posting_again(world: World) -> Late:
    return await a_reminder(world, "Post again")


async def putting_off(world: World) -> Late:
    return await a_reminder(world, "Remind me later")


async def an_answer(world: World, name: str) -> Late:
    """Return a press on an answer to the question whether this is the customer, which Aline has answered."""
    await invitation(world, "Northwind Bakery")
    await world.hears(*world.microsoft.happenings.accept_invitation("nwbakery.example", "Northwind Bakery Ltd"))
    asked = await stands(world, "Is this them?")
    late = button(world, world.maya, asked, name)
    await world.aline.presses(asked, "Yes, same customer")
    await stands(world, "accepted your invitation")
    return late


async def yes(world: World) -> Late:
    return await an_answer(world, "Yes, same customer")


async def no(world: World) -> Late:
    return await an_answer(world, "No, someone else")


async def a_second_try(world: World) -> Late:
    world.slack.fail_next("chat.postMessage", "restricted_action")
    modal = await (await world.maya.message_shortcut("invite_in_thread", await world.priya.says("Go"))).modal()
    await world.maya.submits(modal, {"company": CLOUD})
    failed = await world.slack.wait_for(
        lambda: next((m for m in world.maya.reads() if "[Try again]" in world.reads(m)), None)
    )
    late = button(world, world.maya, failed, "Try again")
    await world.maya.presses(failed, "Try again")
    await stands(world, "Waiting for the customer")
    await world.restart()  # after which it is written down
    return late


CASES: Mapping[str, tuple[Callable[[World], Awaitable[Late]], str]] = {
    "follow_test": (a_test, "@Aline Marchand removed these notices on "),
    "follow_pause": (a_pause, "@Aline Marchand paused these notices on "),
    "follow_resume": (a_resumption, "@Aline Marchand switched these notices on again on "),
    "follow_remove": (a_removal, "@Aline Marchand removed these notices on "),
    "follow_restore": (a_restoration, "@Aline Marchand switched these notices on again on "),
    "change_follow": (a_change, "@Aline Marchand removed these notices on "),
    "close_invitation": (a_close, "@Aline Marchand closed this invitation on "),
    "post_again": (posting_again, "@Aline Marchand closed this invitation on "),
    "remind_later": (putting_off, "@Aline Marchand closed this invitation on "),
    "same_customer": (yes, "Northwind Bakery accepted this invitation on "),
    "other_customer": (no, "Northwind Bakery accepted this invitation on "),
    "retry_invitation": (a_second_try, "This invitation was posted on "),
}


def test_every_button_is_known_here() -> None:
    assert bootstrap.routes().actions.keys() == SHOWS_WHAT_IS_NOW | CASES.keys()


@pytest.mark.parametrize("action", CASES)
async def test_a_late_press_says_to_the_person_alone_what_has_happened_and_who_did_it(
    world: World, action: str
) -> None:
    happens, words = CASES[action]
    late = await happens(world)

    said = await (await late()).answer()

    assert said.only_for == world.maya.id
    assert words in said.plain
    assert "UTC" in said.plain
    assert "no longer applies" not in said.plain


async def test_what_slack_paused_says_why(world: World) -> None:
    told = await subscription(world)
    late = button(world, world.maya, await listing(world), "Pause")
    await world.tom.archives("sales")
    await world.maya.presses(told, "Test")
    await world.slack.wait_for(lambda: world.maya.direct_messages)

    said = await (await late()).answer()

    assert "These notices were paused on " in said.plain
    assert "because the channel is archived." in said.plain


async def test_an_invitation_whose_channel_was_archived_says_so(world: World) -> None:
    posted = await invitation(world)
    late = button(world, world.maya, posted, "Close")
    await world.tom.archives("sales")
    await world.later(days=8)
    async with asyncio.timeout(60):
        while "1 closed" not in (await (await world.maya.types("/partner invites", "random")).answer()).plain:
            pass
    await world.tom.unarchives("sales")

    said = await (await late()).answer()

    assert "because its channel was archived." in said.plain


async def test_what_was_changed_meanwhile_is_shown_before_it_is_replaced(world: World) -> None:
    told = await subscription(world)
    modal = await (await world.maya.presses(told, "Change")).modal()
    others = await (await world.aline.presses(told, "Change")).modal()
    await (await world.aline.submits(others, {"topics": ["security"]})).answer()

    await world.maya.submits(modal, {"topics": ["invoices"]})
    before = (await listing(world)).plain
    shown = modal.plain
    await (await world.maya.submits(modal, {"topics": ["invoices"]})).answer()

    assert "@Aline Marchand changed this on " in shown
    assert ": security. Save once more to replace that, or cancel." in shown
    assert "Security" in before
    assert "Invoices" in (await listing(world)).plain
