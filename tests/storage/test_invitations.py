"""Invitations are promised once, and followed until somebody accepts or closes them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.deliveries import DeliveryState, Outcome
from bot.domain.invitations import MESSAGE_DELETED, Invitation, InvitationState, NewInvitation
from bot.storage.clock import read_now
from bot.storage.database import Database
from bot.storage.invitations import POSTS, Invitations
from bot.storage.outbox import Outbox
from tests.storage.enqueueing import SENT, claim, drained, finish, look
from tests.transactions import read, reading, write, writing

NEW = NewInvitation(
    submission_key="V1",
    workspace_id="T1",
    sender_id="U1",
    sender_name="Mona Kane",
    sender_locale="en",
    sender_tz="Europe/Paris",
    channel_id="C1",
    thread_ts="1700000000.000100",
    company="contoso.com",
    expected_domain="contoso.com",
    note="As discussed",
    language="fr",
    external_channel=False,
)
DAY = timedelta(days=1)


@pytest.fixture
def invitations(database: Database, outbox: Outbox) -> Invitations:
    return Invitations(database, outbox)


@pytest.fixture
async def now(database: Database) -> datetime:
    async with reading(database) as connection:
        return read_now(connection)


async def posted(
    database: Database, invitations: Invitations, new: NewInvitation = NEW, *, remind_at: datetime | None = None
) -> Invitation:
    """Return an invitation that stands in its channel."""
    recorded = await write(database, invitations.record, new)
    async with writing(database) as connection:
        found = invitations.posted(
            connection, recorded.id, ts="1.2", kind="reseller", expected_tenant_id=None, remind_at=remind_at
        )
    assert found is not None
    return found


async def failed(database: Database, invitations: Invitations, outbox: Outbox) -> Invitation:
    """Return an invitation that could not be posted."""
    recorded = await write(database, invitations.record, NEW)
    delivery = await claim(database, outbox)
    async with writing(database) as connection:
        found = invitations.failed(connection, recorded.id, reason="is_archived")
    await finish(database, outbox, delivery, Outcome(state=DeliveryState.DEAD, reason="is_archived"))
    assert found is not None
    return found


async def accept(
    database: Database, invitations: Invitations, invitation: Invitation, at: datetime
) -> Invitation | None:
    async with writing(database) as connection:
        return invitations.accept(connection, invitation.id, at=at, tenant_id="t", name="Contoso", domain="contoso.com")


# Promised


async def test_what_is_recorded_is_found_as_it_was_asked_for(
    database: Database, other_database: Database, invitations: Invitations
) -> None:
    recorded = await write(database, invitations.record, NEW)

    assert await read(other_database, invitations.find, recorded.id) == recorded
    assert {name: getattr(recorded, name) for name in NewInvitation.__slots__} == {
        name: getattr(NEW, name) for name in NewInvitation.__slots__
    }
    assert (recorded.state, recorded.reminders, recorded.posted_at) == (InvitationState.PENDING, 0, None)
    assert abs(recorded.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert await read(database, invitations.find, "nothing") is None


async def test_recording_promises_one_delivery_however_often_send_is_pressed(
    database: Database, other_database: Database, invitations: Invitations, outbox: Outbox
) -> None:
    presses = await asyncio.gather(
        *(write(each, invitations.record, NEW) for _ in range(3) for each in (database, other_database))
    )

    (delivery,) = (await look(database, outbox)).deliveries
    assert {invitation.id for invitation in presses} == {delivery.subject}
    assert (delivery.kind, delivery.conversation) == (POSTS, "C1")
    assert (await read(database, invitations.tally)).total() == 1


async def test_what_is_corrected_between_two_presses_counts_until_posting_begins(
    database: Database, invitations: Invitations, outbox: Outbox
) -> None:
    await write(database, invitations.record, NEW)
    corrected = await write(database, invitations.record, replace(NEW, note="As agreed"))
    delivery = await claim(database, outbox)
    await finish(database, outbox, delivery, Outcome())

    late = await write(database, invitations.record, replace(NEW, note="Too late"))

    assert (corrected.note, late.note, late.id) == ("As agreed", "As agreed", corrected.id)
    assert await drained(database, outbox) == [delivery.idempotency_key]


# Posted, or not


async def test_a_posted_invitation_waits_for_the_customer(
    database: Database, invitations: Invitations, now: datetime
) -> None:
    recorded = await write(database, invitations.record, replace(NEW, thread_ts=None))
    async with writing(database) as connection:
        invitations.parent_posted(connection, recorded.id, ts="1.1")
        found = invitations.posted(
            connection, recorded.id, ts="1.2", kind="reseller", expected_tenant_id="t", remind_at=now + DAY
        )

    assert found is not None
    assert (found.state, found.parent_ts, found.message_ts) == (InvitationState.WAITING, "1.1", "1.2")
    assert (found.link_kind, found.expected_tenant_id) == ("reseller", "t")
    assert found.posted_at is not None
    assert found.remind_at == now + DAY
    assert await read(database, invitations.waiting) == (found,)
    assert await read(database, invitations.waiting, channel_id="C2") == ()


async def test_the_tenant_that_was_asked_for_stays_where_no_other_is_found(
    database: Database, invitations: Invitations
) -> None:
    assert (await posted(database, invitations, replace(NEW, expected_tenant_id="t"))).expected_tenant_id == "t"


async def test_one_that_is_posted_again_keeps_the_time_of_the_first(
    database: Database, invitations: Invitations, outbox: Outbox, now: datetime
) -> None:
    first = await posted(database, invitations)
    await drained(database, outbox)
    for _press in range(2):
        async with writing(database) as connection:
            assert invitations.post_again(connection, first.id) == first

    delivery = await claim(database, outbox)
    async with writing(database) as connection:
        again = invitations.posted(
            connection, first.id, ts="2.2", kind="reseller", expected_tenant_id=None, remind_at=now
        )

    assert (delivery.kind, delivery.subject) == (POSTS, first.id)
    assert again == replace(first, message_ts="2.2", remind_at=now)
    assert await finish(database, outbox, delivery, SENT)
    assert await drained(database, outbox) == []


async def test_a_failed_invitation_is_promised_again_once(
    database: Database, other_database: Database, invitations: Invitations, outbox: Outbox
) -> None:
    first = await failed(database, invitations, outbox)

    presses = await asyncio.gather(
        *(write(each, invitations.retry, first.id) for _ in range(3) for each in (database, other_database))
    )

    assert (first.state, first.reason) == (InvitationState.FAILED, "is_archived")
    assert [(press.state, press.reason) for press in presses if press] == [(InvitationState.PENDING, None)]
    assert len(await drained(database, outbox)) == 1


async def test_what_is_posted_did_not_fail(database: Database, invitations: Invitations) -> None:
    first = await posted(database, invitations)

    async with writing(database) as connection:
        assert invitations.failed(connection, first.id, reason="late") is None
    assert await write(database, invitations.retry, first.id) is None


# Accepted, or closed


async def test_an_invitation_is_accepted_once(database: Database, invitations: Invitations, now: datetime) -> None:
    first = await posted(database, invitations, remind_at=now)

    found = await accept(database, invitations, first, now)

    assert found is not None
    assert (found.state, found.accepted_at, found.remind_at) == (InvitationState.ACCEPTED, now, None)
    assert (found.accepted_tenant_id, found.accepted_name, found.accepted_domain) == ("t", "Contoso", "contoso.com")
    assert await accept(database, invitations, first, now) is None


async def test_only_one_that_waits_is_accepted(database: Database, invitations: Invitations, now: datetime) -> None:
    recorded = await write(database, invitations.record, NEW)

    assert await accept(database, invitations, recorded, now) is None


async def test_a_closed_invitation_is_over(
    database: Database, invitations: Invitations, outbox: Outbox, now: datetime
) -> None:
    first = await posted(database, invitations, remind_at=now)

    closed = await write(database, invitations.close, first.id, by="U2")

    assert closed is not None
    assert (closed.state, closed.closed_by, closed.remind_at) == (InvitationState.CLOSED, "U2", None)
    assert closed.closed_at is not None
    assert await write(database, invitations.close, first.id, by="U3") is None
    assert await accept(database, invitations, first, now) is None
    assert await write(database, invitations.retry, first.id) is None
    async with writing(database) as connection:
        assert invitations.post_again(connection, first.id) is None
        assert (
            invitations.posted(connection, first.id, ts="9", kind="r", expected_tenant_id=None, remind_at=None) is None
        )


async def test_one_that_nobody_closed_says_why(database: Database, invitations: Invitations, outbox: Outbox) -> None:
    first = await failed(database, invitations, outbox)

    closed = await write(database, invitations.close, first.id, reason=MESSAGE_DELETED)

    assert closed is not None
    assert (closed.closed_by, closed.reason) == (None, MESSAGE_DELETED)


async def test_an_invitation_is_not_closed_while_it_is_being_posted(
    database: Database, invitations: Invitations, outbox: Outbox
) -> None:
    recorded = await write(database, invitations.record, NEW)
    other = await write(database, invitations.record, replace(NEW, submission_key="V2"))
    delivery = await claim(database, outbox)

    assert await write(database, invitations.close, recorded.id, by="U1") is None
    assert await write(database, invitations.close, other.id, by="U1") is not None
    await finish(database, outbox, delivery, Outcome())
    assert await write(database, invitations.close, recorded.id, by="U1") is not None


async def test_the_customer_who_accepts_while_it_is_posted_again_is_heard_once(
    database: Database, other_database: Database, invitations: Invitations, now: datetime
) -> None:
    first = await posted(database, invitations)

    outcomes = await asyncio.gather(
        *(accept(each, invitations, first, now) for _ in range(3) for each in (database, other_database))
    )

    assert sum(outcome is not None for outcome in outcomes) == 1


# Reminders


async def test_a_reminder_is_noted_by_one_process_and_the_next_one_set(
    database: Database, other_database: Database, invitations: Invitations, now: datetime
) -> None:
    due = await posted(database, invitations, remind_at=now - DAY)
    await posted(database, invitations, replace(NEW, submission_key="V2"), remind_at=now + DAY)
    assert await read(database, invitations.due_reminders) == (due,)

    async def remind(where: Database, table: Invitations) -> Invitation | None:
        async with writing(where) as connection:
            return table.reminded(connection, due, next_at=now + 10 * DAY)

    noted = await asyncio.gather(remind(database, invitations), remind(other_database, invitations))

    assert [(each.reminders, each.remind_at) for each in noted if each] == [(1, now + 10 * DAY)]
    assert await read(database, invitations.due_reminders) == ()


async def test_a_reminder_can_be_put_off_while_somebody_waits(
    database: Database, invitations: Invitations, now: datetime
) -> None:
    first = await posted(database, invitations, remind_at=now)

    async with writing(database) as connection:
        later = invitations.remind_at(connection, first.id, at=now + DAY)
    await write(database, invitations.close, first.id, by="U1")
    async with writing(database) as connection:
        gone = invitations.remind_at(connection, first.id, at=now + DAY)

    assert (later, gone) == (replace(first, remind_at=now + DAY), None)


# Listed


async def test_invitations_are_listed_newest_first_by_sender_and_state(
    database: Database, invitations: Invitations
) -> None:
    mine = [await write(database, invitations.record, replace(NEW, submission_key=f"V{number}")) for number in range(3)]
    theirs = await write(database, invitations.record, replace(NEW, submission_key="V9", sender_id="U2"))
    await write(database, invitations.close, mine[1].id, by="U1")

    pending = [InvitationState.PENDING]
    assert [found.id for found in await read(database, invitations.page)] == [
        theirs.id,
        mine[2].id,
        mine[1].id,
        mine[0].id,
    ]
    assert [found.id for found in await read(database, invitations.page, sender_id="U1", states=pending)] == [
        mine[2].id,
        mine[0].id,
    ]
    assert [found.id for found in await read(database, invitations.page, limit=2, offset=1)] == [mine[2].id, mine[1].id]
    assert (await read(database, invitations.tally, sender_id="U1")).total() == 3
    assert (await read(database, invitations.tally))[InvitationState.PENDING] == 3


async def test_those_that_wait_come_oldest_first(database: Database, invitations: Invitations) -> None:
    standing = [await posted(database, invitations, replace(NEW, submission_key=f"V{n}")) for n in range(3)]
    await write(database, invitations.record, replace(NEW, submission_key="V9"))

    assert await read(database, invitations.waiting, channel_id="C1") == tuple(standing)
