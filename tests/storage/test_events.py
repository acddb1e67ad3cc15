"""What happened is kept once, whichever source sees it first, and told if it is news."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain import event_kinds
from bot.domain.events import Observation, Source
from bot.storage.database import Database
from bot.storage.events import KEPT_DAYS, TOO_OLD, Events
from bot.storage.tables import events as table
from tests.storage.observations import (
    CUSTOMER,
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
from tests.transactions import read, write, writing

BY_RECORD: dict[str, Any] = {"source": Source.AUDIT, "name": "add_customer", "kind": event_kinds.CUSTOMER_ADDED}
BY_LIST: dict[str, Any] = {"source": Source.LIST, "name": "customer list", "kind": event_kinds.CUSTOMER_ADDED}
EXPIRING: dict[str, Any] = {"kind": event_kinds.ACCESS_EXPIRING, "source": Source.BOT, "name": "granular"}
GRANTED: dict[str, Any] = {"kind": event_kinds.ACCESS_GRANTED, "name": "granular-admin-relationship-approved"}
ENDED: dict[str, Any] = {"kind": event_kinds.ACCESS_ENDED, "name": "granular-admin-relationship-terminated"}


@pytest.fixture
def events(database: Database) -> Events:
    return Events(database)


async def how_many(database: Database, events: Events, *seen: Observation) -> int:
    """Return how many of these are new, seen in this order."""
    async with rolled_back(database) as connection:
        new = record(connection, events, seen)
    return len(new)


@pytest.mark.parametrize(
    ("seen", "happened"),
    [
        pytest.param([accepted(), accepted()], 1, id="the same twice"),
        pytest.param([accepted(), accepted(**BY_RECORD)], 1, id="two kinds of record"),
        pytest.param(
            [accepted(), accepted(kind=event_kinds.RELATIONSHIP_ACCEPTED_INDIRECT)], 1, id="through a provider"
        ),
        pytest.param([accepted(), accepted(**BY_RECORD, happened_at=NOON + 2 * DAY)], 1, id="told two days late"),
        pytest.param([accepted(), accepted(**BY_RECORD, happened_at=NOON + 3 * DAY)], 2, id="three days apart"),
        pytest.param([accepted(), accepted(customer_id="another")], 2, id="two customers"),
        pytest.param([accepted(), accepted(**BY_LIST, happened_at=NOON + 9 * DAY)], 1, id="in the list much later"),
        pytest.param([accepted(**BY_LIST, happened_at=NOON + 9 * DAY), accepted()], 1, id="in the list before"),
        pytest.param(
            [accepted(), removed(happened_at=NOON + HOUR), accepted(happened_at=NOON + 2 * HOUR)], 3, id="and again"
        ),
        pytest.param([removed(), removed(source=Source.LIST, happened_at=NOON + 5 * DAY)], 1, id="left once"),
    ],
)
async def test_a_relationship_begins_once_until_it_ends(
    database: Database, events: Events, seen: list[Observation], happened: int
) -> None:
    assert await how_many(database, events, *seen) == happened


@pytest.mark.parametrize(
    ("seen", "happened"),
    [
        pytest.param([accepted(**GRANTED), accepted(**GRANTED, source=Source.AUDIT)], 1, id="two sources"),
        pytest.param([accepted(**GRANTED, resource="a"), accepted(**GRANTED, resource="b")], 2, id="two relationships"),
        pytest.param([accepted(**GRANTED, resource="a"), accepted(**GRANTED)], 1, id="one does not say which"),
        pytest.param([accepted(**GRANTED), accepted(**ENDED, happened_at=NOON + HOUR)], 2, id="granted and ended"),
        pytest.param([accepted(), accepted(**GRANTED), removed(), accepted(**ENDED)], 4, id="not the customer's"),
    ],
)
async def test_delegated_access_is_granted_once_until_it_ends(
    database: Database, events: Events, seen: list[Observation], happened: int
) -> None:
    assert await how_many(database, events, *seen) == happened


@pytest.mark.parametrize(
    ("seen", "happened"),
    [
        pytest.param([{"ends_at": NOON}, {"ends_at": NOON + HOUR}], 1, id="the same day"),
        pytest.param([{"ends_at": NOON}, {"ends_at": NOON + DAY}], 2, id="another day"),
        pytest.param([{"ends_at": NOON}, {"ends_at": NOON, "customer_id": "another"}], 2, id="two customers"),
    ],
)
async def test_an_end_that_comes_near_is_told_once(
    database: Database, events: Events, seen: list[dict[str, Any]], happened: int
) -> None:
    assert await how_many(database, events, *(accepted(**EXPIRING, **each) for each in seen)) == happened


@pytest.mark.parametrize(
    ("first", "second", "happened"),
    [
        pytest.param({}, {}, 1, id="delivered twice"),
        pytest.param({}, {"happened_at": NOON + MINUTE}, 2, id="a minute later, by the same source"),
        pytest.param({}, {"happened_at": NOON + MINUTE, "source": Source.AUDIT}, 1, id="by another source"),
        pytest.param({}, {"happened_at": NOON + 3 * MINUTE, "source": Source.AUDIT}, 2, id="later, by another source"),
        pytest.param({}, {"resource": "subscription-2"}, 2, id="of something else"),
        pytest.param({"audit_id": "a"}, {"audit_id": "a", "happened_at": NOON + HOUR}, 1, id="the same record"),
        pytest.param({"audit_id": "a"}, {"audit_id": "b"}, 2, id="two records"),
        pytest.param({"audit_id": "a"}, {"audit_id": "b", "source": Source.AUDIT}, 2, id="two records of two sources"),
        pytest.param({}, {"audit_id": "a", "source": Source.AUDIT}, 1, id="one source names the record"),
        pytest.param(
            {"kind": event_kinds.UNKNOWN},
            {"kind": event_kinds.UNKNOWN, "name": "n", "source": Source.AUDIT},
            2,
            id="unknown",
        ),
    ],
)
async def test_other_changes_are_known_by_their_record_or_by_what_changed_and_when(
    database: Database, events: Events, first: dict[str, Any], second: dict[str, Any], happened: int
) -> None:
    seen = (changed_subscription(**first), changed_subscription(**second))

    assert await how_many(database, events, *seen) == happened
    assert await how_many(database, events, *reversed(seen)) == happened


async def test_processes_that_see_the_same_at_once_keep_it_once(
    database: Database, other_database: Database, events: Events
) -> None:
    async def see(where: Database, seen: Observation) -> int:
        async with writing(where) as connection:
            return len(record(connection, events, [seen]))

    for seen in (accepted(), changed_subscription(audit_id="a"), changed_subscription(resource="b")):
        assert sum(await asyncio.gather(*(see(each, seen) for each in (database, other_database) * 3))) == 1


@pytest.mark.parametrize(
    ("seen", "notified"),
    [
        pytest.param(accepted(), True, id="news"),
        pytest.param(accepted(happened_at=NOON - TOO_OLD + 3 * DAY), True, id="just in time"),
        pytest.param(accepted(happened_at=NOON - TOO_OLD), False, id="too old"),
        pytest.param(changed_subscription(kind=event_kinds.QUIET), False, id="of no interest"),
        pytest.param(changed_subscription(kind=event_kinds.UNKNOWN), False, id="unknown"),
    ],
)
async def test_what_is_no_news_is_kept_and_not_told(
    database: Database, events: Events, seen: Observation, *, notified: bool
) -> None:
    async with writing(database) as connection:
        (event,) = record(connection, events, [seen])

    assert event.notified is notified
    assert await read(database, events.find, event.id) == event
    assert {name: getattr(event, name) for name in Observation.__slots__} == {
        name: getattr(seen, name) for name in Observation.__slots__
    }


async def test_events_are_found_by_id_in_the_order_in_which_they_happened(database: Database, events: Events) -> None:
    seen = [changed_subscription(happened_at=NOON + MINUTE * number) for number in (3, 1, 2)]
    async with writing(database) as connection:
        kept = record(connection, events, seen)
        among = events.among(connection, [event.id for event in kept[:2]])

    assert [event.happened_at for event in among] == [NOON + MINUTE, NOON + 3 * MINUTE]
    assert await read(database, events.find, "nothing") is None


async def test_records_and_unknown_names_that_were_seen_are_known(database: Database, events: Events) -> None:
    unknown: dict[str, Any] = {"kind": event_kinds.UNKNOWN, "name": "moon-phase-changed"}
    async with writing(database) as connection:
        record(connection, events, [changed_subscription(audit_id="a"), changed_subscription(**unknown)])

    assert await read(database, events.known_audit_ids, ["a", "b"]) == {"a"}
    assert await read(database, events.unknown_names) == ("moon-phase-changed",)
    assert await read(database, events.unknown_names, days=0) == ()


async def test_what_was_received_too_long_ago_is_forgotten(database: Database, events: Events) -> None:
    async with writing(database) as connection:
        old, young = record(connection, events, [accepted(), changed_subscription()])
        ago = table.c.received_at - timedelta(days=KEPT_DAYS + 1).total_seconds()
        connection.execute(update(table).where(table.c.id == old.id).values(received_at=ago))

    await write(database, events.clean_up)

    assert (await read(database, events.find, old.id), await read(database, events.find, young.id)) == (None, young)


async def test_later_events_about_one_thing_are_about_the_same(database: Database, events: Events) -> None:
    seen = [accepted(), accepted(**GRANTED), changed_subscription(), changed_subscription(happened_at=NOON + MINUTE)]
    async with writing(database) as connection:
        kept = record(connection, events, seen)

    assert [event.subject_key for event in kept] == [f"customer:{CUSTOMER}"] * 2 + ["subscription:subscription-1"] * 2
