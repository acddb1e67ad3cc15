"""Addresses to answer at, and how they run out."""

from typing import Any

from sandbox.slack import Slack


async def test_five_answers_are_taken_and_no_sixth(slack: Slack, bot: Any) -> None:
    asked = await slack.person("maya").types("/partner help")
    answers = [await bot.respond(asked.payload, text=str(number)) for number in range(6)]

    assert answers[:5] == [(200, "ok")] * 5
    assert answers[5][0] == 404
    assert "used_url" in answers[5][1]
    assert [answer.text for answer in asked.answers] == ["0", "1", "2", "3", "4"]


async def test_after_half_an_hour_nothing_is_taken(slack: Slack, bot: Any, clock: Any) -> None:
    asked = await slack.person("maya").types("/partner help")
    clock.at += 30 * 60

    status, text = await bot.respond(asked.payload, text="late")
    assert status == 404
    assert "expired_url" in text


async def test_broken_addresses_take_nothing(slack: Slack, bot: Any) -> None:
    asked = await slack.person("maya").types("/partner help")
    slack.break_response_urls()
    assert await bot.respond(asked.payload, text="a") == (404, "no_service")
    slack.break_response_urls(broken=False)
    slack.faults.switch("response_url_broken", on=True)
    assert await bot.respond(asked.payload, text="a") == (404, "no_service")


async def test_blocks_are_judged_here_too(slack: Slack, bot: Any) -> None:
    asked = await slack.person("maya").types("/partner help")

    assert await bot.respond(asked.payload, text="a", blocks=[{"type": "alert"}]) == (400, "invalid_blocks")
    assert await bot.respond(asked.payload) == (400, "no_text")
    assert len(slack.complaints) == 2


async def test_an_answer_for_all_reaches_all(slack: Slack, bot: Any) -> None:
    asked = await slack.person("maya").types("/partner help")
    await bot.respond(asked.payload, text="hello", response_type="in_channel")

    assert slack.person("tom").reads()[-1].text == "hello"


async def test_a_button_on_an_ordinary_message_replaces_it_for_all_or_removes_it(slack: Slack, bot: Any) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [button]}]
    await bot.call("chat.postMessage", channel="C01SALES4KD", text="Choose", blocks=blocks)
    message = slack.messages("sales")[-1]

    first = await slack.person("maya").presses(message, "Go")
    second = await slack.person("maya").presses(message, "Go")
    assert first.payload["message"]["ts"] == message.ts
    await bot.respond(first.payload, text="Done", replace_original=True)
    assert slack.person("tom").reads()[-1].text == "Done"
    await bot.respond(second.payload, delete_original=True)
    assert slack.messages("sales")[-1].ts != message.ts
