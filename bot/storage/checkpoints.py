"""Checkpoints: when a poll or a webhook delivery last happened; one row a name."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.storage.clock import now
from bot.storage.database import Database
from bot.storage.tables import checkpoints


class Checkpoint(StrEnum):
    """Name of a checkpoint."""

    BASELINE = "baseline"  # from when on events are told: the first poll
    POLLED = "polled"  # the last poll that went well
    POLL_FAILED = "poll_failed"  # the last that did not
    LISTED = "listed"  # the last customer list that arrived whole
    LOOKED_FOR = "looked_for"  # the last look for the messages of invitations; with the one that was looked for last
    MFA = "mfa"  # whether the sign-in was made with multi-factor authentication, when it was last checked
    WEBHOOK = "webhook"  # the last delivery of Microsoft's


@dataclass(frozen=True, slots=True)
class Noted:
    """When, and perhaps what."""

    at: datetime
    value: str | None = None


class Checkpoints:
    """Repository of checkpoints."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(
        self, connection: Connection, checkpoint: Checkpoint, *, at: datetime | None = None, value: str | None = None
    ) -> None:
        """Note it, now or at another time."""
        values = {"at": now() if at is None else at, "value": value}
        row = self._database.insert(checkpoints).values(name=checkpoint, **values)
        connection.execute(row.on_conflict_do_update(index_elements=[checkpoints.c.name], set_=values))

    def get(self, connection: Connection, checkpoint: Checkpoint) -> Noted | None:
        """Return what is noted, or None."""
        statement = select(checkpoints).where(checkpoints.c.name == checkpoint)
        row = connection.execute(statement).first()
        return Noted(row.at, row.value) if row is not None else None
