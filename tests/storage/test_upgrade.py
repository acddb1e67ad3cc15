"""A database of the first release keeps its invitations, and what was still to be posted is promised to the outbox."""

import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.domain.invitations import Invitation, InvitationState
from bot.storage.database import Database, open_database
from bot.storage.delivery_counts import count_deliveries
from bot.storage.invitations import POSTS, Invitations
from bot.storage.migrate import MIGRATIONS, migrate
from bot.storage.outbox import Outbox
from tests.storage.enqueueing import FAST, SENT, finish, look
from tests.transactions import read, reading, writing

LONG_AGO = 1_700_000_000.0
IN_A_WHILE = time.time() + 7200
USUAL: dict[str, Any] = {
    "workspace_id": "T1",
    "sender_id": "U1",
    "sender_name": "Mona Kane",
    "sender_locale": "fr-FR",
    "channel_id": "C1",
    "thread_ts": None,
    "parent_ts": None,
    "message_ts": None,
    "company": "Contoso",
    "expected_name": "Contoso",
    "expected_domain": "contoso.com",
    "expected_tenant_id": "4b2a6e33-8791-4386-bd2b-0d55baf25039",
    "note": "As discussed",
    "language": "fr",
    "external_channel": False,
    "link_kind": None,
    "state": "pending",
    "reason": None,
    "attempts": 0,
    "suspect": False,
    "fence": 0,
    "due_at": LONG_AGO,
    "posted_at": None,
    "closed_at": None,
    "closed_by": None,
}
ROWS: dict[str, dict[str, Any]] = {
    "new": {},
    "delayed": {"attempts": 3, "fence": 3, "due_at": IN_A_WHILE, "reason": "Unavailable"},
    "suspect": {"attempts": 1, "fence": 1, "suspect": True, "parent_ts": "1.1"},
    "posting": {"attempts": 1, "fence": 1, "state": "posting", "channel_id": "C2", "thread_ts": "1.2"},
    "waiting": {"state": "waiting", "due_at": None, "message_ts": "1.3", "posted_at": LONG_AGO + 9, "link_kind": "r"},
    "accepted": {"state": "accepted", "due_at": None, "message_ts": "1.4", "posted_at": LONG_AGO + 9},
    "failed": {"state": "failed", "due_at": None, "reason": "is_archived", "attempts": 2, "fence": 2},
    "closed": {"state": "closed", "due_at": None, "closed_at": LONG_AGO + 99, "closed_by": "U2"},
}


def to_first_release(connection: Connection) -> None:
    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(configuration, "0001")


def row(number: int, name: str) -> dict[str, Any]:
    return USUAL | {"id": name, "submission_key": f"V{number}", "created_at": LONG_AGO + number} | ROWS[name]


@pytest.fixture
async def upgraded(database_url: str) -> AsyncIterator[Database]:
    """The first release's database with an invitation in every state, brought up to date."""
    async with open_database(database_url) as database, writing(database) as connection:
        to_first_release(connection)
        rows = [row(number, name) for number, name in enumerate(ROWS)]
        columns, values = ", ".join(rows[0]), ", ".join(f":{name}" for name in rows[0])
        connection.execute(text(f"INSERT INTO invitations ({columns}) VALUES ({values})"), rows)
        connection.execute(text("INSERT INTO seen_deliveries VALUES ('Ev1', 9000000000)"))
        connection.execute(text("INSERT INTO partner_center_tokens VALUES ('a', 'sealed', 3, 'seed', 1)"))
    await migrate(database_url)
    async with open_database(database_url) as database:
        yield database


@pytest.fixture
def outbox(upgraded: Database) -> Outbox:
    return Outbox(upgraded, workspace_id="T1", rates=FAST)


def seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()


async def test_every_invitation_is_as_it_was(upgraded: Database, outbox: Outbox) -> None:
    invitations = Invitations(upgraded, outbox)

    for number, name in enumerate(ROWS):
        before, found = row(number, name), await read(upgraded, invitations.find, name)
        assert found is not None
        state = "pending" if before["state"] == "posting" else before["state"]
        kept = {key: value for key, value in before.items() if key in Invitation.__slots__ and not key.endswith("_at")}
        assert {key: getattr(found, key) for key in kept} == kept | {"state": InvitationState(state)}
        for instant in ("created_at", "posted_at", "closed_at"):
            assert seconds(getattr(found, instant)) == before[instant]
        assert (found.sender_tz, found.reminders, found.remind_at, found.accepted_at) == ("UTC", 0, None, None)


async def test_what_was_to_be_posted_is_delivered_in_its_order_and_looked_for_where_it_may_stand(
    upgraded: Database, outbox: Outbox
) -> None:
    taken = []
    while (claims := await look(upgraded, outbox)).deliveries:
        for delivery in claims.deliveries:
            assert (delivery.kind, delivery.idempotency_key) == (POSTS, f"invitation:{delivery.id}")
            taken.append((delivery.conversation, delivery.subject, delivery.maybe_sent, dict(delivery.sent)))
            assert await finish(upgraded, outbox, delivery, SENT)

    assert sorted(taken) == [
        ("C1", "new", False, {}),
        ("C1", "suspect", True, {"parent": "1.1"}),
        ("C2", "posting", True, {}),
    ]
    assert [subject for lane, subject, *_ in taken if lane == "C1"] == ["new", "suspect"]
    assert (await upgraded.read(count_deliveries)).waiting == 1  # the delayed one, until its time comes


async def test_the_rest_is_as_it_was(upgraded: Database) -> None:
    async with reading(upgraded) as connection:
        seen = connection.execute(text("SELECT event_id, expires_at FROM seen_slack_events")).one()
        token = connection.execute(text("SELECT payload, version, seed FROM partner_center_tokens")).one()

    assert (tuple(seen), tuple(token)) == (("Ev1", 9_000_000_000), ("sealed", 3, "seed"))
