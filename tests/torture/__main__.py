"""``python -m tests.torture``: kill, freeze and load the delivery on both databases, and say what came of it."""

import asyncio
import logging
import random
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.retry import DeliveryTimeouts
from bot.storage.migrate import migrate
from tests import databases
from tests.notifications.replica import PARTS, SLOT_SECONDS, STEPS, TIMEOUTS, Orders
from tests.notifications.replicas import Process
from tests.notifications.stage import POST, Outcome
from tests.torture import measures, scenarios
from tests.torture.cluster import cluster

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
BOTH = (SQLITE, POSTGRESQL)
CHANNELS, MESSAGES = 20, 60


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a scenario, and whether that will do."""

    shown: str
    good: bool


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something that can happen; ``run`` is given the address of an empty database and a source of chance."""

    name: str
    must_be: str
    run: Callable[[str, random.Random], Awaitable[Result]]
    on: Sequence[str] = BOTH


def judged(outcome: Outcome) -> Result:
    """Return what went wrong in words."""
    wrong = {"lost": outcome.lost, "twice": outcome.duplicates, "out of order": outcome.out_of_order}
    wrong |= {"too early": outcome.too_early}
    return Result(", ".join(f"{count} {what}" for what, count in wrong.items()), outcome == Outcome())


async def kill_again_and_again(address: str, chance: random.Random) -> Result:
    return judged(await scenarios.kill_again_and_again(address, chance, kills=5, channels=CHANNELS, messages=MESSAGES))


def end_within_plans(end: Callable[[Process], Awaitable[None]]) -> Callable[[str, random.Random], Awaitable[Result]]:
    async def run(address: str, chance: random.Random) -> Result:
        return judged(
            await scenarios.kill_again_and_again(
                address, chance, kills=10, kind=STEPS, end=end, channels=CHANNELS, messages=MESSAGES // len(PARTS)
            )
        )

    return run


async def kill_one_of_two(address: str, chance: random.Random) -> Result:
    outcome, seconds = await scenarios.kill_one_of_two(address, chance, channels=CHANNELS, messages=MESSAGES)
    result = judged(outcome)
    ideal = MESSAGES * 0.1
    return Result(f"{result.shown}; done after {seconds:.1f} s", result.good and seconds < TIMEOUTS.lease + ideal + 10)


async def take_over(address: str, chance: random.Random) -> Result:
    orders = Orders(database="", slack="", timeouts=DeliveryTimeouts())
    outcome, seconds = await scenarios.kill_one_of_two(
        address, chance, channels=CHANNELS, messages=4, kind=STEPS, orders=orders
    )
    result = judged(outcome)
    return Result(f"{result.shown}; done after {seconds:.1f} s", result.good and seconds < 35)


def freeze(method: str, *, with_another: bool) -> Callable[[str, random.Random], Awaitable[Result]]:
    async def run(address: str, _chance: random.Random) -> Result:
        return judged(await scenarios.freeze(address, method=method, with_another=with_another))

    return run


async def kill_while_slack_asks_to_wait(address: str, _chance: random.Random) -> Result:
    seconds = await scenarios.kill_while_slack_asks_to_wait(address, seconds=5)
    return Result(f"{seconds:.2f} s", 5 <= seconds < 15)


async def lose_the_database(address: str, _chance: random.Random) -> Result:
    if address.startswith("sqlite"):
        return judged(
            await scenarios.lose_the_database(
                address, lambda: _locked(address), times=5, channels=CHANNELS, messages=MESSAGES
            )
        )
    async with cluster() as server:
        if server is None:
            return judged(
                await scenarios.lose_the_database(address, databases.cut, times=5, channels=CHANNELS, messages=MESSAGES)
            )
        await migrate(server.address)
        return judged(
            await scenarios.lose_the_database(
                server.address, server.restart, times=5, channels=CHANNELS, messages=MESSAGES
            )
        )


async def _locked(address: str) -> None:
    with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as locked:
        locked.execute("BEGIN EXCLUSIVE")
        await asyncio.sleep(1)


async def keep_a_schedule(address: str, _chance: random.Random) -> Result:
    slots = await scenarios.keep_a_schedule(address, replicas=2, slots=30)
    once = all(later - earlier >= SLOT_SECONDS for earlier, later in pairwise(slots))
    return Result(f"{len(slots)} slots, {len(set(slots))} different", once)


