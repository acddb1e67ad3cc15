"""Slack events that were handled, so that one that is delivered twice is handled once."""

from sqlalchemy import Connection, delete, update

from bot.storage.clock import astray, now
from bot.storage.database import Database
from bot.storage.tables import seen_slack_events

REMEMBERED_SECONDS = 48 * 3600.0
"""Slack delivers again within minutes, and for apps with delayed events hourly for a day."""


class SlackEvents:
    """Repository of handled Slack events."""

    def __init__(self, database: Database, *, remembered_seconds: float = REMEMBERED_SECONDS) -> None:
        self._database = database
        self._remembered_seconds = remembered_seconds

    def first_sight(self, connection: Connection, event_id: str) -> bool:
        """Remember the event, and say whether it is new; forgets what is too old to come again."""
        sight = self._database.insert(seen_slack_events).values(
            event_id=event_id, expires_at=now() + self._remembered_seconds
        )
        ahead = update(seen_slack_events).where(astray(seen_slack_events.c.expires_at, wait=self._remembered_seconds))
        connection.execute(ahead.values(expires_at=now() + self._remembered_seconds))
        connection.execute(delete(seen_slack_events).where(seen_slack_events.c.expires_at <= now()))
        fresh = sight.on_conflict_do_nothing().returning(seen_slack_events.c.event_id)
        return connection.execute(fresh).first() is not None
