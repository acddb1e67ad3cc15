"""One bad part hides no good one: what came is shown, and what did not is said, with the reason."""

import math
from collections.abc import Mapping, Sequence

import pytest

from sandbox.microsoft import answers
from sandbox.microsoft.answers import Answer
from sandbox.microsoft.companies import ADATUM, CONTOSO, LITWARE, NORTHWIND
from sandbox.microsoft.partner_center import CUSTOMER_PATH, CUSTOMERS_PATH, RELATIONSHIPS_PATH
from tests.world import World

REFUSED = answers.error(403, "900308", "The account has insufficient privileges.")
CUSTOMERS = [
    {"id": CONTOSO.tenant_id, "companyProfile": {"companyName": "Contoso", "domain": "contoso.com"}},
    {"id": ADATUM.tenant_id, "companyProfile": {"companyName": "Contoso Labs", "domain": "contosolabs.example"}},
]
PARTNERS = [
    {"id": "a", "name": "Lucerne Publishing", "relationshipType": "is_indirect_cloud_solution_provider_of"},
    {"id": "b", "name": "Trey Research", "relationshipType": "is_indirect_cloud_solution_provider_of"},
]
TOKEN = {"key": "MS-ContinuationToken", "value": "A"}
NEXT = {"uri": "/customers?size=500&seekOperation=Next", "method": "GET", "headers": [TOKEN]}
BROKEN_LINKS: Mapping[str, object] = {
    "a link whose one header is null": {"next": {**NEXT, "headers": [None]}},
    "a link whose token is null": {"next": {**NEXT, "headers": [{"key": "MS-ContinuationToken", "value": None}]}},
    "a list": [],
    "a list of links": [NEXT],
    "text": "none",
    "a next that is text": {"next": "/customers?size=500"},
    "an address that is none": {"next": {**NEXT, "uri": {"path": "/customers"}}},
    "headers that are text": {"next": {**NEXT, "headers": "none"}},
    "another host": {"next": {**NEXT, "uri": "https://evil.example/v1/customers?size=500"}},
    "another scheme": {"next": {**NEXT, "uri": "file:///v1/customers"}},
    "an address that no URL can be": {"next": {**NEXT, "uri": "https://[/v1"}},
    "a header that breaks the request": {
        "next": {**NEXT, "headers": [{"key": "MS-ContinuationToken", "value": "A\r\nHost: evil.example"}]}
    },
}
SECOND_PAGES = {
    "404": (Answer(status=404), "refused its next page"),
    "404 with a code": (answers.NO_SUCH_TENANT, "refused its next page"),
    "403": (REFUSED, "refused its next page"),
    "410": (Answer(status=410), "refused its next page"),
    "500": (Answer(status=500), "in time"),
    "429": (answers.throttled(57), "in time"),
    "a web page": (answers.html(200), "cannot be read"),
    "no collection": (Answer(body={"totalCount": 3}), "cannot be read"),
}


def page(items: Sequence[object], links: object) -> dict[str, object]:
    return {"totalCount": len(items), "items": items, "links": links}


@pytest.mark.parametrize("links", BROKEN_LINKS.values(), ids=BROKEN_LINKS.keys())
async def test_customers_are_shown_though_what_follows_them_cannot_be_read(world: World, links: object) -> None:
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=page(CUSTOMERS, links))

    answer = await (await world.maya.types("/partner customer cont")).answer()

    assert "contoso.com" in answer.plain
    assert "contosolabs.example" in answer.plain
    assert "At least 2 customers match" in answer.plain
    assert "This list may not be complete" in answer.plain
    assert "not be complete" in answer.text
    assert world.microsoft.partner_center.calls(CUSTOMERS_PATH) == 1


@pytest.mark.parametrize("links", BROKEN_LINKS.values(), ids=BROKEN_LINKS.keys())
async def test_partners_are_shown_though_what_follows_them_cannot_be_read(world: World, links: object) -> None:
    world.microsoft.partner_center.answer_next(RELATIONSHIPS_PATH, body=page(PARTNERS, links))

    answer = await (await world.maya.types(f"/partner relationships {CONTOSO.tenant_id}")).answer()

    assert "Lucerne Publishing" in answer.plain
    assert "Trey Research" in answer.plain
    assert "At least 2 partners are tied" in answer.plain
    assert "This list may not be complete" in answer.plain


