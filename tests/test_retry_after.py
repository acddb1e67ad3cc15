"""Waits from outside are finite and capped, whatever stands in the header."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.retry_after import http_date, retry_after, seconds

HOUR = 3600.0
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)

WAITS = {
    "57": 57.0,
    " 57 ": 57.0,
    "0": 0.0,
    "0.5": 0.5,
    "0057": 57.0,
    "3601": HOUR,
    "99999999999": HOUR,
    "9" * 400: HOUR,
    "9" * 5000: HOUR,
    "0" * 400 + "57": 57.0,
    "1." + "9" * 400: 1.999999999999,
    "Sat, 28 Nov 2026 12:00:57 GMT": 57.0,
    "Saturday, 28-Nov-26 12:00:57 GMT": 57.0,
    "Sat Nov 28 12:00:57 2026": 57.0,
    "Sat, 28 Nov 2026 13:00:57 +0100": 57.0,
    "Thu, 01 Jan 1970 00:00:00 GMT": 0.0,
    "Fri, 31 Dec 9999 23:59:59 GMT": HOUR,
}

NOTHING = (
    *(None, "", " ", "inf", "-inf", "Infinity", "nan", "NaN", "1e300", "1e3", "-5", "+5", "0x10", "1_000", "1,5", "5;"),
    *("५७", "５７", "²", "57 seconds", "soon", "Sat, 99 Nov 2026 12:00:00 GMT", "Fri, 31 Dec 99999 23:59:59 GMT"),
    *("Fri, 31 Dec 9999 23:59:59 -2359", "Sat, 28 Nov 2026 12:00:00 +9999"),
    *("Sat, 28 Nov " + "2" * 400, ["57"], {"seconds": 57}, True, b"57", math.nan, -math.inf, -1, -0.1),
)


@pytest.mark.parametrize("value", WAITS, ids=lambda value: value[:40])
def test_a_number_or_a_date_is_a_wait(value: str) -> None:
    assert retry_after(value, cap=HOUR, now=NOON) == WAITS[value]


@pytest.mark.parametrize("value", NOTHING, ids=lambda value: repr(value)[:40])
def test_anything_else_says_nothing(value: object) -> None:
    assert retry_after(value, cap=HOUR, now=NOON) is None


@pytest.mark.parametrize(("value", "wait"), [(57, 57.0), (0.5, 0.5), (10**400, HOUR), (math.inf, HOUR), (1e300, HOUR)])
def test_numbers_of_json_are_capped_too(value: float, wait: float) -> None:
    assert seconds(value, cap=HOUR) == wait
    assert isinstance(seconds(value, cap=HOUR), float)


def test_a_date_counts_from_this_clock_where_the_service_sent_none() -> None:
    assert retry_after("Fri, 31 Dec 9999 23:59:59 GMT", cap=HOUR) == HOUR
    assert retry_after("Thu, 01 Jan 1970 00:00:00 GMT", cap=HOUR) == 0


@given(
    st.one_of(
        st.text(),
        st.floats(),
        st.integers(),
        st.none(),
        st.integers().map(str),
        st.floats().map(str),
        st.datetimes().map(lambda at: f"{at:%a, %d %b %Y %H:%M:%S} GMT"),
        st.text("0123456789.+-eE:, GMTJanNov"),
    )
)
@example("0" * 30)
def test_every_wait_is_finite_and_capped(value: object) -> None:
    wait = retry_after(value, cap=HOUR, now=NOON)

    assert wait is None or 0 <= wait <= HOUR


@given(st.text(max_size=80))
def test_a_date_always_has_a_zone(text: str) -> None:
    date = http_date(text)

    assert date is None or date.utcoffset() is not None
