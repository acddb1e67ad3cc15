"""Failures are waited out for longer and longer, and not by all at the same time."""

from hypothesis import given
from hypothesis import strategies as st

from bot.retry import DeliveryTimeouts

TIMEOUTS = DeliveryTimeouts()


@given(st.integers(1, 10_000))
def test_the_wait_doubles_up_to_a_quarter_of_an_hour_with_up_to_half_of_it_left_to_chance(failures: int) -> None:
    longest = min(900.0, 2.0**failures if failures < 20 else 900.0)

    assert longest / 2 <= TIMEOUTS.policy.after(failures) <= longest


def test_what_failed_together_does_not_come_back_together() -> None:
    assert len({TIMEOUTS.policy.after(3) for _ in range(50)}) > 40


def test_a_delivery_is_tried_for_about_a_day() -> None:
    hours = sum(TIMEOUTS.policy.after(failures) for failures in range(1, TIMEOUTS.policy.attempts)) / 3600

    assert 12 < hours < 36


def test_a_write_that_begins_with_the_least_of_a_lease_ends_and_is_recorded_within_it() -> None:
    assert TIMEOUTS.write < TIMEOUTS.margin < TIMEOUTS.lease
    assert 2 * TIMEOUTS.renewal < TIMEOUTS.lease - TIMEOUTS.margin
