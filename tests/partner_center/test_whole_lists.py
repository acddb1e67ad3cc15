"""Lists that are wanted whole, read page by page by work that nobody waits for."""

import asyncio
import math
from datetime import UTC, datetime, timedelta

import pytest

from bot.partner_center import connection
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import PartnerCenterError, SearchRefused, Throttled, Unavailable, UnreadableAnswer
from bot.partner_center.limiter import Limiter, Pace
from sandbox.microsoft import answers, companies
from sandbox.microsoft.answers import Answer
from sandbox.microsoft.audit import AUDIT_RECORD_PATH, AUDIT_RECORDS_PATH
from sandbox.microsoft.company import Company, guid
from sandbox.microsoft.paging import Form
from sandbox.microsoft.partner_center import CUSTOMER_PATH, CUSTOMERS_PATH
from sandbox.microsoft.ticks import DAY, ticks_at
from tests.partner_center.conftest import Wire

CONTOSO = companies.CONTOSO.tenant_id
NOW = datetime.now(UTC)
TODAY = NOW.date()


@pytest.fixture
async def errand(partner_center: PartnerCenter) -> Errand:
    return partner_center.errand(deadline=10, background=True)


def happened(wire: Wire, count: int, *, days_ago: int = 0) -> list[str]:
    """Let that many records be left on a day."""
    audit = wire.microsoft.partner_center.audit
    at = ticks_at(NOW.timestamp()) - days_ago * DAY
    return [
        audit.add("add_customer", "customer", at=at - number, customer=companies.CONTOSO) for number in range(count)
    ]


async def test_every_customer_arrives_however_many_there_are(wire: Wire, errand: Errand) -> None:
    for number in range(2100):
        wire.microsoft.partner_center.add_customer(
            Company(tenant_id=guid(f"many/{number}"), name=f"Company {number}", domain=f"c{number}.example")
        )
    pages = [page async for page in errand.all_customers()]

    assert [len(page) for page in pages[:-1]] == [500] * (len(pages) - 1)
    assert {customer.id for page in pages for customer in page} == set(wire.microsoft.partner_center.state.customers)


async def test_the_records_of_some_days_arrive_page_by_page(wire: Wire, errand: Errand) -> None:
    ids = happened(wire, 1100, days_ago=1)
    happened(wire, 3, days_ago=3)
    pages = [page async for page in errand.audit_records(TODAY - timedelta(days=1), TODAY)]

    assert [len(page) for page in pages] == [500, 500, 100]
    assert sorted(str(record.id) for page in pages for record in page) == sorted(ids)


async def test_the_records_of_today_arrive_and_those_of_the_last_day_asked_for(wire: Wire, errand: Errand) -> None:
    (today,) = happened(wire, 1)
    (before,) = happened(wire, 1, days_ago=40)

    first, last = TODAY - timedelta(days=50), TODAY - timedelta(days=40)
    assert [record.id async for page in errand.audit_records(TODAY, TODAY) for record in page] == [today]
    assert [record.id async for page in errand.audit_records(first, last) for record in page] == [before]


async def test_a_bot_that_was_off_for_long_gets_all_that_is_kept(wire: Wire, errand: Errand) -> None:
    kept = [happened(wire, 1, days_ago=days)[0] for days in (88, 60, 31, 30, 0)]
    happened(wire, 1, days_ago=91)
    start = TODAY - timedelta(days=400)
    found = [record.id async for page in errand.audit_records(start, TODAY) for record in page]

    assert sorted(map(str, found)) == sorted(kept)


async def test_pages_are_asked_for_as_they_are_needed(wire: Wire, errand: Errand) -> None:
    happened(wire, 1100)
    pages = errand.audit_records(TODAY, TODAY)
    await anext(pages)

    assert wire.microsoft.partner_center.calls(AUDIT_RECORDS_PATH) == 1


