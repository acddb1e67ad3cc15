"""Where news come from, put together: the webhook, what is done every so often, and how the bot is doing."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog

from bot.notifications.assembly import Notifications
from bot.notifications.channel_changes import ChannelChanges
from bot.notifications.courier import Courier
from bot.notifications.customer_list import CustomerList
from bot.notifications.due import Due
from bot.notifications.health import Health
from bot.notifications.jobs import Job, Jobs
from bot.notifications.poller import Poller
from bot.notifications.signature import Signatures
from bot.notifications.upkeep import Upkeep
from bot.notifications.webhook import Webhook
from bot.partner_center.auth import Consent
from bot.partner_center.client import PartnerCenter
from bot.partner_center.clouds import Cloud
from bot.partner_center.consent import Verdict
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.known_customers import KnownCustomers
from bot.storage.schedules import Schedules

log = structlog.get_logger()

POLL = "poll"
HALF_A_MINUTE, MINUTE, HOUR, DAY = 30.0, 60.0, 3600.0, 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The sources of a running bot."""

    webhook: Webhook
    jobs: Jobs
    channel_changes: ChannelChanges
    health: Health
    notifications: Notifications

    @property
    def alive(self) -> bool:
        """Say whether the loops run."""
        return self.notifications.worker.alive and self.jobs.alive

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Look for news while the block lasts."""
        if not self.health.history:
            log.warning("without history scopes a message may come twice after a crash")
        async with self.jobs.at_work():
            yield


def sources(
    notifications: Notifications,
    *,
    settings: Settings,
    database: Database,
    partner_center: PartnerCenter,
    consent: Callable[[], Awaitable[Consent | None]],
    judge: Callable[[], Awaitable[Verdict]],
    cloud: Cloud,
    courier: Courier,
    certificates: aiohttp.ClientSession,
    history: bool,
    signing_secret_fails: Callable[[], bool] = lambda: False,
) -> Sources:
    """Put the sources together; nothing runs yet. ``history``: the bot may read channels back."""
    database = database.background
    tables, intake, promised = notifications.background, notifications.intake, notifications.worker.wake
    poller = Poller(
        partner_center=partner_center,
        partner_tenant_id=str(settings.partner_center_tenant_id),
        intake=intake,
        events=tables.events,
        marks=tables.marks,
        customer_list=CustomerList(
            database=database,
            known=KnownCustomers(database),
            marks=tables.marks,
            partner_center=partner_center,
            intake=intake,
        ),
        audited=cloud.audit_records,
    )
    due = Due(
        database=database,
        digests=tables.digests,
        events=tables.events,
        subscriptions=tables.subscriptions,
        intake=intake,
        invitations=tables.invitations,
        marks=tables.marks,
        outbox=tables.outbox,
        promised=promised,
        reminder_days=settings.invite_nudge_days,
    )
    upkeep = Upkeep(
        cards=tables.cards,
        courier=courier,
        delivery_days=settings.delivery_days,
        events=tables.events,
        subscriptions=tables.subscriptions,
        invitations=tables.invitations,
        marks=tables.marks,
        outbox=tables.outbox,
    )
    health = Health(
        partner_center=partner_center,
        consent=consent,
        judge=judge,
        events=notifications.tables.events,
        subscriptions=notifications.tables.subscriptions,
        marks=notifications.tables.marks,
        outbox=notifications.tables.outbox,
        polls=settings.poll_seconds > 0,
        history=history,
        slack_refuses=lambda: notifications.worker.barred,
        signing_secret_fails=signing_secret_fails,
    )
    jobs = Jobs(Schedules(database), _jobs(poller, due, upkeep, health, poll_seconds=settings.poll_seconds))

    async def look() -> bool:
        found = settings.poll_seconds > 0 and await poller.reads_records()
        if found:
            jobs.hasten(POLL)
        return found

    return Sources(
        webhook=Webhook(
            signatures=Signatures(
                certificates,
                certificate_url=settings.webhook_certificate_url,
                ca_file=settings.webhook_ca_file,
            ),
            intake=intake,
            marks=tables.marks,
            look=look,
        ),
        jobs=jobs,
        channel_changes=ChannelChanges(
            channels=notifications.channels,
            database=database,
            subscriptions=tables.subscriptions,
            invitations=tables.invitations,
            outbox=tables.outbox,
            promised=promised,
        ),
        health=health,
        notifications=notifications,
    )


def _jobs(poller: Poller, due: Due, upkeep: Upkeep, health: Health, *, poll_seconds: int) -> Iterator[Job]:
    if poll_seconds:
        yield Job(POLL, poll_seconds, poller.poll)
        yield Job("check of the sign-in", DAY, health.check_sign_in)
    yield Job("digests", HALF_A_MINUTE, due.enqueue_digests)
    yield Job("nudges", MINUTE, due.enqueue_reminders)
    yield Job("ends of access", HOUR, due.announce_ends)
    yield Job("messages of invitations", HOUR, upkeep.look_for_messages)
    yield Job("clean-up", HOUR, upkeep.clean_up)
