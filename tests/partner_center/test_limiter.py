"""However the bot is used, it stays under the limit, and nobody waits longer than needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.partner_center.limiter import IN_BACKGROUND, REQUESTS, Limiter, Pace, TooSoon


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_stays_under_microsofts_limit_by_itself() -> None:
    assert REQUESTS < 500
    assert Limiter().left == REQUESTS


def test_turns_are_free_until_the_limit_and_then_a_period_after_the_oldest() -> None:
    clock = Clock()
    limiter = Limiter(2, 60, clock)

    assert limiter.turn(within=100) == 0
    clock.now += 10
    assert limiter.turn(within=100) == 0
    clock.now += 10
    assert limiter.left == 0
    assert limiter.turn(within=100) == 40
    assert limiter.turn(within=100) == 50
    clock.now += 60
    assert limiter.left == 0
    clock.now += 51
    assert limiter.left == 2


def test_a_turn_that_comes_too_late_is_refused_and_not_taken() -> None:
    limiter = Limiter(1, 60, Clock())
    limiter.turn(within=0)

    for _ in range(3):
        with pytest.raises(TooSoon) as raised:
            limiter.turn(within=59)
        assert raised.value.wait == 60


@given(st.lists(st.floats(0, 30), max_size=60))
def test_no_period_ever_holds_more_turns_than_allowed(pauses: list[float]) -> None:
    clock = Clock()
    limiter = Limiter(5, 60, clock)
    starts = []
    for pause in pauses:
        clock.now += pause
        starts.append(clock.now + limiter.turn(within=10_000))

    assert starts == sorted(starts)
    assert all(later - earlier >= 60 - 1e-6 for earlier, later in zip(starts, starts[5:], strict=False))


def test_background_work_stays_under_50_requests_a_minute() -> None:
    clock = Clock()
    pace = Pace(Limiter(clock=clock), Limiter(IN_BACKGROUND, clock=clock))
    taken = sum(pace.turn() == 0 for _ in range(200))

    assert taken == IN_BACKGROUND < 50
    assert pace.turn() == 60
    clock.now += 60
    assert pace.turn() == 0


def test_background_work_gives_way_while_people_need_more_than_half() -> None:
    clock = Clock()
    people = Limiter(10, clock=clock)
    pace = Pace(people, Limiter(5, clock=clock))
    for _ in range(6):
        people.turn(within=0)
        clock.now += 1

    assert people.busy == 54  # when the first of the six is a minute old
    assert pace.turn() == 54
    clock.now += 54
    assert people.busy == 0
    assert pace.turn() == 0


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 20)), max_size=80))
def test_the_wait_for_people_is_exact(steps: list[tuple[bool, float]]) -> None:
    clock = Clock()
    limiter = Limiter(6, clock=clock)
    for asks, pause in steps:
        clock.now += pause
        if asks:
            limiter.turn(within=10_000)

    busy = limiter.busy
    clock.now += busy + 1e-6
    assert limiter.left >= 3
    if busy > 2e-6:
        clock.now -= 2e-6
        assert limiter.left < 3
