"""The release before the glossary's names: every row is as it was, and is found by the repositories of this one."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, insert, inspect, select, text

from bot.connections import DatabaseTokenStore
from bot.domain import event_kinds
from bot.domain.channel_subscriptions import Rhythm, SubscriptionState
from bot.domain.deliveries import DeliveryCounts
from bot.domain.event_kind import Actor, Topic
from bot.domain.events import Event, Source
from bot.domain.invitations import InvitationState
from bot.storage.channel_history import Card, read_history
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.checkpoints import Checkpoint, Checkpoints, Noted
from bot.storage.database import Database, open_database
from bot.storage.delivery_counts import count_deliveries
from bot.storage.digests import Digests
from bot.storage.encryption import Encryption, fresh_key
from bot.storage.events import Events
from bot.storage.invitations import Invitations
from bot.storage.known_customers import KnownCustomers
from bot.storage.migrate import MIGRATIONS, migrate
from bot.storage.outbox import Outbox
from bot.storage.schedules import Schedules
from bot.storage.slack_events import SlackEvents
from bot.storage.tables import metadata
from tests.storage.enqueueing import look
from tests.storage.samples import sample
from tests.transactions import read, reading, write, writing

SEALING = Encryption([fresh_key()])
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
NOW, LATELY, LATER = AT.timestamp(), time.time(), 4e9
DELIVERY = {
    "id": "d1",
    "key": "notice:e1:C1",
    "lane": "C1",
    "kind": "notice",
    "subject": "e1",
    "follow_id": "f1",
    "state": "waiting",
    "parts": '{"root": "1.0"}',
    "attempts": 2,
    "suspect": False,
    "maybe_sent": '["notice"]',
    "due_at": 0.0,
    "due_wait": 0.0,
    "reason": "ratelimited",
    "created_at": NOW,
}
ROWS: dict[str, list[dict[str, Any]]] = {
    "partner_center_tokens": [
        {"account": "a", "payload": SEALING.encrypt("sealed", place="a"), "version": 3, "seed": "s", "changed_at": NOW}
    ],
    "seen_deliveries": [{"event_id": "Ev1", "expires_at": LATER}],
    "invitations": [
        {
            "id": "i1",
            "submission_key": "V1",
            "workspace_id": "T1",
            "sender_id": "U1",
            "sender_name": "Maya",
            "sender_locale": "fr-FR",
            "sender_tz": "Europe/Paris",
            "channel_id": "C1",
            "thread_ts": "1.0",
            "message_ts": "1.1",
            "company": "Contoso",
            "language": "fr",
            "external_channel": False,
            "state": "waiting",
            "created_at": NOW,
            "posted_at": NOW,
            "nudges": 2,
            "nudge_at": NOW,
        }
    ],
    "lanes": [
        {"lane": "C1", "due_at": 0.0, "due_wait": 0.0, "open_at": 0.0, "open_wait": 0.0, "fence": 4},
        {
            "lane": "C2",
            "due_at": LATER,
            "due_wait": LATER,
            "open_at": 0.0,
            "open_wait": 0.0,
            "owner": "they",
            "claimed": 2,
            "fence": 7,
        },
    ],
    "deliveries": [
        DELIVERY,
        DELIVERY | {"id": "d2", "key": "notice:e1:C2", "lane": "C2", "parts": "{}", "maybe_sent": "[]"},
        DELIVERY | {"id": "d3", "key": "notice:e2:C1", "subject": "e2", "state": "held"},
        DELIVERY | {"id": "d4", "key": "notice:e3:C1", "subject": "e3", "state": "dead", "settled_at": NOW},
    ],
    "paces": [{"workspace_id": "T1", "spent_until": NOW}],
    "events": [
        {
            "id": f"e{number}",
            "kind": "access_granted",
            "source": "audit",
            "name": "granular_admin_relationship_approved",
            "happened_at": NOW,
            "received_at": NOW + number,
            "customer_id": "c1",
            "customer_name": "Contoso",
            "resource": "r1",
            "actor": "customer",
            "audit_id": f"a{number}",
            "ends_at": LATER,
            "told": told,
        }
        for number, told in ((1, True), (2, False))
    ],
    "follows": [
        {
            "id": "f1",
            "submission_key": "V1",
            "workspace_id": "T1",
            "channel_id": "C1",
            "owner_id": "U1",
            "language": "fr",
            "tz": "Europe/Paris",
            "topics": ",customers,invoices,",
            "customer_id": "c1",
            "customer_name": "Contoso",
            "countries": "FR,BE",
            "thread_only": True,
            "rhythm": "weekly",
            "thread_ts": "1.0",
            "state": "paused",
            "reason": "is_archived",
            "created_at": NOW,
            "changed_at": NOW,
            "changed_by": "U2",
            "edited_at": NOW,
            "edited_by": "U3",
            "next_digest_at": LATER,
        }
    ],
    "digest_items": [
        {"follow_id": "f1", "event_id": "e1", "digest": "f1:before#1"},
        {"follow_id": "f1", "event_id": "e2", "digest": None},
    ],
    "cards": [
        {
            "channel_id": "C1",
            "thing": "customer:c1",
            "ts": "1.1",
            "thread_ts": "1.0",
            "event_id": "e2",
            "told": 2,
            "changed_at": LATELY,
        }
    ],
    "bursts": [
        {"channel_id": "C1", "ts": "1.2", "began_at": LATELY, "last_at": LATELY, "counts": '{"invoice_ready": 3}'}
    ],
    "schedules": [{"name": "poll", "due_at": LATER, "slot": NOW}],
    "marks": [{"name": "polled", "at": NOW, "value": "records"}],
    "known_customers": [{"customer_id": "c1", "name": "Contoso"}],
}
"""Every table of that release, by the names it had."""
NAMES = {
    "follows": "channel_subscriptions",
    "lanes": "conversation_queues",
    "marks": "checkpoints",
    "paces": "workspace_rates",
    "seen_deliveries": "seen_slack_events",
    "cards.thing": "subject_key",
    "cards.told": "event_count",
    "deliveries.follow_id": "subscription_id",
    "deliveries.key": "idempotency_key",
    "deliveries.lane": "conversation",
    "deliveries.parts": "sent",
    "deliveries.settled_at": "finished_at",
    "digest_items.digest": "digest_id",
    "digest_items.follow_id": "subscription_id",
    "events.told": "notified",
    "invitations.nudge_at": "remind_at",
    "invitations.nudges": "reminders",
    "lanes.claimed": "delivery_number",
    "lanes.lane": "conversation",
}

DOUBTS = {"suspect", "maybe_sent"}
"""What are one mark by now."""


def to_the_release_before(connection: Connection) -> None:
    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(configuration, "0005")


@pytest.fixture
async def upgraded(database_url: str) -> AsyncIterator[Database]:
    """A database in which the release before has filled every table, brought up to date."""
    async with open_database(database_url) as database, writing(database) as connection:
        to_the_release_before(connection)
        tables = MetaData()
        tables.reflect(connection)
        assert tables.tables.keys() == ROWS.keys() | {"alembic_version"}
        for name, rows in ROWS.items():
            for row in rows:
                connection.execute(insert(tables.tables[name]).values(row))
    await migrate(database_url)
    async with open_database(database_url) as database:
        yield database


@pytest.fixture
def outbox(upgraded: Database) -> Outbox:
    return Outbox(upgraded, workspace_id="T1")


async def test_every_row_of_every_table_is_as_it_was(upgraded: Database) -> None:
    async with reading(upgraded) as connection:
        for name, rows in ROWS.items():
            table = metadata.tables[NAMES.get(name, name)]
            found = [
                dict(row._mapping)
                for row in connection.execute(select(text("*")).select_from(table).order_by(*table.primary_key))
            ]
            wanted = [
                {NAMES.get(f"{name}.{column}", column): row[column] for column in row if column not in DOUBTS}
                for row in rows
            ]
            kept = [{column: row[column] for column in each} for row, each in zip(found, wanted, strict=True)]
            assert kept == wanted


async def test_indexes_and_constraints_bear_the_new_names(upgraded: Database) -> None:
    async with reading(upgraded) as connection:
        seen = inspect(connection)
        names = {
            index["name"]
            for table in metadata.tables
            for index in (*seen.get_indexes(table), *seen.get_unique_constraints(table), seen.get_pk_constraint(table))
        }

    assert not {name for name in names if name and name.startswith(("follows", "lanes", "marks", "paces", "seen_del"))}
    assert not names & {"deliveries_follow", "deliveries_key_key"}


async def test_subscriptions_are_found_with_what_waits_and_was_given_up(upgraded: Database, outbox: Outbox) -> None:
    subscriptions = ChannelSubscriptions(upgraded, outbox)

    (stats,), total = await read(upgraded, subscriptions.page, channel_id="C1")
    assert total == 1
    assert (stats.waiting, stats.given_up) == (3, 1)
    found = stats.subscription
    assert (found.id, found.state, found.reason) == ("f1", SubscriptionState.PAUSED, "is_archived")
    assert (found.topics, found.countries) == (frozenset({Topic.CUSTOMERS, Topic.INVOICES}), ("FR", "BE"))
    assert (found.rhythm, found.thread_only, found.thread_ts) == (Rhythm.WEEKLY, True, "1.0")
    assert (found.changed_by, found.edited_by, found.edited_at) == ("U2", "U3", AT)


async def test_what_was_collected_for_a_digest_is_released(upgraded: Database) -> None:
    async with writing(upgraded) as connection:
        assert Digests(upgraded).release(connection, "f1") == ("e2",)


async def test_events_are_found_and_still_known(upgraded: Database) -> None:
    events = Events(upgraded)

    found = await read(upgraded, events.find, "e1")
    assert found == Event(
        id="e1",
        kind=event_kinds.ACCESS_GRANTED,
        source=Source.AUDIT,
        name="granular_admin_relationship_approved",
        happened_at=AT,
        received_at=datetime.fromtimestamp(NOW + 1, UTC),
        customer_id="c1",
        customer_name="Contoso",
        resource="r1",
        actor=Actor.CUSTOMER,
        audit_id="a1",
        ends_at=datetime.fromtimestamp(LATER, UTC),
    )
    second = await read(upgraded, events.find, "e2")
    assert second is not None
    assert not second.notified
    assert await read(upgraded, events.known_audit_ids, ["a1", "a9"]) == {"a1"}


async def test_cards_and_bursts_go_on(upgraded: Database) -> None:
    async with reading(upgraded) as connection:
        event = sample(event_kinds.CUSTOMER_ADDED, customer="c1", at=AT - timedelta(days=400))
        found = read_history(connection, "C1", event, kind="notice")
    assert found.card == Card(ts="1.1", thread_ts="1.0", event_id="e2", event_count=2)
    assert found.later_ts == "1.0"
    assert found.burst is not None
    assert found.burst.counts == {event_kinds.KINDS.named("invoice_ready"): 3}


async def test_invitations_go_on_with_their_reminders(upgraded: Database, outbox: Outbox) -> None:
    invitations = Invitations(upgraded, outbox)

    found = await read(upgraded, invitations.find, "i1")
    assert found is not None
    assert (found.state, found.reminders) == (InvitationState.WAITING, 2)
    assert found.remind_at == AT
    (due,) = await read(upgraded, invitations.due_reminders)
    assert due == found


async def test_what_is_in_flight_is_delivered_with_its_doubt_and_its_fence(upgraded: Database, outbox: Outbox) -> None:
    claims = await look(upgraded, outbox)

    first = next(each for each in claims.deliveries if each.conversation == "C1")
    assert (first.idempotency_key, first.subject, first.subscription_id) == ("notice:e1:C1", "e1", "f1")
    assert (first.sent, first.fence) == ({"root": "1.0"}, 5)
    assert (first.plan, first.maybe_sent) == (None, True)
    assert (first.customer_id, first.happened_at, first.urgent) == ("c1", AT, False)
    assert await upgraded.read(count_deliveries) == DeliveryCounts(waiting=3, failed=1)


async def test_checkpoints_schedules_and_the_sign_in_are_as_they_were(upgraded: Database) -> None:
    token = await DatabaseTokenStore(upgraded, SEALING).load("a")

    assert await read(upgraded, Checkpoints(upgraded).get, Checkpoint.POLLED) == Noted(AT, "records")
    assert not await write(upgraded, Schedules(upgraded).claim, "poll", period=LATER)
    assert not await write(upgraded, SlackEvents(upgraded, remembered_seconds=LATER).first_sight, "Ev1")
    assert await read(upgraded, KnownCustomers(upgraded).names) == {"c1": "Contoso"}
    assert token is not None
    assert (token.payload, token.version, token.seed) == ("sealed", 3, "s")
