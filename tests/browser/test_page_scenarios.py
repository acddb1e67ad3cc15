"""Where things stand after every scenario of the menu and every fault, with the real bot, on all widths and themes."""

import asyncio
import re
from collections.abc import Mapping
from typing import Literal

import aiohttp
import pytest
from playwright.async_api import Page, expect

from sandbox.slack.actor import Actor
from sandbox.whole import Sandbox, whole_sandbox
from tests.browser.conftest import OpenPage
from tests.browser.contrast import FAINT_TEXT
from tests.browser.geometry import (
    BROKEN,
    COVERED,
    CROSSING,
    OUTSIDE,
    OVERLAPPING,
    RINGLESS,
    SMALL,
    SPILLING,
    UNREACHABLE,
)
from tests.browser.page_server import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDTHS = (1440, 768, 375)
WAITING = re.compile(r"^partner_bot_deliveries_waiting (\S+)$", re.MULTILINE)
MANY = "many"
REST = 20
"""How many of this scenario's 25 messages, which come at one a second, are not waited for."""
RESTART_MS = 60_000
"""A scenario in which time passes starts the bot anew."""
LEAST = 24  # https://www.w3.org/TR/WCAG22/#target-size-minimum
ENOUGH = 4.5  # https://www.w3.org/TR/WCAG22/#contrast-minimum
CHECKS: Mapping[str, str] = {
    "controls overlap": OVERLAPPING,
    "texts overlap": CROSSING,
    "out of the window": OUTSIDE,
    "out of reach": UNREACHABLE,
    "out of its holder": SPILLING,
    "too small": f"() => ({SMALL})({LEAST})",
    "covered": COVERED,
    "broken over two lines": BROKEN,
}
ALL_CHECKS = f"() => ({{ {', '.join(f'{name!r}: ({script})()' for name, script in CHECKS.items())} }})"


async def look(page: Page, theme: Literal["light", "dark"]) -> list[str]:
    """Return what is wrong at each width."""
    await page.emulate_media(color_scheme=theme)
    found: list[str] = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        for check, names in (await page.evaluate(ALL_CHECKS)).items():
            found += [f"{check} at {width} px: {name}" for name in names]
    return found


async def look_closely(page: Page) -> list[str]:
    """Return what else is wrong: focus that cannot be seen, and faint texts, in both themes."""
    found: list[str] = []
    await page.keyboard.press("Tab")  # from then on a ring is drawn
    for theme in ("light", "dark"):
        found += await look(page, theme)
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 900})
            found += [f"{name} at {width} px, {theme}" for name in await page.evaluate(RINGLESS)]
            found += [f"{text} at {width} px, {theme}" for text in await page.evaluate(FAINT_TEXT, ENOUGH)]
    return found


async def drawn(page: Page, sandbox: Sandbox, *, rest: int = 0) -> None:
    """Wait until the bot has sent all that it had to send but for a ``rest``, and the page shows it."""
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{sandbox.bot.url}/metrics") as answer:
                waiting = WAITING.search(await answer.text())
                if waiting and float(waiting[1]) <= rest:
                    break
    version = sandbox.slack.world.version
    await page.wait_for_function(
        "version => Number(document.body.dataset.version) >= version", arg=version, timeout=RESTART_MS
    )


async def does(page: Page, sandbox: Sandbox, what: str, **body: object) -> None:
    """Post what the page posts when a scenario is pressed or a fault is switched."""
    answer = await page.request.post(f"{sandbox.slack.url}/page/{what}", data=body, timeout=RESTART_MS)
    assert (await answer.json())["ok"], body


async def subscribes_to_everything_and_invites(maya: Actor, *companies: str) -> None:
    await (await maya.types("/partner subscribe all")).answer()
    for company in companies:
        modal = await (await maya.types("/partner invite")).modal()
        await maya.submits(modal, {"company": company})


async def test_nothing_covers_hides_or_leaves_after_any_scenario(open_page: OpenPage) -> None:
    found: list[str] = []
    async with whole_sandbox() as sandbox:
        maya = sandbox.slack.person("maya")
        await subscribes_to_everything_and_invites(maya, "Northwind Bakery", "alpineskihouse.com")
        page = await open_page(sandbox.slack.url)
        await drawn(page, sandbox)
        for number, press in enumerate(sorted(sandbox.page.sight.presses, key=MANY.__eq__)):
            await does(page, sandbox, "scenario", id=press, **{"as": maya.id})
            await drawn(page, sandbox, rest=REST if press == MANY else 0)
            found += [f"after {press}, {each}" for each in await look(page, ("light", "dark")[number % 2])]
        found += await look_closely(page)
        await page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        await page.get_by_role("button", name="Scenarios").click()
        await page.locator(".replies").first.click()
        await expect(page.locator("#thread")).to_be_visible()
        found += [f"beside the panel and a thread, {each}" for each in await look_closely(page)]

    assert found == []


async def test_nothing_covers_hides_or_leaves_under_any_fault(open_page: OpenPage) -> None:
    found: list[str] = []
    async with whole_sandbox() as sandbox:
        maya = sandbox.slack.person("maya")
        page = await open_page(f"{sandbox.slack.url}?lang=fr")
        faults = [each for faults in sandbox.page.faults for each in faults.known]
        for number, fault in enumerate(faults):
            await does(page, sandbox, "fault", id=fault, on=True)
            await maya.types("/partner customer contoso.com")
            await drawn(page, sandbox)
            found += [f"under {fault}, {each}" for each in await look(page, ("light", "dark")[number % 2])]
        found += await look_closely(page)
        await does(page, sandbox, "faults/clear")

    assert found == []


@pytest.mark.parametrize(
    ("style", "check"),
    [
        (".side-row { margin-bottom: -16px }", "controls overlap"),
        (".message-head { margin-bottom: -20px !important }", "texts overlap"),
        (".composer-box { margin-right: -60px }", "out of the window"),
        (".bar-button { transform: translateY(-80px) }", "out of reach"),
        (".topbar { height: 20px !important } .icon-button { height: 20px }", "too small"),
        (".composer-box::after { position: fixed; inset: 0; content: '' }", "covered"),
        (
            ".side-note { white-space: normal; width: 20px; flex: none; overflow-wrap: anywhere }",
            "broken over two lines",
        ),
    ],
    ids=lambda value: "" if "{" in value else value,
)
async def test_each_fault_of_a_page_is_found(
    open_page: OpenPage, page_server: PageServer, style: str, check: str
) -> None:
    page = await open_page(page_server.address, bypass_csp=True)
    before = await page.evaluate(ALL_CHECKS)
    await page.add_style_tag(content=style)

    assert (before[check], bool((await page.evaluate(ALL_CHECKS))[check])) == ([], True)


async def test_a_focus_that_cannot_be_seen_is_found(open_page: OpenPage, page_server: PageServer) -> None:
    page = await open_page(page_server.address, bypass_csp=True)
    await page.keyboard.press("Tab")
    before = await page.evaluate(RINGLESS)
    await page.add_style_tag(content=":focus-visible { outline: none !important } #pane-head { overflow: hidden }")

    assert before == []
    assert len(await page.evaluate(RINGLESS)) > 20
