"""Look-ups over real HTTP: what arrives, how often Microsoft is asked, and what is remembered."""

import asyncio
import math
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from bot.partner_center import connection as connection_module
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import (
    CustomerNotFound,
    NoRelationship,
    NotAnIndirectProvider,
    SearchRefused,
    Throttled,
    Unavailable,
    UnreadableAnswer,
)
from bot.partner_center.limiter import REQUESTS, Limiter
from sandbox.microsoft import companies, faults, invitations
from sandbox.microsoft.company import Company, guid
from sandbox.microsoft.entra import DISCOVERY_PATH
from sandbox.microsoft.markets import resellers
from sandbox.microsoft.partner_center import CUSTOMER_PATH, CUSTOMERS_PATH, INVITATION_PATH, RELATIONSHIPS_PATH
from tests.partner_center.conftest import Wire

CONTOSO = companies.CONTOSO.tenant_id


@pytest.fixture
async def errand(partner_center: PartnerCenter) -> Errand:
    return partner_center.errand(deadline=10)


async def test_a_customer_arrives_whole(errand: Errand) -> None:
    customer = await errand.customer(CONTOSO.upper())

    assert (customer.id, customer.name, customer.domain) == (CONTOSO, "Contoso", "contoso.com")


@pytest.mark.parametrize("company", companies.NOTABLE, ids=lambda company: company.domain)
async def test_the_oddest_customers_arrive_too(errand: Errand, company: Company) -> None:
    customer = await errand.customer(company.tenant_id)

    assert customer.id == company.tenant_id.lower()
    assert customer.name == (company.name if company.name and company.name.strip() and not company.bare else None)


async def test_answers_with_a_byte_order_mark_arrive(wire: Wire, errand: Errand) -> None:
    wire.microsoft.faults.switch(faults.BOM, on=True)

    assert (await errand.customer(CONTOSO)).name == "Contoso"
    assert len((await errand.relationships(CONTOSO)).items) == 3


async def test_one_errand_is_one_correlation_id_and_every_call_its_own_request_id(wire: Wire, errand: Errand) -> None:
    await errand.customer(CONTOSO)
    await errand.relationships(CONTOSO)
    await errand.invitation_link()
    asked = wire.microsoft.partner_center.requests

    assert len({request.headers["MS-CorrelationId"] for request in asked}) == 1
    assert len({request.headers["MS-RequestId"] for request in asked}) == 3
    assert {request.headers["MS-PartnerCenter-Application"] for request in asked} == {"Partner Bot"}
    assert {request.headers["X-Locale"] for request in asked} == {"en-US"}


async def test_a_correlation_id_can_be_given(wire: Wire, partner_center: PartnerCenter) -> None:
    await partner_center.errand(deadline=5, correlation_id=guid("errand")).customer(CONTOSO)

    assert wire.microsoft.partner_center.requests[0].headers["MS-CorrelationId"] == guid("errand")


async def test_a_name_finds_all_that_begin_so(errand: Errand) -> None:
    matches = await errand.find_by_name(" adatum ")

    assert "Adatum Corporation" in {item.name for item in matches.items}
    assert all((item.name or "").startswith("Adatum") for item in matches.items)
    assert not matches.more


async def test_a_domain_finds_all_that_begin_so(errand: Errand) -> None:
    assert {item.domain for item in (await errand.find_by_domain("adatum.com")).items} >= {
        "adatum.com",
        "adatum.com.br",
    }


async def test_a_search_for_nothing_asks_nobody(wire: Wire, errand: Errand) -> None:
    with pytest.raises(SearchRefused):
        await errand.find_by_name("  ")
    assert wire.microsoft.partner_center.requests == []


def many_partners(wire: Wire, count: int) -> str:
    company = replace(companies.CONTOSO, partners=tuple(resellers("contoso.com/many", count)))
    wire.microsoft.partner_center.add_customer(company)
    return company.tenant_id


@pytest.mark.parametrize("prefix", ["", "/v1", "/v1//v1", "origin", "origin/v1"])
async def test_all_pages_arrive_whatever_form_their_links_have(wire: Wire, errand: Errand, prefix: str) -> None:
    paging = wire.microsoft.partner_center.paging
    paging.relationships_page = 50
    paging.next_prefix = prefix.replace("origin", wire.microsoft.partner_center_url)
    found = await errand.relationships(many_partners(wire, 130))

    assert len({partner.id for partner in found.items}) == len(found.items) == 130
    assert not found.more
    assert wire.microsoft.partner_center.calls(RELATIONSHIPS_PATH) == 3


