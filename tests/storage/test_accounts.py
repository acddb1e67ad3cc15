"""What became of deliveries, for how long that is known, and what it costs."""

from dataclasses import replace

from sqlalchemy import select, update

from bot.domain.deliveries import OWN, DeliveryCounts, DeliveryState, Outcome
from bot.storage.database import Database
from bot.storage.delivery_counts import count_deliveries
from bot.storage.delivery_rows import DAY
from bot.storage.outbox import Outbox
from bot.storage.tables import conversation_queues, deliveries
from tests.storage.enqueueing import SENT, Statements, claim, drained, enqueue, finish, look, note
from tests.transactions import reading, write, writing


async def test_the_account_tells_what_is_to_come_and_what_was_given_up(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, *(note(key) for key in "abcd"), note("own", conversation=f"{OWN}work"))
    await enqueue(database, outbox, replace(note("held", subscription_id="F1"), held=True))
    for how in (SENT, Outcome(state=DeliveryState.DEAD, reason="is_archived")):
        delivery = next(each for each in (await look(database, outbox)).deliveries if each.conversation == "C1")
        await finish(database, outbox, delivery, how)

    assert await database.read(count_deliveries) == DeliveryCounts(waiting=3, failed=1)


async def test_finished_deliveries_and_unused_lanes_are_cleaned_up_in_time(database: Database, outbox: Outbox) -> None:
    states = (DeliveryState.SENT, DeliveryState.DROPPED, DeliveryState.DEAD)
    for state in states:
        await enqueue(database, outbox, note(state, conversation=state))
        await finish(database, outbox, await claim(database, outbox), Outcome(state=state))
    await enqueue(
        database, outbox, replace(note("held", conversation="held", subscription_id="F1"), held=True), note("now")
    )
    async with writing(database) as connection:
        connection.execute(update(deliveries).values(finished_at=deliveries.c.finished_at - 29 * DAY))
        connection.execute(update(conversation_queues).values(open_at=0.0))
    assert await write(database, outbox.clean_up, days=30) == 0
    await database.write(outbox.clean_up_queues)

    async with writing(database) as connection:
        connection.execute(update(deliveries).values(finished_at=deliveries.c.finished_at - 2 * DAY))
    await look(database, outbox)  # whoever finds nothing in a lane lets it rest

    assert await write(database, outbox.clean_up, days=30) == 3
    await database.write(outbox.clean_up_queues)
    async with reading(database) as connection:
        assert sorted(connection.execute(select(deliveries.c.idempotency_key)).scalars()) == ["held", "now"]
        assert sorted(connection.execute(select(conversation_queues.c.conversation)).scalars()) == ["C1", "held"]
    async with writing(database) as connection:
        outbox.release(connection, "F1")
    assert "held" in await drained(database, outbox)


async def test_an_idle_look_reads_little_and_writes_nothing(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, *(note(f"{number}", conversation=f"C{number}") for number in range(100)))
    await drained(database, outbox)
    statements = Statements(database)

    await look(database, outbox)

    assert len(statements.seen) == 3
    assert all(statement.startswith("SELECT") for statement in statements.seen)


async def test_the_cost_of_a_claim_does_not_grow_with_what_is_claimed(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, *(note(f"{number}", conversation=f"C{number}") for number in range(40)))
    await look(database, outbox, limit=1)
    statements = Statements(database)

    assert len((await look(database, outbox, limit=30)).deliveries) == 30
    claimed = len(statements.seen)
    (delivery,) = (await look(database, outbox, limit=1)).deliveries
    statements.seen.clear()
    await finish(database, outbox, delivery, SENT)

    assert (claimed, len(statements.seen)) == (6, 2)
