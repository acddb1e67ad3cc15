"""The page and the real bot: type, read, press, submit a window, see the thread."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page as Window
from playwright.async_api import expect

from sandbox.faults import Faults
from sandbox.microsoft import FAULTS as MICROSOFT_FAULTS
from sandbox.microsoft import Microsoft
from sandbox.slack import FAULTS as SLACK_FAULTS
from sandbox.slack import Slack
from sandbox.slack.page import Page
from tests.browser.conftest import OpenPage
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@asynccontextmanager
async def world_with_page(directory: Path) -> AsyncIterator[World]:
    """Run Slack with its page, Microsoft, and the bot; afterwards, nobody may have had to complain."""
    faults = Faults((*MICROSOFT_FAULTS, *SLACK_FAULTS))
    async with AsyncExitStack() as stack:
        microsoft = await stack.enter_async_context(Microsoft(faults))
        slack = Slack(faults=faults)
        Page(slack).mount()
        await stack.enter_async_context(slack)
        world = World(slack=slack, microsoft=microsoft, directory=directory)
        await stack.enter_async_context(world.bot())
        yield world
        assert slack.complaints == []
        assert microsoft.partner_center.complaints == []


async def send(window: Window, text: str) -> None:
    """Type into the composer and send."""
    composer = window.get_by_label("Message #sales", exact=True)
    await composer.fill(text)
    await window.keyboard.press("Escape")  # the completion list
    await composer.press("Enter")


async def test_a_customer_is_looked_up_and_invited_without_leaving_the_page(
    open_page: OpenPage, tmp_path: Path
) -> None:
    async with world_with_page(tmp_path) as world:
        window = await open_page(world.slack.url)

        await send(window, "/partner customer contoso.com")
        await expect(window.get_by_text("You are their reseller")).to_be_visible()
        await window.get_by_role("button", name="Relationships", exact=True).click()
        await expect(window.get_by_role("table")).to_contain_text("Indirect reseller")
        await window.get_by_role("button", name="Customer card", exact=True).click()
        await window.get_by_role("button", name="Invite customer", exact=True).click()
        dialog = window.get_by_role("dialog")
        await dialog.get_by_label("Note for colleagues").fill("40 seats")
        await dialog.get_by_role("button", name="Post invitation").click()
        await expect(dialog).to_have_count(0)
        posted = window.get_by_role("article").filter(has_text="everything about it is in this thread")
        await posted.get_by_role("button", name="1 reply").click()
        thread = window.get_by_role("complementary", name="Thread")

        await expect(thread.get_by_text("Waiting for the customer")).to_be_visible()
        await expect(thread.get_by_text("40 seats")).to_be_visible()
        assert await window.locator(".unknown").count() == 0


async def test_the_first_press_shows_a_card(open_page: OpenPage, tmp_path: Path) -> None:
    async with world_with_page(tmp_path) as world:
        window = await open_page(world.slack.url)

        await window.get_by_role("button", name="See a customer", exact=False).first.click()

        await expect(window.get_by_text("You are their reseller")).to_be_visible()


async def test_the_welcome_is_in_the_pages_language(open_page: OpenPage, tmp_path: Path) -> None:
    async with world_with_page(tmp_path) as world:
        window = await open_page(f"{world.slack.url}?lang=fr")

        guide = window.get_by_role("article").filter(has_text="Guide")
        await expect(guide).to_contain_text("Ceci est un bac à sable.")
        await expect(guide).not_to_contain_text("This is a sandbox.")


async def test_an_empty_field_keeps_the_window_and_says_why(open_page: OpenPage, tmp_path: Path) -> None:
    async with world_with_page(tmp_path) as world:
        window = await open_page(world.slack.url)

        await send(window, "/partner customer")
        dialog = window.get_by_role("dialog")
        await dialog.get_by_label("Tenant ID, domain or name").fill("**")
        await dialog.get_by_role("button", name="Search").click()

        await expect(dialog).to_contain_text("Type an ID, a domain or a name.")


async def test_a_failure_is_said_and_tried_again_in_its_place(open_page: OpenPage, tmp_path: Path) -> None:
    async with world_with_page(tmp_path) as world:
        window = await open_page(world.slack.url)
        world.microsoft.faults.switch("throttled", on=True)
        await send(window, "/partner customer contoso.com")
        await expect(window.get_by_text("Microsoft asks the bot to wait")).to_be_visible()

        world.microsoft.faults.clear()
        await window.get_by_role("button", name="Try again").click()

        await expect(window.get_by_text("You are their reseller")).to_be_visible()
