"""Which conversations wait a minute or longer though there is something to deliver."""

from sqlalchemy import update

from bot.domain.deliveries import OWN, Outcome
from bot.storage.database import Database
from bot.storage.outbox import Outbox
from bot.storage.queue_waits import ASKED_TO, LISTED, queue_waits
from bot.storage.tables import conversation_queues, deliveries
from tests.storage.enqueueing import SENT, claim, enqueue, finish, look, note
from tests.transactions import writing

ASKED = Outcome(queue_seconds=600.0, reason=ASKED_TO, counts=False)
FAILED = Outcome(own_seconds=600.0, reason="PartnerCenterUnreachable")


async def conversations(database: Database) -> list[str]:
    return [wait.conversation_id for wait in (await database.read(queue_waits)).listed]


async def test_none_waits_where_everything_is_sent_or_begins_at_once(database: Database, outbox: Outbox) -> None:
    assert (await database.read(queue_waits)).count == 0
    await enqueue(database, outbox, note("a"), note("b"))
    await finish(database, outbox, await claim(database, outbox), SENT)

    waits = await database.read(queue_waits)

    assert (waits.count, waits.until, waits.slack_asked, waits.listed) == (0, None, False, ())


async def test_a_conversation_waits_where_slack_asked_for_a_pause(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"), note("b"))
    await finish(database, outbox, await claim(database, outbox), ASKED)

    waits = await database.read(queue_waits)

    assert (waits.count, waits.slack_asked) == (1, True)
    (wait,) = waits.listed
    assert wait.conversation_id == "C1"
    assert wait.until == waits.until


async def test_one_waits_whose_only_delivery_failed_and_is_tried_later(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"), note("b", conversation="C2"))
    for _ in range(2):
        await finish(database, outbox, (await look(database, outbox, limit=1)).deliveries[0], FAILED)
    await look(database, outbox)

    waits = await database.read(queue_waits)

    assert (waits.count, waits.slack_asked) == (2, False)


async def test_what_was_planned_for_later_is_not_late(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a", after=600.0))

    assert (await database.read(queue_waits)).count == 0


async def test_short_waits_and_the_bots_own_queues_are_not_told(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"))
    await finish(database, outbox, await claim(database, outbox), Outcome(queue_seconds=30.0, reason="internal_error"))
    await enqueue(database, outbox, note("b", conversation=f"{OWN}customer"))
    await finish(database, outbox, await claim(database, outbox), ASKED)

    assert await conversations(database) == []


async def test_what_somebody_delivers_from_does_not_wait(database: Database, outbox: Outbox) -> None:
    await enqueue(database, outbox, note("a"), note("b"))
    await finish(database, outbox, await claim(database, outbox), FAILED)
    assert await conversations(database) == ["C1"]

    await claim(database, outbox)

    assert await conversations(database) == []


async def test_a_paused_conversation_without_anything_to_deliver_does_not_wait(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(database, outbox, note("a", subscription_id="F1"))
    await finish(database, outbox, await claim(database, outbox), ASKED)
    async with writing(database) as connection:
        outbox.hold(connection, "F1")

    assert await conversations(database) == []


async def test_what_a_clock_that_was_ahead_has_written_is_due_and_does_not_wait(
    database: Database, outbox: Outbox
) -> None:
    await enqueue(database, outbox, note("a"))
    await finish(database, outbox, await claim(database, outbox), ASKED)
    async with writing(database) as connection:
        ahead = 26 * 3600.0
        connection.execute(
            update(conversation_queues).values(
                due_at=conversation_queues.c.due_at + ahead, open_at=conversation_queues.c.open_at + ahead
            )
        )
        connection.execute(update(deliveries).values(due_at=deliveries.c.due_at + ahead))

    assert await conversations(database) == []


async def test_all_are_counted_and_those_that_wait_longest_are_listed(database: Database, outbox: Outbox) -> None:
    names = [f"C{number:02}" for number in range(LISTED + 5)]
    for number, name in enumerate(names):
        await enqueue(database, outbox, note(name, conversation=name))
        await finish(
            database, outbox, await claim(database, outbox), Outcome(queue_seconds=600.0 + 60 * number, reason=ASKED_TO)
        )

    waits = await database.read(queue_waits)

    assert waits.count == len(names)
    assert [wait.conversation_id for wait in waits.listed] == names[::-1][:LISTED]
    assert waits.until == waits.listed[0].until
