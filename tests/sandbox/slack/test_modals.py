"""What an ack can do to a modal, and what choosing in menus sends."""

import copy
from typing import Any

import pytest

from sandbox.slack import Modal, Slack


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(text: str) -> dict[str, Any]:
    return {"text": plain(text), "value": text.lower()}


LANGUAGE = {
    "type": "input",
    "block_id": "language",
    "label": plain("Language"),
    "element": {
        "type": "radio_buttons",
        "action_id": "choice",
        "options": [option("English"), option("French")],
        "initial_option": option("English"),
    },
}
CHANNEL = {
    "type": "input",
    "block_id": "channel",
    "label": plain("Channel"),
    "element": {"type": "conversations_select", "action_id": "choice", "response_url_enabled": True},
}
MENU = {
    "type": "actions",
    "block_id": "menu",
    "elements": [{"type": "static_select", "action_id": "which", "options": [option("Mine"), option("All")]}],
}
SEARCH = {
    "type": "section",
    "block_id": "search",
    "text": plain("Customer"),
    "accessory": {"type": "external_select", "action_id": "customer", "placeholder": plain("Search")},
}


def modal(*blocks: dict[str, Any], title: str = "One", **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain(title), "submit": plain("Go"), "blocks": copy.deepcopy(list(blocks))} | more


def choice(label: str, kind: str, **more: Any) -> dict[str, Any]:
    element = {"type": kind, "action_id": "choice"} | more
    return {"type": "input", "block_id": kind, "label": plain(label), "element": element, "optional": True}


SEVERAL = [option("Customers"), option("Invoices"), option("Security")]


async def opened(slack: Slack, bot: Any, view: dict[str, Any]) -> Modal:
    asked = await slack.person("maya").types("/partner invite")
    assert (await bot.call("views.open", trigger_id=asked.payload["trigger_id"], view=view))["ok"]
    return await asked.modal()


async def test_what_stands_in_a_form_is_submitted_with_it(slack: Slack, bot: Any) -> None:
    window = await opened(slack, bot, modal(LANGUAGE, CHANNEL, private_metadata="kept"))
    sent = await slack.person("maya").submits(window, {"Channel": "#sales"})

    view = sent.payload["view"]
    assert view["private_metadata"] == "kept"
    assert view["state"]["values"]["language"]["choice"]["selected_option"] == option("English")
    assert sent.payload["response_urls"][0]["channel_id"] == slack.world.channel_named("sales")


@pytest.mark.parametrize(
    ("kind", "more", "filled_in", "key", "kept"),
    [
        ("checkboxes", {"options": SEVERAL}, ["Customers", "security"], "selected_options", [SEVERAL[0], SEVERAL[2]]),
        ("multi_static_select", {"options": SEVERAL}, ["Invoices"], "selected_options", [SEVERAL[1]]),
        (
            "multi_conversations_select",
            {},
            ["#sales", "random"],
            "selected_conversations",
            ["C01SALES4KD", "C04RANDOM9Q"],
        ),
        ("multi_users_select", {}, ["maya"], "selected_users", ["U01MAYA4K2P"]),
        ("users_select", {}, "@tom", "selected_user", "U04TOMB3ZRT"),
        ("radio_buttons", {"options": SEVERAL}, "Invoices", "selected_option", SEVERAL[1]),
    ],
)
async def test_a_choice_is_submitted_as_its_kind_of_field_keeps_it(
    slack: Slack, bot: Any, kind: str, more: dict[str, Any], filled_in: Any, key: str, kept: Any
) -> None:
    window = await opened(slack, bot, modal(choice("Topics", kind, **more)))
    sent = await slack.person("maya").submits(window, {"Topics": filled_in})

    assert sent.ok
    assert sent.payload["view"]["state"]["values"][kind]["choice"] == {"type": kind, key: kept}


