"""Nothing of a customer's is written where other organisations read by now: notices, edits, answers, reactions."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot import cache, retry
from bot.context import Channel
from bot.delivery import channel_lookups
from bot.delivery.channel_lookups import ChannelLookups
from sandbox.microsoft.companies import TAILSPIN
from sandbox.slack.model import Message
from tests.handlers.test_acceptances import SKI, invited, reply
from tests.loop_time import pass_time
from tests.world import World

LOOK = "conversations.info"
SHARED = {"is_ext_shared": True, "is_shared": True}


async def subscribe(world: World, topics: str = "all", channel: str = "sales") -> None:
    await (await world.maya.types(f"/partner subscribe {topics}", channel)).answer()


async def told(world: World, words: str, *, timeout: float = 60) -> Message:  # noqa: ASYNC109 - part of a sentence
    return await world.slack.wait_for(lambda: next((m for m in world.said() if words in world.reads(m)), None), timeout)


def share_unheard(world: World, channel: str = "sales") -> None:
    """Share a channel of which no event tells."""
    world.slack.workspace.channel_changes[world.slack.world.channel_named(channel)] = dict(SHARED)


def looks(world: World) -> int:
    return len(world.slack.calls_to(LOOK))


def read_by_others(world: World, channel: str = "sales") -> str:
    said = str([(m.text, m.blocks) for m in world.said(channel)])
    return re.sub(r"'block_id': '[^']*'", "", said)  # made by chance of all letters


async def owner_is_told(world: World) -> None:
    (direct,) = await world.slack.wait_for(lambda: world.maya.direct_messages)
    assert "paused" in world.reads(direct)


async def test_the_next_notice_after_a_channel_was_shared_stays_out_of_it(world: World) -> None:
    await subscribe(world)
    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))
    await told(world, "G1")

    share_unheard(world)
    await world.hears(*world.microsoft.happenings.invoice_ready("G2"))
    await owner_is_told(world)

    assert "G2" not in read_by_others(world)


async def test_a_card_is_not_completed_where_others_read_it_by_now(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "ENRICHMENT", replace(retry.ENRICHMENT, held_back=0.5, update=0.5, late_again=0.5))
    await subscribe(world)
    events = world.microsoft.happenings.change_subscription(TAILSPIN.tenant_id)
    world.microsoft.faults.switch("down", on=True)
    await world.hears(*events)
    card = await told(world, TAILSPIN.tenant_id)
    before = world.reads(card)

    share_unheard(world)
    world.microsoft.faults.switch("down", on=False)
    await owner_is_told(world)

    assert world.reads(card) == before
    assert "Tailspin" not in read_by_others(world)
    assert world.slack.calls_to("chat.update") == []


async def test_a_delivery_costs_one_look_and_the_next_one_another(world: World) -> None:
    await subscribe(world)
    before = looks(world)

    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))
    await told(world, "G1")
    first = looks(world) - before
    await world.hears(*world.microsoft.happenings.invoice_ready("G2"))
    await told(world, "G2")

    assert (first, looks(world) - before) == (1, 2)


async def test_the_writes_of_one_delivery_within_five_seconds_share_a_look(world: World) -> None:
    await subscribe(world)
    await world.hears(*world.microsoft.happenings.change_subscription(TAILSPIN.tenant_id))
    card = await told(world, "Tailspin")
    before = looks(world)

    await world.hears(*world.microsoft.happenings.change_subscription(TAILSPIN.tenant_id))
    await world.slack.wait_for(lambda: [m for m in world.said() if m.ts == card.ts and m.edited])

    assert [call.method for call in world.slack.calls if call.method == "chat.update"] == ["chat.update"]
    assert looks(world) - before == 1  # for the reply in the thread, and a second later for the card


async def test_a_write_that_comes_later_than_five_seconds_asks_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe(world)
    before = looks(world)
    world.microsoft.partner_center.hold()
    await world.hears(*world.microsoft.happenings.change_subscription(TAILSPIN.tenant_id))
    await world.slack.wait_for(lambda: looks(world) > before)  # decided on; Microsoft is asked

    share_unheard(world)
    pass_time(monkeypatch, channel_lookups.FRESH + 0.1)
    world.microsoft.partner_center.release()
    await owner_is_told(world)

    assert "Tailspin" not in read_by_others(world)


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        ({"is_ext_shared": None}, None),
        ({"is_ext_shared": "false"}, None),
        ({"is_ext_shared": 0}, None),
        ({"is_pending_ext_shared": True}, None),
        ({"is_pending_ext_shared": None}, None),
        ({"pending_shared": ["T09NORTHWND"]}, None),
        ({"pending_connected_team_ids": ["T09NORTHWND"]}, None),
        ({"connected_team_ids": ["T09NORTHWND"]}, None),
        ({"conversation_host_id": "T09NORTHWND"}, None),
        ({"is_shared": True}, None),
        ({"is_shared": None}, None),
        ({"id": "C0ANOTHER"}, None),
        ({}, {}),
        ({}, {"channel": None}),
        ({}, {"channel": {}}),
        ({}, {"channel": []}),
        ({}, {"channel": "C01SALES4KD"}),
        ({}, {"channel": {"id": "C01SALES4KD", "is_shared": False}}),
    ],
    ids=repr,
)
async def test_what_slack_does_not_say_counts_as_shared(
    world: World, channel: dict[str, Any], body: dict[str, Any] | None
) -> None:
    await subscribe(world)
    world.slack.workspace.channel_changes[world.slack.world.channel_named("sales")] = channel
    if body is not None:
        world.slack.workspace.odd_answers[LOOK] = body

    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))
    await owner_is_told(world)

    assert "G1" not in read_by_others(world)


async def test_a_channel_that_workspaces_of_one_organisation_share_is_told(world: World) -> None:
    changes = {"is_shared": True, "is_org_shared": True, "connected_team_ids": ["T0SISTER"]}
    world.slack.workspace.channel_changes[world.slack.world.channel_named("sales")] = changes
    await subscribe(world)

    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))

    await told(world, "G1")


async def test_while_slack_does_not_say_who_reads_nothing_is_written_and_nothing_is_lost(world: World) -> None:
    await subscribe(world)
    world.slack.fail_next(LOOK, "internal_error", times=3)

    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))
    await told(world, "G1")

    tried = [call.method for call in world.slack.calls if call.method in {LOOK, "chat.postMessage"}][-2:]
    assert tried == [LOOK, "chat.postMessage"]


@pytest.mark.parametrize("button", ["Yes, same customer", "No, someone else"])
async def test_an_old_question_is_answered_to_the_person_where_others_read_it_by_now(world: World, button: str) -> None:
    posted = await invited(world, "Northwind Bakery")
    await world.hears(*world.microsoft.happenings.accept_invitation("nwbakery.example", "Northwind Bakery Ltd"))
    asked = await reply(world, posted.thread_ts, "Is this them?")
    before = read_by_others(world)

    share_unheard(world)
    answer = await (await world.maya.presses(asked, button)).answer()
    if button.startswith("Yes"):
        await world.slack.wait_for(
            lambda: [m for m in world.slack.messages("sales") if m.only_for and "after" in world.reads(m)]
        )

    assert answer.only_for == world.maya.id
    assert "Answered by" in answer.plain
    assert read_by_others(world) == before
    assert all(not m.reactions for m in world.said())


async def test_a_closed_invitation_loses_its_text_and_says_no_more_where_others_read_by_now(world: World) -> None:
    posted = await invited(world, SKI)
    share_unheard(world)

    await world.maya.presses(posted, "Close")
    closed = await told(world, "no longer needed")

    assert closed.ts == posted.ts
    assert "admin.microsoft.com" not in read_by_others(world)
    assert SKI not in str(closed.blocks)


async def test_an_invitation_for_a_shared_channel_names_nobody_when_it_is_posted_again(world: World) -> None:
    said = await world.maya.says("Please accept.", channel="northwind")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    await world.maya.submits(modal, {"company": SKI})
    await world.maya.submits(modal)
    first = (await world.slack.wait_for(lambda: world.said("northwind")))[0]

    await world.later(days=8)
    reminder = await world.slack.wait_for(
        lambda: next((m for m in world.slack.messages("northwind") if m.only_for == world.maya.id), None), 40
    )
    await world.maya.presses(reminder, "Post again")
    await world.slack.wait_for(lambda: len(world.said("northwind")) > 1)

    assert "no longer needed" in world.reads(first)
    assert SKI not in read_by_others(world, "northwind")


class Asked:
    """Channels as a test wants them; every look-up is counted, and may be held up."""

    def __init__(self) -> None:
        self.looks = 0
        self.external = False
        self.during: Iterator[None] = iter(())

    async def channel(self, channel_id: str) -> Channel:
        self.looks += 1
        channel = Channel(id=channel_id, name="", external=self.external)
        next(self.during, None)
        return channel


async def test_a_look_serves_one_delivery_for_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked()
    channels = ChannelLookups(asked.channel)

    for _ in range(3):
        assert not await channels.is_external("C1", of="d1")
    assert asked.looks == 1
    await channels.is_external("C1", of="d2")
    await channels.is_external("C2", of="d1")
    assert asked.looks == 3

    asked.external = True
    pass_time(monkeypatch, 4.9)
    assert not await channels.is_external("C1", of="d1")
    pass_time(monkeypatch, 0.2)
    assert await channels.is_external("C1", of="d1")
    assert asked.looks == 4


async def test_a_shared_channel_ends_a_look_at_once_also_one_that_is_under_way() -> None:
    asked = Asked()
    channels = ChannelLookups(asked.channel)
    await channels.is_external("C1", of="d1")

    asked.external = True
    channels.end()
    assert await channels.is_external("C1", of="d1")

    def shared() -> Iterator[None]:
        asked.external = True
        channels.end()
        yield

    asked.external, asked.during = False, shared()
    assert await channels.is_external("C1", of="d2")


async def test_a_channel_that_never_stands_still_counts_as_shared() -> None:
    asked = Asked()
    channels = ChannelLookups(asked.channel)

    def shared_again() -> Iterator[None]:
        while True:
            channels.end()
            yield

    asked.during = shared_again()

    assert await channels.is_external("C1", of="d1")
    assert asked.looks == cache.ATTEMPTS


async def test_the_answers_of_many_deliveries_are_not_all_kept() -> None:
    asked = Asked()
    channels = ChannelLookups(asked.channel)
    for number in range(channel_lookups.CAPACITY + 1):
        await channels.is_external("C1", of=f"d{number}")

    await channels.is_external("C1", of="d0")

    assert asked.looks == channel_lookups.CAPACITY + 2
