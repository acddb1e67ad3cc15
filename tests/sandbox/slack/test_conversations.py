"""People talk to a very small bot through the fake Slack."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.slack import Slack
from sandbox.slack.manifest import SlashCommand

HEADER = {"type": "header", "text": {"type": "plain_text", "text": "Contoso"}}
BUTTON = {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}, "value": "42"}
CARD = [HEADER, {"type": "actions", "elements": [BUTTON]}]
MODAL = {
    "type": "modal",
    "callback_id": "find",
    "title": {"type": "plain_text", "text": "Find"},
    "submit": {"type": "plain_text", "text": "Search"},
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "where",
            "optional": True,
            "label": {"type": "plain_text", "text": "Channel"},
            "element": {"type": "conversations_select", "action_id": "channel"},
        },
    ],
}


async def test_an_answer_through_the_response_url_reaches_the_asker_alone(slack: Slack, bot: Any) -> None:
    async def react(payload: dict[str, Any]) -> None:
        await bot.respond(payload, text="Contoso", blocks=CARD)

    bot.react = react
    maya = slack.person("maya")
    asked = await maya.types("/partner customer contoso.com", channel="sales")
    answer = await asked.answer()

    assert asked.status == 200
    assert asked.acked_after < 1
    assert bot.heard[0]["text"] == "customer <http://contoso.com|contoso.com>"
    assert "thread_ts" not in bot.heard[0]
    assert answer.plain == "Contoso\n[More]"
    assert list(answer.buttons) == ["More"]
    assert answer.only_for == maya.id
    assert not [message for message in slack.person("tom").reads() if message.ts == answer.ts]
    assert slack.complaints == []


async def test_a_press_on_an_only_you_message_can_replace_it(slack: Slack, bot: Any) -> None:
    async def react(payload: dict[str, Any]) -> None:
        if payload.get("type") == "block_actions":
            await bot.respond(payload, text="Done", replace_original=True)
        else:
            await bot.respond(payload, text="Contoso", blocks=CARD)

    bot.react = react
    maya = slack.person("maya")
    card = await (await maya.types("/partner customer contoso.com")).answer()
    pressed = await maya.presses(card, "More")
    after = await pressed.answer()

    press = bot.heard[1]
    assert press["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": card.channel,
        "is_ephemeral": True,
    }
    assert "message" not in press
    assert press["actions"][0]["value"] == "42"
    assert (after.ts, after.text, after.replaced) == (card.ts, "Done", True)


async def test_a_slash_commands_lines_cannot_be_replaced(slack: Slack, bot: Any) -> None:
    async def react(payload: dict[str, Any]) -> None:
        context = {"type": "context", "elements": [{"type": "mrkdwn", "text": "Asking…"}]}
        await bot.respond(payload, text="Asking…", blocks=[context])
        await bot.respond(payload, text="Contoso", blocks=CARD, replace_original=True)

    bot.react = react
    asked = await slack.person("maya").types("/partner customer contoso.com")
    answer = await asked.answer()

    assert answer.text == "Contoso"
    assert [each.is_working for each in asked.answers] == [True, False]
    assert len({each.ts for each in asked.answers}) == 2


async def test_a_modal_is_opened_filled_in_refused_and_taken(slack: Slack, bot: Any) -> None:
    async def react(payload: dict[str, Any]) -> None:
        if payload.get("type") == "shortcut":
            assert (await bot.call("views.open", trigger_id=payload["trigger_id"], view=MODAL))["ok"]

    bot.react = react
    maya = slack.person("maya")
    modal = await (await maya.shortcut("create_invite")).modal()
    assert modal.labels == ["Name", "Channel"]

    empty = await maya.submits(modal)
    assert not empty.ok
    assert not empty.is_delivered

    bot.ack = {"response_action": "errors", "errors": {"what": "Unknown"}}
    refused = await maya.submits(modal, {"Name": "Contoso", "Channel": "sales"})
    assert refused.errors == {"what": "Unknown"}
    assert modal.is_open

    bot.ack = ""
    taken = await maya.submits(modal)
    assert taken.ok
    assert not modal.is_open
    values = bot.heard[-1]["view"]["state"]["values"]
    assert values["what"]["text"] == {"type": "plain_text_input", "value": "Contoso"}
    assert values["where"]["channel"]["selected_conversation"] == slack.world.channel_named("sales")
    assert slack.complaints == []


async def test_a_mention_carries_slacks_markup_and_is_answered_in_its_thread(slack: Slack, bot: Any) -> None:
    async def react(payload: dict[str, Any]) -> None:
        event = payload["event"]
        await bot.call("chat.postMessage", channel=event["channel"], thread_ts=event["ts"], text="Contoso")

    bot.react = react
    said = await slack.person("aline").says("@Partner Bot customer contoso.com", channel="sales")
    answer = await said.answer()

    event = bot.heard[0]["event"]
    assert event["type"] == "app_mention"
    assert event["text"] == "<@U0PARTNERB1> customer <http://contoso.com|contoso.com>"
    assert said.message is not None
    assert answer.thread_ts == said.message.ts
    assert [message.text for message in slack.thread("sales", said.message.ts)][-1] == "Contoso"


async def test_slack_refuses_slash_commands_in_threads(slack: Slack, bot: Any) -> None:
    asked = await slack.person("maya").types("/partner help", thread_ts="1.2")

    assert asked.error == "slash_commands_not_supported_in_threads"
    assert bot.heard == []


async def test_a_failed_event_comes_again_at_once(slack: Slack, bot: Any) -> None:
    bot.status = 500
    await slack.person("maya").says("@Partner Bot help")

    assert [headers.get("X-Slack-Retry-Num") for headers, _ in bot.requests] == [None, "1"]
    assert bot.requests[1][0]["X-Slack-Retry-Reason"] == "http_error"
    assert bot.heard[0]["event_id"] == bot.heard[1]["event_id"]


async def test_nothing_that_happens_elsewhere_counts_as_an_answer(slack: Slack, bot: Any) -> None:
    asked = await slack.person("maya").types("/partner help")
    await bot.call("chat.postEphemeral", channel=asked.channel, user=slack.person("tom").id, text="for Tom")

    with pytest.raises(TimeoutError, match="no answer"):
        await asked.answer(timeout=0.05)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("invites @Maya Okafor", "invites <@U01MAYA4K2P|maya>"),
        ("invites @maya", "invites <@U01MAYA4K2P|maya>"),
        ("customer #sales", "customer <#C01SALES4KD|sales>"),
        ("customer @channel", "customer <!channel>"),
        ("customer contoso.com", "customer <http://contoso.com|contoso.com>"),
        ("customer A & B <c>", "customer A &amp; B &lt;c&gt;"),
        ("customer jeanne@contoso.com", "customer <mailto:jeanne@contoso.com|jeanne@contoso.com>"),
        ("customer <@U01MAYA4K2P>", "customer <@U01MAYA4K2P>"),
    ],
)
async def test_people_channels_and_links_in_a_command_come_by_id_and_address(
    slack: Slack, bot: Any, typed: str, sent: str
) -> None:
    await slack.person("maya").types(f"/partner {typed}")

    assert bot.heard[-1]["text"] == sent


async def test_without_should_escape_they_come_as_typed(slack: Slack, bot: Any) -> None:
    slack.install(replace(slack.installed, slash_commands=(SlashCommand(command="/partner"),)))

    await slack.person("maya").types("/partner invites @maya contoso.com")

    assert bot.heard[-1]["text"] == "invites @maya contoso.com"
