"""What a person can do on the page: press, answer a window, open a thread, switch faults."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.cards import invite_window
from tests.browser.conftest import OpenPage
from tests.browser.conversation import BOT, message
from tests.browser.page_server import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_pressed_button_is_busy_until_the_app_acknowledged(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page_server.hold = asyncio.Event()
    page = await open_page(page_server.address)
    button = page.get_by_role("button", name="Share in channel")

    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await button.click(force=True)
    page_server.hold.set()
    await expect(button).not_to_have_attribute("aria-busy", "true")

    (pressed,) = page_server.bodies("press")
    assert pressed["block_id"] == "card"
    assert pressed["action_id"] == "share"
    assert pressed["channel"] == "C01SALES"


async def test_a_press_the_app_did_not_acknowledge_in_time_says_so(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page_server.answers["press"] = lambda _: {"ok": False, "error": "operation_timeout"}
    page = await open_page(page_server.address)

    await page.get_by_role("button", name="Share in channel").click()

    await expect(page.get_by_role("alert")).to_have_text("The app did not answer in time (operation_timeout).")


async def test_a_menu_and_an_overflow_send_what_was_chosen(open_page: OpenPage, page_server: PageServer) -> None:
    page = await open_page(page_server.address)

    await page.get_by_label("Show", exact=True).select_option("waiting")
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Pause").click()
    await expect(page.get_by_role("menu")).to_have_count(0)

    assert [body["selected"] for body in page_server.bodies("press")] == ["waiting", "pause"]


async def test_wrong_fields_are_named_marked_and_the_first_is_focused(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page_server.answers["submit"] = lambda _: {"ok": False, "errors": {"company": "Type a company or a domain."}}
    page_server.state("U01MAYA")["views"].append(invite_window())
    page = await open_page(page_server.address)
    company = page.get_by_label("Company or main domain")
    await expect(company).to_be_focused()

    await page.get_by_label("Note for colleagues").fill("40 seats")
    await page.get_by_role("radio", name="French").check()
    await page.get_by_label("Channel to post in").select_option("C02CONTOSO")
    await page.get_by_role("button", name="Post invitation").click()

    await expect(company).to_be_focused()
    await expect(company).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_role("alert")).to_contain_text("Company or main domain")
    await expect(page.get_by_text("Type a company or a domain.")).to_be_visible()
    (sent,) = page_server.bodies("submit")
    assert sent["view_id"] == "V1"
    assert sent["values"]["company"]["value"] == {"type": "plain_text_input", "value": None}
    assert sent["values"]["note"]["value"]["value"] == "40 seats"
    assert sent["values"]["language"]["value"]["selected_option"]["value"] == "fr"
    assert sent["values"]["channel"]["value"] == {"type": "conversations_select", "selected_conversation": "C02CONTOSO"}


async def test_a_window_on_top_of_another_shows_the_way_and_the_lower_one_keeps_its_text(
    open_page: OpenPage, page_server: PageServer
) -> None:
    views = page_server.state("U01MAYA")["views"]
    views.append(invite_window())
    page = await open_page(page_server.address)
    await page.get_by_label("Note for colleagues").fill("40 seats")

    views.append(invite_window("V2") | {"title": "Text for the customer"})
    page_server.changed()
    await expect(page.get_by_role("list", name="Open windows")).to_contain_text("Text for the customer")
    page_server.answers["close"] = lambda _: (views.pop(), {"ok": True})[1]
    await page.keyboard.press("Escape")

    await expect(page.get_by_label("Note for colleagues")).to_have_value("40 seats")
    assert page_server.bodies("close") == [{"as": "U01MAYA", "view_id": "V2"}]


async def test_a_danger_asks_first_with_the_safe_choice_focused(open_page: OpenPage, page_server: PageServer) -> None:
    page = await open_page(page_server.address)
    await page.get_by_role("button", name="2 replies").click()
    close = page.locator("#thread").get_by_role("button", name="Close", exact=True)

    await close.click()
    await expect(page.get_by_role("button", name="Keep waiting")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(close).to_be_focused()
    assert page_server.bodies("press") == []
    await close.click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Close", exact=True).click()

    await expect(page.get_by_role("alertdialog")).to_have_count(0)
    assert [body["action_id"] for body in page_server.bodies("press")] == ["close"]


async def test_a_thread_opens_and_offers_a_mention_in_place_of_a_slash_command(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page = await open_page(page_server.address)
    await page.get_by_role("button", name="2 replies").click()
    thread = page.get_by_role("complementary", name="Thread: Had a good call with contoso.com")
    await expect(thread.get_by_role("heading", level=2)).to_be_focused()
    box = thread.get_by_role("textbox", name="Reply in thread")

    await box.fill("/partner customer contoso.com")
    await box.press("Enter")
    await expect(thread.get_by_text("/partner is not supported in threads. Sorry!")).to_be_visible()
    await thread.get_by_role("button", name="Write @Partner Bot customer contoso.com").click()
    await box.press("Enter")
    await expect(box).to_have_value("")

    (said,) = page_server.bodies("say")
    assert said["text"] == "@Partner Bot customer contoso.com"
    assert said["thread_ts"] == page_server.state("U01MAYA")["messages"]["C01SALES"][1]["ts"]


async def test_a_message_shortcut_goes_with_the_message_it_was_chosen_on(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page = await open_page(page_server.address)
    await page.get_by_role("article", name="Priya Raman").hover()

    await page.get_by_role("button", name="Actions for message from Priya Raman").click()
    await page.get_by_role("menuitem", name="Look up customer").click()
    await expect(page.get_by_role("menu")).to_have_count(0)

    (asked,) = page_server.bodies("shortcut")
    assert asked["callback_id"] == "look_up_customer"
    assert asked["ts"] == page_server.state("U01MAYA")["messages"]["C01SALES"][1]["ts"]


async def test_what_slack_refuses_stands_outside_the_conversation(open_page: OpenPage, page_server: PageServer) -> None:
    refusal = {
        "id": "R1",
        "method": "chat.postMessage",
        "error": "invalid_blocks",
        "detail": "/blocks/3",
        "blocks": [1],
    }
    page_server.state("U01MAYA")["refusals"].append(refusal)
    page = await open_page(page_server.address)
    strip = page.get_by_role("region", name="Calls that Slack refused")

    await strip.get_by_role("button", name="Show JSON").click()

    await expect(strip).to_contain_text("Slack refused this call: chat.postMessage invalid_blocks, /blocks/3")
    await expect(strip.locator("pre")).to_be_visible()
    await expect(page.get_by_role("log").get_by_text("invalid_blocks")).to_have_count(0)


async def test_a_fault_is_switched_and_counted_and_all_go_off_with_one_press(
    open_page: OpenPage, page_server: PageServer
) -> None:
    faults = page_server.state("U01MAYA")["faults"]
    page_server.answers["fault"] = lambda body: (faults[0].update(on=body["on"]), {"ok": True})[1]
    page = await open_page(page_server.address)

    await page.get_by_role("button", name="Scenarios").click()
    await page.get_by_role("switch", name="Slow Microsoft").check(force=True)
    await expect(page.get_by_role("banner", name="Sandbox controls").get_by_text("1 fault on")).to_be_visible()
    await page.get_by_role("banner", name="Sandbox controls").get_by_role("button", name="Turn all off").click()
    await page.get_by_role("button", name="Accept").click()
    await expect(page.get_by_text("Done", exact=True)).to_be_visible()

    assert page_server.bodies("fault") == [{"as": "U01MAYA", "id": "slow", "on": True}]
    assert page_server.bodies("faults/clear") == [{"as": "U01MAYA"}]
    assert page_server.bodies("scenario") == [{"as": "U01MAYA", "id": "accept"}]


async def test_a_new_message_leaves_focus_and_half_typed_text_alone(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page = await open_page(page_server.address)
    table_filter = page.get_by_label("Filter rows")
    await table_filter.fill("adatum")

    page_server.state("U01MAYA")["messages"]["C01SALES"].append(message(0, BOT, "Something new"))
    page_server.changed()
    await expect(page.get_by_text("Something new")).to_be_visible()

    await expect(table_filter).to_be_focused()
    await expect(table_filter).to_have_value("adatum")
