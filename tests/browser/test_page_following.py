"""What following things over days needs of the page: time that passes, long threads, edits, reactions, choices."""

import pytest
from playwright.async_api import expect

from tests.browser.cards import choosing_window
from tests.browser.conftest import OpenPage
from tests.browser.conversation import BOT, NOW, by, message
from tests.browser.page_server import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DAY = 86_400


async def test_today_is_yesterday_when_the_sandboxs_clock_has_gone_on(
    open_page: OpenPage, page_server: PageServer
) -> None:
    state = page_server.state("U01MAYA")
    stamp = {"type": "mrkdwn", "text": f"Sent: <!date^{NOW}^{{date_short_pretty}}|then>, <!date^{NOW}^{{ago}}|then>"}
    card = [{"type": "section", "text": stamp}]
    state["messages"]["C01SALES"].append(message(0.5, BOT, "Invitation", blocks=card))
    page = await open_page(page_server.address)
    last = page.locator("#messages article .text").last
    await expect(last).to_contain_text("Sent: today")
    await expect(page.get_by_title("The sandbox’s clock")).to_have_count(0)

    state["now"] += DAY
    page_server.changed()

    await expect(last).to_have_text("Sent: yesterday, yesterday")
    await expect(page.locator(".day").last).to_have_text("Yesterday")
    await expect(page.get_by_title("The sandbox’s clock")).to_be_visible()


async def test_a_long_thread_is_drawn_to_its_end(open_page: OpenPage, page_server: PageServer) -> None:
    state = page_server.state("U01MAYA")
    root = message(80, BOT, "25 changes at once", reply_count=60)
    replies = [message(79 - n, BOT, f"Change {n}", thread_ts=root["ts"]) for n in range(60)]
    state["messages"]["C01SALES"] += [root, *replies]
    page = await open_page(page_server.address)

    await page.get_by_role("button", name="60 replies").click()
    thread = page.get_by_role("complementary", name="Thread")

    await expect(thread.get_by_role("article")).to_have_count(61)
    await expect(thread.get_by_text("Change 59", exact=True)).to_be_in_viewport()


async def test_a_reaction_and_an_edit_are_seen_on_a_card(open_page: OpenPage, page_server: PageServer) -> None:
    card = [{"type": "section", "text": {"type": "mrkdwn", "text": "State: accepted"}}]
    accepted = message(0.5, BOT, "Accepted", blocks=card, edited=True)
    accepted["reactions"] = [{"name": "white_check_mark", "count": 1}]
    page_server.state("U01MAYA")["messages"]["C01SALES"].append(accepted)
    page = await open_page(page_server.address)
    article = page.locator("#messages article").last

    await expect(article.get_by_text("(edited)")).to_be_visible()
    await expect(article.get_by_role("img", name="white check mark")).to_be_visible()


async def test_several_things_are_chosen_in_one_window(open_page: OpenPage, page_server: PageServer) -> None:
    page_server.state("U01MAYA")["views"].append(choosing_window())
    page = await open_page(page_server.address)
    topics = page.get_by_role("group", name="Topics")
    await expect(topics).to_contain_text("Seldom")

    await topics.get_by_role("checkbox", name="Security").check()
    await topics.get_by_role("checkbox", name="Customers").check()
    await page.get_by_role("group", name="Ticked").get_by_role("checkbox", name="Customers").uncheck()
    await page.get_by_role("group", name="Channels").get_by_role("checkbox", name="#northwind").check()
    await page.get_by_label("Owner").select_option("U04TOM")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Save")).not_to_have_attribute("aria-busy", "true")

    (sent,) = page_server.bodies("submit")
    values = {block: entry["value"] for block, entry in sent["values"].items()}
    assert [option["value"] for option in values["topics"]["selected_options"]] == ["customers", "security"]
    assert values["topics"]["type"] == "multi_static_select"
    assert values["ticked"] == {"type": "checkboxes", "selected_options": []}
    assert values["channels"]["selected_conversations"] == ["C01SALES", "C03NORTHWIND"]
    assert values["owner"] == {"type": "users_select", "selected_user": "U04TOM"}


async def test_an_owner_deletes_a_message_and_others_their_own(open_page: OpenPage, page_server: PageServer) -> None:
    for person in ("U01MAYA", "U04TOM"):
        said = [message(0.6, by("U01MAYA"), "Never mind"), message(0.5, BOT, "Invitation for Adatum")]
        page_server.state(person)["messages"]["C01SALES"] += said
    page = await open_page(page_server.address)
    entry = page.get_by_role("menuitem", name="Delete message")

    async def open_menu(text: str) -> None:
        article = page.locator("#messages article").filter(has_text=text)
        await article.hover()
        await article.get_by_role("button", name="Actions for message").click()

    await open_menu("Invitation for Adatum")
    await expect(entry).to_have_count(0)
    await page.keyboard.press("Escape")
    await open_menu("Never mind")
    await expect(entry).to_be_visible()

    await page.get_by_label("Acting as", exact=True).select_option("U04TOM")
    await open_menu("Invitation for Adatum")
    await entry.click()

    (asked,) = page_server.bodies("delete")
    assert (asked["as"], asked["channel"]) == ("U04TOM", "C01SALES")
    assert asked["ts"] == page_server.state("U04TOM")["messages"]["C01SALES"][-1]["ts"]
