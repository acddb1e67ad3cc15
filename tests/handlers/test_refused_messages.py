"""What Slack refuses of a message, as people see it: no subscription is at fault, and nothing is lost."""

import pytest

from sandbox.microsoft.companies import TAILSPIN
from sandbox.slack.model import Message
from tests.world import World

POST, UPDATE = "chat.postMessage", "chat.update"


async def subscribes_to_everything(world: World) -> None:
    """Subscribe the channel to everything, and wait until it has been told."""
    await world.maya.types("/partner subscribe all", channel="sales")
    await world.slack.wait_for(lambda: [m for m in world.said() if "follow" in m.text])


async def told(world: World, words: str) -> Message:
    """Wait for a message of the bot's with these words."""
    return await world.slack.wait_for(
        lambda: next((m for m in world.said() if words in world.reads(m) or words in m.text), None), 20
    )


async def is_paused(world: World) -> bool:
    """Ask as a person would whether the channel's subscription is paused."""
    listing = await (await world.maya.types("/partner subscriptions", channel="sales")).answer()
    return "Paused" in listing.plain


@pytest.mark.parametrize("word", ["invalid_blocks", "msg_too_long", "metadata_too_large", "a_word_of_tomorrow"])
async def test_a_notice_that_slack_refuses_as_it_is_comes_as_a_sentence(world: World, word: str) -> None:
    await subscribes_to_everything(world)
    world.slack.fail_next(POST, word, times=1)
    await world.hears(*world.microsoft.happenings.grant_access(TAILSPIN.tenant_id))

    notice = await told(world, "Delegated access granted")

    assert "Tailspin Toys" in notice.text
    assert not await is_paused(world)


async def test_a_notice_that_slack_refuses_in_every_form_costs_no_other(world: World) -> None:
    await subscribes_to_everything(world)
    before = len(world.slack.calls_to(POST))
    world.slack.fail_next(POST, "msg_blocks_too_long", times=2)
    await world.hears(*world.microsoft.happenings.grant_access(TAILSPIN.tenant_id))
    await world.slack.wait_for(lambda: len(world.slack.calls_to(POST)) >= before + 2 or None)
    await world.hears(*world.microsoft.happenings.invoice_ready("G012345"))

    await told(world, "Invoice ready: G012345")
    assert not await is_paused(world)


@pytest.mark.parametrize("word", ["cannot_reply_to_message", "restricted_action_thread_locked", "thread_not_found"])
async def test_news_for_a_thread_that_takes_no_replies_come_in_the_channel_with_a_link(world: World, word: str) -> None:
    await subscribes_to_everything(world)
    await world.hears(*world.microsoft.happenings.grant_access(TAILSPIN.tenant_id))
    card = await told(world, "Delegated access granted: Tailspin Toys")
    world.slack.fail_next(POST, word)
    await world.hears(*world.microsoft.happenings.end_access(TAILSPIN.tenant_id))

    news = await world.slack.wait_for(
        lambda: next((m for m in world.said() if m.ts != card.ts and "ended: Tailspin Toys" in m.text), None), 20
    )
    assert news.thread_ts is None
    assert f"/p{card.ts.replace('.', '')}" in str(news.blocks)
    assert not await is_paused(world)


@pytest.mark.parametrize("word", ["edit_window_closed", "cant_update_message", "message_not_found", "is_inactive"])
async def test_an_update_that_slack_refuses_leaves_what_stands(world: World, word: str) -> None:
    await subscribes_to_everything(world)
    await world.hears(*world.microsoft.happenings.grant_access(TAILSPIN.tenant_id))
    await told(world, "Delegated access granted: Tailspin Toys")
    world.slack.fail_next(UPDATE, word)
    await world.hears(*world.microsoft.happenings.end_access(TAILSPIN.tenant_id))
    await told(world, "Delegated access ended: Tailspin Toys")
    await world.slack.wait_for(lambda: world.slack.calls_to(UPDATE) or None)
    await world.hears(*world.microsoft.happenings.invoice_ready("G012345"))

    await told(world, "Invoice ready: G012345")
    assert not await is_paused(world)


async def test_an_archived_channel_still_pauses_and_its_owner_is_told(world: World) -> None:
    await subscribes_to_everything(world)
    world.slack.fail_next(POST, "is_archived")
    await world.hears(*world.microsoft.happenings.grant_access(TAILSPIN.tenant_id))

    direct = world.slack.world.direct_with(world.maya.id)
    await world.slack.wait_for(lambda: [m for m in world.slack.world.messages if m.channel == direct] or None)
    assert await is_paused(world)


@pytest.mark.parametrize("word", ["cannot_reply_to_message", "msg_too_long"])
async def test_an_invitation_is_not_refused_for_its_channel_where_that_is_fine(world: World, word: str) -> None:
    said = await world.priya.says("Could we invite Adatum?")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    world.slack.fail_next(POST, word)
    submitted = await world.maya.submits(modal, {"company": "Adatum"})

    assert submitted.ok
    invitation = await world.slack.wait_for(
        lambda: next((m for m in world.said() if "Adatum" in m.text and m.by_bot), None), 20
    )
    assert (invitation.thread_ts is None) == (word == "cannot_reply_to_message")
    assert "Choose another channel" not in str(world.slack.messages("sales"))


async def test_a_person_is_told_of_an_invitation_that_slack_refuses_in_every_form(world: World) -> None:
    said = await world.priya.says("Could we invite Adatum?")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    world.slack.fail_next(POST, "invalid_blocks", times=2)
    answer = await (await world.maya.submits(modal, {"company": "Adatum"})).answer()

    assert "Choose another channel" not in answer.plain
    assert "Try again" in answer.plain
