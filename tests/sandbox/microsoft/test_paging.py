"""What the fake promises about searching, and about the pages of a list."""

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from sandbox.microsoft import companies

if TYPE_CHECKING:
    from tests.sandbox.microsoft.conftest import Asker


def search(value: str, by: str = "CompanyName", operator: str = "starts_with", size: int = 0) -> str:
    wanted = json.dumps({"Field": by, "Value": value, "Operator": operator}, separators=(",", ":"))
    return f"/v1/customers?size={size}&filter={quote(wanted)}"


async def test_a_name_is_found_by_its_beginning_in_any_case(ask: "Asker") -> None:
    items = (await ask.get(search("contoso"))).json["items"]

    assert len(items) > 10
    assert {"Contoso", "Contoso Retail France", "Contoso Switzerland"} <= {
        item["companyProfile"]["companyName"] for item in items
    }
    assert all(set(item) == {"id", "companyProfile", "relationshipToPartner", "attributes"} for item in items)


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("CONTOSO.com", ["contoso.com"]),
        ("adatum.com", ["adatum.com", "adatum.com.br"]),
        ("northwindtraders.com", []),
        ("nobody.example", []),
    ],
)
async def test_a_domain_is_found_by_the_beginning_of_the_default_one_only(
    ask: "Asker", domain: str, found: list[str]
) -> None:
    items = (await ask.get(search(domain, by="Domain"))).json["items"]

    assert [item["companyProfile"]["domain"] for item in items] == found


@pytest.mark.parametrize(
    "path",
    [
        search("contoso", operator="contains"),
        search("contoso", operator="equals"),
        search("contoso", by="Name"),
        search(""),
        "/v1/customers?filter=rubbish",
        "/v1/customers?size=501",
        "/v1/customers?size=-1",
    ],
)
async def test_what_the_documentation_does_not_offer_is_refused(ask: "Asker", path: str) -> None:
    reply = await ask.get(path)

    assert (reply.status, reply.json["code"] in {"2000", "3000"}) == (400, True)


@pytest.mark.parametrize("prefix", ["", "/v1"])
async def test_pages_follow_their_links_with_the_headers_these_list(ask: "Asker", prefix: str) -> None:
    ask.microsoft.partner_center.paging.next_prefix = prefix
    path, headers, ids = "/v1/customers?size=50", dict[str, str](), list[str]()
    for _ in range(3):
        page = (await ask.get(path, **headers)).json
        ids += [item["id"] for item in page["items"]]
        assert page["totalCount"] == len(page["items"]) + 2
        if following := page.get("links", {}).get("next"):
            path = f"/v1{following['uri'].removeprefix('/v1')}"
            headers = {header["key"]: header["value"] for header in following["headers"]}

    assert ids == [company.tenant_id for company in companies.CUSTOMERS]


async def test_a_page_without_its_header_is_refused(ask: "Asker") -> None:
    following = (await ask.get(search("contoso", size=5))).json["links"]["next"]
    token = following["headers"][0]["value"]

    without = await ask.get(f"/v1{following['uri']}")
    elsewhere = await ask.get("/v1/customers?size=7&seekOperation=Next", MS_ContinuationToken=token)
    with_it = await ask.get(f"/v1{following['uri']}", MS_ContinuationToken=token)

    assert (without.status, elsewhere.status, with_it.status) == (400, 400, 200)


async def test_130_relationships_come_on_two_pages(ask: "Asker") -> None:
    path = f"/v1/customers/{companies.LITWARE.tenant_id}/relationships"
    first = (await ask.get(path)).json
    following = first["links"]["next"]
    second = (await ask.get(f"/v1{following['uri']}", MS_ContinuationToken=following["headers"][0]["value"])).json

    assert (len(first["items"]), len(second["items"])) == (100, 30)
    assert "next" not in second.get("links", {})
