"""Audit records: which days are asked for, and what is read of what comes."""

import json
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.partner_center import audit
from bot.partner_center.audit import AuditRecord
from bot.partner_center.errors import SearchRefused
from bot.partner_center.paging import NextPage, Page
from bot.partner_center.protocol import understand
from tests.partner_center.asking import CUSTOMER, PARTNER, REQUESTS, SAMPLES, TODAY, answer, call_for

RELATIONSHIP = "d2f1c3a4-0b5e-4c6d-8e7f-9a0b1c2d3e4f-0f9e8d7c-6b5a-4938-8271-605f4e3d2c1b"


@pytest.fixture
def page() -> Page[AuditRecord]:
    body = (SAMPLES / "audit_records.json").read_bytes()
    found: Page[AuditRecord] = understand(call_for(REQUESTS["audit_records"]), answer(body))
    return found


def record(**changed: object) -> AuditRecord:
    usual = {"id": "a_1", "operationType": "add_customer", "operationDate": "2026-11-23T08:00:00Z"}
    return AuditRecord.model_validate_json(json.dumps({**usual, **changed}))


def days(start: date, end: date) -> list[tuple[str, str | None]]:
    """The start and the end that Microsoft is asked for."""
    asked = [parse_qs(request.query) for request in audit.records(start, end, today=TODAY)]
    return [(query["startDate"][0], query.get("endDate", [None])[0]) for query in asked]


def test_records_are_asked_for_by_days_and_by_the_largest_page() -> None:
    (request,) = audit.records(TODAY - timedelta(days=1), TODAY, today=TODAY)

    assert request.target == "/v1/auditrecords?startDate=2026-11-22&size=500"


def test_today_has_no_end_and_any_other_end_is_the_day_after() -> None:
    assert days(TODAY, TODAY) == [("2026-11-23", None)]
    assert days(date(2026, 11, 20), date(2026, 11, 22)) == [("2026-11-20", "2026-11-23")]
    assert days(TODAY, date(2027, 5, 1)) == [("2026-11-23", None)]


def test_a_long_time_is_asked_for_in_periods() -> None:
    assert days(date(2026, 9, 10), TODAY) == [
        ("2026-09-10", "2026-10-10"),
        ("2026-10-10", "2026-11-09"),
        ("2026-11-09", None),
    ]


def test_days_that_microsoft_keeps_no_more_are_passed_over() -> None:
    assert days(date(2020, 1, 1), TODAY)[0][0] == "2026-08-26"
    assert days(date(2020, 1, 1), date(2020, 2, 1)) == []


@given(st.integers(0, 200), st.integers(0, 200))
def test_every_day_that_is_kept_is_asked_for_once(ago: int, length: int) -> None:
    start = TODAY - timedelta(days=ago)
    end = start + timedelta(days=length)
    covered = []
    for first, after in days(start, end):
        day, until = date.fromisoformat(first), date.fromisoformat(after) if after else TODAY + timedelta(days=1)
        assert until <= day + audit.PERIOD
        while day < until:
            covered.append(day)
            day += timedelta(days=1)

    wanted = [start + timedelta(days=number) for number in range(length + 1)]
    assert covered == [day for day in wanted if TODAY - timedelta(days=90) < day <= TODAY]


def test_a_page_is_understood_and_one_unreadable_record_does_not_hide_the_others(page: Page[AuditRecord]) -> None:
    assert [item.operation_type for item in page.items] == [
        "granular_admin_relationship_approved",
        "create_order",
        "ready_invoice",
    ]
    assert page.next == NextPage(
        "/auditrecords?startDate=2017-06-01&size=500&seekOperation=Next", (("MS-ContinuationToken", "AQAAAA=="),)
    )


