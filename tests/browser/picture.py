"""``python -m tests.browser.picture FILE``: the README's picture, taken of the sandbox and the real bot."""

import asyncio
import shutil
import sys
from pathlib import Path

from playwright.async_api import ViewportSize, async_playwright

from sandbox.slack.actor import Actor
from sandbox.whole import Sandbox, whole_sandbox
from tests.browser.conftest import ARGUMENTS, CHROMIUMS, HOW_TO_GET_ONE

SIZE: ViewportSize = {"width": 1680, "height": 1050}
COMPANY = "alpineskihouse.com"


async def an_accepted_invitation(maya: Actor, sandbox: Sandbox) -> None:
    """Look up a company that is no customer yet, invite it, and let it accept."""
    await (await maya.types("/partner subscribe customers security")).answer()
    modal = await (await maya.types(f"/partner invite {COMPANY}")).modal()
    await maya.submits(modal, {"company": COMPANY})
    await sandbox.slack.wait_for(lambda: "Waiting for the customer" in said(sandbox))


def said(sandbox: Sandbox) -> str:
    """Return everything that stands in the channel."""
    return "\n".join(str(message.blocks or message.text) for message in sandbox.slack.messages("sales"))


async def take(file: Path, chromium: str) -> None:
    """Write the picture of an invitation in its thread, accepted by the customer, beside the scenarios."""
    async with whole_sandbox() as sandbox, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = await browser.new_page(viewport=SIZE, locale="en-GB", color_scheme="light", reduced_motion="reduce")
        await an_accepted_invitation(sandbox.slack.person("maya"), sandbox)
        await page.goto(sandbox.slack.url)
        await page.get_by_role("button", name="Scenarios").click()
        await page.get_by_role("article").filter(has_text=COMPANY).get_by_role("button", name="1 reply").click()
        await page.get_by_role("button", name="Accept the invitation", exact=True).click()
        thread = page.get_by_role("complementary", name="Thread")
        await thread.get_by_text("accepted your invitation").wait_for()
        await thread.locator(".reactions").wait_for()
        await page.mouse.move(0, 0)
        await page.screenshot(path=file)
        await browser.close()


def main() -> None:
    """Take the picture, with the first browser there is."""
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if chromium is None:
        sys.exit(HOW_TO_GET_ONE)
    asyncio.run(take(Path(sys.argv[1]), chromium))


if __name__ == "__main__":
    main()
