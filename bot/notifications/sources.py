"""Where news come from, put together: the webhook, what is done every so often, and how the bot is doing."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog

from bot.delivery.messenger import Messenger
from bot.delivery.scheduler import ScheduledJob, Scheduler
from bot.notifications.assembly import Notifications
from bot.notifications.audit_poller import AuditPoller
from bot.notifications.channel_changes import ChannelChanges
from bot.notifications.cleanup import Cleanup
from bot.notifications.customer_diff import CustomerDiff
from bot.notifications.health import Health
from bot.notifications.scheduled import ScheduledJobs
from bot.notifications.signature import Signatures
from bot.notifications.webhook import Webhook
from bot.partner_center.auth import Consent
from bot.partner_center.client import PartnerCenter
from bot.partner_center.clouds import Cloud
from bot.partner_center.consent import Verdict
from bot.settings import Settings
from bot.storage.schedules import Schedules

log = structlog.get_logger()

POLL = "poll"
HALF_A_MINUTE, MINUTE, HOUR, DAY = 30.0, 60.0, 3600.0, 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The sources of a running bot."""

    webhook: Webhook
    scheduler: Scheduler
    channel_changes: ChannelChanges
    health: Health
    notifications: Notifications

    @property
    def alive(self) -> bool:
        """Say whether the loops run."""
        return self.notifications.worker.alive and self.scheduler.alive

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Look for news while the block lasts."""
        if not self.health.history:
            log.warning("without history scopes a message may come twice after a crash")
        async with self.scheduler.at_work():
            yield


def sources(
    notifications: Notifications,
    *,
    settings: Settings,
    partner_center: PartnerCenter,
    consent: Callable[[], Awaitable[Consent | None]],
    judge: Callable[[], Awaitable[Verdict]],
    cloud: Cloud,
    messenger: Messenger,
    certificates: aiohttp.ClientSession,
    history: bool,
    signing_secret_fails: Callable[[], bool] = lambda: False,
) -> Sources:
    """Put the sources together; nothing runs yet. ``history``: the bot may read channels back."""
    repositories, ingest, wake = notifications.background, notifications.ingest, notifications.worker.wake
    audit_poller = AuditPoller(
        partner_center=partner_center,
        partner_tenant_id=str(settings.partner_center_tenant_id),
        ingest=ingest,
        repositories=repositories,
        customer_diff=CustomerDiff(repositories=repositories, partner_center=partner_center, ingest=ingest),
        audited=cloud.audit_records,
    )
    scheduled = ScheduledJobs(repositories, ingest=ingest, wake=wake, reminder_days=settings.invite_nudge_days)
    cleanup = Cleanup(repositories, messenger=messenger, delivery_days=settings.delivery_days)
    health = Health(
        partner_center=partner_center,
        consent=consent,
        judge=judge,
        repositories=notifications.repositories,
        polls=settings.poll_seconds > 0,
        history=history,
        slack_refuses=lambda: notifications.worker.refused,
        signing_secret_fails=signing_secret_fails,
    )
    scheduler = Scheduler(
        repositories.database,
        Schedules(repositories.database),
        _jobs(audit_poller, scheduled, cleanup, health, poll_seconds=settings.poll_seconds),
    )

    async def look() -> bool:
        found = settings.poll_seconds > 0 and await audit_poller.reads_records()
        if found:
            scheduler.hasten(POLL)
        return found

    return Sources(
        webhook=Webhook(
            signatures=Signatures(
                certificates,
                certificate_url=settings.webhook_certificate_url,
                ca_file=settings.webhook_ca_file,
            ),
            ingest=ingest,
            look=look,
        ),
        scheduler=scheduler,
        channel_changes=ChannelChanges(repositories, channels=notifications.channels, wake=wake),
        health=health,
        notifications=notifications,
    )


def _jobs(
    audit_poller: AuditPoller, scheduled: ScheduledJobs, cleanup: Cleanup, health: Health, *, poll_seconds: int
) -> Iterator[ScheduledJob]:
    if poll_seconds:
        yield ScheduledJob(POLL, poll_seconds, audit_poller.poll)
        yield ScheduledJob("check of the sign-in", DAY, health.check_sign_in)
    yield ScheduledJob("digests", HALF_A_MINUTE, scheduled.enqueue_digests)
    yield ScheduledJob("nudges", MINUTE, scheduled.enqueue_reminders)
    yield ScheduledJob("ends of access", HOUR, scheduled.announce_ends)
    yield ScheduledJob("messages of invitations", HOUR, cleanup.look_for_messages)
    yield ScheduledJob("clean-up", HOUR, cleanup.clean_up)