async def test_a_list_without_an_end_is_no_list(wire: Wire, errand: Errand) -> None:
    link = {"next": {"uri": "/customers?size=500", "method": "GET", "headers": []}}
    body = {"items": [{"id": CONTOSO}], "links": link}
    wire.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=body, times=math.inf)

    with pytest.raises(UnreadableAnswer) as raised:
        [page async for page in errand.all_customers()]
    assert raised.value.diagnosis is not None
    assert wire.microsoft.partner_center.calls(CUSTOMERS_PATH) == 1


async def test_a_list_that_breaks_off_raises(wire: Wire, errand: Errand) -> None:
    happened(wire, 600)
    pages = errand.audit_records(TODAY, TODAY)
    assert len(await anext(pages)) == 500
    wire.microsoft.partner_center.answer_next(AUDIT_RECORDS_PATH, status=503, times=3)

    with pytest.raises(Unavailable):
        await anext(pages)


async def test_one_record_is_found_by_its_id_in_any_case(wire: Wire, errand: Errand) -> None:
    (audit_id,) = happened(wire, 1)
    found = await errand.audit_record(audit_id.upper())

    assert found is not None
    assert (found.id, found.customer_id, found.customer_name) == (audit_id, CONTOSO, "Contoso")
    assert wire.microsoft.partner_center.calls(AUDIT_RECORD_PATH) == 1


async def test_a_record_that_is_not_there_is_none(wire: Wire, errand: Errand) -> None:
    assert await errand.audit_record("nobody_1") is None
    with pytest.raises(SearchRefused):
        await errand.audit_record("../customers")
    assert wire.microsoft.partner_center.calls() == 1


async def test_every_call_in_the_background_has_the_whole_time(wire: Wire, partner_center: PartnerCenter) -> None:
    errand = partner_center.errand(deadline=1, background=True)
    happened(wire, 1100)
    pages = errand.audit_records(TODAY, TODAY)
    wire.microsoft.partner_center.answer_next(
        AUDIT_RECORDS_PATH, body={"items": [], "links": {"next": {"uri": "/auditrecords?startDate=1"}}}, delay=0.6
    )
    wire.microsoft.partner_center.answer_next(AUDIT_RECORDS_PATH, body={"items": []}, delay=0.6)

    assert [page async for page in pages] == [(), ()]


async def test_background_work_waits_for_its_turn_or_says_that_it_cannot(wire: Wire) -> None:
    limiter = Limiter()
    partner_center = wire.client(limiter=limiter, pace=Pace(limiter, Limiter(1, 0.6)))
    errand = partner_center.errand(deadline=10, background=True)
    await errand.audit_record("record_1")
    await errand.audit_record("record_2")
    first, second = wire.microsoft.partner_center.requests

    assert second.at - first.at >= 0.55
    with pytest.raises(Throttled):
        await partner_center.errand(deadline=0.1, background=True).audit_record("record_3")
    assert wire.microsoft.partner_center.calls() == 2


async def test_background_work_gives_way_to_people(wire: Wire) -> None:
    limiter = Limiter(4, 1.0)
    partner_center = wire.client(limiter=limiter)
    person = partner_center.errand(deadline=10)
    for company in companies.NOTABLE[:3]:
        await person.customer(company.tenant_id)
    poll = asyncio.create_task(partner_center.errand(deadline=10, background=True).audit_record("record_1"))
    await asyncio.sleep(0)
    await person.customer(companies.NOTABLE[3].tenant_id)
    await poll

    assert [request.path.split("/")[1] for request in wire.microsoft.partner_center.requests] == [
        *["v1"] * 4,
        "auditactivity",
    ]


async def test_a_person_does_not_wait_for_what_is_asked_in_the_background(wire: Wire) -> None:
    limiter = Limiter()
    partner_center = wire.client(limiter=limiter, pace=Pace(limiter, Limiter(1, 60)))
    background = partner_center.errand(deadline=90, background=True)
    await background.audit_record("record_1")
    slow = asyncio.create_task(background.customer(CONTOSO))
    await asyncio.sleep(0)

    assert (await partner_center.errand(deadline=5).customer(CONTOSO)).name == "Contoso"
    assert not slow.done()
    slow.cancel()
    await partner_center.close()
    assert wire.microsoft.partner_center.calls(CUSTOMER_PATH) == 1


