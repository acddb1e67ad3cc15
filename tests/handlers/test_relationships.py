"""Listing the partners of a customer, as a conversation."""

from sandbox.microsoft.companies import ALL_KINDS, FABRIKAM, PROSEWARE, WINGTIP
from sandbox.slack import Answer
from tests.world import World


def table(answer: Answer) -> list[list[dict[str, object]]]:
    """Return the rows of the answer's table, without its head."""
    rows: list[list[dict[str, object]]] = next(b["rows"] for b in answer.blocks if b["type"] == "data_table")
    return rows[1:]


async def test_the_list_is_a_table_with_the_count_that_arrived(world: World) -> None:
    answer = await (await world.maya.types("/partner relationships fabrikam.com")).answer()

    assert "12 partners are tied to this customer" in answer.plain
    assert len(table(answer)) == 12
    assert "0012345" in answer.plain


async def test_the_button_on_the_card_leads_to_the_list_and_back(world: World) -> None:
    card = await (await world.maya.types(f"/partner customer {FABRIKAM.tenant_id}")).answer()

    listing = await (await world.maya.presses(card, "Relationships")).answer()
    again = await (await world.maya.presses(listing, "Customer card")).answer()

    assert listing.replaced
    assert "12 partners" in listing.plain
    assert "Tenant ID" in again.plain


async def test_a_long_list_goes_on_behind_a_button(world: World) -> None:
    first = await (await world.maya.types("/partner relationships litware.com")).answer()

    assert "130 partners" in first.plain
    seen = table(first)
    page = first
    while any(label.startswith("Next") for label in page.buttons):
        label = next(label for label in page.buttons if label.startswith("Next"))
        page = await (await world.maya.presses(page, label)).answer()
        seen = seen + table(page)

    assert len(seen) == 130
    assert len({str(row) for row in seen}) == 130


async def test_no_partner_is_a_normal_answer(world: World) -> None:
    answer = await (await world.maya.types(f"/partner relationships {WINGTIP.tenant_id}")).answer()

    assert "No other partner is tied to" in answer.plain


async def test_a_direct_partner_is_told_why_there_is_no_list(world: World) -> None:
    answer = await (await world.maya.types(f"/partner relationships {PROSEWARE.tenant_id}")).answer()

    card = await (await world.maya.presses(answer, "Customer card")).answer()

    assert "Microsoft answers this only for indirect providers." in answer.plain
    assert "ask Tom Becker (bot admin) to check the enrolment" in answer.plain
    assert "Reference r-" in answer.plain.replace("`", "")
    assert PROSEWARE.tenant_id in card.plain


async def test_kinds_that_are_new_are_shown_as_they_came(world: World) -> None:
    answer = await (await world.maya.types(f"/partner relationships {ALL_KINDS.tenant_id}")).answer()

    assert "Another kind of relationship" in answer.plain


async def test_a_slack_that_cannot_draw_the_table_gets_a_plainer_one(world: World) -> None:
    world.slack.faults.switch("blocks_refused", on=True)

    answer = await (await world.maya.types("/partner relationships fabrikam.com")).answer()

    assert "12 partners" in answer.plain
    assert all(block["type"] != "data_table" for block in answer.blocks)
    world.slack.complaints.clear()
