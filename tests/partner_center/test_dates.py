"""Dates as Microsoft writes them: read into UTC, and placeholders for "no date" or "never" read as absent."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.domain.events import plausible
from bot.domain.working_days import local_day
from bot.notifications.webhook_events import WebhookEvent, observation
from bot.partner_center.audit import AuditRecord
from bot.partner_center.fraud import FraudEvent
from bot.partner_center.microsoft_subscriptions import MicrosoftSubscription
from bot.partner_center.wire import EARLIEST, LATEST, Date
from bot.storage.clock import instant, seconds
from tests.partner_center.asking import PARTNER

DATES = TypeAdapter[datetime | None](Date)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NO_DATES: tuple[object, ...] = (
    *("0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0000-00-00T00:00:00Z"),
    *("0000-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9970000", "9999-12-31"),
    *("9999-12-31T23:59:59.9999999-12:00", "10000-01-01T00:00:00Z", "1753-01-01T00:00:00", "1601-01-01T00:00:00Z"),
    *("1900-01-01T00:00:00", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "", " ", "null", "never", "2023-02-30"),
    *("2026-13-01T00:00:00Z", "2026-11-23T25:00:00Z", "2026-11-23T09:00:00+99:00", "Infinity", "NaN"),
    *(0, -1, 1, 1e300, -62135596800, 253402300799, 253402300800, 10**400, True, False, None, [], {}, ["2026-11-23"]),
)
DATED = {
    "2026-10-18T00:26:24.0159088+00:00": datetime(2026, 10, 18, 0, 26, 24, 15908, tzinfo=UTC),
    "2026-10-18T00:26:24.0159088Z": datetime(2026, 10, 18, 0, 26, 24, 15908, tzinfo=UTC),
    "2026-10-18T00:26:24.0159088": datetime(2026, 10, 18, 0, 26, 24, 15908, tzinfo=UTC),
    "2026-10-18T00:26:24": datetime(2026, 10, 18, 0, 26, 24, tzinfo=UTC),
    "2026-10-18T02:26:24+02:00": datetime(2026, 10, 18, 0, 26, 24, tzinfo=UTC),
    "2026-10-17T16:26:24-08:00": datetime(2026, 10, 18, 0, 26, 24, tzinfo=UTC),
    "2026-10-18": datetime(2026, 10, 18, tzinfo=UTC),
}


@pytest.mark.parametrize("written", NO_DATES, ids=str)
def test_a_date_that_is_none_is_absent(written: object) -> None:
    assert DATES.validate_python(written) is None


@pytest.mark.parametrize("written", DATED)
def test_a_date_is_read_into_utc_whatever_its_zone_and_its_digits(written: str) -> None:
    assert DATES.validate_python(written) == DATED[written]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(NO_DATES),
    lambda values: st.lists(values, max_size=2) | st.dictionaries(st.text(max_size=3), values, max_size=2),
    max_leaves=3,
)
WRITTEN = JSON | st.datetimes(timezones=st.none() | st.timezones()).map(datetime.isoformat)


@given(WRITTEN)
@example("9999-12-31T23:59:59.9999999Z")
@example("0001-01-01T00:00:00")
def test_whatever_stands_for_a_date_is_within_bounds_or_absent_and_never_an_error(written: object) -> None:
    body = json.dumps({"EventName": "subscription-updated", "ResourceChangeUtcDate": written})
    seen = observation(WebhookEvent.model_validate_json(body))
    happened_at = plausible(seen.happened_at, now=NOW)
    record = AuditRecord.model_validate_json(
        json.dumps({"operationType": "add_customer", "operationDate": written, "resourceNewValue": {}})
    )
    microsoft_subscription = MicrosoftSubscription.model_validate_json(
        json.dumps({"id": "1", "commitmentEndDateTime": written})
    )
    alert = FraudEvent.model_validate_json(json.dumps({"eventId": "1", "eventTime": written}))

    for read in (happened_at, record.happened_at, microsoft_subscription.ends_at, alert.event_time):
        assert read is None or (EARLIEST <= read < LATEST and read.tzinfo is UTC)
        assert instant(seconds(read)) == read


@pytest.mark.parametrize("written", ["2031-01-01T00:00:00Z", *NO_DATES], ids=str)
def test_an_event_without_a_date_of_its_own_happened_when_it_came(written: object) -> None:
    announced = WebhookEvent.model_validate(
        {"EventName": "invoice-ready", "ResourceChangeUtcDate": written},
    )

    assert plausible(observation(announced).happened_at, now=NOW) == NOW


def test_an_audit_record_without_a_date_is_dated_by_the_ticks_of_its_id() -> None:
    written = {"operationType": "add_customer", "operationDate": "0001-01-01T00:00:00"}

    def dated(audit_id: str | None) -> datetime | None:
        return AuditRecord.model_validate({**written, "id": audit_id}).happened_at

    assert dated(f"{PARTNER}_638331855840159088") == datetime(2023, 10, 18, 0, 26, 24, 15908, tzinfo=UTC)
    assert dated(f"{PARTNER}_{PARTNER}_addcustomer_638331855840159088") is not None
    for ticks in ("", "0", "9" * 18, "1" * 18, "9" * 5000, "६३८३३१८५५८४०१५९०८८"):
        assert dated(f"{PARTNER}_{ticks}") is None
    assert dated(None) is None


@given(st.none() | st.floats() | st.sampled_from([253402300800.0, -62135596800.0, 1e308, -1e308]), st.timezones())
def test_a_stored_instant_always_has_a_date_in_every_zone(stored: float | None, zone: object) -> None:
    at = instant(stored)

    assert (at is None) == (stored is None)
    if at is not None:
        local_day(at, str(zone))
