"""Whatever happens, in whatever order, every promise is kept once and in its turn."""

from dataclasses import replace
from itertools import count
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from bot.domain.deliveries import Delivery, Outcome
from bot.storage.database import Database
from bot.storage.outbox import Outbox
from bot.storage.tables import conversation_queues, deliveries
from tests.storage.enqueueing import SENT, enqueue, finish, look, note
from tests.transactions import writing

LANES = ("C1", "C2", "C3")
What = Literal["promise", "claim", "claim and freeze", "send", "fail", "wait", "die"]
HAPPENING = st.tuples(
    st.sampled_from(("promise", "claim", "claim", "claim and freeze", "send", "send", "fail", "wait", "die")),
    st.integers(0, 5),
)


class Story:
    """Two processes with one outbox: claims in their hands, and what they have sent."""

    def __init__(self, *processes: tuple[Database, Outbox]) -> None:
        self._database = processes[0][0]
        self._processes = processes
        self._numbers = count()
        self._hands: list[Delivery] = []
        self.enqueued: list[str] = []
        self.sent: dict[str, list[str]] = {lane: [] for lane in LANES}

    async def goes_on(self, what: What, which: int) -> None:
        """Let one thing happen; ``which`` chooses the lane, the process or the claim."""
        (database, outbox), owner = self._processes[which % 2], f"process {which % 2}"
        delivery = None
        if what in {"send", "fail", "wait", "die"} and self._hands:
            delivery = self._hands.pop(which % len(self._hands))
        match what, delivery:
            case "promise", None:
                key = str(next(self._numbers))
                self.enqueued.append(key)
                lane = LANES[which % len(LANES)]
                await enqueue(self._database, outbox, note(key, conversation=lane), note(key, conversation=lane))
            case "claim", None:
                self._hands += (await look(database, outbox, owner=owner, limit=2)).deliveries
            case "claim and freeze", None:
                self._hands += (await look(database, outbox, owner=owner, limit=2, lease=0)).deliveries
            case "send", Delivery():
                await self.send(outbox, delivery)
            case "fail", Delivery():
                await finish(self._database, outbox, replace(delivery, maybe_sent=True), Outcome())
            case "wait", Delivery():
                await finish(self._database, outbox, delivery, Outcome(counts=False))

    async def send(self, outbox: Outbox, delivery: Delivery) -> None:
        """Note it as sent, unless the claim was lost."""
        if await finish(self._database, outbox, delivery, SENT):
            self.sent[delivery.conversation].append(delivery.idempotency_key)

    async def ends(self) -> None:
        """Let every lease run out, and deliver what is left."""
        async with writing(self._database) as connection:
            connection.execute(
                update(conversation_queues).where(conversation_queues.c.owner.is_not(None)).values(due_at=0.0)
            )
        while (claims := await look(*self._processes[0])).deliveries or claims.wait == 0:
            for delivery in claims.deliveries:
                await self.send(self._processes[0][1], delivery)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(HAPPENING, min_size=10, max_size=60))
async def test_every_promise_is_kept_once_and_in_its_turn(
    database: Database, other_database: Database, outbox: Outbox, elsewhere: Outbox, happenings: list[tuple[What, int]]
) -> None:
    async with writing(database) as connection:
        connection.execute(delete(deliveries))
        connection.execute(delete(conversation_queues))
    story = Story((database, outbox), (other_database, elsewhere))

    for what, which in happenings:
        await story.goes_on(what, which)
    await story.ends()

    kept = [key for keys in story.sent.values() for key in keys]
    assert sorted(kept, key=int) == story.enqueued
    assert all(keys == sorted(keys, key=int) for keys in story.sent.values())