TOKEN_FORMS = [Form.TOKEN, Form.TOKEN_UNTIL_REFUSED, Form.BOTH]


def many(wire: Wire, count: int) -> None:
    """Let the partner have exactly so many customers."""
    companies_by_id = {
        guid(f"many/{number}"): Company(
            tenant_id=guid(f"many/{number}"), name=f"Many {number}", domain=f"c{number}.example"
        )
        for number in range(count)
    }
    wire.microsoft.partner_center.state.customers = companies_by_id


@pytest.mark.parametrize("form", TOKEN_FORMS)
@pytest.mark.parametrize("count", [1, 499, 500, 501, 1000, 1200])
async def test_every_customer_arrives_where_the_token_stands_in_the_body(
    wire: Wire, errand: Errand, form: Form, count: int
) -> None:
    wire.microsoft.partner_center.paging.form = form
    many(wire, count)

    found = [customer.id async for page in errand.all_customers() for customer in page]

    assert len(found) == count
    assert set(found) == set(wire.microsoft.partner_center.state.customers)


@pytest.mark.parametrize("form", TOKEN_FORMS)
async def test_records_arrive_where_the_token_stands_in_the_body(wire: Wire, errand: Errand, form: Form) -> None:
    wire.microsoft.partner_center.paging.form = form
    ids = happened(wire, 1100, days_ago=1)

    yesterday = TODAY - timedelta(days=1)
    found = [str(record.id) async for page in errand.audit_records(yesterday, yesterday) for record in page]

    assert sorted(found) == sorted(ids)


@pytest.mark.parametrize("form", TOKEN_FORMS)
async def test_searches_and_relationships_arrive_where_the_token_stands_in_the_body(
    wire: Wire, partner_center: PartnerCenter, form: Form
) -> None:
    wire.microsoft.partner_center.paging.form = form
    litware = await partner_center.errand(deadline=10).relationships(companies.LITWARE.tenant_id)
    many(wire, 700)
    found = await partner_center.errand(deadline=10).find_by_name("many")

    assert (len(litware.items), litware.more) == (130, False)
    assert (len(found.items), found.more) == (700, False)


