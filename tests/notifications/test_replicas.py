"""Replicas that are killed and frozen while they deliver: nothing is lost, and nothing comes twice."""

import random
from itertools import pairwise

import pytest

from tests.notifications.replica import SLOT_SECONDS, STEPS, TIMEOUTS
from tests.notifications.stage import POST, Outcome
from tests.torture import scenarios


@pytest.fixture
def chance() -> random.Random:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it where the test fails
    return random.Random(seed)


async def test_a_replica_that_is_killed_again_and_again_loses_and_repeats_nothing(
    migrated_url: str, chance: random.Random
) -> None:
    assert await scenarios.kill_again_and_again(migrated_url, chance, channels=8, messages=12, kills=5) == Outcome()


async def test_nor_within_plans_of_several_steps(migrated_url: str, chance: random.Random) -> None:
    outcome = await scenarios.kill_again_and_again(migrated_url, chance, channels=8, messages=4, kills=5, kind=STEPS)

    assert outcome == Outcome()


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_of_two_replicas_the_other_finishes_what_a_killed_one_was_at(
    migrated_url: str, chance: random.Random
) -> None:
    outcome, seconds = await scenarios.kill_one_of_two(migrated_url, chance, channels=8, messages=12)

    assert outcome == Outcome()
    assert seconds < TIMEOUTS.lease + 10


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_a_replica_that_stood_still_past_its_lease_repeats_nothing(migrated_url: str) -> None:
    assert await scenarios.freeze(migrated_url, method=POST, with_another=False) == Outcome()


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_nor_does_it_post_what_another_has_taken_over(migrated_url: str) -> None:
    assert await scenarios.freeze(migrated_url, method=scenarios.INFO, with_another=True) == Outcome()


async def test_two_replicas_tell_each_slot_of_a_schedule_once(migrated_url: str) -> None:
    slots = await scenarios.keep_a_schedule(migrated_url, replicas=2, slots=6)

    assert all(later - earlier >= SLOT_SECONDS for earlier, later in pairwise(slots))
