"""The cache: one call for all who ask at once, a time to live, a size, and invalidation at any moment."""

import asyncio

import pytest

from bot.cache import ATTEMPTS, Bounded, Cache, Invalidated, SingleFlight
from tests.loop_time import pass_time


class Remote:
    """Answers when told to, and counts."""

    def __init__(self) -> None:
        self.asked = 0
        self.reached = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None

    async def ask(self) -> str:
        self.asked += 1
        self.reached.set()
        answer = f"answer {self.asked}"
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return answer


async def started(cache: Cache[str, str], remote: Remote) -> asyncio.Task[str]:
    """Begin a call that does not end before the gate opens."""
    remote.gate.clear()
    remote.reached.clear()
    caller = asyncio.create_task(cache.get("key", remote.ask))
    await remote.reached.wait()
    return caller


async def test_an_answer_serves_from_the_moment_of_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=9), Remote()
    caller = await started(cache, remote)
    pass_time(monkeypatch, 6)
    remote.gate.set()

    assert await caller == "answer 1"
    pass_time(monkeypatch, 3)
    assert await cache.get("key", remote.ask) == "answer 1"
    pass_time(monkeypatch, 2)
    assert await cache.get("key", remote.ask) == "answer 2"


async def test_a_call_that_takes_longer_than_its_answer_would_serve_is_not_joined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=9), Remote()
    early = await started(cache, remote)
    pass_time(monkeypatch, 11)
    late = await started(cache, remote)
    remote.gate.set()

    assert [await early, await late] == ["answer 1", "answer 2"]


async def test_those_who_ask_at_once_share_a_call_also_where_one_is_cancelled() -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=9), Remote()
    first = await started(cache, remote)
    others = [asyncio.create_task(cache.get("key", remote.ask)) for _ in range(9)]
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    remote.gate.set()

    assert set(await asyncio.gather(*others)) == {"answer 1"}
    assert first.cancelled()


async def test_an_error_goes_to_all_who_wait_and_is_not_kept() -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=9), Remote()
    remote.error = OSError()
    callers = [await started(cache, remote), asyncio.create_task(cache.get("key", remote.ask))]
    await asyncio.sleep(0)
    remote.gate.set()
    results = await asyncio.gather(*callers, return_exceptions=True)
    remote.error = None

    assert [type(result) for result in results] == [OSError, OSError]
    assert cache.latest("key") is None
    assert await cache.get("key", remote.ask) == "answer 2"


async def test_an_answer_that_is_invalidated_while_it_is_under_way_is_asked_for_again() -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=9), Remote()
    caller = await started(cache, remote)
    cache.invalidate("key")
    remote.gate.set()

    assert await caller == "answer 2"
    assert await cache.get("key", remote.ask) == "answer 2"


async def test_an_answer_that_is_invalidated_each_time_is_given_up() -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=9), Remote()

    async def ask() -> str:
        cache.invalidate_all()
        return await remote.ask()

    with pytest.raises(Invalidated):
        await cache.get("key", ask)
    assert remote.asked == ATTEMPTS


async def test_invalidation_reaches_the_keys_that_are_meant_and_no_others() -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=9), Remote()
    for key in ("maya", "priya", "tom"):
        await cache.get(key, remote.ask)
    cache.invalidate("maya")
    cache.invalidate_all(lambda key: key == "tom")

    assert [cache.latest(key) for key in ("maya", "priya", "tom")] == [None, "answer 2", None]


async def test_the_answer_used_least_recently_goes_first() -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=2), Remote()
    for key in ("a", "b", "a", "c"):
        await cache.get(key, remote.ask)

    assert [cache.latest(key) for key in ("a", "b", "c")] == ["answer 1", None, "answer 3"]


async def test_the_latest_answer_stays_readable_when_it_no_longer_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=2), Remote()
    await cache.get("key", remote.ask)
    pass_time(monkeypatch, 99)

    assert cache.latest("key") == "answer 1"


async def test_an_answer_that_is_not_worth_keeping_goes_to_those_who_wait_alone() -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=9), Remote()
    entries = [cache.entry("key", remote.ask, keep=lambda _answer: False) for _ in range(2)]

    assert [await entry.task for entry in entries] == ["answer 1", "answer 1"]
    assert await cache.get("key", remote.ask) == "answer 2"


async def test_closing_cancels_what_is_under_way() -> None:
    cache, remote = Cache[str, str](seconds=10, capacity=9), Remote()
    caller = await started(cache, remote)
    await cache.close()
    results = await asyncio.gather(caller, return_exceptions=True)

    assert [type(result) for result in results] == [asyncio.CancelledError]
    assert cache.latest("key") is None


async def test_a_single_flight_serves_those_who_ask_meanwhile_and_nobody_later() -> None:
    calls, remote = SingleFlight[str, str](), Remote()
    remote.gate.clear()
    callers = [asyncio.create_task(calls.get("key", remote.ask)) for _ in range(9)]
    await remote.reached.wait()
    callers[0].cancel()
    assert "key" in calls
    remote.gate.set()

    assert set(await asyncio.gather(*callers[1:])) == {"answer 1"}
    assert "key" not in calls
    assert await calls.get("key", remote.ask) == "answer 2"


async def test_a_single_flight_can_be_waited_for_when_every_caller_has_left() -> None:
    calls, remote = SingleFlight[str, str](), Remote()
    remote.gate.clear()
    caller = asyncio.create_task(calls.get("key", remote.ask))
    await remote.reached.wait()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    remote.gate.set()
    await calls.finish()

    assert "key" not in calls


def test_a_bounded_mapping_drops_what_was_put_longest_ago() -> None:
    mapping = Bounded[str, int](2)
    for number, key in enumerate("abac"):
        mapping.put(key, number)

    assert mapping == {"a": 2, "c": 3}
