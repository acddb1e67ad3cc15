"""The first tables: the sign-in, events seen, invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "partner_center_tokens",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seed", sa.Text),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_table(
        "seen_deliveries",
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("expires_at", sa.Double, nullable=False),
    )
    op.create_index("seen_deliveries_expires_at", "seen_deliveries", ["expires_at"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("submission_key", sa.Text, nullable=False, unique=True),
        sa.Column("workspace_id", sa.Text, nullable=False),
        sa.Column("sender_id", sa.Text, nullable=False),
        sa.Column("sender_name", sa.Text, nullable=False),
        sa.Column("sender_locale", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("thread_ts", sa.Text),
        sa.Column("parent_ts", sa.Text),
        sa.Column("message_ts", sa.Text),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("expected_name", sa.Text),
        sa.Column("expected_domain", sa.Text),
        sa.Column("expected_tenant_id", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("external_channel", sa.Boolean, nullable=False),
        sa.Column("link_kind", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("suspect", sa.Boolean, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("due_at", sa.Double),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("posted_at", sa.Double),
        sa.Column("closed_at", sa.Double),
        sa.Column("closed_by", sa.Text),
    )
    op.create_index("invitations_due_at", "invitations", ["due_at"])
    op.create_index("invitations_sender", "invitations", ["sender_id", "created_at"])
