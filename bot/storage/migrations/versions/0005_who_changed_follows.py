"""Who paused, resumed, removed or restored what a channel follows, and who changed its terms and when."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; of what was done before, nobody knows by whom."""
    op.add_column("follows", sa.Column("changed_by", sa.Text))
    op.add_column("follows", sa.Column("edited_at", sa.Double))
    op.add_column("follows", sa.Column("edited_by", sa.Text))
