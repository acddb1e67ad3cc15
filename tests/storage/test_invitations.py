"""Invitations are promised once and posted once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.database import Database
from bot.storage.invitations import Invitation, Invitations, InvitationState, NewInvitation

NEW = NewInvitation(
    submission_key="V1",
    workspace_id="T1",
    sender_id="U1",
    sender_name="Mona Kane",
    sender_locale="en",
    channel_id="C1",
    thread_ts="1700000000.000100",
    company="contoso.com",
    expected_domain="contoso.com",
    note="As discussed",
    language="fr",
    external_channel=False,
)
LEASE = 60.0


@pytest.fixture
def invitations(database: Database) -> Invitations:
    return Invitations(database)


@pytest.fixture
def elsewhere(other_database: Database) -> Invitations:
    return Invitations(other_database)


async def claimed(invitations: Invitations, new: NewInvitation = NEW, lease_seconds: float = LEASE) -> Invitation:
    recorded = await invitations.record(new)
    taken = await invitations.claim(recorded.id, lease_seconds=lease_seconds)
    assert taken is not None
    return taken


async def test_a_recorded_invitation_is_found_as_it_was_asked_for(
    invitations: Invitations, elsewhere: Invitations
) -> None:
    recorded = await invitations.record(NEW)

    assert await elsewhere.find(recorded.id) == recorded
    assert {name: getattr(recorded, name) for name in NewInvitation.__slots__} == {
        name: getattr(NEW, name) for name in NewInvitation.__slots__
    }
    assert recorded.state is InvitationState.PENDING
    assert abs(recorded.created_at - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_second_press_on_send_gets_the_first_ones_invitation(
    invitations: Invitations, elsewhere: Invitations
) -> None:
    presses = await asyncio.gather(*(table.record(NEW) for _ in range(3) for table in (invitations, elsewhere)))

    assert len({invitation.id for invitation in presses}) == 1
    assert (await invitations.tally()).total() == 1


async def test_an_unknown_id_finds_nothing(invitations: Invitations) -> None:
    assert await invitations.find("nothing") is None
    assert await invitations.claim("nothing", lease_seconds=LEASE) is None


async def test_only_one_of_two_processes_gets_the_claim(invitations: Invitations, elsewhere: Invitations) -> None:
    recorded = await invitations.record(NEW)

    claims = await asyncio.gather(
        *(table.claim(recorded.id, lease_seconds=LEASE) for _ in range(3) for table in (invitations, elsewhere))
    )

    taken = [claim for claim in claims if claim is not None]
    assert [(claim.state, claim.attempts, claim.suspect) for claim in taken] == [(InvitationState.POSTING, 1, False)]


async def test_what_is_claimed_is_not_due_until_its_lease_runs_out(invitations: Invitations) -> None:
    recorded = await invitations.record(NEW)
    assert await invitations.due() == (recorded.id,)
    assert await invitations.seconds_until_due() == 0

    await invitations.claim(recorded.id, lease_seconds=LEASE)

    assert await invitations.due() == ()
    left = await invitations.seconds_until_due()
    assert left is not None
    assert LEASE - 10 < left <= LEASE


async def test_nothing_is_due_where_nothing_is_promised(invitations: Invitations) -> None:
    assert await invitations.due() == ()
    assert await invitations.seconds_until_due() is None


async def test_a_lease_that_ran_out_leaves_a_suspect_to_the_next(
    invitations: Invitations, elsewhere: Invitations
) -> None:
    lost = await claimed(invitations, lease_seconds=0)
    found = await elsewhere.claim(lost.id, lease_seconds=LEASE)

    assert found is not None
    assert (found.suspect, found.attempts) == (True, 2)
    assert await invitations.posted(lost, ts="1", kind="reseller") is None
    assert await invitations.failed(lost, reason="late") is None
    assert await invitations.put_back(lost, seconds=0) is None
    assert await invitations.parent_posted(lost, ts="1") is None
    assert await elsewhere.find(lost.id) == found


async def test_a_suspect_stays_one_until_it_is_posted(invitations: Invitations) -> None:
    lost = await claimed(invitations, lease_seconds=0)
    suspect = await invitations.claim(lost.id, lease_seconds=LEASE)
    assert suspect is not None
    await invitations.put_back(suspect, seconds=0, reason="ratelimited")

    again = await invitations.claim(lost.id, lease_seconds=LEASE)

    assert again is not None
    assert again.suspect
    posted = await invitations.posted(again, ts="2", kind="reseller")
    assert posted is not None
    assert not posted.suspect


async def test_a_try_that_may_have_reached_slack_makes_a_suspect(invitations: Invitations) -> None:
    first = await claimed(invitations)
    await invitations.put_back(first, seconds=0, suspect=True)

    again = await invitations.claim(first.id, lease_seconds=LEASE)

    assert again is not None
    assert again.suspect


async def test_a_try_that_surely_failed_makes_none(invitations: Invitations) -> None:
    first = await claimed(invitations)
    back = await invitations.put_back(first, seconds=0, reason="ratelimited")

    assert back is not None
    assert (back.state, back.reason, back.suspect) == (InvitationState.PENDING, "ratelimited", False)


async def test_what_is_put_back_waits_as_long_as_it_was_told(invitations: Invitations) -> None:
    first = await claimed(invitations)
    await invitations.put_back(first, seconds=30)

    assert await invitations.claim(first.id, lease_seconds=LEASE) is None
    left = await invitations.seconds_until_due()
    assert left is not None
    assert 20 < left <= 30


async def test_a_posted_invitation_waits_for_the_customer(invitations: Invitations) -> None:
    first = await claimed(invitations, replace(NEW, thread_ts=None))
    await invitations.parent_posted(first, ts="1.1")
    posted = await invitations.posted(first, ts="1.2", kind="reseller", expected_tenant_id="t")

    assert posted is not None
    assert (posted.parent_ts, posted.message_ts, posted.link_kind) == ("1.1", "1.2", "reseller")
    assert (posted.state, posted.expected_tenant_id) == (InvitationState.WAITING, "t")
    assert posted.posted_at is not None
    assert await invitations.seconds_until_due() is None
    assert await invitations.claim(first.id, lease_seconds=LEASE) is None


async def test_the_tenant_that_was_asked_for_stays_where_no_other_is_found(invitations: Invitations) -> None:
    first = await claimed(invitations, replace(NEW, expected_tenant_id="t"))
    posted = await invitations.posted(first, ts="1.2", kind="reseller")

    assert posted is not None
    assert posted.expected_tenant_id == "t"


async def test_a_failed_invitation_can_be_promised_again_once(invitations: Invitations) -> None:
    first = await claimed(invitations)
    failed = await invitations.failed(first, reason="is_archived")
    assert failed is not None
    assert (failed.state, failed.reason) == (InvitationState.FAILED, "is_archived")
    assert await invitations.due() == ()

    presses = await asyncio.gather(*(invitations.retry(first.id) for _ in range(3)))

    assert sum(press is not None for press in presses) == 1
    assert await invitations.due() == (first.id,)


async def test_a_closed_invitation_is_neither_posted_nor_closed_again(invitations: Invitations) -> None:
    recorded = await invitations.record(NEW)
    closed = await invitations.close(recorded.id, by="U2")

    assert closed is not None
    assert (closed.state, closed.closed_by) == (InvitationState.CLOSED, "U2")
    assert closed.closed_at is not None
    assert await invitations.close(recorded.id, by="U3") is None
    assert await invitations.claim(recorded.id, lease_seconds=LEASE) is None
    assert await invitations.retry(recorded.id) is None


async def test_an_invitation_is_not_closed_while_it_is_being_posted(invitations: Invitations) -> None:
    first = await claimed(invitations)

    assert await invitations.close(first.id, by="U1") is None


async def test_invitations_are_listed_newest_first_by_sender_and_state(invitations: Invitations) -> None:
    mine = [await invitations.record(replace(NEW, submission_key=f"V{n}")) for n in range(3)]
    theirs = await invitations.record(replace(NEW, submission_key="V9", sender_id="U2"))
    await invitations.close(mine[1].id, by="U1")

    pending = [InvitationState.PENDING]
    assert [found.id for found in await invitations.page()] == [theirs.id, mine[2].id, mine[1].id, mine[0].id]
    assert [found.id for found in await invitations.page(sender_id="U1", states=pending)] == [mine[2].id, mine[0].id]
    assert [found.id for found in await invitations.page(limit=2, offset=1)] == [mine[2].id, mine[1].id]
    assert (await invitations.tally(sender_id="U1")).total() == 3
    assert (await invitations.tally())[InvitationState.PENDING] == 3


async def test_after_a_restart_nobody_holds_a_lease(invitations: Invitations, database: Database) -> None:
    lost = await claimed(invitations)

    await invitations.void_leases()

    expected = (lost.id,) if database.is_sqlite else ()
    assert await invitations.due() == expected


async def test_what_is_due_comes_in_the_order_of_its_turn(invitations: Invitations) -> None:
    recorded = [await invitations.record(replace(NEW, submission_key=f"V{n}")) for n in range(4)]

    assert await invitations.due(limit=3) == tuple(invitation.id for invitation in recorded[:3])
