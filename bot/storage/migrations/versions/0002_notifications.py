"""The outbox, events, what channels follow; invitations move onto the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables, and promise anew what was being posted under a lease of its own."""
    _create_outbox()
    _create_events_and_follows()
    _create_the_rest()
    _move_invitations()


def _create_outbox() -> None:
    op.create_table(
        "lanes",
        sa.Column("lane", sa.Text, primary_key=True),
        sa.Column("due_at", sa.Double),
        sa.Column("open_at", sa.Double, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("claimed", sa.BigInteger),
        sa.Column("fence", sa.Integer, nullable=False),
    )
    op.create_index("lanes_due_at", "lanes", ["due_at"])
    op.create_table(
        "deliveries",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("follow_id", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("parts", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("suspect", sa.Boolean, nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("settled_at", sa.Double),
    )
    op.create_index("deliveries_settled_at", "deliveries", ["settled_at"])
    op.create_index("deliveries_follow", "deliveries", ["follow_id", "state"])
    waiting = sa.text("state = 'waiting'")
    for name, columns in (("deliveries_waiting", ["lane", "number"]), ("deliveries_due", ["lane", "due_at"])):
        op.create_index(name, "deliveries", columns, sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "paces",
        sa.Column("workspace_id", sa.Text, primary_key=True),
        sa.Column("spent_until", sa.Double, nullable=False),
    )


def _create_events_and_follows() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("happened_at", sa.Double, nullable=False),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("customer_id", sa.Text),
        sa.Column("customer_name", sa.Text),
        sa.Column("resource", sa.Text),
        sa.Column("actor", sa.Text),
        sa.Column("audit_id", sa.Text),
        sa.Column("detail", sa.Text),
        sa.Column("ends_at", sa.Double),
        sa.Column("told", sa.Boolean, nullable=False),
    )
    op.create_index("events_customer", "events", ["customer_id", "happened_at"])
    op.create_index("events_resource", "events", ["resource", "happened_at"])
    op.create_index("events_audit_id", "events", ["audit_id"])
    op.create_index("events_received_at", "events", ["received_at"])
    op.create_table(
        "follows",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("submission_key", sa.Text, nullable=False, unique=True),
        sa.Column("workspace_id", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("tz", sa.Text, nullable=False),
        sa.Column("topics", sa.Integer, nullable=False),
        sa.Column("customer_id", sa.Text),
        sa.Column("customer_name", sa.Text),
        sa.Column("countries", sa.Text, nullable=False),
        sa.Column("thread_only", sa.Boolean, nullable=False),
        sa.Column("rhythm", sa.Text, nullable=False),
        sa.Column("thread_ts", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
        sa.Column("last_event_at", sa.Double),
        sa.Column("last_delivered_at", sa.Double),
        sa.Column("last_digest_at", sa.Double),
        sa.Column("next_digest_at", sa.Double),
    )
    op.create_index("follows_channel", "follows", ["channel_id", "state"])
    op.create_index("follows_next_digest_at", "follows", ["next_digest_at"])
    op.create_table(
        "digest_items",
        sa.Column("follow_id", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text),
    )


def _create_the_rest() -> None:
    op.create_table(
        "cards",
        sa.Column("channel_id", sa.Text, primary_key=True),
        sa.Column("thing", sa.Text, primary_key=True),
        sa.Column("ts", sa.Text, nullable=False),
        sa.Column("thread_ts", sa.Text),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_table(
        "bursts",
        sa.Column("channel_id", sa.Text, primary_key=True),
        sa.Column("ts", sa.Text, nullable=False),
        sa.Column("began_at", sa.Double, nullable=False),
        sa.Column("last_at", sa.Double, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
    )
    op.create_table(
        "schedules",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("slot", sa.Double),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("value", sa.Text),
    )
    op.create_table(
        "known_customers",
        sa.Column("customer_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text),
    )


def _move_invitations() -> None:
    """A message that was posted under the former lease bears the invitation's id, so its delivery takes that id."""
    under_way = "FROM invitations WHERE state IN ('pending', 'posting')"
    op.execute(f"INSERT INTO lanes (lane, due_at, open_at, fence) SELECT DISTINCT channel_id, 0.0, 0.0, 0 {under_way}")
    op.execute(
        "INSERT INTO deliveries (id, key, lane, kind, subject, state, parts, attempts, suspect, due_at, created_at) "
        "SELECT id, 'invitation:' || id, channel_id, 'invitation', id, 'waiting', "
        "CASE WHEN parent_ts IS NULL THEN '{}' ELSE '{\"parent\": \"' || parent_ts || '\"}' END, "
        f"0, (suspect OR state = 'posting'), coalesce(due_at, 0.0), created_at {under_way} ORDER BY created_at"
    )
    op.execute("UPDATE invitations SET state = 'pending' WHERE state = 'posting'")
    op.drop_index("invitations_due_at", "invitations")
    for column in ("attempts", "suspect", "fence", "due_at"):
        op.drop_column("invitations", column)
    op.add_column("invitations", sa.Column("sender_tz", sa.Text, nullable=False, server_default="UTC"))
    op.add_column("invitations", sa.Column("nudges", sa.Integer, nullable=False, server_default="0"))
    for name in ("accepted_at", "nudge_at"):
        op.add_column("invitations", sa.Column(name, sa.Double))
    for name in ("accepted_tenant_id", "accepted_name", "accepted_domain"):
        op.add_column("invitations", sa.Column(name, sa.Text))
    op.create_index("invitations_state", "invitations", ["state", "nudge_at"])
