"""Direct messages with the bot take the same words as a mention; nobody else reads them."""

import pytest

from sandbox.microsoft.companies import CONTOSO
from tests.world import World


@pytest.mark.parametrize(
    "words", ["customer contoso.com", "contoso.com", "hey, look up contoso.com please", "@Partner Bot: contoso.com"]
)
async def test_a_customer_is_answered_with_the_full_card(world: World, words: str) -> None:
    answer = await (await world.maya.says(words, channel="direct")).answer()

    assert CONTOSO.tenant_id in answer.plain
    assert "Contact" in answer.plain
    assert answer.channel in world.slack.world.direct.values()
    assert answer.thread_ts is None


@pytest.mark.parametrize("words", ["hi", "help", "help customer", "custmer Contoso", "invites", "xyzzy", "aide"])
async def test_help_and_near_misses_stay_there_too(world: World, words: str) -> None:
    await (await world.maya.says(words, channel="direct")).answer()

    assert [message.only_for for message in world.maya.direct_messages if message.by_bot] == [None]


async def test_what_is_said_in_a_thread_is_answered_there(world: World) -> None:
    first = await (await world.maya.says("customer contoso.com", channel="direct")).answer()

    answer = await (await world.maya.says("customer adatum.com", channel="direct", thread_ts=first.ts)).answer()

    assert answer.thread_ts == first.ts


async def test_a_guest_is_refused_and_a_viewer_may_not_invite(world: World) -> None:
    guest = await (await world.rosa.says("customer contoso.com", channel="direct")).answer()
    viewer = await (await world.priya.says("invite Contoso", channel="direct")).answer()

    assert "members of this workspace only" in guest.plain
    assert "for operators" in viewer.plain


@pytest.mark.parametrize(
    "odd",
    [
        {"subtype": "message_changed", "message": {"user": "U01MAYA4K2P", "text": "help"}},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message", "bot_id": "B0OTHER", "text": "help"},
        {"bot_id": "B0OTHER", "text": "help", "user": "U01MAYA4K2P"},
        {"text": "help", "user": "U01MAYA4K2P", "channel_type": "channel"},
        {"text": "help", "user": "U01MAYA4K2P", "channel_type": None},
    ],
)
async def test_edits_bots_and_other_conversations_are_not_answered(world: World, odd: dict[str, object]) -> None:
    channel = world.slack.world.direct_with(world.maya.id)
    event = world.slack.interactions.begin(world.maya.person, channel)
    inner = {"type": "message", "channel": channel, "channel_type": "im", "ts": "1.2", "event_ts": "1.2"}

    await world.slack.interactions.event(event, "message.im", inner | odd)
    await (await world.maya.types("/partner help")).answer()

    assert event.status == 200
    assert [message for message in world.maya.direct_messages if message.by_bot] == []


async def test_a_message_that_comes_by_both_kinds_of_event_is_answered_once(world: World) -> None:
    said = await world.maya.says("@Partner Bot help", channel="direct")
    await said.answer()
    inner = said.payload["event"] | {"type": "app_mention"}
    inner.pop("channel_type", None)

    await world.slack.interactions.event(said, "app_mention", inner)
    await (await world.maya.types("/partner help")).answer()

    assert len([message for message in world.maya.direct_messages if message.by_bot]) == 1
