"""What only one person sees stands where they look: in a thread that they are in, else in the channel."""

from typing import Any

import pytest

from sandbox.slack.conversation import Answer, Invocation
from sandbox.slack.model import BOT_USER, Message
from tests.world import World


async def told(world: World, *, replies: int) -> Message:
    """Return a message that names a customer, with so many replies."""
    said = await world.priya.says("Is contoso.com ours?")
    assert said.message is not None
    for _ in range(replies):
        await world.tom.says("I think so.", thread_ts=said.message.ts)
    return said.message


async def shared_card(world: World, *, replies: int) -> Answer:
    """Return a card in the channel, with so many replies."""
    card = await (await world.maya.types("/partner customer contoso.com")).answer()
    pressed = await world.maya.presses(card, "Share in channel")
    shared = await pressed.answer(where=lambda answer: answer.only_for is None)
    for _ in range(replies):
        await world.tom.says("Thanks.", thread_ts=shared.ts)
    return shared


def edited(message: Message) -> dict[str, Any]:
    """Return the event of somebody who mentions the bot in a message by an edit, when it has replies already."""
    return {
        "type": "app_mention",
        "user": message.user,
        "text": f"<@{BOT_USER}> customer",
        "ts": message.ts,
        "thread_ts": message.ts,
        "channel": message.channel,
        "event_ts": message.ts,
    }


@pytest.mark.parametrize("replies", [0, 1, 3])
async def test_a_shortcut_on_a_message_answers_in_the_channel_also_where_it_has_replies(
    world: World, replies: int
) -> None:
    message = await told(world, replies=replies)

    answer = await (await world.maya.message_shortcut("look_up_customer", message)).answer()

    assert answer.only_for == world.maya.id
    assert answer.thread_ts is None


async def test_a_shortcut_on_a_reply_answers_in_its_thread(world: World) -> None:
    message = await told(world, replies=0)
    reply = await world.tom.says("And adatum.com?", thread_ts=message.ts)

    answer = await (await world.maya.message_shortcut("look_up_customer", reply)).answer()

    assert answer.only_for == world.maya.id
    assert answer.thread_ts == message.ts


async def test_a_message_with_an_answer_for_one_person_alone_has_no_replies(world: World) -> None:
    message = await told(world, replies=0)
    await (await world.maya.message_shortcut("look_up_customer", message)).answer()

    again = await world.maya.message_shortcut("look_up_customer", message)

    assert "thread_ts" not in again.payload["message"]
    assert (await again.answer()).thread_ts is None


@pytest.mark.parametrize("broken", [False, True], ids=["by response_url", "by the Web API"])
@pytest.mark.parametrize("replies", [0, 2])
async def test_a_button_on_a_message_answers_in_the_channel_also_where_it_has_replies(
    world: World, replies: int, *, broken: bool
) -> None:
    shared = await shared_card(world, replies=replies)
    world.slack.break_response_urls(broken=broken)

    full = await (await world.priya.presses(shared, "See full card")).answer()

    assert full.only_for == world.priya.id
    assert full.thread_ts is None


async def test_a_button_on_a_reply_answers_in_its_thread(world: World) -> None:
    said = await world.maya.says("@Partner Bot customer contoso.com")
    reply = await said.answer()

    full = await (await world.priya.presses(reply, "See full card")).answer()

    assert full.only_for == world.priya.id
    assert full.thread_ts == reply.thread_ts


async def test_a_window_opened_in_a_thread_answers_there(world: World) -> None:
    asked = await (await world.maya.says("@Partner Bot customer")).answer()
    opened = await world.maya.presses(asked, "Find a customer")

    await world.maya.submits(await opened.modal(), {"query": "contoso.com"})
    answer = await opened.answer()

    assert answer.only_for == world.maya.id
    assert answer.thread_ts == asked.thread_ts


async def refused(world: World, event: Invocation) -> Answer:
    """Return what a guest is told."""
    assert event.person == world.rosa.id
    return await event.answer()


async def test_what_a_mention_tells_one_person_alone_stands_in_the_thread_they_write_in(world: World) -> None:
    message = await told(world, replies=1)

    answer = await refused(world, await world.rosa.says("@Partner Bot customer", thread_ts=message.ts))

    assert (answer.only_for, answer.thread_ts) == (world.rosa.id, message.ts)


async def test_what_a_mention_tells_one_person_alone_stands_in_the_channel_where_there_is_no_thread(
    world: World,
) -> None:
    answer = await refused(world, await world.rosa.says("@Partner Bot customer"))

    assert (answer.only_for, answer.thread_ts) == (world.rosa.id, None)


async def test_so_it_does_where_a_message_with_replies_mentions_the_bot_after_an_edit(world: World) -> None:
    said = await world.rosa.says("Who knows?")
    assert said.message is not None
    await world.tom.says("Ask the bot.", thread_ts=said.message.ts)
    event = world.slack.interactions.begin(world.rosa.person, said.message.channel)

    await world.slack.interactions.event(event, "app_mention", edited(said.message))
    answer = await refused(world, event)

    assert (answer.only_for, answer.thread_ts) == (world.rosa.id, None)