@pytest.mark.parametrize("kind", ["checkboxes", "multi_static_select"])
async def test_what_was_chosen_beforehand_stays_chosen_and_nothing_is_an_empty_list(
    slack: Slack, bot: Any, kind: str
) -> None:
    untouched = choice("Topics", kind, options=SEVERAL, initial_options=SEVERAL[:1])
    sent = await slack.person("maya").submits(await opened(slack, bot, modal(untouched)))
    assert sent.payload["view"]["state"]["values"][kind]["choice"]["selected_options"] == SEVERAL[:1]

    emptied = await opened(slack, bot, modal(untouched))
    sent = await slack.person("maya").submits(emptied, {"Topics": []})
    assert sent.payload["view"]["state"]["values"][kind]["choice"]["selected_options"] == []


@pytest.mark.parametrize(("action", "count"), [("update", 1), ("push", 2)])
async def test_an_ack_can_show_another_modal(slack: Slack, bot: Any, action: str, count: int) -> None:
    maya = slack.person("maya")
    window = await opened(slack, bot, modal(LANGUAGE))
    bot.ack = {"response_action": action, "view": modal(MENU, title="Two")}
    sent = await maya.submits(window, {"Language": "French"})

    assert sent.ok
    assert (await sent.modal()).title == "Two"
    assert len(slack.world.views[maya.id]) == count


async def test_an_ack_can_clear_all_modals(slack: Slack, bot: Any) -> None:
    maya = slack.person("maya")
    window = await opened(slack, bot, modal(LANGUAGE))
    bot.ack = {"response_action": "push", "view": modal(LANGUAGE, title="Two")}
    second = await (await maya.submits(window)).modal()
    bot.ack = {"response_action": "clear"}

    assert (await maya.submits(second)).ok
    assert slack.world.views[maya.id] == []


@pytest.mark.parametrize(
    "ack",
    [
        {"response_action": "shrug"},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "errors", "errors": {"nowhere": "Wrong"}},
        "Thank you",
    ],
)
async def test_an_ack_that_slack_would_not_understand_is_noted(slack: Slack, bot: Any, ack: Any) -> None:
    window = await opened(slack, bot, modal(LANGUAGE))
    bot.ack = ack
    await slack.person("maya").submits(window)

    assert len(slack.complaints) == 1
    assert window.is_open


async def test_a_submission_without_an_ack_leaves_the_modal(slack: Slack, bot: Any) -> None:
    window = await opened(slack, bot, modal(LANGUAGE))
    bot.status = 500
    sent = await slack.person("maya").submits(window)

    assert (sent.ok, sent.error) == (False, "dispatch_failed")
    assert window.is_open


async def test_closing_is_told_only_where_it_was_asked_for(slack: Slack, bot: Any) -> None:
    maya = slack.person("maya")
    await maya.closes(await opened(slack, bot, modal(LANGUAGE)))
    assert bot.heard[-1].get("type") != "view_closed"

    window = await opened(slack, bot, modal(LANGUAGE, notify_on_close=True))
    await maya.closes(window)
    assert bot.heard[-1]["type"] == "view_closed"
    assert not window.is_open


async def test_choosing_in_a_menu_is_an_action_with_the_option(slack: Slack, bot: Any) -> None:
    window = await opened(slack, bot, modal(MENU))
    chosen = await slack.person("maya").chooses(window, "which", "All")

    action = chosen.payload["actions"][0]
    assert (action["type"], action["selected_option"]["value"]) == ("static_select", "all")
    assert chosen.payload["view"]["state"]["values"]["menu"]["which"]["selected_option"]["value"] == "all"
    assert "response_url" not in chosen.payload
    with pytest.raises(LookupError, match="Mine, All"):
        await slack.person("maya").chooses(window, "which", "None")


async def test_a_search_menu_asks_the_bot_for_options(slack: Slack, bot: Any) -> None:
    window = await opened(slack, bot, modal(SEARCH))
    bot.ack = {"options": [option("Contoso")]}

    assert await slack.person("maya").searches(window, "Search", "con") == [option("Contoso")]
    assert (bot.heard[-1]["type"], bot.heard[-1]["value"]) == ("block_suggestion", "con")
