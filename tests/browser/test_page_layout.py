"""Where things stand: nothing lies over another, nothing leaves the window, on a phone as on a wide screen."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.cards import choosing_window, gallery, invite_window
from tests.browser.conftest import OpenPage
from tests.browser.conversation import BOT, message
from tests.browser.geometry import OUTSIDE, OVERLAPPING, SPILLING, UNREACHABLE
from tests.browser.page_server import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDTHS = (320, 375, 768, 1440)
DAY = 86_400
LONG = "Gesellschaft für grenzüberschreitende Datenverarbeitungsdienstleistungen"

widths = pytest.mark.parametrize("width", WIDTHS)
languages = pytest.mark.parametrize("language", ["en", "fr"])


async def assert_tidy(page: Page) -> None:
    """Nothing covers, leaves, hides or spills."""
    assert await page.evaluate(OVERLAPPING) == []
    assert await page.evaluate(OUTSIDE) == []
    assert await page.evaluate(UNREACHABLE) == []
    assert await page.evaluate(SPILLING) == []


@widths
@languages
async def test_no_control_covers_another_or_leaves_the_window(
    open_page: OpenPage, page_server: PageServer, width: int, language: str
) -> None:
    state = page_server.state("U01MAYA")
    state["messages"]["C01SALES"].append(message(0.5, BOT, "Gallery", blocks=gallery()))
    page = await open_page(f"{page_server.address}?lang={language}", width=width)
    await assert_tidy(page)

    state["now"] += DAY
    for fault in state["faults"]:
        fault["on"] = True
    state["refusals"].append(
        {"id": "R1", "method": "chat.postMessage", "error": "invalid_blocks", "detail": "", "blocks": []}
    )
    page_server.changed()
    await expect(page.locator(".bar-clock")).to_be_visible()
    await assert_tidy(page)

    await page.locator("[data-focus=scenarios]").click()
    await expect(page.locator("#scenarios")).to_be_visible()
    await assert_tidy(page)
    await page.locator("[data-focus=close-scenarios]").click()

    await page.locator(".replies").first.click()
    await expect(page.locator("#thread")).to_be_visible()
    await assert_tidy(page)


@widths
@languages
async def test_a_window_of_the_bot_fits_every_screen(
    open_page: OpenPage, page_server: PageServer, width: int, language: str
) -> None:
    views = page_server.state("U01MAYA")["views"]
    views.append(invite_window())
    page = await open_page(f"{page_server.address}?lang={language}", width=width)
    await expect(page.get_by_role("dialog")).to_be_visible()
    await assert_tidy(page)

    views.append(choosing_window() | {"id": "V2", "submit": LONG[:24], "close": LONG[-24:]})
    page_server.changed()
    await expect(page.get_by_role("dialog", name="Subscribe")).to_be_visible()
    await assert_tidy(page)


@widths
async def test_long_names_take_no_room_from_others(open_page: OpenPage, page_server: PageServer, width: int) -> None:
    state = page_server.state("U01MAYA")
    for person in state["people"]:
        person["name"] = f"{person['name']} {LONG}"
    for channel in state["channels"]:
        channel["name"] = f"{channel['name']}-{LONG.lower()}"[:80]
    state["faults"][0]["label"] = state["faults"][0]["effect"] = state["presses"][0]["label"] = LONG.replace(" ", "")
    label = {"type": "plain_text", "text": LONG.replace(" ", "")[:75]}
    buttons = [
        {"type": "button", "action_id": f"b{place}", "text": label, "url": "https://example.com"} for place in (1, 2)
    ]
    state["messages"]["C01SALES"] += [
        message(0.6, {"id": "U09", "name": LONG * 2, "bot": False}, LONG.replace(" ", "") * 3),
        message(0.5, BOT, LONG, blocks=[{"type": "actions", "block_id": "long", "elements": buttons}]),
    ]
    page = await open_page(page_server.address, width=width)
    await assert_tidy(page)

    await page.locator("[data-focus=scenarios]").click()
    await expect(page.locator("#scenarios")).to_be_visible()
    await assert_tidy(page)


@widths
async def test_the_person_one_acts_as_is_read_at_every_width(
    open_page: OpenPage, page_server: PageServer, width: int
) -> None:
    state = page_server.state("U01MAYA")
    state["now"] += DAY
    state["faults"][0]["on"] = True
    page = await open_page(page_server.address, width=width)
    menu = page.get_by_label("Acting as", exact=True)
    box = await menu.bounding_box()
    assert box is not None

    needed = await page.evaluate(
        """() => {
          const menu = document.querySelector('[data-focus=person]');
          const brush = document.createElement('canvas').getContext('2d');
          brush.font = getComputedStyle(menu).font;
          const { paddingLeft, paddingRight } = getComputedStyle(menu);
          return brush.measureText('Maya Okafor (operator)').width + parseFloat(paddingLeft) + parseFloat(paddingRight);
        }"""
    )

    assert box["width"] >= needed
    for across in (0.05, 0.5, 0.95):
        x, y = box["x"] + box["width"] * across, box["y"] + box["height"] / 2
        assert await page.evaluate("([x, y]) => document.elementFromPoint(x, y).dataset.focus", [x, y]) == "person"
    await expect(page.get_by_role("button", name="Scenarios")).to_be_in_viewport(ratio=1)
