"""Every view of the bot on the page: nothing covers, leaves or spills, and all of it can be read."""

from typing import Literal

import pytest
from playwright.async_api import expect

from bot.language import language
from bot.reply import Block, Message, Modal
from tests.browser.conftest import OpenPage
from tests.browser.contrast import FAINT_TEXT
from tests.browser.conversation import BOT, message
from tests.browser.page_server import PageServer
from tests.browser.test_page_scenarios import ALL_CHECKS, ENOUGH
from tests.views.examples import EXAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


AT_ONCE = 50
"""So many views are on the page together; what compares each with each takes long with more."""


@pytest.mark.parametrize(("code", "theme"), [("en", "light"), ("fr", "dark")])
async def test_every_view_fits_and_can_be_read(
    open_page: OpenPage, page_server: PageServer, code: str, theme: Literal["light", "dark"]
) -> None:
    state = page_server.state("U01MAYA")
    found: dict[str, list[str]] = {}
    views = [view for make in EXAMPLES.values() if isinstance(view := make(language(code)), Message)]
    page = await open_page(f"{page_server.address}?lang={code}", color_scheme=theme)
    for first in range(0, len(views), AT_ONCE):
        state["messages"]["C01SALES"] = [
            message(AT_ONCE - place, {**BOT, "name": f"From {first}"}, view.text, blocks=named(view, first + place))
            for place, view in enumerate(views[first : first + AT_ONCE])
        ]
        page_server.changed()
        await expect(page.locator("#messages .author").first).to_have_text(f"From {first}")
        for width in (375, 1440):
            await page.set_viewport_size({"width": width, "height": 900})
            height = await page.evaluate("document.querySelector('#messages').scrollHeight")
            await page.set_viewport_size({"width": width, "height": height + 400})
            wrong = await page.evaluate(ALL_CHECKS) | {"faint": await page.evaluate(FAINT_TEXT, ENOUGH)}
            found |= {f"{check} at {width} px": names for check, names in wrong.items() if names}

    assert found == {}


@pytest.mark.parametrize(("code", "theme"), [("en", "light"), ("fr", "dark")])
async def test_every_window_fits_and_can_be_read(
    open_page: OpenPage, page_server: PageServer, code: str, theme: Literal["light", "dark"]
) -> None:
    found: dict[str, list[str]] = {}
    page = await open_page(f"{page_server.address}?lang={code}", color_scheme=theme)
    for place, (name, make) in enumerate(EXAMPLES.items()):
        if not isinstance(view := make(language(code)), Modal):
            continue
        title = f"{place}. {view.title}"[:24]
        window = {"id": name, "title": title, "submit": view.submit, "close": view.close, "blocks": named(view, 0)}
        page_server.state("U01MAYA")["views"] = [window | {"callback_id": view.callback_id}]
        page_server.changed()
        await expect(page.get_by_role("dialog", name=title, exact=True)).to_be_visible()
        for width in (375, 1440):
            await page.set_viewport_size({"width": width, "height": 900})
            wrong = await page.evaluate(ALL_CHECKS) | {"faint": await page.evaluate(FAINT_TEXT, ENOUGH)}
            found |= {f"{name}, {check} at {width} px": names for check, names in wrong.items() if names}

    assert found == {}


def named(view: Message | Modal, place: int) -> list[Block]:
    """Return the blocks with ids, as Slack gives them."""
    return [{"block_id": f"{place}-{index}"} | block for index, block in enumerate(view.blocks)]
