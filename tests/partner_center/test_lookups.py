"""Each thing is asked for once, and nobody's departure is another's loss."""

import asyncio

import pytest

from bot.partner_center.errors import CustomerNotFound, PartnerCenterError, Unavailable
from bot.partner_center.lookups import Flight, Lookup, Lookups
from tests.loop_time import pass_time


class Upstream:
    """Answers when told to, and counts."""

    def __init__(self) -> None:
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: PartnerCenterError | None = None
        self.flight: Flight | None = None

    async def fetch(self, flight: Flight) -> str:
        self.asked += 1
        self.flight = flight
        number = self.asked
        await self.gate.wait()
        if self.error:
            raise self.error
        return f"answer {number}"

    def lookup(self, subject: str = "contoso", *, remembered: bool = True) -> Lookup[str]:
        return Lookup(kind="customer", subject=subject, fetch=self.fetch, remembered=remembered)


def soon() -> float:
    return asyncio.get_running_loop().time() + 5


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def upstream() -> Upstream:
    return Upstream()


async def test_identical_lookups_in_flight_share_one_answer(upstream: Upstream) -> None:
    lookups = Lookups()
    answers = await asyncio.gather(*(lookups.answer(upstream.lookup(remembered=False), soon()) for _ in range(40)))

    assert set(answers) == {"answer 1"}
    assert upstream.asked == 1
    assert await lookups.answer(upstream.lookup(remembered=False), soon()) == "answer 2"


async def test_a_failure_goes_to_all_who_wait_and_is_not_remembered(upstream: Upstream) -> None:
    lookups = Lookups()
    upstream.error = CustomerNotFound()
    results = await asyncio.gather(
        *(lookups.answer(upstream.lookup(), soon()) for _ in range(3)), return_exceptions=True
    )

    assert [type(result) for result in results] == [CustomerNotFound] * 3
    upstream.error = None
    assert await lookups.answer(upstream.lookup(), soon()) == "answer 2"


async def test_a_success_is_remembered_for_a_while(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    lookups = Lookups(seconds=30)
    await lookups.answer(upstream.lookup(), soon())
    pass_time(monkeypatch, 29)

    assert await lookups.answer(upstream.lookup(), soon()) == "answer 1"
    pass_time(monkeypatch, 2)
    assert await lookups.answer(upstream.lookup(), soon()) == "answer 2"


async def test_the_least_recently_used_goes_first(upstream: Upstream) -> None:
    lookups = Lookups(capacity=2)
    for subject in ("contoso", "fabrikam", "contoso", "adatum"):
        await lookups.answer(upstream.lookup(subject), soon())

    assert upstream.asked == 3
    await lookups.answer(upstream.lookup("contoso"), soon())
    assert upstream.asked == 3
    await lookups.answer(upstream.lookup("fabrikam"), soon())
    assert upstream.asked == 4


async def test_what_is_forgotten_is_asked_again(upstream: Upstream) -> None:
    lookups = Lookups()
    await lookups.answer(upstream.lookup(), soon())
    lookups.forget("contoso")

    assert await lookups.answer(upstream.lookup(), soon()) == "answer 2"


async def test_forgetting_during_a_flight_discards_what_it_brings(upstream: Upstream) -> None:
    lookups = Lookups()
    upstream.gate.clear()
    before = asyncio.create_task(lookups.answer(upstream.lookup(), soon()))
    await settle()
    lookups.forget("contoso")
    after = asyncio.create_task(lookups.answer(upstream.lookup(), soon()))
    await settle()
    upstream.gate.set()

    assert await before == "answer 1"
    assert await after == "answer 2"
    assert await lookups.answer(upstream.lookup(), soon()) == "answer 2"


async def test_a_caller_who_goes_away_takes_nobodys_answer_along(upstream: Upstream) -> None:
    lookups = Lookups()
    upstream.gate.clear()
    first, second = (asyncio.create_task(lookups.answer(upstream.lookup(), soon())) for _ in range(2))
    await settle()
    first.cancel()
    await settle()
    upstream.gate.set()

    assert await second == "answer 1"
    assert first.cancelled()
    assert upstream.asked == 1


async def test_when_every_caller_has_gone_a_failure_disturbs_nobody(upstream: Upstream) -> None:
    lookups = Lookups()
    upstream.gate.clear()
    upstream.error = CustomerNotFound()
    only = asyncio.create_task(lookups.answer(upstream.lookup(), soon()))
    await settle()
    only.cancel()
    upstream.gate.set()
    await settle()

    assert only.cancelled()


async def test_a_flight_lasts_as_long_as_the_most_patient_can_wait(upstream: Upstream) -> None:
    lookups = Lookups()
    upstream.gate.clear()
    now = asyncio.get_running_loop().time()
    waiting = [asyncio.create_task(lookups.answer(upstream.lookup(), now + wait)) for wait in (3, 9, 5)]
    await settle()

    assert upstream.flight is not None
    assert upstream.flight.deadline == now + 9
    upstream.gate.set()
    await asyncio.gather(*waiting)


async def test_the_deadline_of_one_does_not_end_the_flight(upstream: Upstream) -> None:
    lookups = Lookups()
    upstream.gate.clear()
    patient = asyncio.create_task(lookups.answer(upstream.lookup(), soon()))
    with pytest.raises(Unavailable):
        await lookups.answer(upstream.lookup(), asyncio.get_running_loop().time() - 1)
    upstream.gate.set()

    assert await patient == "answer 1"


async def test_a_noticeable_wait_is_told_to_all_also_to_who_comes_later(upstream: Upstream) -> None:
    lookups = Lookups()
    upstream.gate.clear()
    told: list[float] = []
    first = asyncio.create_task(lookups.answer(upstream.lookup(), soon(), told.append))
    await settle()
    assert upstream.flight is not None
    upstream.flight.waits(0.5)
    assert told == []
    upstream.flight.waits(12)
    second = asyncio.create_task(lookups.answer(upstream.lookup(), soon(), told.append))
    await settle()
    upstream.gate.set()
    await asyncio.gather(first, second)

    assert told == [12, pytest.approx(12, abs=1)]


async def test_unknown_is_not_remembered() -> None:
    lookups = Lookups()
    asked = []

    async def fetch(flight: Flight) -> str | None:
        asked.append(flight)
        return None

    for _ in range(2):
        assert (
            await lookups.answer(Lookup(kind="tenant id", subject="contoso.com", fetch=fetch, remembered=True), soon())
            is None
        )
    assert len(asked) == 2


async def test_closing_ends_what_is_in_flight(upstream: Upstream) -> None:
    lookups = Lookups()
    upstream.gate.clear()
    waiting = asyncio.create_task(lookups.answer(upstream.lookup(), soon()))
    await settle()
    await lookups.close()

    with pytest.raises(Unavailable):
        await waiting
