"""Any number of sources may see what happens, in any order and any number of times: each thing is kept once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import event_kinds
from bot.domain.events import Observation, Source
from bot.storage.database import Database
from bot.storage.events import Events
from tests.storage.observations import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    accepted,
    changed_subscription,
    record,
    removed,
    rolled_back,
)

SLOWLY = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
_WEBHOOK: dict[str, Any] = {"source": Source.WEBHOOK}
ACCEPTED: tuple[dict[str, Any], ...] = (
    _WEBHOOK,
    {"source": Source.AUDIT, "name": "reseller_relationship_accepted_by_customer"},
    {"source": Source.AUDIT, "name": "add_customer", "kind": event_kinds.CUSTOMER_ADDED},
)
"""The ways in which one acceptance is told."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation, which of the happenings it is of, and when it arrives."""

    happening: int
    arrives: datetime
    observation: Observation


def begun_or_ended(number: int, at: datetime, way: int) -> Observation:
    """Return an observation of the n-th change of a relationship, which begins and ends in turn."""
    if number % 2 == 0:
        return accepted(**ACCEPTED[way], happened_at=at)
    return removed(happened_at=at)


def listed(number: int, at: datetime) -> Observation:
    """Return what the customer list tells of it, which knows no time but that of the look."""
    by_list: dict[str, Any] = {"source": Source.LIST, "name": "customer list", "happened_at": at}
    return removed(**by_list) if number % 2 else accepted(**by_list, kind=event_kinds.CUSTOMER_ADDED)


@st.composite
def alternations(draw: st.DrawFn) -> list[Seen]:
    """Draw a relationship that begins and ends some days apart; each change is dated and told up to a month late."""
    with_list = draw(st.booleans())
    seen: list[Seen] = []
    for number in range(draw(st.integers(1, 5))):
        at = NOON - 25 * DAY + number * 5 * DAY
        ways = st.tuples(st.integers(0, 2), st.integers(0, 23), st.integers(0, 30 * 24))
        for way, off, late in draw(st.lists(ways, min_size=0 if with_list else 1, max_size=3)):
            dated = at + off * HOUR
            seen.append(Seen(number, dated + late * HOUR, begun_or_ended(number, dated, way)))
        if with_list:  # looks come in order, and none is missed
            seen.append(Seen(number, at + DAY / 2, listed(number, at + DAY / 2)))
    return sorted(seen, key=lambda each: each.arrives)


@st.composite
def quick_alternations(draw: st.DrawFn) -> list[Seen]:
    """Draw changes an hour apart that are told as they happen, and told again, with other dates, at any time."""
    seen: list[Seen] = []
    for number in range(draw(st.integers(1, 6))):
        at = NOON - DAY + number * HOUR
        ways = st.tuples(st.integers(0, 2), st.integers(-29, 29), st.integers(0, 48 * 60))
        first, *again = draw(st.lists(ways, min_size=1, max_size=4))
        seen.append(Seen(number, at, begun_or_ended(number, at + first[1] * MINUTE, first[0])))
        for way, off, late in again:
            seen.append(Seen(number, at + late * MINUTE, begun_or_ended(number, at + off * MINUTE, way)))
    return sorted(seen, key=lambda each: each.arrives)


@st.composite
def changes(draw: st.DrawFn) -> list[Seen]:
    """Draw changes of a subscription that webhook and records tell in any order; the webhook may name the record."""
    seen: list[Seen] = []
    for number in range(draw(st.integers(1, 6))):
        at, audit_id = NOON - DAY + number * 5 * MINUTE, f"record {number}"
        named = draw(st.booleans())
        for by_record, off in draw(st.lists(st.tuples(st.booleans(), st.integers(0, 60)), min_size=1, max_size=4)):
            dated = at + timedelta(seconds=off if by_record else 0)
            source = {"source": Source.AUDIT, "name": "update_subscription"} if by_record else _WEBHOOK
            known = audit_id if by_record or named else None
            seen.append(Seen(number, at, changed_subscription(**source, happened_at=dated, audit_id=known)))
    return draw(st.permutations(seen))


async def happenings_told(database: Database, events: Events, seen: list[Seen]) -> list[int]:
    """Return which happening each new event is of, the observations recorded as they arrive."""
    told: list[int] = []
    async with rolled_back(database) as connection:
        for each in seen:
            told += [each.happening] * len(record(connection, events, [each.observation]))
    return sorted(told)


@pytest.fixture
def events(database: Database) -> Events:
    return Events(database)


@SLOWLY
@given(alternations())
async def test_a_relationship_that_begins_and_ends_is_told_each_time_once(
    database: Database, events: Events, seen: list[Seen]
) -> None:
    assert await happenings_told(database, events, seen) == sorted({each.happening for each in seen})


@SLOWLY
@given(quick_alternations())
async def test_so_is_one_that_does_so_within_hours(database: Database, events: Events, seen: list[Seen]) -> None:
    assert await happenings_told(database, events, seen) == sorted({each.happening for each in seen})


@SLOWLY
@given(changes())
async def test_changes_are_told_once_each_whoever_tells_them_first(
    database: Database, events: Events, seen: list[Seen]
) -> None:
    assert await happenings_told(database, events, seen) == sorted({each.happening for each in seen})
