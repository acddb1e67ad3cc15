"""A database that has been in use for years: many invitations, channel subscriptions and finished deliveries."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from bot.domain.channel_subscriptions import Rhythm, SubscriptionState
from bot.domain.deliveries import DeliveryState
from bot.domain.event_kind import Topic
from bot.domain.event_kinds import CUSTOMER_ADDED
from bot.domain.events import Source
from bot.domain.invitations import InvitationState
from bot.storage.clock import read_now
from bot.storage.tables import channel_subscriptions, deliveries, events, invitations
from bot.storage.waiting_invitations import match_keys

BATCH = 10_000
ACCEPTED, CLOSED, FAILED, WAITING = (
    InvitationState.ACCEPTED,
    InvitationState.CLOSED,
    InvitationState.FAILED,
    InvitationState.WAITING,
)
STATES = (WAITING, ACCEPTED, ACCEPTED, CLOSED, ACCEPTED, CLOSED, ACCEPTED, FAILED, ACCEPTED, CLOSED)
SENDERS = 20
BUSY = "C01SALES4KD"
"""The channel of every tenth delivery."""


def fill(connection: Connection, number: int) -> None:
    """Insert so many rows into each of the tables that grow; nothing of it is due, or about the sandbox's companies."""
    at = read_now(connection)
    for table, row in {
        invitations: _invitation,
        channel_subscriptions: _subscription,
        deliveries: _delivery,
        events: _event,
    }.items():
        for first in range(0, number, BATCH):
            rows = (row(each, at) for each in range(first, min(first + BATCH, number)))
            _insert(connection, table, rows)


def _insert(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    connection.execute(insert(table), list(rows))


def _invitation(number: int, at: datetime) -> dict[str, Any]:
    state = STATES[number % len(STATES)]
    accepted = state is ACCEPTED
    return {
        "id": f"old-{number}",
        "submission_key": f"old-{number}",
        "workspace_id": "T1",
        "sender_id": f"U{number % SENDERS}",
        "sender_name": f"Sender {number % SENDERS}",
        "sender_locale": "en",
        "sender_tz": "UTC",
        "channel_id": f"C{number}",
        "message_ts": f"{number}.1",
        "company": f"firm{number}.example",
        "expected_domain": f"firm{number}.example",
        "expected_tenant_id": f"tenant-{number}",
        **match_keys(company=f"firm{number}.example", expected_name=None, expected_domain=f"firm{number}.example"),
        "language": "en",
        "external_channel": False,
        "state": state,
        "created_at": at - timedelta(minutes=5 * number + 5),
        "posted_at": at - timedelta(minutes=5 * number + 5),
        "accepted_at": at - timedelta(minutes=number) if accepted else None,
        "accepted_tenant_id": f"tenant-{number}" if accepted else None,
        "reminders": 0,
        "remind_at": at + timedelta(days=9) if state is WAITING else None,
    }


def _subscription(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": f"old-{number}",
        "submission_key": f"old-{number}",
        "workspace_id": "T1",
        "channel_id": f"C{number}",
        "owner_id": f"U{number % SENDERS}",
        "language": "en",
        "tz": "UTC",
        "topics": frozenset({Topic.ALL}),
        "customer_id": f"tenant-{number}",
        "countries": (),
        "thread_only": False,
        "rhythm": Rhythm.NOW,
        "state": SubscriptionState.PAUSED if number % 100 == 0 else SubscriptionState.ACTIVE,
        "created_at": at - timedelta(days=40),
        "changed_at": at - timedelta(days=40),
    }


def _delivery(number: int, at: datetime) -> dict[str, Any]:
    """Return one of the last days; every tenth went to one busy channel."""
    ago = timedelta(hours=1, seconds=number)
    return {
        "id": f"old-{number}",
        "idempotency_key": f"old-{number}",
        "conversation": BUSY if number % 10 == 0 else f"C{number}",
        "kind": "notice",
        "subject": f"old-{number}",
        "subscription_id": f"old-{number}",
        "customer_id": f"tenant-{number}",
        "happened_at": (at - ago).timestamp(),
        "state": DeliveryState.DEAD if number % 100 == 0 else DeliveryState.SENT,
        "sent": "{}",
        "attempts": 1,
        "due_at": (at - ago).timestamp(),
        "created_at": (at - ago).timestamp(),
        "finished_at": (at - ago).timestamp(),
    }


def _event(number: int, at: datetime) -> dict[str, Any]:
    ago = timedelta(hours=1, seconds=number)
    return {
        "id": f"old-{number}",
        "kind": CUSTOMER_ADDED,
        "source": Source.WEBHOOK,
        "name": "customer-added",
        "happened_at": at - ago,
        "received_at": at - ago,
        "customer_id": f"tenant-{number}",
        "resource": f"https://api.partnercenter.microsoft.com/v1/customers/tenant-{number}",
        "audit_id": f"old-{number}",
        "notified": True,
    }
