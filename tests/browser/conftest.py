"""Headless Chromium for the tests of the page, and a page server of their own."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser.page_server import PageServer

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO_GET_ONE = "No Chromium found: install one with `apt-get install chromium` (or `brew install chromium`)."
PATIENCE_MS = 5000

OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return where Chromium is; without one the test is skipped, on the build machine it fails."""
    for name in CHROMIUMS:
        if found := shutil.which(name):
            return found
    if os.environ.get("CI") == "true":
        pytest.fail(HOW_TO_GET_ONE)
    pytest.skip(HOW_TO_GET_ONE)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One browser for all tests."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """Open addresses in windows of their own; a script error on any of them fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    async def open_one(address: str, **options: Any) -> Page:
        size = {"width": options.pop("width", 1500), "height": options.pop("height", 900)}
        options = {"viewport": size, "locale": "en-GB", "color_scheme": "light"} | options
        context = await browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(address)
        await page.wait_for_selector("body[data-ready]")
        return page

    yield open_one
    for context in contexts:
        await context.close()
    assert errors == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_page_server() -> AsyncIterator[PageServer]:
    server = PageServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def page_server(running_page_server: PageServer) -> PageServer:
    """The page with a canned conversation, fresh for each test."""
    running_page_server.reset()
    return running_page_server
