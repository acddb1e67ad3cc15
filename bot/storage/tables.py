"""The tables; a change here needs a migration, and a test says so. Instants are seconds since 1970."""

from sqlalchemy import Boolean, Column, Double, Index, Integer, MetaData, Table, Text

metadata = MetaData()

tokens = Table(
    "partner_center_tokens",
    metadata,
    Column("account", Text, primary_key=True),
    Column("payload", Text, nullable=False),  # encrypted, hence Text: its length is not ours to bound
    Column("version", Integer, nullable=False),
    Column("seed", Text),
    Column("changed_at", Double, nullable=False),
)

seen_deliveries = Table(
    "seen_deliveries",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("expires_at", Double, nullable=False),
    Index("seen_deliveries_expires_at", "expires_at"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("submission_key", Text, nullable=False, unique=True),
    Column("workspace_id", Text, nullable=False),
    Column("sender_id", Text, nullable=False),
    Column("sender_name", Text, nullable=False),
    Column("sender_locale", Text, nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("thread_ts", Text),
    Column("parent_ts", Text),
    Column("message_ts", Text),
    Column("company", Text, nullable=False),
    Column("expected_name", Text),
    Column("expected_domain", Text),
    Column("expected_tenant_id", Text),
    Column("note", Text),
    Column("language", Text, nullable=False),
    Column("external_channel", Boolean, nullable=False),
    Column("link_kind", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("suspect", Boolean, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("due_at", Double),  # when it may be claimed: its turn, a back-off or the end of a lease; NULL when settled
    Column("created_at", Double, nullable=False),
    Column("posted_at", Double),
    Column("closed_at", Double),
    Column("closed_by", Text),
    Index("invitations_due_at", "due_at"),
    Index("invitations_sender", "sender_id", "created_at"),
)
