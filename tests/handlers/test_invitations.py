"""Inviting a customer, as a conversation."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.retry import RetryPolicy
from sandbox.microsoft import answers
from sandbox.microsoft import invitations as links
from sandbox.slack import Invocation, Modal
from sandbox.slack.actor import Actor
from sandbox.slack.calls import METHODS, Call
from sandbox.slack.model import Message
from tests.world import World


async def invitation(world: World, channel: str = "sales") -> Message:
    """Wait for the invitation, told by its link, and return it."""
    return await world.slack.wait_for(
        lambda: next(
            (m for m in world.slack.messages(channel) if m.by_bot and "admin.microsoft.com" in str(m.blocks)), None
        )
    )


async def window(person: Actor, said: Invocation) -> Modal:
    """Use the message shortcut on what was said, and return its window."""
    return await (await person.message_shortcut("invite_in_thread", said)).modal()


async def test_the_shortcut_posts_the_invitation_in_the_thread_of_the_message(world: World) -> None:
    said = await world.priya.says("Adatum wants to move to us.")
    modal = await window(world.maya, said)

    submission = await world.maya.submits(modal, {"company": "adatum.com", "note": "40 seats"})
    posted = await invitation(world)

    assert submission.ok
    assert said.message is not None
    assert posted.thread_ts == said.message.ts
    text = world.reads(posted)
    assert "Invitation for adatum.com" in text
    assert "Waiting for the customer" in text
    assert "A Global Administrator at the customer" in text
    assert "Administrator access" in text
    assert "40 seats" in text
    assert links.NEWER in text


async def test_a_shortcut_on_a_reply_stays_in_the_same_thread(world: World) -> None:
    root = await world.priya.says("Adatum?")
    assert root.message is not None
    reply = await world.tom.says("Yes, invite them.", thread_ts=root.message.ts)

    await world.maya.submits(await window(world.maya, reply), {"company": "Adatum"})

    assert (await invitation(world)).thread_ts == root.message.ts


async def test_the_invitation_is_not_unfurled_and_carries_its_delivery_id(world: World) -> None:
    await world.maya.submits(await window(world.maya, await world.priya.says("Go")), {"company": "Adatum"})
    await invitation(world)

    call = world.slack.calls_to("chat.postMessage")[-1]

    assert call.arguments["unfurl_links"] in {False, "false", "0"}
    assert "partner_bot_delivery" in str(call.arguments["metadata"])


async def test_the_command_hangs_the_invitation_on_a_line_of_its_own(world: World) -> None:
    modal = await (await world.maya.types("/partner invite adatum.com")).modal()

    await world.maya.submits(modal)
    posted = await invitation(world)

    root = world.slack.thread("sales", str(posted.thread_ts))[0]
    assert root.by_bot
    assert "Invitation for adatum.com" in root.text


async def test_the_global_shortcut_asks_for_the_channel(world: World) -> None:
    modal = await (await world.maya.shortcut("create_invite")).modal()

    await world.maya.submits(modal, {"company": "Adatum", "channel": "contoso-project"})

    assert (await invitation(world, "contoso-project")).thread_ts is not None


async def test_the_customers_text_is_in_the_language_that_was_chosen(world: World) -> None:
    modal = await window(world.maya, await world.priya.says("Go"))

    await world.maya.submits(modal, {"company": "Adatum", "language": "fr"})
    text = world.reads(await invitation(world))

    assert "Bonjour," in text
    assert "Waiting for the customer" in text


async def test_an_empty_company_is_refused_under_its_field(world: World) -> None:
    modal = await window(world.maya, await world.priya.says("Go"))

    submission = await world.maya.submits(modal, {"company": "   "})

    assert submission.errors == {"company": "Type a company or a domain."}


async def test_pressing_send_twice_posts_once(world: World) -> None:
    modal = await window(world.maya, await world.priya.says("Go"))
    state = world.maya.fills(modal, {"company": "Adatum"})
    view = world.slack.world.view(modal.id)
    assert view is not None

    await world.slack.modals.submit(world.maya.person, view, state)
    await world.slack.modals.submit(world.maya.person, view, state)
    await invitation(world)

    listing = await (await world.maya.types("/partner invites")).answer()
    assert "1 waiting" in listing.plain


async def test_an_acknowledgement_of_send_does_not_wait_for_microsoft(world: World) -> None:
    world.microsoft.partner_center.hold()
    modal = await window(world.maya, await world.priya.says("Go"))

    submission = await world.maya.submits(modal, {"company": "Adatum"})

    assert submission.ok
    assert submission.acked_after < 1
    world.microsoft.partner_center.release()
    await invitation(world)


@pytest.mark.parametrize("name", sorted(links.FALSE))
async def test_a_false_link_is_told_and_never_posted(world: World, name: str) -> None:
    world.microsoft.partner_center.state.invitation_url = links.FALSE[name]
    modal = await window(world.maya, await world.priya.says("Go"))

    submission = await world.maya.submits(modal, {"company": "Adatum"})
    told = await submission.answer()

    assert told.only_for == world.maya.id
    assert "Nothing was posted." in told.plain
    assert [m for m in world.slack.messages("sales") if m.by_bot and not m.only_for] == []


@pytest.mark.parametrize("name", sorted(set(links.GENUINE) - {"CHINA", "china"}))
async def test_a_genuine_link_of_any_age_is_posted(world: World, name: str) -> None:
    world.microsoft.partner_center.state.invitation_url = links.GENUINE[name]
    modal = await window(world.maya, await world.priya.says("Go"))

    await world.maya.submits(modal, {"company": "Adatum"})
    posted = await world.slack.wait_for(
        lambda: next((m for m in world.slack.messages("sales") if m.by_bot and m.thread_ts), None)
    )

    assert "Open invitation" in str(posted.blocks)


async def test_a_link_with_a_new_parameter_is_posted_and_those_who_run_the_bot_are_told(world: World) -> None:
    world.microsoft.partner_center.state.invitation_url = links.NEW_PARAMETER
    modal = await window(world.maya, await world.priya.says("Go"))

    with capture_logs() as entries:
        await world.maya.submits(modal, {"company": "Adatum"})
        posted = await invitation(world)

    assert links.NEW_PARAMETER in world.reads(posted)
    told = [entry for entry in entries if entry["event"] == "invitation link has new parameters"]
    assert told
    assert told[0]["names"] == ("flow",)
    assert "2026" not in str(told)


async def test_in_a_shared_channel_the_window_asks_once_more_and_posts_only_the_customers_text(world: World) -> None:
    said = await world.maya.says("Please accept our invitation.", channel="northwind")
    modal = await window(world.maya, said)

    await world.maya.submits(modal, {"company": "Northwind"})
    assert "Other organisations can read this channel" in modal.plain
    await world.maya.submits(modal)
    text = world.reads(await invitation(world, "northwind"))

    assert links.NEWER in text
    assert "Northwind" not in text.replace("northwind", "")
    assert "Waiting" not in text
    assert "@" not in text


async def test_a_channel_the_bot_is_not_in_is_told_with_the_way_out_and_the_retry_posts(world: World) -> None:
    modal = await (await world.maya.types("/partner invite Adatum", channel="random")).modal()

    submission = await world.maya.submits(modal)
    told = await submission.answer()

    assert "Type /invite @Partner Bot there, then try again." in told.plain.replace("`", "")
    assert "Try again" in told.buttons


async def test_a_dead_microsoft_delays_the_invitation_and_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RetryPolicy, "after", lambda *_: 0.05)
    world.microsoft.partner_center.answer_next("/v1/customers/relationshiprequests", status=503, times=3)
    modal = await window(world.maya, await world.priya.says("Go"))

    submission = await world.maya.submits(modal, {"company": "Adatum"})
    told = await submission.answer(where=lambda answer: answer.only_for is not None)

    assert "is late" in told.plain
    await invitation(world)


async def test_a_viewer_is_told_that_inviting_is_for_operators(world: World) -> None:
    said = await world.priya.says("Go")

    refused = await (await world.priya.message_shortcut("invite_in_thread", said)).answer()

    assert "Inviting customers is for operators." in refused.plain
    assert "Ask Tom Becker (bot admin) to add you." in refused.plain


async def test_the_list_shows_mine_and_all(world: World) -> None:
    for person, company in ((world.maya, "Adatum"), (world.aline, "Fabrikam")):
        await person.submits(await window(person, await world.priya.says("Go")), {"company": company})
    await world.slack.wait_for(lambda: len([m for m in world.slack.messages("sales") if m.by_bot]) == 2)

    mine = await (await world.maya.types("/partner invites")).answer()
    everyone = await (await world.maya.chooses(mine, "choose_invitations", "All")).answer()

    assert "Adatum" in mine.plain
    assert "Fabrikam" not in mine.plain
    assert "Fabrikam" in everyone.plain
    assert everyone.replaced


async def test_a_channel_that_was_shared_after_sending_gets_nothing(world: World) -> None:
    world.microsoft.partner_center.hold("/v1/customers/relationshiprequests")
    modal = await window(world.maya, await world.priya.says("Go"))
    sales = world.slack.world.channel_named("sales")
    world.slack.workspace.channel_changes[sales] = {"is_ext_shared": True, "is_shared": True}

    submission = await world.maya.submits(modal, {"company": "Adatum", "note": "secret note"})

    assert submission.ok
    assert "Other organisations can read this channel" in modal.plain
    assert "secret note" not in str(world.slack.messages("sales"))


async def test_a_dead_sign_in_keeps_the_invitation_until_it_is_mended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RetryPolicy, "after", lambda *_: 0.2)
    world.microsoft.entra.refuse(700082)
    modal = await window(world.maya, await world.priya.says("Go"))

    told = await (await world.maya.submits(modal, {"company": "Adatum"})).answer()
    world.microsoft.entra.refuse(None)

    assert "ask Tom Becker (bot admin) to sign it in again" in told.plain
    assert "Adatum" in str((await invitation(world)).blocks)


async def test_what_slack_posted_though_it_said_otherwise_is_not_posted_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RetryPolicy, "after", lambda *_: 0.05)
    world.slack.fail_next("chat.postMessage", "fatal_error", performed=True)
    modal = await window(world.maya, await world.priya.says("Go"))

    await world.maya.submits(modal, {"company": "Adatum"})
    posted = await invitation(world)
    await world.slack.wait_for(lambda: world.slack.calls_to("conversations.replies"))

    assert posted.thread_ts is not None
    assert len([m for m in world.slack.thread("sales", posted.thread_ts) if m.by_bot and not m.only_for]) == 1
    assert len(world.slack.calls_to("chat.postMessage")) == 1


async def test_a_close_that_slack_did_not_take_reaches_the_message_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RetryPolicy, "after", lambda *_: 0.05)
    await world.maya.submits(await window(world.maya, await world.priya.says("Go")), {"company": "Adatum"})
    posted = await invitation(world)
    world.slack.fail_next("chat.update", "internal_error", times=3)

    await world.maya.presses(posted, "Close")
    await world.slack.wait_for(
        lambda: next((m for m in world.slack.messages("sales") if m.ts == posted.ts and m.edited), None)
    )


async def test_a_message_that_slack_shows_before_the_bot_has_its_answer_can_be_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, answered = METHODS["chat.postMessage"], asyncio.Event()

    async def slowly(call: Call) -> dict[str, Any]:
        answer = await known.perform(call)
        await answered.wait()
        return answer

    monkeypatch.setitem(METHODS, "chat.postMessage", replace(known, perform=slowly))
    await world.maya.submits(await window(world.maya, await world.priya.says("Go")), {"company": "Adatum"})
    posted = await invitation(world)

    await world.maya.presses(posted, "Close")
    answered.set()
    closed = await world.slack.wait_for(
        lambda: next((m for m in world.slack.messages("sales") if m.ts == posted.ts and m.edited), None)
    )

    assert "Closed: Adatum" in world.reads(closed)


async def test_closing_takes_text_and_link_out_of_the_message(world: World) -> None:
    await world.maya.submits(await window(world.maya, await world.priya.says("Go")), {"company": "Adatum"})
    posted = await invitation(world)

    await world.maya.presses(posted, "Close")
    closed = await world.slack.wait_for(
        lambda: next((m for m in world.slack.messages("sales") if m.ts == posted.ts and m.edited), None)
    )

    assert "Closed: Adatum" in world.reads(closed)
    assert links.NEWER not in str(closed.blocks)


async def test_the_text_can_be_copied_from_a_box(world: World) -> None:
    await world.maya.submits(await window(world.maya, await world.priya.says("Go")), {"company": "Adatum"})

    modal = await (await world.priya.presses(await invitation(world), "Copy text")).modal()
    await world.slack.wait_for(lambda: links.NEWER in str(modal.blocks))

    assert (await world.priya.submits(modal)).ok


async def test_a_box_to_copy_from_that_cannot_be_filled_says_why(world: World) -> None:
    await world.maya.submits(await window(world.maya, await world.priya.says("Go")), {"company": "Adatum"})
    posted = await invitation(world)
    world.microsoft.partner_center.answer_next("/v1/customers/relationshiprequests", answers.throttled(57))

    modal = await (await world.priya.presses(posted, "Copy text")).modal()

    await world.slack.wait_for(lambda: "Microsoft asks the bot to wait 57 seconds." in modal.plain.replace("*", ""))


async def test_what_was_promised_before_a_crash_is_posted_at_the_next_start(quiet_world: World) -> None:
    world = quiet_world
    async with world.bot():
        world.microsoft.partner_center.hold("/v1/customers/relationshiprequests")
        modal = await window(world.maya, await world.priya.says("Go"))
        await world.maya.submits(modal, {"company": "Adatum"})
        await world.microsoft.partner_center.until_called("/v1/customers/relationshiprequests")
        world.microsoft.partner_center.release()

    async with world.bot():
        posted = await invitation(world)

    assert "Adatum" in str(posted.blocks)
