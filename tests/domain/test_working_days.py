"""Reminders and digests come by the clock on the wall, wherever that hangs and whatever it does in spring."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channel_subscriptions import Rhythm
from bot.domain.working_days import next_digest, working_days_between, working_days_later

PARIS, NEW_YORK, KOLKATA = "Europe/Paris", "America/New_York", "Asia/Kolkata"
zones = st.sampled_from([PARIS, NEW_YORK, KOLKATA, "Pacific/Apia", "Australia/Lord_Howe", "UTC"])
instants = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2030, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)


def local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("sent", "zone", "reminded"),
    [
        ("2026-11-23T14:05", PARIS, "Mon 2026-11-30 09:00"),
        ("2026-11-27T16:00", PARIS, "Fri 2026-12-04 09:00"),
        ("2026-11-28T10:00", PARIS, "Fri 2026-12-04 09:00"),  # sent on a Saturday
        ("2026-10-22T10:00", PARIS, "Thu 2026-10-29 09:00"),  # clocks went back on the 25th
        ("2027-03-11T23:30", NEW_YORK, "Thu 2027-03-18 09:00"),  # clocks went forward on the 14th
        ("2026-11-23T20:00", KOLKATA, "Tue 2026-12-01 09:00"),  # Tuesday there already
    ],
)
def test_a_reminder_comes_five_working_days_later_at_nine_in_the_morning(sent: str, zone: str, reminded: str) -> None:
    at = working_days_later(datetime.fromisoformat(sent).replace(tzinfo=UTC), 5, zone)

    assert local(at, zone) == reminded


@pytest.mark.parametrize(
    ("after", "rhythm", "zone", "due"),
    [
        ("2026-11-27T07:59", Rhythm.DAILY, PARIS, "Fri 2026-11-27 09:00"),
        ("2026-11-27T08:00", Rhythm.DAILY, PARIS, "Sat 2026-11-28 09:00"),
        ("2026-11-27T07:00", Rhythm.WEEKLY, PARIS, "Mon 2026-11-30 09:00"),
        ("2026-11-30T08:00", Rhythm.WEEKLY, PARIS, "Mon 2026-12-07 09:00"),
        ("2026-10-24T09:00", Rhythm.DAILY, PARIS, "Sun 2026-10-25 09:00"),
        ("2027-03-13T15:00", Rhythm.DAILY, NEW_YORK, "Sun 2027-03-14 09:00"),
    ],
)
def test_a_digest_comes_at_nine_in_the_morning(after: str, rhythm: Rhythm, zone: str, due: str) -> None:
    at = next_digest(datetime.fromisoformat(after).replace(tzinfo=UTC), rhythm, zone)

    assert at is not None
    assert local(at, zone) == due


def test_what_is_told_at_once_has_no_digest() -> None:
    assert next_digest(datetime(2026, 11, 27, tzinfo=UTC), Rhythm.NOW, PARIS) is None


@given(at=instants, days=st.integers(1, 60), zone=zones)
def test_no_reminder_falls_on_a_weekend_and_none_comes_early(at: datetime, days: int, zone: str) -> None:
    reminded = working_days_later(at, days, zone)

    assert reminded.astimezone(ZoneInfo(zone)).weekday() < 5
    assert working_days_between(at, reminded, zone) == days
    assert reminded > at


@given(after=instants, zone=zones, rhythm=st.sampled_from([Rhythm.DAILY, Rhythm.WEEKLY]))
def test_digests_follow_each_other_without_a_gap(after: datetime, zone: str, rhythm: Rhythm) -> None:
    first = next_digest(after, rhythm, zone)
    assert first is not None
    second = next_digest(first, rhythm, zone)
    assert second is not None
    longest = timedelta(days=1 if rhythm is Rhythm.DAILY else 7, hours=2)

    assert after < first <= after + longest
    assert first < second <= first + longest


@pytest.mark.parametrize("zone", ["", "Nowhere/At_All", "../../etc/passwd", "\0"])
def test_a_zone_that_nobody_knows_counts_as_utc(zone: str) -> None:
    at = working_days_later(datetime(2026, 11, 23, 12, tzinfo=UTC), 1, zone)

    assert local(at, "UTC") == "Tue 2026-11-24 09:00"
