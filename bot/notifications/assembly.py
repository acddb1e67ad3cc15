"""Composition of the notifications: repositories, services, delivery handlers, the worker that delivers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.background import BackgroundTasks
from bot.contacts import Contacts, nameless
from bot.delivery.channel_lookups import ChannelLookups
from bot.delivery.messenger import Messenger
from bot.delivery.worker import Worker
from bot.delivery.writing import Readers
from bot.domain.deliveries import Rates
from bot.notifications.enrichment import Enrichment
from bot.notifications.handlers import Dependencies, delivery_handlers
from bot.notifications.ingest import Ingest
from bot.notifications.invitations import InvitationService
from bot.notifications.subscriptions import SubscriptionService
from bot.partner_center.client import PartnerCenter
from bot.partner_center.clouds import Cloud
from bot.storage.database import Database
from bot.storage.repositories import Repositories


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifications:
    """The notifications of a running bot."""

    repositories: Repositories
    """For people, whose commands must not wait for deliveries."""
    background: Repositories
    """The same by the connections of the worker, the jobs and the sources, which must not wait for people."""
    worker: Worker
    ingest: Ingest
    invitation_service: InvitationService
    subscription_service: SubscriptionService
    channels: ChannelLookups

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver while the block lasts."""
        async with self.worker.running():
            yield


def assemble(
    *,
    database: Database,
    workspace_id: str,
    partner_center: PartnerCenter,
    cloud: Cloud,
    messenger: Messenger,
    tasks: BackgroundTasks,
    reminder_days: int,
    readers: Readers,
    contacts: Callable[[], Awaitable[Contacts]] = nameless,
    rates: Rates | None = None,
) -> Notifications:
    """Put the notifications together; nothing runs yet."""
    repositories = Repositories.of(database, workspace_id=workspace_id, rates=rates)
    background = Repositories.of(database.background, workspace_id=workspace_id, rates=rates)

    def wake() -> None:
        worker.wake()

    ingest = Ingest(background, partner_center=partner_center, wake=wake)
    channels = ChannelLookups(messenger.channel)
    dependencies = Dependencies(
        repositories=background,
        ingest=ingest,
        enrichment=Enrichment(partner_center),
        channels=channels,
        messenger=messenger,
        partner_center=partner_center,
        cloud=cloud,
        reminder_days=reminder_days,
        contacts=contacts,
    )
    worker = Worker(
        background.database,
        background.outbox,
        messenger,
        delivery_handlers(dependencies),
        tasks,
        channels=channels,
        readers=readers,
    )
    return Notifications(
        repositories=repositories,
        background=background,
        worker=worker,
        ingest=ingest,
        invitation_service=InvitationService(repositories, ingest=ingest, wake=wake, reminder_days=reminder_days),
        subscription_service=SubscriptionService(repositories, wake=wake),
        channels=channels,
    )
