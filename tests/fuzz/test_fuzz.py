"""The short form of ``make fuzz``: the corpus and some new cases for every target, the same in every run."""

import random

import pytest

from tests.fuzz.corpus import FOLDER, kept
from tests.fuzz.session import TARGETS, session
from tests.fuzz.target import Target

CASES = {"stored_rows": 10}
"""Each of its cases starts the bot anew."""


@pytest.mark.parametrize("make", TARGETS, ids=lambda make: make.name)
async def test_odd_input_is_answered_once_and_leaves_no_trace(make: type[Target]) -> None:
    chance, target = random.Random(make.name), make()
    new = [target.invent(chance) for _ in range(CASES.get(make.name, 60))]

    findings = await session(target, [*kept(make.name), *new])

    assert [f"{finding.wrong} {finding.case}" for finding in findings] == []


def test_every_kept_case_belongs_to_a_target() -> None:
    assert {folder.name for folder in FOLDER.glob("*")} <= {make.name for make in TARGETS}
