"""Tables and columns take the names of the glossary; deliveries store plans, and keep a customer's news in order."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = {
    "follows": "channel_subscriptions",
    "lanes": "conversation_queues",
    "marks": "checkpoints",
    "paces": "workspace_rates",
    "seen_deliveries": "seen_slack_events",
}
COLUMNS = {
    "cards": {"thing": "subject_key", "told": "event_count"},
    "conversation_queues": {"lane": "conversation", "claimed": "delivery_number"},
    "deliveries": {
        "follow_id": "subscription_id",
        "key": "idempotency_key",
        "lane": "conversation",
        "parts": "sent",
        "settled_at": "finished_at",
    },
    "digest_items": {"follow_id": "subscription_id", "digest": "digest_id"},
    "events": {"told": "notified"},
    "invitations": {"nudges": "reminders", "nudge_at": "remind_at"},
}
INDEXES: tuple[tuple[str, str, str, list[str]], ...] = (
    ("follows_channel", "channel_subscriptions_channel", "channel_subscriptions", ["channel_id", "state"]),
    ("follows_next_digest_at", "channel_subscriptions_next_digest_at", "channel_subscriptions", ["next_digest_at"]),
    ("seen_deliveries_expires_at", "seen_slack_events_expires_at", "seen_slack_events", ["expires_at"]),
    ("lanes_due_at", "conversation_queues_due_at", "conversation_queues", ["due_at"]),
    ("deliveries_settled_at", "deliveries_finished_at", "deliveries", ["finished_at"]),
    ("deliveries_follow", "deliveries_subscription", "deliveries", ["subscription_id", "state"]),
    ("deliveries_waiting", "", "deliveries", []),
    ("deliveries_due", "", "deliveries", []),
)
"""Before, after (none: it is made below with other columns), table, columns."""
CONSTRAINTS = {
    "deliveries_key_key": "deliveries_idempotency_key_key",
    "follows_pkey": "channel_subscriptions_pkey",
    "follows_submission_key_key": "channel_subscriptions_submission_key_key",
    "lanes_pkey": "conversation_queues_pkey",
    "marks_pkey": "checkpoints_pkey",
    "paces_pkey": "workspace_rates_pkey",
    "seen_deliveries_pkey": "seen_slack_events_pkey",
}
"""As PostgreSQL has named them."""
NEW_INDEXES = (
    ("deliveries_subject", "deliveries", ["subject"]),
    ("deliveries_conversation", "deliveries", ["conversation", "kind", "finished_at"]),
    ("conversation_queues_owner", "conversation_queues", ["owner"]),
    ("cards_customer", "cards", ["channel_id", "customer_id", "happened_at"]),
    ("invitations_accepted_tenant", "invitations", ["accepted_tenant_id"]),
    ("invitations_created_at", "invitations", ["created_at"]),
    ("invitations_newest", "invitations", ["state", "created_at"]),
    ("channel_subscriptions_customer", "channel_subscriptions", ["customer_id"]),
)
WAITING = "state = 'waiting'"
PARTIAL_INDEXES = (
    ("deliveries_waiting", "deliveries", ["conversation", "priority", "number"], WAITING),
    ("deliveries_due", "deliveries", ["conversation", "due_at"], WAITING),
    ("deliveries_of_customer", "deliveries", ["conversation", "customer_id", "happened_at"], WAITING),
    ("deliveries_counted", "deliveries", ["state", "conversation"], "state IN ('waiting', 'held', 'dead')"),
    ("invitations_waiting_expected_tenant_id", "invitations", ["state", "expected_tenant_id"], WAITING),
    ("invitations_waiting_name_key", "invitations", ["state", "name_key"], WAITING),
    ("invitations_waiting_domain_key", "invitations", ["state", "domain_key"], WAITING),
    ("channel_subscriptions_paused", "channel_subscriptions", ["state"], "state = 'paused'"),
    ("events_unknown", "events", ["received_at"], "kind = 'unknown'"),
)


def upgrade() -> None:
    """Rename in place, then add what plans and the order of news need."""
    _rename()
    _add_columns()
    _fill_from_events()
    for name, table, columns in NEW_INDEXES:
        op.create_index(name, table, columns)
    for name, table, columns, condition in PARTIAL_INDEXES:
        rows = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=rows, postgresql_where=rows)


def _rename() -> None:
    for before, after in TABLES.items():
        op.rename_table(before, after)
    for table, columns in COLUMNS.items():
        for before, after in columns.items():
            op.execute(f"ALTER TABLE {table} RENAME COLUMN {before} TO {after}")
    for before, after, table, columns_of_index in INDEXES:
        op.drop_index(before, table)
        if after:
            op.create_index(after, table, columns_of_index)
    if op.get_context().dialect.name == "postgresql":
        for before, after in CONSTRAINTS.items():
            op.execute(f"ALTER INDEX {before} RENAME TO {after}")


def _add_columns() -> None:
    """Add the columns; a doubt about any step becomes one about the first that is not recorded."""
    for table, column in (
        ("deliveries", sa.Column("plan", sa.Text)),
        ("deliveries", sa.Column("customer_id", sa.Text)),
        ("deliveries", sa.Column("happened_at", sa.Double)),
        ("deliveries", sa.Column("priority", sa.Integer, nullable=False, server_default="1")),
        ("deliveries", sa.Column("doubtful", sa.Boolean, nullable=False, server_default=sa.false())),
        ("conversation_queues", sa.Column("woken", sa.Boolean, nullable=False, server_default=sa.false())),
        ("invitations", sa.Column("name_key", sa.Text, nullable=False, server_default="*")),
        ("invitations", sa.Column("domain_key", sa.Text, nullable=False, server_default="*")),
        ("cards", sa.Column("customer_id", sa.Text)),
        ("cards", sa.Column("happened_at", sa.Double)),
    ):
        op.add_column(table, column)
    op.execute("UPDATE deliveries SET doubtful = (suspect OR maybe_sent <> '[]')")
    for before in ("suspect", "maybe_sent"):
        op.drop_column("deliveries", before)
    op.execute("ALTER TABLE deliveries RENAME COLUMN doubtful TO maybe_sent")


def _fill_from_events() -> None:
    """Say of what waits and of cards which customer they are about, and when that happened."""
    op.execute(
        "UPDATE deliveries SET"
        " customer_id = (SELECT events.customer_id FROM events WHERE events.id = deliveries.subject),"
        " happened_at = (SELECT events.happened_at FROM events WHERE events.id = deliveries.subject)"
        " WHERE deliveries.kind = 'notice' AND deliveries.state IN ('waiting', 'held')"
    )
    op.execute(
        "UPDATE cards SET"
        " customer_id = (SELECT events.customer_id FROM events WHERE events.id = cards.event_id),"
        " happened_at = (SELECT events.happened_at FROM events WHERE events.id = cards.event_id)"
    )
    op.execute(
        "UPDATE deliveries SET priority = 0 WHERE kind = 'notice' AND state IN ('waiting', 'held') AND EXISTS"
        " (SELECT 1 FROM events WHERE events.id = deliveries.subject"
        " AND events.kind IN ('fraud_alert', 'customer_removed'))"
    )
    # What asks for facts of an event has one kind by now.
    op.execute(
        "UPDATE deliveries SET kind = 'enrichment', idempotency_key = 'enrichment:' || subject"
        " WHERE kind IN ('alert', 'ending')"
    )
