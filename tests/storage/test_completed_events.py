"""An event is told as its first source has it, and completed by what the others say besides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain import event_kinds
from bot.domain.event_kind import Actor
from bot.domain.events import Event, Observation, Source
from bot.storage.clock import read_now
from bot.storage.database import Database
from bot.storage.events import Events
from bot.storage.tables import events as table
from tests.transactions import read, reading, writing

CUSTOMER = "4b2a6e33-8791-4386-bd2b-0d55baf25039"
AUDIT_ID = f"60d5c4bb-f78a-4200-a002-953d7cc1f5f8_{CUSTOMER}_granularadminrelationshipapproved_638331855840159088"


@pytest.fixture
def events(database: Database) -> Events:
    return Events(database)


@pytest.fixture
async def now(database: Database) -> datetime:
    async with reading(database) as connection:
        return read_now(connection)


def granted(at: datetime, **changed: object) -> Observation:
    """Return what the webhook says of delegated access."""
    seen = Observation(
        kind=event_kinds.ACCESS_GRANTED,
        source=Source.WEBHOOK,
        name="granular-admin-relationship-approved",
        happened_at=at,
        customer_id=CUSTOMER,
        resource="relationship-1",
    )
    return replace(seen, **changed)  # type: ignore[arg-type]


def by_record(at: datetime, **changed: object) -> Observation:
    """Return what the audit record says of it."""
    usual: dict[str, object] = {
        "source": Source.AUDIT,
        "name": "granular_admin_relationship_approved",
        "customer_name": "Contoso",
        "actor": Actor.CUSTOMER,
        "audit_id": AUDIT_ID,
        "ends_at": at + timedelta(days=10),
    }
    return granted(at, **{**usual, **changed})


async def record(database: Database, events: Events, *seen: Observation) -> list[Event]:
    """Take in what was seen; return what is new."""
    async with writing(database) as connection:
        taken = [events.record(connection, each) for each in seen]
    return [event for event in taken if event is not None]


async def kept(database: Database, events: Events) -> list[Event]:
    async with reading(database) as connection:
        ids = connection.execute(select(table.c.id).order_by(table.c.received_at)).scalars().all()
    found = [await read(database, events.find, event_id) for event_id in ids]
    return [event for event in found if event is not None]


async def test_a_later_source_adds_what_the_first_did_not_say(
    database: Database, events: Events, now: datetime
) -> None:
    first = await record(database, events, granted(now))

    second = await record(database, events, by_record(now))

    (event,) = await kept(database, events)
    assert (len(first), second) == (1, [])
    assert (event.source, event.name) == (Source.WEBHOOK, "granular-admin-relationship-approved")
    assert (event.customer_name, event.actor, event.audit_id) == ("Contoso", Actor.CUSTOMER, AUDIT_ID)
    assert event.ends_at is not None
    assert await read(database, events.known_audit_ids, [AUDIT_ID]) == {AUDIT_ID}


async def test_what_the_first_source_said_stays(database: Database, events: Events, now: datetime) -> None:
    (first,) = await record(database, events, by_record(now))

    await record(database, events, granted(now, customer_name="Contoso Ltd", actor=Actor.PARTNER, ends_at=now))

    assert await kept(database, events) == [first]


async def test_the_same_record_may_add_to_what_the_webhook_told(
    database: Database, events: Events, now: datetime
) -> None:
    changed = granted(now, kind=event_kinds.SUBSCRIPTION_CHANGED, resource="subscription-1", audit_id=AUDIT_ID)
    await record(database, events, changed)

    again = await record(database, events, replace(changed, source=Source.AUDIT, customer_name="Contoso"))

    (event,) = await kept(database, events)
    assert again == []
    assert event.customer_name == "Contoso"


async def test_whose_access_it_is_may_be_learnt_by_the_relationship(
    database: Database, events: Events, now: datetime
) -> None:
    await record(database, events, granted(now, customer_id=None))

    again = await record(database, events, by_record(now + timedelta(seconds=30)))

    (event,) = await kept(database, events)
    assert again == []
    assert event.customer_id == CUSTOMER


@pytest.mark.parametrize(
    ("ended", "soon"),
    [
        pytest.param({}, False, id="it has ended"),
        pytest.param({"resource": None}, False, id="all of it has ended"),
        pytest.param({"resource": "relationship-2"}, True, id="another has ended"),
        pytest.param({"customer_id": "another customer"}, True, id="that of another has ended"),
        pytest.param({"happened_at": datetime(2026, 1, 1, tzinfo=UTC)}, True, id="it ended before"),
    ],
)
async def test_access_that_has_ended_does_not_end_soon(
    database: Database, events: Events, now: datetime, ended: dict[str, object], *, soon: bool
) -> None:
    usual: dict[str, object] = {"kind": event_kinds.ACCESS_ENDED, "happened_at": now + timedelta(minutes=1)}
    await record(database, events, by_record(now), granted(now, **{**usual, **ended}))

    assert [event.resource for event in await read(database, events.access_that_ends, within=timedelta(days=14))] == (
        ["relationship-1"] if soon else []
    )
    assert await read(database, events.access_that_ends, within=timedelta(days=9)) == ()
