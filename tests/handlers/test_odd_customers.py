"""Customers as some partners really have them: ids for names, names in odd places, and answers with large heads."""

from bot.views.marks import HIDDEN
from sandbox.microsoft.companies import CONTOSO
from sandbox.microsoft.partner_center import CUSTOMER_PATH, CUSTOMERS_PATH
from sandbox.slack.formatting import drawn
from tests.world import World

GUID = "6c0f5e2f-0a4c-4d55-9d55-0a1d5f3c7e10"


def customer(**fields: object) -> dict[str, object]:
    return {"id": CONTOSO.tenant_id, "allowDelegatedAccess": True, "customDomains": [], **fields}


async def test_a_guid_is_no_name_of_a_person(world: World) -> None:
    person = {"firstName": GUID, "lastName": GUID.upper(), "email": "it@contoso.com"}
    body = customer(companyProfile={"companyName": "Contoso", "domain": "contoso.com"}, billingProfile=person)
    world.microsoft.partner_center.answer_next(CUSTOMER_PATH, body=body)

    answer = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    assert GUID not in answer.plain.lower()
    assert "it@contoso.com" in answer.plain


async def test_a_company_name_in_the_billing_profile_alone_is_the_name(world: World) -> None:
    body = customer(
        companyProfile={"companyName": " ", "domain": "contoso.com"}, billingProfile={"companyName": "Contoso Ltd"}
    )
    world.microsoft.partner_center.answer_next(CUSTOMER_PATH, body=body)

    answer = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    assert answer.text.startswith("Contoso Ltd (contoso.com)")


async def test_a_domain_that_is_the_name_stands_once(world: World) -> None:
    items = [
        {"id": GUID, "companyProfile": {"companyName": "Relecloud.com", "domain": "relecloud.com"}},
        {"id": CONTOSO.tenant_id, "companyProfile": {"domain": "relecloud.example"}},
    ]
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body={"items": items})

    answer = await (await world.maya.types("/partner customer rele")).answer()

    assert answer.plain.lower().count("relecloud.com") == 1
    assert answer.plain.count("relecloud.example") == 1
    assert GUID in answer.plain


async def test_marks_in_a_name_are_shown_as_typed(world: World) -> None:
    called = "> *Boom* & _Co_ :boom:"
    body = customer(companyProfile={"companyName": called, "domain": "contoso.com"})
    world.microsoft.partner_center.answer_next(CUSTOMER_PATH, body=body)
    items = [{"id": each, "companyProfile": {"companyName": called}} for each in (GUID, CONTOSO.tenant_id)]
    world.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body={"items": items})

    card = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()
    choice = await (await world.maya.types("/partner customer boom")).answer()

    (title,) = (block["text"] for block in card.blocks if block["type"] == "header")
    assert title == {"type": "plain_text", "text": called, "emoji": False}
    for row in [block["text"] for block in choice.blocks if "accessory" in block]:
        seen = drawn(row["text"], {})
        assert seen.text.replace(HIDDEN, "").startswith(f"{called}\n")
        assert seen.obeyed == ("code",)
    for answer in (card, choice):
        assert "emoji" not in drawn(answer.text, {}, formatted=answer.message.formatted).obeyed
        assert not answer.message.formatted


async def test_an_answer_with_large_headers_and_many_of_them_is_read(world: World) -> None:
    headers = {"X-Ms-Diagnostics": "d" * 20_000, **{f"X-Ms-{number}": "d" for number in range(300)}}
    body = customer(companyProfile={"companyName": "Contoso", "domain": "contoso.com"})
    world.microsoft.partner_center.answer_next(CUSTOMER_PATH, body=body, headers=headers, reason="O" + "K" * 20_000)

    answer = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    assert "contoso.com" in answer.plain
