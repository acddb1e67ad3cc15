"""What sources see of Partner Center, for tests; and a transaction that leaves nothing behind."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.domain import event_kinds
from bot.domain.events import Event, Observation, Source
from bot.storage.database import Database
from bot.storage.events import Events
from tests.transactions import writing

CUSTOMER = "4b2a6e33-8791-4386-bd2b-0d55baf25039"
NOON = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
"""Lately enough to be news."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def accepted(**changed: Any) -> Observation:
    """Return how the webhook tells that a customer has accepted."""
    seen = Observation(
        kind=event_kinds.RELATIONSHIP_ACCEPTED,
        source=Source.WEBHOOK,
        name="reseller-relationship-accepted-by-customer",
        happened_at=NOON,
        customer_id=CUSTOMER,
    )
    return replace(seen, **changed)


def removed(**changed: Any) -> Observation:
    """Return how an audit record tells that a customer has left."""
    usual: dict[str, Any] = {
        "kind": event_kinds.CUSTOMER_REMOVED,
        "source": Source.AUDIT,
        "name": "remove_partner_customer_relationship",
    }
    return accepted(**usual | changed)


def changed_subscription(**changed: Any) -> Observation:
    """Return how the webhook tells that a subscription has changed."""
    usual: dict[str, Any] = {
        "kind": event_kinds.SUBSCRIPTION_CHANGED,
        "name": "subscription-updated",
        "resource": "subscription-1",
    }
    return accepted(**usual | changed)


def record(connection: Connection, events: Events, seen: Sequence[Observation]) -> list[Event]:
    """Take in what was seen, in this order; return what is new."""
    taken = [events.record(connection, each) for each in seen]
    return [event for event in taken if event is not None]


@asynccontextmanager
async def rolled_back(database: Database) -> AsyncIterator[Connection]:
    """Give a transaction that leaves nothing behind."""
    async with writing(database) as connection:
        yield connection
        connection.rollback()
