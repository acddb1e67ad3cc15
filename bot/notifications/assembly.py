"""The notifications put together: storage, writers, the worker that delivers, and what handlers may do with them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.background import BackgroundTasks
from bot.contacts import Contacts, nameless
from bot.notifications.asking import Customers
from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.contents import Contents
from bot.notifications.courier import Courier
from bot.notifications.ingest import ACCEPTANCE, ALERT, ENDING, NOTICE, Ingest
from bot.notifications.invitations import CLOSED, REMINDER, InvitationService
from bot.notifications.steps import Writer
from bot.notifications.subscriptions import TEST, SubscriptionService
from bot.notifications.taking import Readers
from bot.notifications.worker import Worker
from bot.notifications.writers.acceptances import ACCEPTED, QUESTION, AcceptanceWriter
from bot.notifications.writers.completions import COMPLETION, CompletionWriter
from bot.notifications.writers.digests import DIGEST, DigestWriter
from bot.notifications.writers.findings import AlertWriter, EndingWriter
from bot.notifications.writers.follows import FollowTestWriter, PauseWriter
from bot.notifications.writers.invitations import InvitationWriter
from bot.notifications.writers.life import AcceptedWriter, ClosedWriter, QuestionWriter, ReminderWriter
from bot.notifications.writers.notices import NoticeWriter
from bot.notifications.writers.pausing import PAUSE_TOLD
from bot.notifications.writers.tellings import TELLING, TellingWriter
from bot.partner_center.client import PartnerCenter
from bot.partner_center.clouds import Cloud
from bot.storage.cards import Cards
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.checkpoints import Checkpoints
from bot.storage.database import Database
from bot.storage.digests import Digests
from bot.storage.events import Events
from bot.storage.invitations import POSTS, Invitations
from bot.storage.outbox import Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What the notifications remember."""

    outbox: Outbox
    events: Events
    subscriptions: ChannelSubscriptions
    digests: Digests
    cards: Cards
    invitations: Invitations
    checkpoints: Checkpoints

    @classmethod
    def of(cls, database: Database, *, workspace_id: str) -> "Tables":
        """Return the tables of one workspace."""
        outbox = Outbox(database, workspace_id=workspace_id)
        return cls(
            outbox=outbox,
            events=Events(database),
            subscriptions=ChannelSubscriptions(database, outbox),
            digests=Digests(database),
            cards=Cards(database),
            invitations=Invitations(database, outbox),
            checkpoints=Checkpoints(database),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifications:
    """The notifications of a running bot."""

    tables: Tables
    """For people, whose commands must not wait for deliveries."""
    background: Tables
    """The same by the connections of the worker, the jobs and the sources, which must not wait for people."""
    worker: Worker
    ingest: Ingest
    invitation_service: InvitationService
    subscription_service: SubscriptionService
    channels: ChannelLookups

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Deliver while the block lasts."""
        async with self.worker.at_work():
            yield


def assemble(
    *,
    database: Database,
    workspace_id: str,
    partner_center: PartnerCenter,
    cloud: Cloud,
    courier: Courier,
    tasks: BackgroundTasks,
    reminder_days: int,
    readers: Readers,
    contacts: Callable[[], Awaitable[Contacts]] = nameless,
) -> Notifications:
    """Put the notifications together; nothing runs yet."""
    tables = Tables.of(database, workspace_id=workspace_id)
    background = Tables.of(database.background, workspace_id=workspace_id)

    def wake() -> None:
        worker.wake()

    ingest = Ingest(
        database=database.background,
        events=background.events,
        subscriptions=background.subscriptions,
        digests=background.digests,
        outbox=background.outbox,
        partner_center=partner_center,
        wake=wake,
    )
    invitation_service = InvitationService(
        database=database,
        invitations=tables.invitations,
        events=tables.events,
        outbox=tables.outbox,
        ingest=ingest,
        wake=wake,
        reminder_days=reminder_days,
    )
    customers, channels = Customers(partner_center, background.checkpoints), ChannelLookups(courier.channel)
    writers = _of_invitations(background, partner_center, cloud, courier, channels, customers, ingest, reminder_days)
    writers |= _of_subscriptions(database.background, background, cloud, channels, customers)
    writers |= _of_people(background, courier, contacts)
    worker = Worker(background.outbox, courier, writers, tasks, channels=channels, readers=readers)
    subscription_service = SubscriptionService(
        database=database,
        subscriptions=tables.subscriptions,
        digests=tables.digests,
        outbox=tables.outbox,
        wake=wake,
    )
    return Notifications(
        tables=tables,
        background=background,
        worker=worker,
        ingest=ingest,
        invitation_service=invitation_service,
        subscription_service=subscription_service,
        channels=channels,
    )


def _of_invitations(
    tables: Tables,
    partner_center: PartnerCenter,
    cloud: Cloud,
    courier: Courier,
    channels: ChannelLookups,
    customers: Customers,
    ingest: Ingest,
    reminder_days: int,
) -> dict[str, Writer]:
    events, invitations, checkpoints = tables.events, tables.invitations, tables.checkpoints
    return {
        POSTS: InvitationWriter(
            invitations=invitations,
            outbox=tables.outbox,
            partner_center=partner_center,
            channels=channels,
            reminder_days=reminder_days,
        ),
        ACCEPTANCE: AcceptanceWriter(events=events, invitations=invitations, customers=customers, ingest=ingest),
        ALERT: AlertWriter(events=events, customers=customers, ingest=ingest),
        ENDING: EndingWriter(events=events, customers=customers, ingest=ingest),
        ACCEPTED: AcceptedWriter(
            invitations=invitations, customers=customers, channels=channels, checkpoints=checkpoints, cloud=cloud
        ),
        QUESTION: QuestionWriter(events=events, invitations=invitations, customers=customers, channels=channels),
        REMINDER: ReminderWriter(invitations=invitations, courier=courier, channels=channels, checkpoints=checkpoints),
        CLOSED: ClosedWriter(invitations=invitations, channels=channels),
    }


def _of_subscriptions(
    database: Database, tables: Tables, cloud: Cloud, channels: ChannelLookups, customers: Customers
) -> dict[str, Writer]:
    contents = Contents(customers=customers, invitations=tables.invitations, cloud=cloud)
    return {
        NOTICE: NoticeWriter(
            database=database,
            events=tables.events,
            subscriptions=tables.subscriptions,
            cards=tables.cards,
            outbox=tables.outbox,
            customers=customers,
            contents=contents,
            channels=channels,
        ),
        COMPLETION: CompletionWriter(
            database=database,
            events=tables.events,
            subscriptions=tables.subscriptions,
            cards=tables.cards,
            outbox=tables.outbox,
            customers=customers,
            contents=contents,
            channels=channels,
        ),
        DIGEST: DigestWriter(
            database=database,
            events=tables.events,
            subscriptions=tables.subscriptions,
            digests=tables.digests,
            outbox=tables.outbox,
            customers=customers,
            channels=channels,
        ),
        TEST: FollowTestWriter(subscriptions=tables.subscriptions, outbox=tables.outbox, channels=channels),
    }


def _of_people(tables: Tables, courier: Courier, contacts: Callable[[], Awaitable[Contacts]]) -> dict[str, Writer]:
    """Return the writers of what one person alone is told."""
    return {
        TELLING: TellingWriter(invitations=tables.invitations, courier=courier, contacts=contacts),
        PAUSE_TOLD: PauseWriter(subscriptions=tables.subscriptions, contacts=contacts),
    }
