"""What the fake promises about audit records: the days, the pages, and what is kept."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.microsoft import Microsoft, companies
from sandbox.microsoft.ticks import DAY, shifted, ticks_at, written

if TYPE_CHECKING:
    from tests.sandbox.microsoft.conftest import Asker

RECORDS = "/v1/auditrecords"
NOW = datetime.now(UTC)


def day(ago: int) -> str:
    return (NOW - timedelta(days=ago)).date().isoformat()


def leave(microsoft: Microsoft, *days_ago: int) -> list[str]:
    """Leave a record on each of these days."""
    now = ticks_at(NOW.timestamp())
    audit = microsoft.partner_center.audit
    return [audit.add("add_customer", "customer", at=now - days * DAY, customer=companies.CONTOSO) for days in days_ago]


async def ids(ask: "Asker", query: str) -> list[str]:
    return [item["id"] for item in (await ask.get(f"{RECORDS}?{query}")).json["items"]]


def test_instants_are_ticks_with_seven_digits() -> None:
    at = datetime(2023, 10, 18, 0, 26, 24, tzinfo=UTC).timestamp()

    assert ticks_at(at) + 159088 == 638331855840159088
    assert written(638331855840159088, "+00:00") == "2023-10-18T00:26:24.0159088+00:00"
    assert shifted("2023-10-18T00:26:24.0159088+00:00", timedelta(days=-1)) == "2023-10-17T00:26:24.0159088+00:00"


async def test_a_record_has_the_recorded_form(ask: "Asker", microsoft: Microsoft) -> None:
    audit = microsoft.partner_center.audit
    at = audit.instant()
    audit.add(
        "update_subscription", "subscription", at=at, customer=companies.CONTOSO, new={"Quantity": 2}, OrderId=None
    )
    (record,) = (await ask.get(f"{RECORDS}?startDate={day(0)}")).json["items"]

    assert record["id"] == (f"{companies.PARTNER_TENANT_ID}_{companies.CONTOSO.tenant_id}_updatesubscription_{at}")
    assert record["resourceNewValue"] == '{"Quantity": 2}'
    assert record["customizedData"] == [{"key": "OrderId", "value": None}]
    assert len(record["operationDate"].partition(".")[2]) == len("1234567Z")
    assert "resourceOldValue" not in record


async def test_the_newest_come_first_and_a_date_is_its_midnight(ask: "Asker", microsoft: Microsoft) -> None:
    yesterday, earlier, today = leave(microsoft, 1, 2, 0)

    assert await ids(ask, f"startDate={day(1)}") == [today, yesterday]
    assert await ids(ask, f"startDate={day(2)}&endDate={day(1)}") == [earlier]
    assert await ids(ask, f"startDate={day(0)}&endDate={day(0)}") == []


async def test_without_an_end_only_so_many_days_are_answered(ask: "Asker", microsoft: Microsoft) -> None:
    _, old = leave(microsoft, 0, 60)

    assert await ids(ask, f"startDate={day(60)}") == [old]
    assert len(await ids(ask, "size=10")) == 1


async def test_what_is_older_than_90_days_is_refused_with_all_the_rest(ask: "Asker", microsoft: Microsoft) -> None:
    leave(microsoft, 0)
    reply = await ask.get(f"{RECORDS}?startDate={day(91)}")

    assert (reply.status, reply.json["code"]) == (400, "2000")
    assert (await ask.get(f"{RECORDS}?startDate={day(90)}")).status == 200


@pytest.mark.parametrize(
    "query", ["startDate=11/23/2026", "startDate=today", "size=501", "size=0", "size=many", "endDate=soon"]
)
async def test_what_the_documentation_does_not_offer_is_refused(ask: "Asker", query: str) -> None:
    assert (await ask.get(f"{RECORDS}?{query}")).status == 400


async def test_pages_follow_their_links_with_their_headers(ask: "Asker", microsoft: Microsoft) -> None:
    left = leave(microsoft, *[0] * 5)
    first = (await ask.get(f"{RECORDS}?startDate={day(0)}&size=3")).json
    following = first["links"]["next"]
    token = following["headers"][0]["value"]

    assert (await ask.get(f"/v1{following['uri']}")).status == 400
    second = (await ask.get(f"/v1{following['uri']}", MS_ContinuationToken=token)).json
    assert len(first["items"]) == 3
    assert len(second["items"]) == 2
    assert len(left) == 5


async def test_one_record_is_served_outside_of_v1(ask: "Asker", microsoft: Microsoft) -> None:
    (left,) = leave(microsoft, 1)
    reply = await ask.get(f"/auditactivity/v1/auditrecords/{left.upper()}")

    assert reply.json["id"] == left
    assert reply.headers["MS-CorrelationId"]
    assert (await ask.get("/auditactivity/v1/auditrecords/nothing_1")).status == 404


async def test_in_21vianets_cloud_there_are_none(ask: "Asker", microsoft: Microsoft) -> None:
    (left,) = leave(microsoft, 0)
    microsoft.partner_center.audit.offered = False

    assert (await ask.get(RECORDS)).status == 404
    assert (await ask.get(f"/auditactivity/v1/auditrecords/{left}")).status == 404


async def test_no_two_instants_are_the_same(microsoft: Microsoft) -> None:
    instants = [microsoft.partner_center.audit.instant() for _ in range(100)]

    assert instants == sorted(set(instants))
