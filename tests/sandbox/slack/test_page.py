"""The page's other half, over HTTP as a browser speaks to it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.slack import Slack
from sandbox.slack.page import Page
from sandbox.slack.page_state import Press

MAYA, TOM, KEN, SALES = "U01MAYA4K2P", "U04TOMB3ZRT", "U06KENT8NWD", "C01SALES4KD"
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Find"},
    "submit": {"type": "plain_text", "text": "Search"},
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


class Browser:
    """What a page does."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url

    async def state(self, person: str = MAYA) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/page/state", params={"as": person}) as answer:
            body: dict[str, Any] = await answer.json()
            return body

    async def post(self, what: str, person: str = MAYA, **body: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.url}/page/{what}", json={"as": person} | body) as answer:
            outcome: dict[str, Any] = await answer.json()
            return outcome


@pytest.fixture
async def pressed() -> list[str]:
    return []


@pytest.fixture
async def slack(pressed: list[str]) -> AsyncIterator[Slack]:
    slack = Slack()

    async def press(person: str) -> None:
        pressed.append(person)

    words = {"label": "Accept", "effect": "Accepts", "label_fr": "Accepter", "effect_fr": "Accepte"}
    presses = [Press(id="accept", group="customer", act=press, **words)]
    Page(slack, presses=presses).mount()
    async with slack:
        yield slack


@pytest.fixture
async def browser(slack: Slack) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession() as session:
        yield Browser(session, slack.url)


async def test_each_person_sees_their_own_channels_and_messages(browser: Browser) -> None:
    maya, ken = await browser.state(MAYA), await browser.state(KEN)

    assert maya["people"][0]["id"] == MAYA
    assert len(maya["people"]) == 6
    assert [channel["name"] for channel in ken["channels"]] == ["northwind"]
    assert ken["channels"][0]["shared"]
    kinds = {channel["name"]: channel["kind"] for channel in maya["channels"]}
    assert (kinds["Partner Bot"], kinds["deal-desk"], kinds["sales"]) == ("dm", "private", "channel")
    assert maya["messages"][SALES][-1]["user"] == {"id": "U00GUIDE1SB", "name": "Guide", "bot": False}
    assert [command["command"] for command in maya["commands"]] == ["/partner"]
    assert {shortcut["callback_id"] for shortcut in maya["shortcuts"]} >= {"invite_in_thread", "create_invite"}


async def test_a_command_typed_on_the_page_is_answered_for_its_typist_alone(browser: Browser, bot: Any) -> None:
    async def react(payload: dict[str, Any]) -> None:
        await bot.respond(payload, text="Choose", blocks=[{"type": "actions", "elements": [BUTTON]}])

    bot.react = react
    assert await browser.post("say", channel=SALES, text="/partner help") == {"ok": True}
    await bot.slack.wait_for(lambda: bot.slack.world.happenings)

    message = (await browser.state(MAYA))["messages"][SALES][-1]
    assert (message["text"], message["only_you"], message["user"]["bot"]) == ("Choose", True, True)
    assert (await browser.state(TOM))["messages"][SALES][-1]["ts"] != message["ts"]

    bot.react = None
    block = message["blocks"][0]
    place = {"channel": SALES, "ts": message["ts"], "view_id": None, "block_id": block["block_id"]}
    assert await browser.post("press", **place, action_id="go") == {"ok": True}
    assert bot.heard[-1]["actions"][0]["action_id"] == "go"
    assert (await browser.post("press", TOM, **place, action_id="go"))["error"] == "message_not_found"
    assert await browser.post("dismiss", channel=SALES, ts=message["ts"]) == {"ok": True}
    assert (await browser.state(MAYA))["messages"][SALES][-1]["user"]["name"] == "Guide"


async def test_what_one_person_alone_sees_is_no_reply(browser: Browser, bot: Any) -> None:
    await browser.post("say", channel=SALES, text="Who knows Contoso?")
    root = (await browser.state())["messages"][SALES][-1]["ts"]
    await bot.call("chat.postMessage", channel=SALES, text="We do.", thread_ts=root)

    await bot.call("chat.postEphemeral", channel=SALES, text="Only for you.", thread_ts=root, user=MAYA)
    shown = {message["text"]: message for message in (await browser.state())["messages"][SALES]}

    assert shown["Only for you."]["only_you"]
    assert shown["Who knows Contoso?"]["reply_count"] == 1
    assert bot.slack.complaints == []


async def test_what_one_person_alone_is_to_see_in_a_thread_that_nobody_began_is_a_mistake(
    browser: Browser, bot: Any
) -> None:
    await browser.post("say", channel=SALES, text="Who knows Contoso?")
    root = (await browser.state())["messages"][SALES][-1]["ts"]

    await bot.call("chat.postEphemeral", channel=SALES, text="Only for you.", thread_ts=root, user=MAYA)

    assert "in a thread that nobody has begun" in bot.slack.complaints[0]


async def test_slacks_own_refusals_come_back_as_errors(browser: Browser, bot: Any) -> None:
    threaded = await browser.post("say", channel=SALES, thread_ts="1.0", text="/partner help")
    unknown = await browser.post("say", channel=SALES, text="/remind me")
    foreign = await browser.post("say", KEN, channel=SALES, text="hello")
    archived = await browser.post("say", channel="C06ARCHIVE5", text="hello")

    assert threaded["error"] == "slash_commands_not_supported_in_threads"
    assert unknown["error"] == "invalid_command"
    assert foreign["error"] == "channel_not_found"
    assert archived["error"] == "is_archived"
    assert bot.heard == []


