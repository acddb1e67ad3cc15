"""Topics of what channels follow, stored by name and no longer by position."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BITS = {"all": 32, "customers": 1, "invoices": 8, "relationships": 2, "security": 16, "subscriptions": 4}
"""By the position that each topic had in the second release."""


def upgrade() -> None:
    """Spell out what was one bit a topic."""
    op.execute("ALTER TABLE follows RENAME COLUMN topics TO topic_bits")
    op.add_column("follows", sa.Column("topics", sa.Text, nullable=False, server_default=","))
    words = " || ".join(f"CASE WHEN (topic_bits & {bit}) <> 0 THEN '{name},' ELSE '' END" for name, bit in BITS.items())
    op.execute(f"UPDATE follows SET topics = ',' || {words}")  # noqa: S608 - the constants above
    op.drop_column("follows", "topic_bits")
