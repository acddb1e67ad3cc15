"""The sender of an invitation that nobody accepts is reminded, and may post it again, put it off, or close it."""

import asyncio

from sandbox.slack.model import Message
from tests.world import World

CLOUD = "relecloud.com"


async def invited(world: World) -> Message:
    """Send an invitation, and return it once it stands."""
    said = await world.priya.says("Invite them.")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    await world.maya.submits(modal, {"company": CLOUD})
    return await world.slack.wait_for(lambda: next(iter(with_link(world)), None))


def with_link(world: World) -> list[Message]:
    return [message for message in world.said() if "ResellerRelationship" in str(message.blocks)]


async def reminded(world: World) -> Message:
    """Let eight days pass, and wait for the reminder."""
    await world.later(days=8)
    return await world.slack.wait_for(
        lambda: next((m for m in world.said() if "has not accepted yet" in m.text and "Remind" in str(m.blocks)), None)
    )


async def test_posting_again_puts_the_text_into_a_new_message_of_the_same_thread(world: World) -> None:
    first = await invited(world)
    reminder = await reminded(world)

    await world.maya.presses(reminder, "Post again")
    again = await world.slack.wait_for(lambda: next((m for m in with_link(world) if m.ts != first.ts), None))
    answered = await world.slack.wait_for(
        lambda: next((m for m in world.said() if m.ts == reminder.ts and "Posted again by" in world.reads(m)), None)
    )

    assert again.thread_ts == first.thread_ts
    assert [message.ts for message in with_link(world)] == [again.ts]
    assert "posted again, see the newer message" in next(m.text for m in world.said() if m.ts == first.ts)
    assert "Post again" not in str(answered.blocks)


async def test_a_reminder_that_is_put_off_comes_again(world: World) -> None:
    await invited(world)
    reminder = await reminded(world)

    await world.maya.presses(reminder, "Remind me later")
    await world.slack.wait_for(
        lambda: next((m for m in world.said() if m.ts == reminder.ts and "Next reminder" in world.reads(m)), None)
    )
    second = await reminded(world)

    assert second.ts != reminder.ts


async def test_after_a_reminder_there_is_silence_for_ten_working_days(world: World) -> None:
    await invited(world)
    first = await reminded(world)
    await world.later(days=9)
    listing = await (await world.maya.types("/partner invites")).answer()
    reminders = [message for message in world.said() if "has not accepted yet" in message.text]
    await world.later(days=8)
    second = await world.slack.wait_for(
        lambda: next((m for m in world.said() if "has not accepted yet" in m.text and m.ts != first.ts), None)
    )

    assert [message.ts for message in reminders] == [first.ts]
    assert "Waiting, reminded" in listing.plain
    assert second.thread_ts == first.thread_ts


async def test_an_invitation_whose_message_was_deleted_is_closed_instead(world: World) -> None:
    posted = await invited(world)
    await world.tom.deletes(posted)

    await world.later(days=8)
    await world.slack.wait_for(lambda: world.slack.calls_to("chat.getPermalink"))
    said = ""
    async with asyncio.timeout(120):
        while "Closed: message deleted" not in said:
            said = (await (await world.maya.types("/partner invites all")).answer()).plain

    assert [message for message in world.said() if "has not accepted yet" in message.text] == []
