"""What can be broken on Slack's side, switch by switch."""

from typing import Any

import aiohttp
import pytest

from sandbox.slack import Slack

SALES = "C01SALES4KD"


def said(slack: Slack, text: str) -> int:
    return [message.text for message in slack.messages("sales")].count(text)


@pytest.mark.parametrize(
    ("switch", "error"),
    [("slack_error", "internal_error"), ("channel_gone", "channel_not_found"), ("channel_archived", "is_archived")],
)
async def test_messages_are_refused_while_a_switch_is_on_and_the_rest_works(
    slack: Slack, bot: Any, switch: str, error: str
) -> None:
    slack.faults.switch(switch, on=True)
    for _ in range(2):
        assert (await bot.call("chat.postMessage", channel=SALES, text="a"))["error"] == error
    assert (await bot.call("auth.test"))["ok"]

    slack.faults.clear()
    assert (await bot.call("chat.postMessage", channel=SALES, text="a"))["ok"]
    assert (said(slack, "a"), slack.complaints) == (1, [])


async def test_after_the_app_was_removed_every_call_is_refused(slack: Slack, bot: Any) -> None:
    slack.faults.switch("account_inactive", on=True)

    assert (await bot.call("auth.test"))["error"] == "account_inactive"
    assert (await bot.call("users.info", user="U01MAYA4K2P"))["error"] == "account_inactive"


async def test_a_long_wait_is_asked_for_once_for_each_message(slack: Slack, bot: Any) -> None:
    slack.faults.switch("rate_limited_long", on=True)
    headers = {"Authorization": f"Bearer {slack.workspace.bot_token}"}
    body = {"channel": SALES, "text": "a"}

    async with bot.session.post(f"{slack.api_url}chat.postMessage", json=body, headers=headers) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
    assert (await bot.call("chat.postMessage", **body))["ok"]


async def test_a_lost_answer_leaves_the_message_there_and_a_second_call_posts_it_twice(slack: Slack, bot: Any) -> None:
    slack.faults.switch("answer_lost", on=True)
    with pytest.raises(aiohttp.ClientError):
        await bot.call("chat.postMessage", channel=SALES, text="a")
    assert said(slack, "a") == 1

    assert (await bot.call("chat.postMessage", channel=SALES, text="a"))["ok"]
    assert said(slack, "a") == 2


async def test_the_pace_of_each_channel_is_kept_by_a_clock_that_nobody_moves(slack: Slack, bot: Any) -> None:
    for text in ("a", "b", "c"):
        await bot.call("chat.postMessage", channel=SALES, text=text)
        await bot.call("chat.postMessage", channel="C02CONTOSO7", text=text)

    gaps = slack.gaps("sales")
    assert len(gaps) == 2
    assert all(0 < gap < 5 for gap in gaps)
    assert slack.gaps("northwind") == []
