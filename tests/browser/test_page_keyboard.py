"""The page without a mouse."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.conversation import HINT
from tests.browser.page_server import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_first_ten_seconds_need_no_mouse(open_page: OpenPage, page_server: PageServer) -> None:
    page = await open_page(page_server.address)
    box = page.get_by_role("textbox", name="Message #sales")
    await expect(box).to_be_focused()

    await page.keyboard.press("Shift+F6")
    await expect(page.get_by_role("article", name="Guide")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="See a customer /partner")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(box).to_be_focused()
    await expect(box).to_have_value("")

    assert [body["text"] for body in page_server.bodies("say")] == ["/partner customer contoso.com"]


async def test_f6_goes_round_the_parts_and_escape_closes_one_layer(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page = await open_page(page_server.address)
    await page.get_by_role("button", name="Scenarios").click()
    await page.get_by_role("button", name="2 replies").click()
    where = "document.activeElement.closest('#topbar, #sidebar, #messages, #composer, #thread, #scenarios').id"

    passed = []
    for _ in range(6):
        await page.keyboard.press("F6")
        passed.append(await page.evaluate(where))
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()
    await expect(page.locator("#scenarios")).to_be_visible()
    await page.keyboard.press("Escape")

    assert passed == ["scenarios", "topbar", "sidebar", "messages", "composer", "thread"]
    await expect(page.locator("#scenarios")).to_be_hidden()


async def test_arrows_move_between_messages_and_letters_work_only_there(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page = await open_page(page_server.address)
    await page.get_by_role("article", name="Guide").focus()

    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    card = page.locator("article", has=page.get_by_role("button", name="Share in channel"))
    await expect(card).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Relationships", exact=True)).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Share in channel")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(card).to_be_focused()
    await page.keyboard.press("Home")
    await page.keyboard.press("m")
    await expect(page.get_by_role("menuitem", name="Reply in thread")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("t")

    await expect(page.get_by_role("complementary", name="Thread: Morning all.")).to_be_visible()


async def test_tab_passes_the_messages_with_one_stop(open_page: OpenPage, page_server: PageServer) -> None:
    page = await open_page(page_server.address)
    await page.get_by_role("article", name="Guide").focus()

    await page.keyboard.press("Tab")

    assert await page.evaluate("document.activeElement.closest('#composer') !== null")


async def test_a_slash_completes_the_command_with_its_hint_and_nothing_more(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page = await open_page(page_server.address)

    await page.keyboard.type("/")
    box = page.get_by_role("combobox", name="Message #sales")
    offered = page.get_by_role("listbox").get_by_role("option")
    await expect(offered).to_have_text([f"/partner {HINT}Look up customers"])
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("/partner ")

    for text in ("rel", "ationships ", "fab"):
        await page.keyboard.type(text)
        await expect(offered).to_have_text([f"/partner {HINT}Look up customers"])
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/partner relationships fab")
    await page.keyboard.type("rikam.com")
    await page.keyboard.press("Enter")
    await expect(page.locator("#composer textarea")).to_have_value("")
    await page.keyboard.press("ArrowUp")

    await expect(page.locator("#composer textarea")).to_have_value("/partner relationships fabrikam.com")
    assert [body["text"] for body in page_server.bodies("say")] == ["/partner relationships fabrikam.com"]


@pytest.mark.parametrize(
    ("language", "hint"),
    [("en", "Enter sends, / completes to /partner"), ("fr", "Entrée envoie, / se complète en /partner")],
)
async def test_the_composer_promises_no_more_than_it_completes(
    open_page: OpenPage, page_server: PageServer, language: str, hint: str
) -> None:
    page = await open_page(f"{page_server.address}?lang={language}", width=375)

    await expect(page.locator(".composer-hint").first).to_have_text(hint)


async def test_a_mention_completes_the_bots_name_alone(open_page: OpenPage, page_server: PageServer) -> None:
    page = await open_page(page_server.address)

    await page.keyboard.type("@pa")
    await expect(page.get_by_role("listbox").get_by_role("option")).to_have_text(["@Partner Bot"])
    await page.keyboard.press("Tab")
    await expect(page.locator("#composer textarea")).to_have_value("@Partner Bot ")
    await page.keyboard.type("cust")

    await expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(0)


@pytest.mark.parametrize("text", ["/part", "/partner c", "/other", "hello", "/partner  "])
async def test_what_is_completed_is_only_what_slack_completes(
    open_page: OpenPage, page_server: PageServer, text: str
) -> None:
    page = await open_page(page_server.address)

    await page.keyboard.type(text)

    await expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1 if text.startswith("/part") else 0)


async def test_a_name_that_begins_like_a_sample_is_sent_as_typed(open_page: OpenPage, page_server: PageServer) -> None:
    page = await open_page(page_server.address)

    await page.keyboard.type("/partner customer con")
    await page.keyboard.press("Enter")
    await expect(page.locator("#composer textarea")).to_have_value("")

    assert [body["text"] for body in page_server.bodies("say")] == ["/partner customer con"]


async def test_the_keys_are_listed_on_a_question_mark_outside_text(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page = await open_page(page_server.address)
    await page.keyboard.type("?")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    guide = page.get_by_role("article", name="Guide")
    await guide.focus()

    await page.keyboard.type("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await page.keyboard.press("Escape")

    await expect(guide).to_be_focused()
