"""What every stored instant must hold to, those not written yet included: no clock that was ahead holds work back."""

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Double

from bot import storage
from bot.storage.column_types import Instant
from bot.storage.tables import metadata
from tests.storage import test_clock_set_back as behaviour

GATES: dict[str, Callable[..., object]] = {
    "bursts.last_at": behaviour.test_a_burst_of_a_clock_that_was_ahead_is_over,
    "cards.changed_at": behaviour.test_a_card_of_a_clock_that_was_ahead_is_told_anew,
    "deliveries.due_at": behaviour.test_a_delivery_that_was_put_aside_is_due,
    "deliveries.finished_at": behaviour.test_what_was_sent_ahead_was_not_sent_lately,
    "channel_subscriptions.next_digest_at": behaviour.test_a_digest_that_lies_further_ahead_than_its_rhythm_is_due,
    "invitations.remind_at": behaviour.test_a_reminder_that_lies_further_ahead_than_its_days_is_due,
    "conversation_queues.due_at": behaviour.test_the_lease_of_a_process_that_died_is_over,
    "conversation_queues.open_at": behaviour.test_a_conversation_that_is_woken_meanwhile_is_due_too,
    "workspace_rates.spent_until": behaviour.test_the_workspaces_rate_is_paid_for_within_its_burst,
    "schedules.due_at": behaviour.test_a_slot_that_lies_further_ahead_than_a_period_is_due,
    "seen_slack_events.expires_at": behaviour.test_a_slack_event_is_remembered_as_long_as_ever,
}
"""Instants on which it depends whether something is done, each with the test that goes through it 26 hours ahead."""
RECORDS = {
    "bursts.began_at": "how many minutes a burst took, for its summary",
    "deliveries.created_at": "from when on a message is looked for; a day back where it lies ahead",
    "events.ends_at": "when delegated access ends, as Microsoft says",
    "events.happened_at": "as Microsoft says, held to be plausible on the way in; order of telling",
    "events.received_at": "the age of an event, some time where it lies ahead; when it is deleted",
    "channel_subscriptions.changed_at": "for how long what was removed can be restored; shown",
    "channel_subscriptions.created_at": "the order of a list; shown",
    "channel_subscriptions.edited_at": "tells one change from the next; shown",
    "channel_subscriptions.last_delivered_at": "shown",
    "channel_subscriptions.last_digest_at": "the digest that came last",
    "channel_subscriptions.last_event_at": "shown",
    "cards.happened_at": "as Microsoft says; whether an event is told after later news of the same customer",
    "deliveries.happened_at": "as Microsoft says; the order of a customer's news",
    "invitations.accepted_at": "shown",
    "invitations.closed_at": "shown",
    "invitations.created_at": "the order of a list; shown",
    "invitations.posted_at": "shown",
    "checkpoints.at": "read by the poller and the health, which take the earlier of it and now",
    "partner_center_tokens.changed_at": "for whoever looks into the table",
    "schedules.slot": "the slot that ran last, for whoever looks into the table",
}
"""Records of the past, facts of Microsoft's, and tie-breaks: nothing waits for them. Each with what it is read for."""
ALIASES = {"_later.changed_at": "cards.changed_at"}
LENGTHS = {"deliveries.due_wait", "conversation_queues.due_wait", "conversation_queues.open_wait"}
"""How far ahead the instant of that name was set."""
ALLOWED = {
    ("queue_claims.py", "conversation_queues.due_at"): "``between`` any instants: not NULL, as an index has it",
    ("conversation_queues.py", "conversation_queues.open_at"): "which lanes nobody has used for a day",
    ("cards.py", "cards.changed_at"): "deletes what is too old",
    ("cards.py", "bursts.last_at"): "deletes what is too old",
    ("digests.py", "channel_subscriptions.next_digest_at"): "the very digest that was found due",
    ("outbox.py", "deliveries.finished_at"): "deletes what is too old",
    ("slack_events.py", "seen_slack_events.expires_at"): "forgets, once those further ahead have been set right",
}
"""Comparisons of gates outside the clock's rules, each with what it is for."""
SOURCES = sorted(path for path in Path(storage.__file__).parent.glob("*.py") if path.name != "clock.py")


def instants() -> set[str]:
    """Return every column of the tables that could hold one."""
    columns = [column for table in metadata.tables.values() for column in table.columns]
    return {f"{column.table.name}.{column.name}" for column in columns if isinstance(column.type, Double | Instant)}


def compared(path: Path) -> Iterator[str]:
    """Yield the columns that a module compares itself: by an operator, or by ``between``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "between":
            sides = [node.func.value]
        else:
            continue
        for side in sides:
            for each in ast.walk(side):
                if isinstance(each, ast.Attribute) and ast.unparse(each.value).endswith(".c"):
                    yield f"{ast.unparse(each.value).removesuffix('.c')}.{each.attr}"


def test_every_instant_either_gates_work_or_is_a_record() -> None:
    assert GATES.keys() | RECORDS.keys() | LENGTHS == instants()
    assert not GATES.keys() & RECORDS.keys()


def test_each_length_belongs_to_an_instant_that_gates_work() -> None:
    assert {name.removesuffix("_wait") + "_at" for name in LENGTHS} <= GATES.keys()


@pytest.mark.parametrize("column", GATES)
def test_what_gates_work_is_put_ahead_in_a_test_of_its_own(column: str) -> None:
    table, name = column.split(".")
    source = inspect.getsource(GATES[column])

    assert f'"{name}"' in source
    assert table in source
    assert "AHEAD" in source or "set_back(" in source


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_what_gates_work_is_compared_by_the_rules_of_the_clock_alone(path: Path) -> None:
    found = {column for column in compared(path) if column in GATES}

    assert found == {column for name, column in ALLOWED if name == path.name}


def test_the_rules_are_used_for_each_gate() -> None:
    ruled = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"due", "astray", "believed", "lately"}:
                ruled.add(ast.unparse(node.args[0]).replace(".c.", "."))

    assert {ALIASES.get(each, each) for each in ruled} == GATES.keys()