async def test_a_continuation_repeats_the_address_with_the_token_in_its_header(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.paging.form = Form.TOKEN
    many(wire, 1100)
    assert len([page async for page in errand.all_customers()]) == 3

    asked = wire.microsoft.partner_center.asked(CUSTOMERS_PATH)
    assert [dict(request.query) for request in asked] == [
        {"size": "500"},
        {"size": "500", "seekOperation": "next"},
        {"size": "500", "seekOperation": "next"},
    ]
    tokens = [request.headers.get("MS-ContinuationToken") for request in asked]
    assert tokens[0] is None
    assert len(set(tokens)) == 3


async def test_a_list_that_is_refused_at_once_is_no_empty_list(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.answer_next(CUSTOMERS_PATH, answers.error(400, "2000", "Not valid."))

    with pytest.raises(SearchRefused):
        [page async for page in errand.all_customers()]


def a_page(*, token: object = None, link: object = None, items: object = None) -> dict[str, object]:
    page: dict[str, object] = {"totalCount": 1, "items": [{"id": CONTOSO}] if items is None else items}
    if token is not None:
        page["continuationToken"] = token
    if link is not None:
        page["links"] = {"next": link}
    return page


LINK = {"uri": "/customers?size=500&seekOperation=Next", "headers": [{"key": "MS-ContinuationToken", "value": "A"}]}

BROKEN_OFF = {
    "404": (a_page(token="A"), Answer(status=404)),
    "404 with a code": (a_page(token="A"), answers.error(404, "1000", "Not found.")),
    "410": (a_page(token="A"), Answer(status=410)),
    "another 400": (a_page(token="A"), answers.error(400, "3000", "Not valid.")),
    "a 400 without a code": (a_page(token="A"), Answer(status=400)),
    "2000 with another status": (a_page(token="A"), answers.error(403, "2000", "Not allowed.")),
    "2000 in the other form": (a_page(link=LINK), answers.error(400, "2000", "Not valid.")),
    "a web page": (a_page(token="A"), answers.html(200)),
    "no collection": (a_page(token="A"), Answer(body={"totalCount": 3})),
    "items that are no list": (a_page(token="A"), Answer(body=a_page(items={"id": CONTOSO}))),
    "items that are text": (a_page(token="A"), Answer(body=a_page(items="none"))),
    "a bare list": (a_page(token="A"), Answer(body=[{"id": CONTOSO}])),
    "the same token again": (a_page(token="A"), Answer(body=a_page(token="A"))),
    "a link to another host": (
        a_page(token="A"),
        Answer(body=a_page(link={"uri": "https://evil.example/v1/customers"})),
    ),
    "a link away and a token": (
        a_page(token="A"),
        Answer(body=a_page(token="B", link={"uri": "//evil.example/v1/customers"})),
    ),
    "a link that cannot be read": (a_page(token="A"), Answer(body=a_page(link={"uri": {"path": "/customers"}}))),
    "a token that is none": (a_page(token="A"), Answer(body=a_page(token={"value": "B"}))),
    "a token that breaks the request": (a_page(token="A"), Answer(body=a_page(token="B\r\nHost: evil.example"))),
    "a token of other letters": (a_page(token="A"), Answer(body=a_page(token="B\N{LATIN SMALL LETTER E WITH ACUTE}"))),
}


@pytest.mark.parametrize("name", BROKEN_OFF)
async def test_a_list_that_may_be_incomplete_raises(wire: Wire, errand: Errand, name: str) -> None:
    first, second = BROKEN_OFF[name]
    wire.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=first)
    wire.microsoft.partner_center.answer_next(CUSTOMERS_PATH, second, times=3)

    with pytest.raises(PartnerCenterError):
        [page async for page in errand.all_customers()]


async def test_tokens_that_go_in_a_circle_are_no_list(wire: Wire, errand: Errand) -> None:
    for token in ("A", "B", "A", "B"):
        wire.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=a_page(token=token))

    with pytest.raises(UnreadableAnswer):
        [page async for page in errand.all_customers()]
    assert wire.microsoft.partner_center.calls(CUSTOMERS_PATH) == 3


async def test_a_list_of_ever_new_tokens_ends(wire: Wire, errand: Errand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST_PAGES", 5)
    for number in range(9):
        wire.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=a_page(token=f"T{number}", items=[]))

    with pytest.raises(UnreadableAnswer):
        [page async for page in errand.all_customers()]
    assert wire.microsoft.partner_center.calls(CUSTOMERS_PATH) == 5


async def test_empty_pages_in_the_middle_are_passed_and_empty_tokens_are_none(wire: Wire, errand: Errand) -> None:
    for page in (a_page(token="A", items=[]), a_page(token="B"), a_page(token="")):
        wire.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=page)

    assert [len(page) async for page in errand.all_customers()] == [0, 1, 1]


async def test_one_who_is_on_two_pages_of_a_search_is_found_once(wire: Wire, partner_center: PartnerCenter) -> None:
    wire.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=a_page(token="A"))
    twice = [{"id": CONTOSO.upper()}, {"id": companies.FABRIKAM.tenant_id}]
    wire.microsoft.partner_center.answer_next(CUSTOMERS_PATH, body=a_page(items=twice))

    found = await partner_center.errand(deadline=10).find_by_name("c")

    assert [customer.id for customer in found.items] == [CONTOSO, companies.FABRIKAM.tenant_id]
