"""Deliveries enqueued, claimed and finished by a test."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, event, select

from bot.domain.deliveries import Delivery, DeliveryState, NewDelivery, Outcome, Rates
from bot.storage.database import Database
from bot.storage.outbox import Claims, Outbox
from bot.storage.tables import deliveries
from tests.transactions import reading, write, writing

FAST = Rates(channel_seconds=0, workspace_rate=1e6, workspace_burst=1e6)
LEASE = 60.0
SENT = Outcome(state=DeliveryState.SENT)


def note(
    key: str,
    *,
    conversation: str = "C1",
    subscription_id: str | None = None,
    after: float = 0.0,
    customer: str | None = None,
    at: datetime | None = None,
    urgent: bool = False,
) -> NewDelivery:
    """Return a new delivery whose subject is its key."""
    return NewDelivery(
        idempotency_key=key,
        conversation=conversation,
        kind="note",
        subject=key,
        subscription_id=subscription_id,
        customer_id=customer,
        happened_at=at,
        urgent=urgent,
        after_seconds=after,
    )


async def enqueue(database: Database, outbox: Outbox, *new: NewDelivery) -> None:
    """Enqueue in a transaction of its own."""
    async with writing(database) as connection:
        outbox.enqueue(connection, *new)


async def look(
    database: Database, outbox: Outbox, *, owner: str = "us", limit: int = 10, lease: float = LEASE
) -> Claims:
    """Claim what is due."""
    return await write(database, outbox.claim, owner=owner, limit=limit, lease_seconds=lease)


async def claim(database: Database, outbox: Outbox, *, owner: str = "us", lease: float = LEASE) -> Delivery:
    """Claim the one delivery that is due."""
    (delivery,) = (await look(database, outbox, owner=owner, lease=lease)).deliveries
    return delivery


async def finish(
    database: Database,
    outbox: Outbox,
    claimed: Delivery,
    outcome: Outcome = SENT,
    also: Callable[[Connection], None] = lambda _connection: None,
) -> bool:
    """End an attempt with what else is written; False, and nothing written, where the claim was lost."""

    def work(connection: Connection) -> bool:
        also(connection)
        if outbox.finish(connection, claimed, outcome) is None:
            connection.rollback()
            return False
        return True

    return await database.write(work)


async def record(database: Database, outbox: Outbox, claimed: Delivery, step: str, ts: str = "1.1") -> Delivery:
    """Record a step; return the delivery as its owner has it then."""
    sent = replace(claimed, sent={**claimed.sent, step: ts}, maybe_sent=False)
    async with writing(database) as connection:
        assert outbox.record(connection, sent) is not None
    return replace(sent, attempts=1)


async def drained(database: Database, outbox: Outbox, *, owner: str = "us") -> list[str]:
    """Deliver all that can be delivered now; return the keys in order."""
    keys: list[str] = []
    while (claims := await look(database, outbox, owner=owner)).deliveries or claims.wait == 0:
        for delivery in claims.deliveries:
            assert await finish(database, outbox, delivery)
            keys.append(delivery.idempotency_key)
    return keys


async def state_of(database: Database, key: str) -> tuple[str, str | None]:
    """Return how a delivery stands, and why."""
    statement = select(deliveries.c.state, deliveries.c.reason).where(deliveries.c.idempotency_key == key)
    async with reading(database) as connection:
        state, reason = connection.execute(statement).one()
    return state, reason


class Statements:
    """The statements that reach a database from now on."""

    def __init__(self, database: Database) -> None:
        self.seen: list[str] = []
        for engine in {database._readers.engine, database._writers.engine}:
            event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, *arguments: object) -> None:
        statement = str(arguments[2])
        if "set_config" not in statement:  # the transaction's own limits come with its BEGIN
            self.seen.append(statement)
