"""Scheduled jobs: digests, reminders of invitations, delegated access that is about to end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.domain.channel_subscriptions import ChannelSubscription
from bot.domain.deliveries import NewDelivery
from bot.domain.event_kinds import ACCESS_EXPIRING
from bot.domain.events import Event, Observation, Source
from bot.domain.invitations import Invitation
from bot.domain.working_days import longest_wait, next_digest, working_days_later
from bot.notifications.handlers.digest import DIGEST
from bot.notifications.ingest import Ingest
from bot.notifications.invitation_news import REMINDER
from bot.storage.clock import read_now
from bot.storage.repositories import Repositories

SILENCE_DAYS = 10
"""Working days between two reminders of one invitation."""
ENDS_SOON = timedelta(days=14)


class ScheduledJobs:
    """Enqueue what is due, in the transaction that stores when it is due next: once a slot."""

    def __init__(
        self, repositories: Repositories, *, ingest: Ingest, wake: Callable[[], None], reminder_days: int
    ) -> None:
        self._database = repositories.database
        self._digests = repositories.digests
        self._events = repositories.events
        self._subscriptions = repositories.subscriptions
        self._ingest = ingest
        self._invitations = repositories.invitations
        self._outbox = repositories.outbox
        self._wake = wake
        self._longest = longest_wait(max(reminder_days, SILENCE_DAYS)).total_seconds()

    async def enqueue_digests(self) -> None:
        """Enqueue the digests that are due; one that was missed comes late, once."""
        due = await self._database.read(self._digests.due)
        for subscription_id in due:
            find = partial(self._subscriptions.find, subscription_id=subscription_id)
            subscription = await self._database.read(find)
            if subscription is not None:
                await self._enqueue_digest(subscription)
        if due:
            self._wake()

    async def enqueue_reminders(self) -> None:
        """Enqueue a reminder to the senders of invitations that have waited long enough."""
        due = await self._database.read(partial(self._invitations.due_reminders, wait=self._longest))
        for invitation in due:
            await self._database.write(partial(self._enqueue_reminder, invitation=invitation))
        if due:
            self._wake()

    def _enqueue_reminder(self, connection: Connection, invitation: Invitation) -> None:
        next_at = working_days_later(read_now(connection), SILENCE_DAYS, invitation.sender_tz)
        noted = self._invitations.reminded(connection, invitation, next_at=next_at)
        if noted is not None:
            key = f"{REMINDER}:{noted.id}:{noted.reminders}"
            self._outbox.enqueue(
                connection,
                NewDelivery(idempotency_key=key, conversation=noted.channel_id, kind=REMINDER, subject=noted.id),
            )

    async def announce_ends(self) -> None:
        """Record, once for each, that delegated access is about to end."""

        def work(connection: Connection) -> tuple[datetime, tuple[Event, ...]]:
            return read_now(connection), self._events.access_that_ends(connection, within=ENDS_SOON)

        now, grants = await self._database.read(work)
        for grant in grants:
            await self._ingest.ingest(
                Observation(
                    kind=ACCESS_EXPIRING,
                    source=Source.BOT,
                    name=grant.name,  # which says what kind of access it is
                    happened_at=now,
                    customer_id=grant.customer_id,
                    customer_name=grant.customer_name,
                    resource=grant.resource,
                    ends_at=grant.ends_at,
                )
            )

    async def _enqueue_digest(self, subscription: ChannelSubscription) -> None:
        due_at = subscription.next_digest_at

        def work(connection: Connection) -> None:
            next_at = next_digest(read_now(connection), subscription.rhythm, subscription.tz)
            if due_at is None or next_at is None:
                return
            digest = self._digests.take(connection, subscription.id, due_at=due_at, next_at=next_at)
            if digest is not None:
                delivery = NewDelivery(
                    idempotency_key=f"{DIGEST}:{digest}",
                    conversation=subscription.channel_id,
                    kind=DIGEST,
                    subject=digest,
                    subscription_id=subscription.id,
                )
                self._outbox.enqueue(connection, delivery)

        await self._database.write(work)
