"""Tables, columns and indexes take the names of the glossary; their rows stay as they are."""

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
    },
    "digest_items": {"follow_id": "subscription_id", "digest": "digest_id"},
    "events": {"told": "notified"},
    "invitations": {"nudges": "reminders", "nudge_at": "remind_at"},
}
INDEXES = (
    ("follows_channel", "channel_subscriptions_channel", "channel_subscriptions", ["channel_id", "state"]),
    (
        "follows_next_digest_at",
        "channel_subscriptions_next_digest_at",
        "channel_subscriptions",
        ["next_digest_at"],
    ),
    ("lanes_due_at", "conversation_queues_due_at", "conversation_queues", ["due_at"]),
    ("seen_deliveries_expires_at", "seen_slack_events_expires_at", "seen_slack_events", ["expires_at"]),
    ("deliveries_follow", "deliveries_subscription", "deliveries", ["subscription_id", "state"]),
)
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


def upgrade() -> None:
    """Rename in place; SQLite renames a column where it is used, indexes included."""
    for before, after in TABLES.items():
        op.rename_table(before, after)
    for table, columns in COLUMNS.items():
        for before, after in columns.items():
            op.execute(f"ALTER TABLE {table} RENAME COLUMN {before} TO {after}")
    for before, after, table, columns_of_index in INDEXES:
        op.drop_index(before, table)
        op.create_index(after, table, columns_of_index)
    if op.get_context().dialect.name == "postgresql":
        for before, after in CONSTRAINTS.items():
            op.execute(f"ALTER INDEX {before} RENAME TO {after}")
