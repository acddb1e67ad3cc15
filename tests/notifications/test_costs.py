"""What news cost: statements and transactions of the database, calls to Slack and to Microsoft; counted, not timed."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.storage.clock import read_now
from bot.storage.database import open_database
from bot.storage.tables import schedules
from sandbox.microsoft.companies import TAILSPIN
from sandbox.slack.model import Message
from tests.costs import Costs, Transaction, costs
from tests.notifications.test_notices import SKI, subscribe, told
from tests.transactions import writing
from tests.world import World

JOBS = ("digests", "nudges", "ends of access", "messages of invitations", "clean-up")
POST, EDIT, LOOK = "chat.postMessage", "chat.update", "conversations.info"


@pytest.fixture
async def counted(quiet_world: World, migrated_url: str) -> AsyncIterator[tuple[World, Costs]]:
    """A world on either database in which no job is due, with its costs."""
    async with open_database(migrated_url) as database, writing(database) as connection:
        due = {"due_at": read_now(connection) + timedelta(seconds=80), "slot": read_now(connection)}
        connection.execute(insert(schedules), [{"name": name, **due} for name in JOBS])
    with costs() as count:
        async with quiet_world.bot(DATABASE_URL=migrated_url):
            yield quiet_world, count


def ingests(transaction: Transaction) -> bool:
    return transaction.has("INSERT INTO events")


def finishes(transaction: Transaction) -> bool:
    """Say whether a transaction ends an attempt at a delivery."""
    return transaction.has("UPDATE deliveries SET state")


def caused(count: Costs) -> list[Transaction]:
    """Return the transactions without looks for jobs, and without claims that find nothing due (yet)."""
    return [each for each in count.transactions if not _is_look(each)]


def _is_look(transaction: Transaction) -> bool:
    about_jobs = any("schedules" in statement for statement in transaction.statements)
    claims = any("workspace_rates" in statement for statement in transaction.statements[:1])
    return about_jobs or (claims and not transaction.has("UPDATE deliveries"))


def statements(transactions: Sequence[Transaction]) -> int:
    return sum(len(each.statements) for each in transactions)


def calls(world: World) -> list[str]:
    """Return the methods of Slack's that were called."""
    return [call.method for call in world.slack.calls]


async def test_an_event_that_no_channel_has_subscribed_to(counted: tuple[World, Costs]) -> None:
    world, count = counted
    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))
    count.clear()

    await world.hears(*world.microsoft.happenings.change_subscription(TAILSPIN.tenant_id))

    assert statements(caused(count)) <= 8, summary(count)
    assert len(caused(count)) <= 2


async def test_the_first_card_of_a_subject(counted: tuple[World, Costs]) -> None:
    world, count = counted
    await (await world.maya.types("/partner customer contoso.com")).answer()  # signs in
    await subscribe(world, "all")
    count.clear()
    world.slack.calls.clear()

    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House"))
    await told(world, "Alpine Ski House accepted your invitation")
    await count.until(finishes)

    (ingested,) = filter(ingests, caused(count))
    notified = [each for each in caused(count) if not ingests(each)]
    assert len(ingested.statements) <= 11
    assert len(notified) == 3, summary(count)
    assert statements(notified) <= 14, summary(count)
    assert calls(world) == [LOOK, POST]


async def test_a_reply_with_the_edit_of_its_card(counted: tuple[World, Costs]) -> None:
    world, count = counted
    await subscribe(world, "all")
    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House"))
    await told(world, "Alpine Ski House accepted your invitation")
    await count.until(finishes)
    count.clear()
    world.slack.calls.clear()

    await world.hears(*world.microsoft.happenings.grant_access(world.microsoft.entra.tenants[SKI]))
    await count.until(finishes)

    notified = [each for each in caused(count) if not ingests(each)]
    assert len(notified) == 4, summary(count)
    assert statements(notified) <= 17, summary(count)
    assert calls(world) == [LOOK, POST, EDIT]


async def test_an_invitation_posted(counted: tuple[World, Costs]) -> None:
    world, count = counted
    said = await world.priya.says("Go")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    count.clear()
    world.slack.calls.clear()

    await world.maya.submits(modal, {"company": "relecloud.com"})
    await count.until(finishes)

    assert statements(caused(count)) <= 30, summary(count)
    assert calls(world).count(LOOK) == 2  # of the window, and of the delivery
    assert world.microsoft.partner_center.calls("/v1/customers/relationshiprequests") == 1


async def test_an_acceptance(counted: tuple[World, Costs]) -> None:
    world, count = counted
    posted = await invited(world, count)
    count.clear()
    world.slack.calls.clear()

    await world.hears(*world.microsoft.happenings.accept_invitation("relecloud.com", "Relecloud"))
    await world.slack.wait_for(lambda: next((m for m in world.said() if m.ts == posted.ts and m.reactions), None))
    await count.until(finishes, times=2)

    assert statements(caused(count)) <= 45, summary(count)
    assert calls(world).count(LOOK) == 1


def summary(count: Costs) -> str:
    """Return what was counted, a statement a line."""
    return "\n\n".join("\n".join(each[:100] for each in one.statements) for one in count.transactions)


async def invited(world: World, count: Costs) -> Message:
    """Send an invitation, and return it once that is recorded."""
    said = await world.priya.says("Go")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    count.clear()
    await world.maya.submits(modal, {"company": "relecloud.com"})
    await count.until(finishes)
    return next(m for m in world.said() if "ResellerRelationship" in str(m.blocks))
