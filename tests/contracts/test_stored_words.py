"""What every enumeration that reaches a table must hold to, those not written yet included: stored by stable names."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from enum import Enum, Flag, StrEnum
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Double, Integer, Table, types

import bot
from bot import domain, storage
from bot.domain.channel_subscriptions import Rhythm, SubscriptionState
from bot.domain.deliveries import DeliveryState
from bot.domain.event_kind import Actor, Loudness, Topic
from bot.domain.event_kinds import KINDS
from bot.domain.events import Source
from bot.domain.invitations import InvitationState
from bot.storage.checkpoints import Checkpoint
from bot.storage.column_types import Instant, Kind, Member, Members, Text, Words
from bot.storage.tables import metadata

STORED: dict[type[Enum], frozenset[str]] = {
    Actor: frozenset({"customer", "partner", "microsoft", "end_date"}),
    DeliveryState: frozenset({"waiting", "held", "sent", "dropped", "dead"}),
    SubscriptionState: frozenset({"active", "paused", "removed"}),
    InvitationState: frozenset({"pending", "waiting", "accepted", "closed", "failed"}),
    Checkpoint: frozenset({"baseline", "polled", "poll_failed", "listed", "looked_for", "mfa", "webhook"}),
    Rhythm: frozenset({"now", "daily", "weekly"}),
    Source: frozenset({"webhook", "audit", "list", "bot"}),
    Topic: frozenset({"customers", "relationships", "subscriptions", "invoices", "security", "all"}),
}
"""Names that databases hold; one may be added here, and one that goes needs a migration of the rows that hold it."""
EVENT_KINDS = {
    "customer_added",
    "customer_removed",
    "relationship_accepted",
    "relationship_accepted_indirect",
    "access_granted",
    "access_ended",
    "access_expiring",
    "subscription_changed",
    "usage_threshold",
    "migration_created",
    "migration_completed",
    "migration_failed",
    "invoice_ready",
    "fraud_alert",
    "referral_created",
    "referral_updated",
    "test",
    "quiet",
    "unknown",
}
"""Names of event kinds that databases hold."""
NUMBERS = {
    "cards.event_count",
    "deliveries.attempts",
    "deliveries.number",
    "deliveries.priority",
    "invitations.reminders",
    "conversation_queues.delivery_number",
    "conversation_queues.fence",
    "partner_center_tokens.version",
}
"""Columns of whole numbers: each counts something. None may stand for a member of an enumeration."""
TREES = {file: ast.parse(file.read_text()) for file in sorted(Path(storage.__file__).parent.glob("*.py"))}


def enumerations(package: str, path: list[str]) -> Iterator[type[Enum]]:
    for module in pkgutil.walk_packages(path, package + "."):
        if "migrations" in module.name or module.name == "bot.__main__":
            continue
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(found, Enum) and found.__module__ == module.name:
                yield found


def own(tables: dict[str, Table]) -> Iterator[tuple[str, types.TypeEngine[object]]]:
    for name, table in tables.items():
        for column in table.columns:
            yield f"{name}.{column.name}", column.type


def test_every_enumeration_of_the_storage_is_known_here() -> None:
    of_storage = set(enumerations("bot.storage", list(storage.__path__)))
    of_domain = set(enumerations("bot.domain", list(domain.__path__)))

    assert of_storage | of_domain - {Loudness} == set(STORED)


def test_every_event_kind_that_a_database_may_hold_is_still_known_by_its_name() -> None:
    names = {kind.name for kind in KINDS}

    assert names >= EVENT_KINDS
    assert not [name for name in names if not name.replace("_", "").isalpha() or not name.islower()]


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_what_is_stored_of_a_member_is_its_name_in_small_letters(kind: type[Enum]) -> None:
    assert issubclass(kind, StrEnum)
    assert {member.value for member in kind} == {name.lower() for name in kind.__members__}


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_every_name_that_a_database_may_hold_is_still_known(kind: type[Enum]) -> None:
    assert {member.value for member in kind} >= STORED[kind]


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_no_name_breaks_a_stored_set(kind: type[Enum]) -> None:
    assert not [member for member in kind if not str(member.value).replace("_", "").isalpha()]


def test_no_member_is_a_flag_or_numbers_itself() -> None:
    every = set(enumerations("bot", list(bot.__path__)))

    assert not [kind for kind in every if issubclass(kind, Flag)]
    calls = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "auto"]


def test_no_column_holds_anything_but_names_instants_counts_and_truths() -> None:
    columns = dict(own(dict(metadata.tables)))

    named = {Kind, Member, Members, Text, Words}
    assert {type(kind) for kind in columns.values()} <= named | {Instant, Double, Boolean} | {
        type(columns["deliveries.number"]),
        Integer,
    }
    whole = {name for name, kind in columns.items() if type(kind) not in named | {Instant, Double, Boolean}}
    assert whole == NUMBERS


def test_the_storage_asks_for_no_members_position() -> None:
    kinds = {kind.__name__ for kind in STORED}
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            asked = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            names = {each.id for argument in node.args for each in ast.walk(argument) if isinstance(each, ast.Name)}
            assert not (asked in {"enumerate", "index", "zip", "range"} and names & kinds), f"{file.name}:{node.lineno}"
