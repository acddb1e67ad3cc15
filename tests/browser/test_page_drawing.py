"""What the page draws: every block the bot sends, foreign text as text, times in the reader's zone."""

from typing import Literal

import pytest
from playwright.async_api import expect

from tests.browser.cards import button, card, gallery, invite_window
from tests.browser.conftest import OpenPage
from tests.browser.contrast import CONTRAST_OF
from tests.browser.conversation import BOT, HOSTILE, NOW, message
from tests.browser.page_server import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KINDS = {
    "header",
    "section",
    "context",
    "divider",
    "actions",
    "rich_text",
    "table",
    "data_table",
    "input",
    "alert",
    "image",
}


async def test_every_block_of_the_bot_is_drawn_without_an_unknown_box(
    open_page: OpenPage, page_server: PageServer
) -> None:
    state = page_server.state("U01MAYA")
    state["messages"]["C01SALES"].append(message(0.5, BOT, "Gallery", blocks=gallery()))
    state["views"].append(invite_window())

    page = await open_page(page_server.address)
    await page.evaluate("document.querySelector('.replies').click()")
    await expect(page.locator("#thread article")).to_have_count(3)

    drawn = await page.eval_on_selector_all("[data-block]", "nodes => nodes.map((node) => node.dataset.block)")
    assert set(drawn) == KINDS
    await expect(page.locator(".unknown")).to_have_count(0)


async def test_a_block_the_page_does_not_know_is_a_box_with_its_name(
    open_page: OpenPage, page_server: PageServer
) -> None:
    blocks = [{"type": "carousel"}, {"type": "constructor"}, {"type": "divider"}]
    page_server.state("U01MAYA")["messages"]["C01SALES"].append(message(0.5, BOT, "New", blocks=blocks))

    page = await open_page(page_server.address)

    await expect(page.locator(".unknown")).to_have_text(
        ["The page cannot draw: carousel", "The page cannot draw: constructor"]
    )


async def test_hostile_text_is_shown_and_never_obeyed(open_page: OpenPage, page_server: PageServer) -> None:
    state = page_server.state("U01MAYA")
    state["channels"][1]["name"] = HOSTILE
    state["faults"][0]["label"] = HOSTILE
    state["refusals"].append({"id": "R1", "method": "chat.update", "error": HOSTILE, "detail": HOSTILE, "blocks": []})
    hostile = {"type": "header", "text": {"type": "plain_text", "text": HOSTILE}}
    script_link = {"type": "section", "text": {"type": "mrkdwn", "text": "<javascript:hurt()|press me>"}}
    state["messages"]["C01SALES"].append(message(0.5, BOT, "x", blocks=[hostile, script_link]))

    page = await open_page(page_server.address)
    await page.click("[data-focus=scenarios]")

    await expect(page.locator("#messages h3").last).to_have_text(HOSTILE)
    await expect(page.get_by_text("press me")).to_be_visible()
    assert await page.locator("a[href^=javascript]").count() == 0
    assert await page.locator("img").count() == 0
    assert await page.evaluate("window.hurt") is None


async def test_a_stamp_is_written_in_the_zone_and_language_of_the_person_one_acts_as(
    open_page: OpenPage, page_server: PageServer
) -> None:
    text = "Sent: <!date^1795442700^{date_short}, {time}|then> <!date^oops^{time}|never>"
    for person in ("U01MAYA", "U02ALINE"):
        page_server.state(person)["messages"]["C01SALES"].append(message(0.5, BOT, text))
    page = await open_page(page_server.address)
    last = page.locator("#messages article .text").last

    await expect(last).to_have_text("Sent: 23 Nov 2026, 14:05 never")
    await page.get_by_label("Acting as", exact=True).select_option("U02ALINE")

    await expect(last).to_have_text("Sent: 23 nov. 2026, 15:05 never")


async def test_marks_count_only_at_the_edge_of_a_word(open_page: OpenPage, page_server: PageServer) -> None:
    text = "2*3*4 *bold _and italic_* `a *b* &lt;` <https://a.example/?x=1&amp;y=2|link>\n&gt; said\n```x *y*```"
    page_server.state("U01MAYA")["messages"]["C01SALES"].append(message(0.5, BOT, text))
    page = await open_page(page_server.address)

    html = await page.locator("#messages article .text").last.inner_html()

    assert "2*3*4 <strong>bold <em>and italic</em></strong> <code>a *b* &lt;</code>" in html
    assert 'href="https://a.example/?x=1&amp;y=2"' in html
    assert "<blockquote>said</blockquote>" in html
    assert "<pre>x *y*</pre>" in html


async def test_a_table_sorts_filters_and_pages(open_page: OpenPage, page_server: PageServer) -> None:
    page = await open_page(page_server.address)
    table = page.locator(".data-table")
    rows = table.locator("tbody tr")

    await expect(table.get_by_text("Rows 1–10 of 12")).to_be_visible()
    await table.get_by_role("button", name="Next rows").click()
    await expect(rows).to_have_count(2)
    seats = table.get_by_role("button", name="Seats")
    await seats.click()
    await seats.click()
    await expect(rows.first).to_contain_text("1,320")
    await expect(table.get_by_role("columnheader", name="Seats")).to_have_attribute("aria-sort", "descending")
    await table.get_by_label("Filter rows").fill("provider")

    await expect(rows).to_have_count(1)
    await expect(table.get_by_text("Rows 1–1 of 1")).to_be_visible()


