"""The fake Web API refuses as Slack does, in Slack's words."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from sandbox.slack import Slack
from sandbox.slack.manifest import Installed

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Find"}, "blocks": [SECTION]}
MAYA, KEN, ROSA = "U01MAYA4K2P", "U06KENT8NWD", "U05ROSA6HJW"
SALES, NORTHWIND, RANDOM, SECRET, ARCHIVED = "C01SALES4KD", "C03NORTHWND", "C04RANDOM9Q", "C05DEALDESK", "C06ARCHIVE5"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0", "text": "a"}, "channel_not_found"),
        ("chat.postMessage", {"channel": RANDOM, "text": "a"}, "not_in_channel"),
        ("chat.postMessage", {"channel": ARCHIVED, "text": "a"}, "is_archived"),
        ("chat.postMessage", {"channel": SALES, "text": "a", "thread_ts": "1.0"}, "thread_not_found"),
        ("chat.postEphemeral", {"channel": SALES, "user": KEN, "text": "a"}, "user_not_in_channel"),
        ("chat.postEphemeral", {"channel": RANDOM, "user": MAYA, "text": "a"}, "not_in_channel"),
        ("chat.postEphemeral", {"channel": SALES, "user": "U0", "text": "a"}, "user_not_found"),
        ("chat.update", {"channel": SALES, "ts": "1.0", "text": "a"}, "message_not_found"),
        ("users.info", {"user": "U0"}, "user_not_found"),
        ("conversations.open", {"users": "U0"}, "users_not_found"),
        ("conversations.info", {"channel": "C0"}, "channel_not_found"),
        ("conversations.history", {"channel": RANDOM}, "not_in_channel"),
        ("conversations.replies", {"channel": SALES, "ts": "1.0"}, "thread_not_found"),
        ("usergroups.users.list", {"usergroup": "S0"}, "no_such_subteam"),
        ("reactions.add", {"channel": SALES, "timestamp": "1.0", "name": "eyes"}, "message_not_found"),
    ],
)
async def test_what_may_happen_to_a_correct_bot_is_refused_without_complaint(
    slack: Slack, bot: Any, method: str, arguments: dict[str, Any], error: str
) -> None:
    answer = await bot.call(method, **arguments)

    assert (answer["ok"], answer["error"]) == (False, error)
    assert slack.complaints == []
    assert [(call.method, call.answer) for call in slack.calls] == [(method, error)]


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postmessage", {"channel": SALES, "text": "a"}, "unknown_method"),
        ("chat.postMessage", {"channel": SALES}, "no_text"),
        ("chat.postMessage", {"channel": SALES, "text": "a" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": SALES, "text": "a", "blocks": [SECTION] * 51}, "invalid_blocks"),
        (
            "chat.postMessage",
            {
                "channel": SALES,
                "text": "a",
                "blocks": [{**SECTION, "text": {"type": "mrkdwn", "text": "a" * 3000}}] * 5,
            },
            "msg_blocks_too_long",
        ),
        ("chat.postMessage", {"channel": SALES, "text": "a", "blocks": "[{"}, "invalid_blocks_format"),
        ("views.open", {"trigger_id": "1", "view": MODAL}, "invalid_trigger_id"),
        ("views.open", {"trigger_id": "1", "view": {**MODAL, "blocks": []}}, "invalid_arguments"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
    ],
)
async def test_what_a_correct_bot_never_sends_is_refused_and_noted(
    slack: Slack, bot: Any, method: str, arguments: dict[str, Any], error: str
) -> None:
    answer = await bot.call(method, **arguments)

    assert (answer["ok"], answer["error"]) == (False, error)
    assert [complaint for complaint in slack.complaints if complaint.startswith(f"{method}: {error}")]


async def test_refused_blocks_are_named_by_pointer(slack: Slack, bot: Any) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "a" * 151}}]
    answer = await bot.call("chat.postMessage", channel=SALES, text="a", blocks=blocks)

    expected = ["[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"]
    assert answer["response_metadata"]["messages"] == expected
    assert slack.world.refusals[0].blocks == blocks


async def test_a_token_is_needed_and_looked_at(slack: Slack, bot: Any) -> None:
    async with bot.session.post(f"{slack.api_url}auth.test") as answer:
        assert (await answer.json())["error"] == "not_authed"
    headers = {"Authorization": "Bearer xoxb-wrong"}
    async with bot.session.post(f"{slack.api_url}auth.test", headers=headers) as answer:
        assert (await answer.json())["error"] == "invalid_auth"


async def test_a_scope_that_the_manifest_lacks_is_missed() -> None:
    installed = replace(Installed(), scopes=frozenset({"commands"}))
    async with Slack(installed=installed) as slack, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {slack.workspace.bot_token}"}
        data = {"channel": SALES, "text": "a"}
        async with session.post(f"{slack.api_url}chat.postMessage", data=data, headers=headers) as answer:
            body = await answer.json()

    expected = {"ok": False, "error": "missing_scope", "needed": "chat:write", "provided": "commands"}
    assert body == expected


async def test_arguments_come_as_form_query_or_json(slack: Slack, bot: Any) -> None:
    headers = {"Authorization": f"Bearer {slack.workspace.bot_token}"}
    address = f"{slack.api_url}users.info"
    for sent in (
        bot.session.get(address, params={"user": MAYA, "include_locale": "true"}, headers=headers),
        bot.session.post(address, data={"user": MAYA, "include_locale": "1"}, headers=headers),
        bot.session.post(address, json={"user": MAYA, "include_locale": True}, headers=headers),
    ):
        async with sent as answer:
            assert (await answer.json())["user"]["locale"] == "en-GB"


async def test_guests_and_strangers_are_told_apart(slack: Slack, bot: Any) -> None:
    rosa = (await bot.call("users.info", user=ROSA))["user"]
    ken = (await bot.call("users.info", user=KEN))["user"]

    assert rosa["is_restricted"]
    assert "is_stranger" not in rosa
    assert ken["is_stranger"]
    assert ken["team_id"] != rosa["team_id"]


async def test_a_shared_channel_says_so_and_a_private_one_hides(slack: Slack, bot: Any) -> None:
    shared = (await bot.call("conversations.info", channel=NORTHWIND))["channel"]
    assert (shared["is_ext_shared"], shared["is_member"], shared["is_archived"]) == (True, True, False)

    slack.world.channels[SECRET] = replace(slack.world.channels[SECRET], bot_is_member=False)
    assert (await bot.call("conversations.info", channel=SECRET))["error"] == "channel_not_found"


async def test_posting_to_a_person_reaches_their_direct_messages(slack: Slack, bot: Any) -> None:
    posted = await bot.call("chat.postMessage", channel=MAYA, text="Sign in again")
    opened = await bot.call("conversations.open", users=MAYA)

    assert posted["channel"] == opened["channel"]["id"]
    assert [message.text for message in slack.person("maya").direct_messages] == ["Sign in again"]


async def test_a_message_can_be_changed_and_taken_back_by_its_author_only(slack: Slack, bot: Any) -> None:
    ts = (await bot.call("chat.postMessage", channel=SALES, text="one"))["ts"]
    assert (await bot.call("chat.update", channel=SALES, ts=ts, text="two"))["text"] == "two"
    assert slack.messages("sales")[-1].text == "two"
    assert (await bot.call("chat.delete", channel=SALES, ts=ts))["ok"]
    assert (await bot.call("chat.update", channel=SALES, ts=ts, text="x"))["error"] == "message_not_found"
    toms = slack.messages("sales")[0].ts
    assert (await bot.call("chat.update", channel=SALES, ts=toms, text="x"))["error"] == "cant_update_message"


async def test_a_person_is_told_with_the_offset_that_their_zone_has_now(slack: Slack, bot: Any, clock: Any) -> None:
    winter = (await bot.call("users.info", user="U02ALINE7QX"))["user"]
    clock.at += 180 * 86_400
    summer = (await bot.call("users.info", user="U02ALINE7QX"))["user"]

    assert (winter["tz"], winter["tz_offset"], summer["tz_offset"]) == ("Europe/Paris", 3600, 7200)


async def test_history_leaves_out_replies_and_metadata_comes_only_when_asked_for(slack: Slack, bot: Any) -> None:
    metadata = {"event_type": "invitation", "event_payload": {"id": "1"}}
    root = (await bot.call("chat.postMessage", channel=SALES, text="root"))["ts"]
    await bot.call("chat.postMessage", channel=SALES, text="reply", thread_ts=root, metadata=metadata)

    history = await bot.call("conversations.history", channel=SALES)
    without = await bot.call("conversations.replies", channel=SALES, ts=root)
    replies = await bot.call("conversations.replies", channel=SALES, ts=root, include_all_metadata=True)

    assert history["messages"][0]["text"] == "root"
    assert history["messages"][0]["reply_count"] == 1
    assert "reply" not in [message["text"] for message in history["messages"]]
    assert "metadata" not in without["messages"][1]
    assert replies["messages"][1]["metadata"] == metadata


async def test_lists_come_in_pages(slack: Slack, bot: Any) -> None:
    first = await bot.call("conversations.history", channel=SALES, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await bot.call("conversations.history", channel=SALES, limit=2, cursor=cursor)

    assert first["has_more"]
    assert len({message["ts"] for message in first["messages"] + second["messages"]}) == 4


async def test_a_trigger_opens_one_modal_and_only_for_three_seconds(slack: Slack, bot: Any, clock: Any) -> None:
    maya = slack.person("maya")
    first = (await maya.types("/partner customer")).payload["trigger_id"]
    assert (await bot.call("views.open", trigger_id=first, view=MODAL))["ok"]
    assert (await bot.call("views.open", trigger_id=first, view=MODAL))["error"] == "exchanged_trigger_id"

    late = (await maya.types("/partner customer")).payload["trigger_id"]
    clock.at += 3
    assert (await bot.call("views.open", trigger_id=late, view=MODAL))["error"] == "expired_trigger_id"


async def test_three_modals_are_the_most(slack: Slack, bot: Any) -> None:
    maya = slack.person("maya")
    for method, error in (("open", None), ("push", None), ("push", None), ("push", "push_limit_reached")):
        trigger = (await maya.types("/partner customer")).payload["trigger_id"]
        answer = await bot.call(f"views.{method}", trigger_id=trigger, view=MODAL)
        assert answer.get("error") == error


async def test_an_old_hash_changes_no_modal(slack: Slack, bot: Any) -> None:
    trigger = (await slack.person("maya").types("/partner customer")).payload["trigger_id"]
    view = (await bot.call("views.open", trigger_id=trigger, view=MODAL))["view"]

    assert (await bot.call("views.update", view_id=view["id"], hash=view["hash"], view=MODAL))["ok"]
    again = await bot.call("views.update", view_id=view["id"], hash=view["hash"], view=MODAL)
    assert again["error"] == "hash_conflict"


async def test_calls_can_be_made_to_fail(slack: Slack, bot: Any) -> None:
    headers = {"Authorization": f"Bearer {slack.workspace.bot_token}"}
    address = f"{slack.api_url}chat.postMessage"
    body = {"channel": SALES, "text": "a"}

    slack.fail_next("chat.postMessage", status=429, retry_after=7)
    async with bot.session.post(address, json=body, headers=headers) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    slack.fail_next("chat.postMessage", status=500)
    async with bot.session.post(address, json=body, headers=headers) as answer:
        assert answer.status == 500
    slack.fail_next("chat.postMessage", drop=True, performed=True)
    with pytest.raises(aiohttp.ClientError):
        await bot.call("chat.postMessage", **body)
    assert [message.text for message in slack.messages("sales")].count("a") == 1


async def test_the_rate_limit_switch_refuses_each_call_once(slack: Slack, bot: Any) -> None:
    slack.faults.switch("rate_limited", on=True)

    assert (await bot.call("auth.test"))["error"] == "ratelimited"
    assert (await bot.call("auth.test"))["ok"]


async def test_the_data_table_switch_refuses_tables_without_complaint(slack: Slack, bot: Any) -> None:
    slack.faults.switch("blocks_refused", on=True)
    row = [{"type": "raw_text", "text": "a"}]
    table = {"type": "data_table", "caption": "Partners", "rows": [row, row]}

    assert (await bot.call("chat.postMessage", channel=SALES, text="a", blocks=[table]))["error"] == "invalid_blocks"
    assert slack.complaints == []
    assert len(slack.world.refusals) == 1


async def test_blocks_without_text_are_taken_but_noted(slack: Slack, bot: Any) -> None:
    assert (await bot.call("chat.postMessage", channel=SALES, blocks=[SECTION]))["ok"]
    assert "blocks without text" in slack.complaints[0]
