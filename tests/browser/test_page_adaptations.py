"""The page for other windows, eyes and habits: narrow, dark, still, in one's own colours."""

from typing import Literal

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.contrast import FAINT_TEXT
from tests.browser.page_server import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ENOUGH = 4.5  # https://www.w3.org/TR/WCAG22/#contrast-minimum


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_text_stands_out_from_its_ground_in_both_themes(
    open_page: OpenPage, page_server: PageServer, scheme: Literal["light", "dark"]
) -> None:
    page_server.state("U01MAYA")["faults"][0]["on"] = True
    page = await open_page(page_server.address, color_scheme=scheme)
    await page.get_by_role("button", name="2 replies").click()
    await page.get_by_role("button", name="Scenarios").click()

    faint = await page.evaluate(FAINT_TEXT, ENOUGH)

    assert faint == []


async def test_the_theme_follows_the_system_until_one_is_chosen(open_page: OpenPage, page_server: PageServer) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    page = await open_page(page_server.address, color_scheme="dark")
    assert await page.evaluate(ground) == "rgb(21, 25, 28)"

    await page.get_by_role("button", name="Light").click()
    await page.reload()
    await page.wait_for_selector("body[data-ready]")

    assert await page.evaluate(ground) == "rgb(255, 255, 255)"
    await expect(page.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("width", [900, 1200, 1440, 640])
async def test_nothing_scrolls_sideways_but_a_table_in_its_frame(
    open_page: OpenPage, page_server: PageServer, width: int
) -> None:
    page = await open_page(page_server.address, width=width)
    await page.get_by_role("button", name="2 replies").click()

    wide = await page.evaluate(
        """() => [...document.querySelectorAll('body, body *')]
             .filter((node) => !node.closest('.table-frame, .visually-hidden, select, option'))
             .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0)
             .filter((node) => !['visible', 'hidden', 'clip'].includes(getComputedStyle(node).overflowX)
                            || node.matches('body, .messages, .pane'))
             .map((node) => node.id || node.className || node.tagName)"""
    )

    assert wide == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_nothing_moves_for_people_who_asked_for_that(open_page: OpenPage, page_server: PageServer) -> None:
    page = await open_page(page_server.address, reduced_motion="reduce")
    await expect(page.locator(".dots")).to_be_visible()

    moving = await page.evaluate("document.getAnimations().length")
    await page.get_by_role("button", name="See a customer /partner").click()
    await expect(page.locator("#composer textarea")).to_have_value("")

    assert moving == 0
    assert len(page_server.bodies("say")) == 1


async def test_forced_colours_keep_the_chosen_and_the_borders_visible(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page = await open_page(page_server.address, forced_colors="active")

    chosen = page.get_by_role("button", name="sales", exact=True)
    await expect(chosen).to_have_css("outline-style", "solid")
    await expect(page.get_by_role("button", name="Share in channel")).to_have_css("border-top-style", "solid")
    await expect(page.locator(".only-you").first).to_have_css("border-left-style", "dashed")


async def test_landmarks_and_messages_have_names(open_page: OpenPage, page_server: PageServer) -> None:
    page = await open_page(page_server.address)

    await expect(page.get_by_role("banner", name="Sandbox controls")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Channels")).to_be_visible()
    await expect(page.get_by_role("main", name="Messages in #sales")).to_be_visible()
    await expect(page.get_by_role("log", name="Messages in #sales")).to_have_attribute("aria-live", "polite")
    name = await page.locator("article.only-you").first.get_attribute("aria-label")
    assert name is not None
    assert name.startswith("Partner Bot, ")
    assert name.endswith(", only you")