async def drain(address: str, _chance: random.Random) -> Result:
    drained = await measures.drain(address)
    result = judged(drained.outcome)
    ratio = drained.seconds / drained.ideal
    shown = f"{drained.seconds:.1f} s of {drained.ideal:.1f} s = {ratio:.2f}; {drained.cpu * 1000:.1f} ms CPU each"
    return Result(f"{result.shown}; {shown}; {drained.memory:.0f} MB", result.good and ratio <= 1.3)


async def idle(address: str, _chance: random.Random) -> Result:
    share = await measures.idle(address, seconds=30)
    return Result(f"{share:.2%}", share < 0.01)


async def match(address: str, _chance: random.Random) -> Result:
    seconds = await measures.match(address)
    return Result(f"{seconds * 1000:.0f} ms", seconds < 0.05)


NOTHING = "nothing lost, twice, out of order or early"
SCENARIOS = (
    Scenario("kill -9 five times", NOTHING, kill_again_and_again),
    Scenario("kill -9 ten times within plans of three steps", NOTHING, end_within_plans(Process.kill)),
    Scenario("SIGTERM ten times within plans of three steps", NOTHING, end_within_plans(Process.stop)),
    Scenario("kill -9 one of two replicas", f"{NOTHING}; done after the lease", kill_one_of_two, (POSTGRESQL,)),
    Scenario("… with leases of 30 s, within plans", f"{NOTHING}; done within 35 s", take_over, (POSTGRESQL,)),
    Scenario("stand still past the lease before posting", NOTHING, freeze(scenarios.INFO, with_another=False)),
    Scenario("… while another takes over", NOTHING, freeze(scenarios.INFO, with_another=True)),
    Scenario("stand still past the lease after posting", NOTHING, freeze(POST, with_another=False)),
    Scenario("… while another takes over", NOTHING, freeze(POST, with_another=True)),
    Scenario("kill -9 while Slack asks to wait 5 s", "at least 5 s", kill_while_slack_asks_to_wait),
    Scenario("the database goes away five times", NOTHING, lose_the_database),
    Scenario("30 slots of a schedule, two replicas", "each once", keep_a_schedule),
    Scenario("2,000 messages, 50 channels", f"{NOTHING}; at most 1.3 of the ideal", drain),
    Scenario("nothing to do", "under 1 % of a CPU", idle),
    Scenario("an event for 10,000 follows", "under 50 ms", match),
)


@asynccontextmanager
async def empty(kind: str) -> AsyncIterator[str]:
    """Give the address of an empty database of one kind."""
    if kind == POSTGRESQL:
        yield await databases.migrated()
        return
    with TemporaryDirectory(prefix="partner-bot-") as name:
        address = f"sqlite:///{Path(name) / 'bot.db'}"
        await migrate(address)
        yield address


async def torture(seed: int) -> bool:
    """Play every scenario on both databases and print the table; return whether all is well."""
    chance, good = random.Random(seed), True
    await databases.create()
    print(f"seed {seed}\n\n| what happens | must be | database | is |\n|---|---|---|---|")
    try:
        for scenario in SCENARIOS:
            for kind in scenario.on:
                result = await played(scenario, kind, chance)
                mark = "" if result.good else " **wrong**"
                print(f"| {scenario.name} | {scenario.must_be} | {kind} | {result.shown}{mark} |", flush=True)
                good = good and result.good
    finally:
        await databases.drop()
    return good


async def played(scenario: Scenario, kind: str, chance: random.Random) -> Result:
    """Play one scenario on one database; one that does not come to its end is no reason to play no other."""
    async with empty(kind) as address:
        try:
            return await scenario.run(address, chance)
        except (AssertionError, TimeoutError) as error:
            return Result(f"not finished: {type(error).__name__} {error}", good=False)


def main() -> int:
    """Print the table; return 1 where something is not as it must be. The same seed takes the same chances."""
    logging.getLogger("aiohttp.server").disabled = True  # it complains of every client that was killed
    seed = int(sys.argv[1]) if sys.argv[1:] else random.randrange(1_000_000)
    return 0 if asyncio.run(torture(seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
