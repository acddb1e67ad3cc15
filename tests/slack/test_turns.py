"""Invocations begin a few in each pass of the event loop, in order, and nobody who gave up holds a turn."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.turns import EACH_PASS, Turns


async def begun_in_each_pass(count: int, *, given_up: frozenset[int] = frozenset()) -> list[list[int]]:
    """Have so many begin at once; return which began in each pass of the loop until all had, or had given up."""
    turns, passes, began = Turns(), [], []

    async def begin(number: int) -> None:
        await turns.take()
        began.append(number)

    tasks = [asyncio.create_task(begin(number)) for number in range(count)]
    await asyncio.sleep(0)
    passes.append(began[:])
    for number in given_up:
        tasks[number].cancel()
    while not all(task.done() for task in tasks):
        began.clear()
        await asyncio.sleep(0)
        passes.append(began[:])
    return passes


@given(st.integers(0, 40))
async def test_a_few_begin_in_each_pass_and_all_in_order(count: int) -> None:
    passes = await begun_in_each_pass(count)

    assert [number for each in passes for number in each] == list(range(count))
    assert all(len(each) <= EACH_PASS for each in passes)


@given(st.integers(0, 40), st.frozensets(st.integers(0, 39)))
async def test_who_gave_up_takes_nobodys_turn(count: int, given_up: frozenset[int]) -> None:
    leaving = frozenset(number for number in given_up if number < count)

    passes = await begun_in_each_pass(count, given_up=leaving)

    began = {number for each in passes for number in each}
    assert began >= frozenset(range(count)) - leaving


async def test_where_little_is_to_do_a_turn_takes_no_pass() -> None:
    turns = Turns()

    for _ in range(EACH_PASS):
        taking = turns.take()
        assert next(iter(taking.__await__()), "at once") == "at once"