async def test_an_only_you_message_is_marked_and_absent_from_other_peoples_page(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page = await open_page(page_server.address)
    await expect(page.locator(".only-you")).to_have_count(3)
    await expect(page.locator(".only-you").last).to_have_attribute("aria-busy", "true")

    await page.get_by_label("Acting as", exact=True).select_option("U03PRIYA")

    await expect(page.locator(".only-you")).to_have_count(0)
    await expect(page.get_by_text("You act as Priya, role: viewer.")).to_be_visible()


async def test_the_page_speaks_french_and_the_messages_stay_as_they_came(
    open_page: OpenPage, page_server: PageServer
) -> None:
    page = await open_page(page_server.address)

    await page.get_by_role("button", name="FR").click()

    await expect(page.get_by_text("Visible uniquement par vous").first).to_be_visible()
    await expect(page.get_by_role("main")).to_have_attribute("aria-label", "Messages de #sales")
    await expect(page.get_by_role("button", name="Share in channel")).to_be_visible()


async def test_labels_are_as_bold_and_large_as_slack_draws_them(open_page: OpenPage, page_server: PageServer) -> None:
    state = page_server.state("U01MAYA")
    state["messages"]["C01SALES"].append(message(0.5, BOT, "Card", blocks=card(NOW)))
    page = await open_page(page_server.address)
    label = page.locator("#messages .fields strong", has_text="Tenant ID").last
    around = page.locator("#messages article .fields").last

    await expect(label).to_have_css("font-size", "15px")
    await expect(label).to_have_css("font-weight", "700")
    assert await label.evaluate("(node) => getComputedStyle(node).color") == await around.evaluate(
        "(node) => getComputedStyle(node).color"
    )

    state["views"].append(invite_window())
    page_server.changed()
    field = page.locator(".dialog .label", has_text="Company or main domain")
    await expect(field).to_have_css("font-size", "15px")
    await expect(field).to_have_css("font-weight", "700")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_icons_on_buttons_stand_out_from_the_button(
    open_page: OpenPage, page_server: PageServer, scheme: Literal["light", "dark"]
) -> None:
    state = page_server.state("U01MAYA")
    styles: tuple[dict[str, str], ...] = ({}, {"style": "primary"}, {"style": "danger"})
    links = [button(f"l{place}", "Open", url="https://example.com", **style) for place, style in enumerate(styles)]
    blocks = [{"type": "actions", "block_id": "links", "elements": links}]
    state["messages"]["C01SALES"].append(message(0.5, BOT, "Links", blocks=blocks))
    page = await open_page(page_server.address, color_scheme=scheme)
    await page.locator("#composer textarea").fill("ready to send")
    await expect(page.locator("#messages .button-link .icon")).to_have_count(4)

    icons = page.locator(":is(button, a.button):not([aria-disabled=true]):visible .icon")

    faint = [
        found
        for found in await icons.evaluate_all(CONTRAST_OF)
        if found["contrast"] < 3  # https://www.w3.org/TR/WCAG22/#non-text-contrast
    ]
    assert faint == []


async def test_marks_are_obeyed_as_slack_obeys_them(open_page: OpenPage, page_server: PageServer) -> None:
    plain = {"type": "plain_text", "text": "plain :boom:"}
    texts = [
        {"type": "mrkdwn", "text": "*bold*, \u200b*bold too*\u200b, 2*3*4 and :boom:"},
        {"type": "mrkdwn", "text": "~$5 and ~$6"},
        {"type": "mrkdwn", "text": "<!date^0^{_}|*shown* _as_ `typed` :boom:> \u00ad&gt; no quote"},
        {"type": "mrkdwn", "text": "\u00ad&gt; no quote"},
        plain,
        plain | {"emoji": False},
    ]
    blocks = [{"type": "section", "text": text} for text in texts]
    messages = page_server.state("U01MAYA")["messages"]["C01SALES"]
    messages.append(message(0.5, BOT, "x", blocks=blocks))
    messages.append(message(0.4, BOT, "*bold* :boom: R&amp;D", mrkdwn=False))

    page = await open_page(page_server.address)

    drawn = page.locator("#messages article").nth(-2)
    await expect(drawn.locator("strong")).to_have_text(["bold", "bold too"])
    await expect(drawn.locator("s")).to_have_text(["$5 and "])
    await expect(drawn.locator("blockquote, em, code")).to_have_count(0)
    await expect(drawn.locator(".emoji")).to_have_text(["💥", "💥"])
    await expect(drawn.get_by_text("*shown* _as_ `typed` :boom:")).to_be_visible()
    await expect(drawn.get_by_text("plain :boom:")).to_be_visible()
    text = page.locator("#messages article").last.locator(".text")
    await expect(text).to_have_text("*bold* 💥 R&D")
