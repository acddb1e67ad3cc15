"""Socket Mode: the same conversations without a public address."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.microsoft.companies import CONTOSO
from tests.world import World


@pytest.fixture
async def socket_world(quiet_world: World) -> AsyncIterator[World]:
    """The bot at work in Socket Mode."""
    quiet_world.slack.socket_mode = True
    async with quiet_world.bot():
        await quiet_world.slack.connected()
        yield quiet_world
    assert quiet_world.slack.complaints == []


async def test_a_command_is_answered(socket_world: World) -> None:
    asked = await socket_world.maya.types("/partner customer contoso.com")

    answer = await asked.answer()

    assert asked.status == 200
    assert CONTOSO.tenant_id in answer.plain
    assert answer.only_for == socket_world.maya.id


async def test_a_choice_is_pressed_and_gives_the_card_in_its_place(socket_world: World) -> None:
    choice = await (await socket_world.maya.types("/partner customer conto")).answer()

    card = await (await socket_world.maya.presses(choice, "Show", nth=0)).answer()

    assert card.replaced
    assert "Tenant ID" in card.plain


async def test_a_customer_is_invited_from_a_message(socket_world: World) -> None:
    said = await socket_world.priya.says("Adatum wants to move to us.")
    modal = await (await socket_world.maya.message_shortcut("invite_in_thread", said)).modal()

    refused = await socket_world.maya.submits(modal, {"company": "   "})
    sent = await socket_world.maya.submits(modal, {"company": "adatum.com"})
    posted = await socket_world.slack.wait_for(
        lambda: [m for m in socket_world.slack.messages("sales") if "admin.microsoft.com" in str(m.blocks)]
    )

    assert list(refused.errors) == ["company"]
    assert sent.ok
    assert said.message is not None
    assert posted[0].thread_ts == said.message.ts


async def test_a_mention_is_answered_once_in_its_thread(socket_world: World) -> None:
    said = await socket_world.maya.says("@Partner Bot customer contoso.com")

    answer = await said.answer()
    await socket_world.slack.redeliver(said)
    await (await socket_world.priya.types("/partner help")).answer()

    assert said.message is not None
    assert answer.thread_ts == said.message.ts
    assert len(socket_world.slack.calls_to("chat.postMessage")) == 1


async def test_acknowledgements_do_not_wait_for_microsoft(socket_world: World) -> None:
    socket_world.microsoft.partner_center.hold()

    asked = await socket_world.maya.types(f"/partner customer {CONTOSO.tenant_id}")
    socket_world.microsoft.partner_center.release()
    await asked.answer()

    assert asked.acked_after < 0.5


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "user": {"id": "U1"}, "team": {"id": "T1"}, "actions": [{"action_id": "brew"}]},
        {"type": "block_actions", "user": "U1", "actions": [{"action_id": "brew"}]},
        {"type": "shortcut", "callback_id": "brew", "user": {"id": "U1"}, "team": {"id": "T1"}, "trigger_id": "1"},
        {"type": "view_submission", "user": {"id": "U1"}, "view": {"type": "modal", "callback_id": "brew"}},
    ],
    ids=["unknown button", "unreadable press", "unknown shortcut", "unreadable window"],
)
async def test_what_the_bot_does_not_know_is_acknowledged(socket_world: World, payload: dict[str, object]) -> None:
    ack = await socket_world.slack.deliver("interactive", payload)

    assert ack.ok


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("events_api", {"type": "event_callback", "event_id": "Ev1", "event": None}),
        ("events_api", {"type": "event_callback", "event_id": "Ev1", "authorizations": "x", "event": {"type": "x"}}),
        ("interactive", {"type": "block_actions", "actions": []}),
        ("interactive", {"type": "view_submission", "view": 5}),
        ("interactive", {"type": "view_submission", "response_urls": None, "view": {"callback_id": "x"}}),
        ("slash_commands", {"command": 5}),
        ("slash_commands", {}),
        ("invented_tomorrow", {"type": "invented_tomorrow"}),
        ("interactive", None),
        ("interactive", []),
        ("interactive", "text"),
        ("interactive", 5),
        (None, {}),
    ],
    ids=str,
)
async def test_an_odd_envelope_is_acknowledged_and_the_connection_stays(
    socket_world: World, kind: Any, payload: Any
) -> None:
    opened = len(socket_world.slack.calls_to("apps.connections.open"))

    ack = await socket_world.slack.deliver(kind, payload)
    answer = await (await socket_world.maya.types("/partner help")).answer()

    assert ack.ok
    assert ack.body is None
    assert answer.plain
    assert len(socket_world.slack.calls_to("apps.connections.open")) == opened


async def test_the_door_for_http_deliveries_is_shut_and_the_others_are_open(socket_world: World) -> None:
    async with aiohttp.ClientSession() as session:
        events = await session.post(f"{socket_world.url}/slack/events", json={"type": "url_verification"})
        healthy = await session.get(f"{socket_world.url}/healthz")
        ready = await session.get(f"{socket_world.url}/readyz")

    assert (events.status, healthy.status, ready.status) == (404, 200, 200)


async def test_slack_may_ask_for_a_new_connection_in_the_middle_of_a_conversation(socket_world: World) -> None:
    socket_world.microsoft.partner_center.hold()
    asked = await socket_world.maya.types(f"/partner customer {CONTOSO.tenant_id}")
    opened = len(socket_world.slack.calls_to("apps.connections.open"))

    await socket_world.slack.refresh_connections()
    await socket_world.slack.wait_for(lambda: len(socket_world.slack.calls_to("apps.connections.open")) > opened)
    socket_world.microsoft.partner_center.release()
    card = await asked.answer()
    await socket_world.slack.connected()
    again = await socket_world.slack.wait_for(lambda: socket_world.slack.workspace.sockets.connections)

    assert "Tenant ID" in card.plain
    assert again