@pytest.mark.parametrize("name", SECOND_PAGES)
async def test_a_first_page_is_shown_whatever_becomes_of_the_second(world: World, name: str) -> None:
    second, why = SECOND_PAGES[name]
    pages: tuple[tuple[str, Sequence[object]], ...] = ((CUSTOMERS_PATH, CUSTOMERS), (RELATIONSHIPS_PATH, PARTNERS))
    for path, items in pages:
        uri = f"/customers/{CONTOSO.tenant_id}/relationships" if path is RELATIONSHIPS_PATH else NEXT["uri"]
        world.microsoft.partner_center.answer_next(path, body=page(items, {"next": {**NEXT, "uri": uri}}))
        world.microsoft.partner_center.answer_next(path, second, times=math.inf)

    customers = await (await world.maya.types("/partner customer cont")).answer()
    partners = await (await world.maya.types(f"/partner relationships {CONTOSO.tenant_id}")).answer()

    assert "contosolabs.example" in customers.plain
    assert "Trey Research" in partners.plain
    for answer in (customers, partners):
        assert "This list is not complete" in answer.plain
        assert why in answer.plain
        assert "tenant ID." not in answer.plain


async def test_an_entry_that_cannot_be_read_is_counted_as_missing(world: World) -> None:
    items = [CUSTOMERS[0], {"companyProfile": {"companyName": "Contoso without an id"}}]
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=page(items, None))

    answer = await (await world.maya.types("/partner customer cont")).answer()

    assert "contoso.com" in answer.plain
    assert "Microsoft sent entries that the bot cannot read" in answer.plain


async def test_a_null_header_beside_the_token_costs_nothing(world: World) -> None:
    links = {"next": {**NEXT, "headers": [None, TOKEN]}}
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=page(CUSTOMERS[:1], links))
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=page(CUSTOMERS[1:], {}))

    answer = await (await world.maya.types("/partner customer cont")).answer()

    assert "2 customers match" in answer.plain
    assert "complete" not in answer.plain


async def test_an_incomplete_list_is_asked_for_anew(world: World) -> None:
    world.microsoft.partner_center.answer_next(RELATIONSHIPS_PATH, body=page(PARTNERS, []))
    await (await world.maya.types(f"/partner relationships {LITWARE.tenant_id}")).answer()

    answer = await (await world.maya.types(f"/partner relationships {LITWARE.tenant_id}")).answer()

    assert "130 partners are tied" in answer.plain


async def test_a_list_of_which_nothing_came_is_a_failure_and_no_empty_list(world: World) -> None:
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=page([], {"next": "broken"}))
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=page([], {"next": NEXT}))
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, Answer(status=404))

    for _ in range(2):
        answer = await (await world.maya.types("/partner customer cont")).answer()
        assert "No customer of yours" not in answer.plain


async def test_a_french_reader_reads_why_in_french(world: World) -> None:
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=page(CUSTOMERS, []))

    answer = await (await world.aline.types("/partner customer cont")).answer()

    assert "Cette liste n’est peut-être pas complète" in answer.plain


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        (REFUSED, "may not do this in Partner Center"),
        (answers.throttled(57), "asks the bot to wait"),
        (answers.html(200), "an answer the bot cannot read"),
        (answers.NO_MFA, "multi-factor"),
        (answers.WRONG_AUDIENCE, "of the wrong kind"),
    ],
)
async def test_the_message_shortcut_shows_the_customer_that_came_and_says_what_did_not(
    world: World, refusal: Answer, why: str
) -> None:
    world.microsoft.partner_center.answer_next(f"/v1/customers/{ADATUM.tenant_id}", refusal, times=math.inf)
    said = await world.priya.says(f"{ADATUM.tenant_id} and {CONTOSO.tenant_id}")

    answer = await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert "Primary domain" in answer.plain
    assert "contoso.com" in answer.plain
    assert "Not read" in answer.plain
    assert ADATUM.tenant_id in answer.plain
    assert why in answer.plain
    assert ADATUM.tenant_id in answer.text


async def test_the_message_shortcut_shows_several_that_came_and_names_each_that_did_not(world: World) -> None:
    for refused in (ADATUM, LITWARE):
        world.microsoft.partner_center.answer_next(f"/v1/customers/{refused.tenant_id}", REFUSED, times=math.inf)
    named = (CONTOSO.tenant_id, ADATUM.tenant_id, NORTHWIND.tenant_id, LITWARE.tenant_id)
    said = await world.priya.says(", ".join(named))

    answer = await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert "That message names 2 customers." in answer.plain
    assert answer.plain.count("may not do this in Partner Center") == 1
    assert f"{ADATUM.tenant_id} and {LITWARE.tenant_id}" in answer.plain.replace("`", "")


async def test_the_message_shortcut_says_why_where_nobody_came(world: World) -> None:
    world.microsoft.partner_center.answer_next(CUSTOMER_PATH, REFUSED, times=math.inf)
    said = await world.priya.says(f"{ADATUM.tenant_id} and nobody-at-all.example")

    answer = await (await world.maya.message_shortcut("look_up_customer", said)).answer()

    assert "may not do this in Partner Center" in answer.plain
