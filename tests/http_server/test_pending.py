"""The bound on connections without a whole request: the oldest one gives way."""

from hypothesis import given
from hypothesis import strategies as st

from bot.http_server.pending import Pending


class One:
    """A connection that only notes that it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def give_way(self) -> None:
        self.closed = True


def test_the_oldest_gives_way_to_a_new_one() -> None:
    pending = Pending(connections=2, received=100)
    first, second, third = One(), One(), One()

    for one in (first, second, third):
        pending.add(one)

    assert [one.closed for one in (first, second, third)] == [True, False, False]


def test_one_whose_request_is_whole_is_not_closed() -> None:
    pending = Pending(connections=1, received=100)
    first, second = One(), One()
    pending.add(first)
    pending.remove(first)

    pending.add(second)

    assert not first.closed


def test_the_oldest_gives_way_to_what_others_send() -> None:
    pending = Pending(connections=10, received=100)
    first, second = One(), One()
    pending.add(first)
    pending.add(second)
    pending.count(first, 60)

    assert pending.count(second, 60) == 60
    assert (first.closed, second.closed) == (True, False)


def test_a_connection_that_waits_for_its_next_request_begins_anew() -> None:
    pending = Pending(connections=2, received=100)
    first, second, third = One(), One(), One()
    pending.add(first)
    pending.add(second)
    pending.remove(first)
    pending.add(first)

    pending.add(third)

    assert (first.closed, second.closed) == (False, True)


STEPS = st.lists(st.tuples(st.sampled_from(["add", "count", "remove"]), st.integers(0, 9), st.integers(0, 60)))


@given(steps=STEPS)
def test_neither_bound_is_ever_passed(steps: list[tuple[str, int, int]]) -> None:
    pending = Pending(connections=3, received=100)
    connections = [One() for _ in range(10)]
    for step, which, size in steps:
        one = connections[which]
        if step == "add" and not one.closed:
            pending.remove(one)
            pending.add(one)
        elif step == "count":
            pending.count(one, size)
        else:
            pending.remove(one)

        assert len(pending) <= 3
        assert 0 <= pending.total <= 100
    for one in connections:
        pending.remove(one)
    assert (len(pending), pending.total) == (0, 0)
