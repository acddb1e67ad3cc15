"""Beside each wait of the outbox, how long it was to be; which steps of a delivery may have been sent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

HOUR, DAY = "3600", "86400"
"""At most, for a wait that was begun before its length was kept."""


def upgrade() -> None:
    """Add the columns."""
    for table, column, longest in (
        ("lanes", "due_wait", DAY),
        ("lanes", "open_wait", HOUR),
        ("deliveries", "due_wait", DAY),
    ):
        op.add_column(table, sa.Column(column, sa.Double, nullable=False, server_default=longest))
    op.add_column("deliveries", sa.Column("maybe_sent", sa.Text, nullable=False, server_default="[]"))