async def test_pages_are_bounded(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.paging.relationships_page = 1
    found = await errand.relationships(many_partners(wire, connection_module.PAGES + 5))

    assert len(found.items) == connection_module.PAGES
    assert found.more


async def test_pages_that_go_in_circles_end(wire: Wire, errand: Errand) -> None:
    link = {"next": {"uri": f"/customers/{CONTOSO}/relationships?seekOperation=Next", "method": "GET", "headers": []}}
    body = {"items": [{"id": "a", "relationshipType": "none"}], "links": link}
    wire.microsoft.partner_center.answer_next(RELATIONSHIPS_PATH, body=body, times=math.inf)
    found = await errand.relationships(CONTOSO)

    assert len(found.items) == 1  # the page came twice, and what comes twice is one
    assert found.more


@pytest.mark.parametrize(
    "uri", ["https://evil.example/v1/customers", "http://127.0.0.1:1/v1/customers", "//evil.example/"]
)
async def test_a_page_elsewhere_is_not_fetched(wire: Wire, errand: Errand, uri: str) -> None:
    body = {"items": [], "links": {"next": {"uri": uri, "headers": []}}}
    wire.microsoft.partner_center.answer_next(RELATIONSHIPS_PATH, body=body)

    with pytest.raises(UnreadableAnswer) as raised:
        await errand.relationships(CONTOSO)
    assert raised.value.diagnosis is not None
    assert raised.value.diagnosis.customer_tenant_id == CONTOSO


async def test_a_redirect_is_not_followed(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.answer_next(
        CUSTOMER_PATH, status=307, headers={"Location": f"{wire.microsoft.partner_center_url}/v1/customers"}
    )

    with pytest.raises(UnreadableAnswer):
        await errand.customer(CONTOSO)
    assert len(wire.microsoft.partner_center.requests) == 1


async def test_a_body_without_end_is_not_read_to_its_end(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.answer_next(CUSTOMER_PATH, body=b" " * (9 * 1024 * 1024))

    with pytest.raises(UnreadableAnswer):
        await errand.customer(CONTOSO)


async def test_the_invitation_link_is_fetched_fresh(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.state.invitation_url = invitations.UNTIL_2019

    assert (await errand.invitation_link()).url == invitations.UNTIL_2020
    assert urlsplit((await errand.invitation_link()).url).hostname == "portal.office.com"
    assert wire.microsoft.partner_center.calls(INVITATION_PATH) == 2


async def test_refusals_are_told_apart(wire: Wire, errand: Errand) -> None:
    with pytest.raises(CustomerNotFound):
        await errand.customer(guid("nobody"))
    with pytest.raises(NoRelationship):
        await errand.customer(companies.STRANGERS["relecloud.com"])
    wire.microsoft.faults.switch(faults.DIRECT_PARTNER, on=True)
    with pytest.raises(NotAnIndirectProvider):
        await errand.relationships(CONTOSO)


async def test_forty_identical_lookups_make_one_call(wire: Wire, partner_center: PartnerCenter) -> None:
    wire.microsoft.partner_center.hold()
    asking = [asyncio.create_task(partner_center.errand(deadline=10).customer(CONTOSO)) for _ in range(40)]
    await wire.microsoft.partner_center.until_called(CUSTOMER_PATH)
    wire.microsoft.partner_center.release()

    assert {customer.name for customer in await asyncio.gather(*asking)} == {"Contoso"}
    assert wire.microsoft.partner_center.calls() == 1


async def test_repeats_are_answered_from_memory_and_failures_are_not(wire: Wire, errand: Errand) -> None:
    for _ in range(3):
        await errand.customer(CONTOSO)
        await errand.relationships(CONTOSO)
    assert wire.microsoft.partner_center.calls() == 2
    for _ in range(2):
        with pytest.raises(CustomerNotFound):
            await errand.customer(guid("nobody"))
        await errand.find_by_name("Contoso")
    assert wire.microsoft.partner_center.calls() == 6


async def test_a_forgotten_customer_is_asked_for_again(
    wire: Wire, partner_center: PartnerCenter, errand: Errand
) -> None:
    await errand.customer(CONTOSO)
    await errand.relationships(CONTOSO)
    partner_center.forget(CONTOSO.upper())
    await errand.customer(CONTOSO)
    await errand.relationships(CONTOSO)

    assert wire.microsoft.partner_center.calls() == 4


async def test_what_was_asked_before_forgetting_is_not_remembered(
    wire: Wire, partner_center: PartnerCenter, errand: Errand
) -> None:
    wire.microsoft.partner_center.hold()
    before = asyncio.create_task(errand.customer(CONTOSO))
    await wire.microsoft.partner_center.until_called(CUSTOMER_PATH)
    partner_center.forget(CONTOSO)
    wire.microsoft.partner_center.release()
    await before
    await errand.customer(CONTOSO)

    assert wire.microsoft.partner_center.calls() == 2


async def test_requests_left_are_counted(wire: Wire, partner_center: PartnerCenter, errand: Errand) -> None:
    await errand.customer(CONTOSO)
    await errand.tenant_id_of("contoso.com")

    assert partner_center.requests_left == REQUESTS - 1


async def test_the_limiter_makes_wait_and_says_so(wire: Wire) -> None:
    told: list[float] = []
    partner_center = wire.client(limiter=Limiter(1, 1.1))
    errand = partner_center.errand(deadline=10, on_wait=told.append)
    await errand.find_by_name("Contoso")
    await errand.find_by_name("Contoso")

    assert told == [pytest.approx(1.1, abs=0.1)]
    first, second = (request.at for request in wire.microsoft.partner_center.asked(CUSTOMERS_PATH))
    assert second - first >= 1.05


async def test_a_turn_beyond_the_deadline_is_refused_at_once(wire: Wire) -> None:
    partner_center = wire.client(limiter=Limiter(1, 60))
    await partner_center.errand(deadline=5).customer(CONTOSO)

    with pytest.raises(Throttled) as raised:
        await partner_center.errand(deadline=5).relationships(CONTOSO)
    assert raised.value.retry_after == pytest.approx(60, abs=1)
    assert raised.value.diagnosis is not None


@pytest.mark.parametrize("domain", ["contoso.com", "Contoso-Shop.COM", "contoso.onmicrosoft.com"])
async def test_any_domain_of_a_customer_finds_its_tenant(errand: Errand, domain: str) -> None:
    assert await errand.tenant_id_of(domain) == CONTOSO


async def test_a_tenant_is_asked_for_once_and_without_a_token(wire: Wire, errand: Errand) -> None:
    await asyncio.gather(*(errand.tenant_id_of("contoso.com") for _ in range(5)))
    await errand.tenant_id_of("CONTOSO.com")
    (request,) = wire.microsoft.entra.asked(DISCOVERY_PATH)

    assert "Authorization" not in request.headers
    assert request.path == "/contoso.com/v2.0/.well-known/openid-configuration"


async def test_an_unknown_domain_has_no_tenant(wire: Wire, errand: Errand) -> None:
    assert await errand.tenant_id_of("nobody.invalid") is None
    assert await errand.tenant_id_of("common") is None
    assert wire.microsoft.entra.calls() == 1


async def test_a_sign_in_service_in_trouble_is_unavailable(wire: Wire, errand: Errand) -> None:
    wire.microsoft.entra.answer_next(DISCOVERY_PATH, status=503, times=2)

    with pytest.raises(Unavailable) as raised:
        await errand.tenant_id_of("contoso.com")
    assert raised.value.attempts == 2
    assert raised.value.diagnosis is not None
    assert "contoso" not in raised.value.diagnosis.operation


async def test_a_sign_in_service_that_hangs_leaves_time_for_the_rest(wire: Wire, partner_center: PartnerCenter) -> None:
    wire.microsoft.entra.hold()
    errand = partner_center.errand(deadline=0.6)

    with pytest.raises(Unavailable):
        await errand.tenant_id_of("contoso.com")
    assert (await errand.customer(CONTOSO)).name == "Contoso"


async def test_closing_lets_go_of_everybody(wire: Wire, partner_center: PartnerCenter, errand: Errand) -> None:
    wire.microsoft.partner_center.hold()
    asking = asyncio.create_task(errand.customer(CONTOSO))
    await wire.microsoft.partner_center.until_called(CUSTOMER_PATH)
    await partner_center.close()

    with pytest.raises(Unavailable):
        await asking
