"""Deliveries promised, claimed and settled by a test."""

from sqlalchemy import event, select

from bot.domain.deliveries import Delivery, DeliveryState, NewDelivery, Pace, Settlement
from bot.storage.database import Database
from bot.storage.outbox import Claims, Outbox
from bot.storage.tables import deliveries
from tests.transactions import reading, writing

FAST = Pace(channel_seconds=0, workspace_rate=1e6, workspace_burst=1e6)
LEASE = 60.0
SENT = Settlement(state=DeliveryState.SENT, part="note", ts="1.1")


def note(key: str, *, lane: str = "C1", subscription_id: str | None = None, after: float = 0.0) -> NewDelivery:
    """Return a promise whose subject is its key."""
    return NewDelivery(
        key=key, lane=lane, kind="note", subject=key, subscription_id=subscription_id, after_seconds=after
    )


async def enqueue(database: Database, outbox: Outbox, *new: NewDelivery) -> None:
    """Promise in a transaction of its own."""
    async with writing(database) as connection:
        outbox.enqueue(connection, *new)


async def look(outbox: Outbox, *, owner: str = "us", limit: int = 10, lease: float = LEASE) -> Claims:
    """Claim what is due."""
    return await outbox.claim(owner=owner, limit=limit, lease_seconds=lease)


async def claim(outbox: Outbox, *, owner: str = "us", lease: float = LEASE) -> Delivery:
    """Claim the one delivery that is due."""
    (delivery,) = (await look(outbox, owner=owner, lease=lease)).deliveries
    return delivery


async def drained(outbox: Outbox, *, owner: str = "us") -> list[str]:
    """Deliver all that can be delivered now; return the keys in order."""
    keys: list[str] = []
    while (claims := await look(outbox, owner=owner)).deliveries or claims.wait == 0:
        for delivery in claims.deliveries:
            assert await outbox.settle(delivery, SENT)
            keys.append(delivery.key)
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
