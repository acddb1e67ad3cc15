"""Failures are waited out for longer and longer, and not by all at the same time."""

from hypothesis import given
from hypothesis import strategies as st

from bot.notifications.patience import Patience

PATIENCE = Patience()


@given(st.integers(1, 10_000))
def test_the_wait_doubles_up_to_a_quarter_of_an_hour_with_up_to_half_of_it_left_to_chance(failures: int) -> None:
    longest = min(900.0, 2.0**failures if failures < 20 else 900.0)

    assert longest / 2 <= PATIENCE.after(failures) <= longest


def test_what_failed_together_does_not_come_back_together() -> None:
    assert len({PATIENCE.after(3) for _ in range(50)}) > 40


def test_a_delivery_is_tried_for_about_a_day() -> None:
    hours = sum(PATIENCE.after(failures) for failures in range(1, PATIENCE.attempts)) / 3600

    assert 12 < hours < 36


def test_a_lease_outlasts_a_step_and_the_writing_down_of_it() -> None:
    assert PATIENCE.step + sum(PATIENCE.settle_again) < PATIENCE.lease