def test_a_page_of_unreadable_records_does_not_hide_the_next_page() -> None:
    body = json.dumps({"items": [{"id": 1}, None], "links": {"next": {"uri": "/auditrecords?a=1"}}})
    page = understand(call_for(REQUESTS["audit_records"]), answer(body))

    assert page == Page((), NextPage("/auditrecords?a=1", ()))


def test_ids_are_in_lower_case_and_dates_to_the_microsecond(page: Page[AuditRecord]) -> None:
    approved, order, invoice = page.items

    assert approved.id == f"{PARTNER}_{CUSTOMER}_granularadminrelationshipapproved_638331855840159088"
    assert approved.customer_id == CUSTOMER
    assert approved.operation_date == datetime(2023, 10, 18, 0, 26, 24, 15908, tzinfo=UTC)
    assert order.id is None  # as Microsoft's own page has it
    assert invoice.operation_date is not None
    assert invoice.operation_date.tzinfo == UTC


def test_what_changed_is_read_from_json_within_a_string(page: Page[AuditRecord]) -> None:
    approved, order, _ = page.items

    assert (approved.resource_id, approved.status) == (RELATIONSHIP, "approved")
    assert approved.ends_at == datetime(2028, 10, 18, 0, 26, 24, 15908, tzinfo=UTC)
    assert order.resource_id == "d51a052e-043c-4a2a-aa37-2bb938cef6c1"
    assert (order.status, order.ends_at) == (None, None)


def test_what_cannot_be_read_of_a_record_is_left_out_of_it(page: Page[AuditRecord]) -> None:
    invoice = page.items[2]

    assert (invoice.resource_type, invoice.operation_status, invoice.customer_id) == ("invoice", None, None)
    assert (invoice.resource_old_value, invoice.resource_new_value, invoice.customized_data) == (None, None, None)
    assert invoice.detail("anything") is None


def test_details_are_found_by_their_name(page: Page[AuditRecord]) -> None:
    order = page.items[1]

    assert order.detail("orderid") == "d51a052e-043c-4a2a-aa37-2bb938cef6c1"
    assert order.detail("Quantity-0") == "25"
    assert order.detail("PartnerOnRecord-0") is None


def test_the_newer_value_counts_and_the_older_one_where_it_is_silent() -> None:
    both = record(
        resourceOldValue='{"Id":"A356AC8C-E310-44F4-BF85-C7F29044AF99","Status":"active","Quantity":3}',
        resourceNewValue='{"status":"suspended","quantity":4}',
    )

    assert (both.resource_id, both.status) == ("a356ac8c-e310-44f4-bf85-c7f29044af99", "suspended")
    assert both.resource_old_value is not None
    assert both.resource_new_value is not None
    assert (both.resource_old_value.quantity, both.resource_new_value.quantity) == (3, 4)


@pytest.mark.parametrize("value", ["", "{", "[" * 10_000, "null", "[]", '"text"', 17, {"Id": None}, '{"Id":["a"]}'])
def test_a_strange_value_says_nothing(value: object) -> None:
    assert record(resourceNewValue=value).resource_id is None


@given(st.text())
def test_whatever_stands_in_a_value_the_record_is_read(value: str) -> None:
    assert record(resourceNewValue=value, resourceOldValue=value).operation_type == "add_customer"


def test_who_did_it_and_the_details_are_kept_out_of_logs() -> None:
    shown = repr(record(userPrincipalName="mona@contoso.com", customizedData=[{"key": "a", "value": "robin"}]))

    assert "mona" not in shown
    assert "robin" not in shown


def test_one_record_is_asked_for_outside_of_v1() -> None:
    assert audit.record("a_b_638331855840159088").target == "/auditactivity/v1/auditrecords/a_b_638331855840159088"


@pytest.mark.parametrize("audit_id", ["", "..", "a/b", "a?b", "a b", "a\nb", "é", "%2e"])
def test_what_is_no_id_is_not_asked_for(audit_id: str) -> None:
    with pytest.raises(SearchRefused):
        audit.record(audit_id)
