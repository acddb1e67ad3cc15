"""What people do to channels and messages, and what the bot hears of it."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.slack import Slack
from sandbox.slack.actor import Actor
from sandbox.slack.manifest import HISTORY

SALES, DESK = "C01SALES4KD", "C05DEALDESK"


@pytest.fixture
def tom(slack: Slack) -> Actor:
    """An owner of the workspace."""
    return slack.person("tom")


def subscribe(slack: Slack, *events: str) -> None:
    slack.install(replace(slack.installed, events=slack.installed.events | set(events)))


@pytest.mark.parametrize(("channel", "kind"), [("sales", "channel_archive"), ("deal-desk", "group_archive")])
async def test_an_archived_channel_is_told_and_takes_no_more_messages(
    slack: Slack, bot: Any, tom: Actor, channel: str, kind: str
) -> None:
    place = slack.world.channel_named(channel)
    await tom.archives(channel)

    heard = bot.heard[0]["event"]
    assert (heard["type"], heard["channel"], heard["user"]) == (kind, place, tom.id)
    assert (await bot.call("chat.postMessage", channel=place, text="a"))["error"] == "is_archived"
    assert (await bot.call("conversations.info", channel=place))["channel"]["is_archived"]


async def test_an_archived_channel_comes_back(slack: Slack, bot: Any, tom: Actor) -> None:
    await tom.archives("sales")
    await tom.unarchives("sales")

    assert [payload["event"]["type"] for payload in bot.heard] == ["channel_archive", "channel_unarchive"]
    assert (await bot.call("chat.postMessage", channel=SALES, text="a"))["ok"]
    with pytest.raises(LookupError, match="not_archived"):
        await tom.unarchives("sales")


@pytest.mark.parametrize(("channel", "kind"), [("sales", "channel_deleted"), ("deal-desk", "group_deleted")])
async def test_a_deleted_channel_is_told_and_not_found_afterwards(
    slack: Slack, bot: Any, tom: Actor, channel: str, kind: str
) -> None:
    place = slack.world.channel_named(channel)
    await tom.deletes_channel(channel)

    assert bot.heard[0]["event"] | {"event_ts": ""} == {"type": kind, "channel": place, "event_ts": ""}
    assert (await bot.call("chat.postMessage", channel=place, text="a"))["error"] == "channel_not_found"
    assert (await bot.call("conversations.info", channel=place))["error"] == "channel_not_found"


async def test_a_shared_channel_is_read_by_the_other_organisation_until_that_ends(
    slack: Slack, bot: Any, tom: Actor
) -> None:
    ken = slack.person("ken")
    await tom.shares("sales")

    assert bot.heard[0]["event"]["type"] == "channel_shared"
    assert bot.heard[0]["event"]["connected_team_id"] == "T09NORTHWND"
    assert bot.heard[0]["is_ext_shared_channel"]
    assert (await bot.call("conversations.info", channel=SALES))["channel"]["is_ext_shared"]
    assert ken.reads("sales") != []

    await tom.unshares("sales")
    assert bot.heard[1]["event"]["type"] == "channel_unshared"
    assert ken.reads("sales") == []


async def test_an_event_comes_again_under_its_own_id(slack: Slack, bot: Any, tom: Actor) -> None:
    archived = await tom.archives("sales")
    await slack.redeliver(archived)
    slack.faults.switch("redeliver", on=True)
    await tom.unarchives("sales")

    ids = [payload["event_id"] for payload in bot.heard]
    assert ids == [ids[0], ids[0], ids[2], ids[2]]
    assert ids[0] != ids[2]


async def test_only_what_the_app_asked_for_is_told(slack: Slack, bot: Any, tom: Actor) -> None:
    slack.install(replace(slack.installed, events=frozenset({"app_mention"})))
    unheard = await tom.archives("sales")
    slack.install(replace(slack.installed, events=frozenset({"channel_unarchive"})).without("channels:read"))
    await tom.unarchives("sales")

    assert unheard.payload == {}
    assert bot.heard == []


async def test_a_private_channel_without_the_bot_is_nothing_it_hears_of(slack: Slack, bot: Any, tom: Actor) -> None:
    slack.world.alter(replace(slack.world.channels[DESK], bot_is_member=False))
    await tom.archives("deal-desk")

    assert bot.heard == []


async def test_an_owner_deletes_what_the_bot_said_and_nobody_finds_it(slack: Slack, bot: Any, tom: Actor) -> None:
    ts = (await bot.call("chat.postMessage", channel=SALES, text="a"))["ts"]
    message = slack.messages("sales")[-1]
    with pytest.raises(LookupError, match="cant_delete_message"):
        await slack.person("maya").deletes(message)
    await tom.deletes(message)

    assert (await bot.call("chat.getPermalink", channel=SALES, message_ts=ts))["error"] == "message_not_found"
    assert (await bot.call("chat.update", channel=SALES, ts=ts, text="b"))["error"] == "message_not_found"
    assert (await bot.call("reactions.add", channel=SALES, timestamp=ts, name="eyes"))["error"] == "message_not_found"
    assert ts not in [each["ts"] for each in (await bot.call("conversations.history", channel=SALES))["messages"]]
    assert bot.heard == []


@pytest.mark.parametrize(("channel", "subscription"), [("sales", "message.channels"), ("deal-desk", "message.groups")])
async def test_a_bot_that_listens_to_messages_hears_of_a_deleted_one(
    slack: Slack, bot: Any, tom: Actor, channel: str, subscription: str
) -> None:
    subscribe(slack, subscription)
    said = await tom.says("Never mind", channel=channel)
    await tom.deletes(said)

    assert said.message is not None
    heard = bot.heard[-1]["event"]
    assert (heard["type"], heard["subtype"], heard["deleted_ts"]) == ("message", "message_deleted", said.message.ts)
    assert heard["previous_message"]["text"] == "Never mind"


async def test_an_app_may_be_installed_without_reading_what_stands_in_channels(slack: Slack, bot: Any) -> None:
    slack.install(slack.installed.without(*HISTORY))

    refused = await bot.call("conversations.history", channel=SALES)
    assert (refused["error"], refused["needed"].split(",")[0]) == ("missing_scope", "channels:history")
    assert (await bot.call("chat.postMessage", channel=SALES, text="a"))["ok"]


async def test_every_answer_names_the_scopes_that_were_granted(slack: Slack, bot: Any) -> None:
    slack.install(slack.installed.without(*HISTORY))
    headers = {"Authorization": f"Bearer {slack.workspace.bot_token}"}

    async with bot.session.post(f"{slack.api_url}auth.test", headers=headers) as answer:
        granted = set(answer.headers["x-oauth-scopes"].split(","))
    async with bot.session.post(f"{slack.api_url}users.info", headers=headers) as answer:
        needed = answer.headers["x-accepted-oauth-scopes"]

    assert granted == slack.installed.scopes
    assert granted.isdisjoint(HISTORY)
    assert needed == "users:read"
