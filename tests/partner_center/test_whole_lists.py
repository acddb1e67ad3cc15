"""Lists that are wanted whole, read page by page by work that nobody waits for."""

import asyncio
import math
from datetime import UTC, datetime, timedelta

import pytest

from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import SearchRefused, Throttled, Unavailable, UnreadableAnswer
from bot.partner_center.limiter import Limiter, Pace
from sandbox.microsoft import companies
from sandbox.microsoft.audit import AUDIT_RECORD_PATH, AUDIT_RECORDS_PATH
from sandbox.microsoft.company import Company, guid
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