async def test_a_modal_is_shown_and_submitted(browser: Browser, bot: Any) -> None:
    async def react(payload: dict[str, Any]) -> None:
        if payload["type"] == "shortcut":
            await bot.call("views.open", trigger_id=payload["trigger_id"], view=MODAL)

    bot.react = react
    assert await browser.post("shortcut", callback_id="create_invite") == {"ok": True}
    await bot.slack.wait_for(lambda: bot.slack.world.views[MAYA])

    view = (await browser.state())["views"][0]
    assert (view["title"], view["submit"], view["close"]) == ("Find", "Search", None)
    assert (await browser.state(TOM))["views"] == []
    assert "what" in (await browser.post("submit", view_id=view["id"], values={}))["errors"]
    values = {"what": {"text": {"type": "plain_text_input", "value": "Contoso"}}}
    assert await browser.post("submit", view_id=view["id"], values=values) == {"ok": True}
    assert (await browser.state())["views"] == []
    assert (await browser.post("close", view_id=view["id"]))["error"] == "view_not_found"


async def test_a_message_shortcut_carries_the_message(browser: Browser, bot: Any) -> None:
    message = (await browser.state())["messages"][SALES][0]
    await browser.post("shortcut", callback_id="look_up_customer", channel=SALES, ts=message["ts"])

    assert bot.heard[0]["type"] == "message_action"
    assert bot.heard[0]["message"]["text"] == message["text"]


async def test_faults_and_presses_work(browser: Browser, slack: Slack, pressed: list[str]) -> None:
    assert await browser.post("fault", id="redeliver", on=True) == {"ok": True}
    assert [fault["id"] for fault in (await browser.state())["faults"] if fault["on"]] == ["redeliver"]
    assert await browser.post("faults/clear") == {"ok": True}
    assert not slack.faults.is_on("redeliver")
    assert (await browser.post("fault", id="earthquake", on=True))["error"] == "no_such_fault"
    assert await browser.post("scenario", id="accept") == {"ok": True}
    assert pressed == [MAYA]


async def test_the_page_is_told_the_sandboxs_time(browser: Browser, slack: Slack) -> None:
    slack.world.now = lambda: 1_795_442_700.0

    assert (await browser.state())["now"] == 1_795_442_700.0


async def test_an_owner_deletes_a_message_of_the_bot(browser: Browser, bot: Any) -> None:
    ts = (await bot.call("chat.postMessage", channel=SALES, text="news"))["ts"]

    assert (await browser.post("delete", channel=SALES, ts=ts))["error"] == "cant_delete_message"
    assert await browser.post("delete", TOM, channel=SALES, ts=ts) == {"ok": True}
    assert (await browser.state())["messages"][SALES][-1]["ts"] != ts


async def test_what_slack_refused_is_shown_until_dismissed(browser: Browser, bot: Any) -> None:
    await bot.call("chat.postMessage", channel=SALES, text="a", blocks=[{"type": "sidebar"}])
    refusal = (await browser.state())["refusals"][0]

    assert (refusal["method"], refusal["error"]) == ("chat.postMessage", "invalid_blocks")
    assert "unsupported type: sidebar" in refusal["detail"]
    await browser.post("refusal/dismiss", id=refusal["id"])
    assert (await browser.state())["refusals"] == []


async def test_every_change_is_told_to_open_pages(browser: Browser, bot: Any) -> None:
    async with browser.session.get(f"{browser.url}/page/events", params={"as": MAYA}) as stream:
        first = json.loads((await stream.content.readline()).removeprefix(b"data: "))
        await stream.content.readline()
        await bot.call("chat.postMessage", channel=SALES, text="news")
        second = json.loads((await stream.content.readline()).removeprefix(b"data: "))

    assert stream.content_type == "text/event-stream"
    assert second["version"] > first["version"]


async def test_other_sites_cannot_post(browser: Browser) -> None:
    async with browser.session.post(f"{browser.url}/page/say", data="a") as answer:
        assert answer.status == 415
    assert (await browser.post("say", "U0", channel=SALES, text="a"))["ok"] is False


@pytest.mark.parametrize(
    ("what", "body"), [("fault", {"id": "blocks_refused", "on": False}), ("faults/clear", {})], ids=["off", "all off"]
)
async def test_what_a_fault_refused_is_shown_only_while_the_fault_is_on(
    browser: Browser, bot: Any, what: str, body: dict[str, Any]
) -> None:
    table = {"type": "data_table", "caption": "Partners", "rows": [[{"type": "raw_text", "text": "Name"}]] * 2}
    await browser.post("fault", id="blocks_refused", on=True)
    await bot.call("chat.postMessage", channel=SALES, text="Partners", blocks=[table])
    await bot.call("chat.postMessage", channel=SALES, text="Mine", blocks=[{"type": "no such block"}])
    shown = [refusal["error"] for refusal in (await browser.state())["refusals"]]

    await browser.post("fault", id="slack_error", on=True)
    during = len((await browser.state())["refusals"])
    await browser.post(what, **body)
    await browser.post("fault", id="blocks_refused", on=True)
    left = (await browser.state())["refusals"]

    assert shown == ["invalid_blocks", "invalid_blocks"]
    assert during == 2
    assert ["no such block" in str(refusal["blocks"]) for refusal in left] == [True]
    assert len(bot.slack.complaints) == 1
