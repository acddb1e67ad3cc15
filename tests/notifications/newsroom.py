"""The sources of news as the bot puts them together, without the bot around them: a test says what runs when."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import select

from bot import connections
from bot.background import BackgroundTasks
from bot.domain.channel_subscriptions import ChannelSubscription, NewChannelSubscription
from bot.domain.deliveries import Rates
from bot.domain.events import Event
from bot.notifications.assembly import Notifications, assemble
from bot.notifications.sources import Sources, sources
from bot.partner_center.client import PartnerCenter
from bot.partner_center.clouds import CLOUDS
from bot.partner_center.consent import Verdict, judge
from bot.partner_center.limiter import Limiter, Pace
from bot.retry import PartnerCenterTimeouts, RetryPolicy
from bot.slack.authorisation import Authorisation
from bot.slack.connection import slack_client
from bot.slack.directory import Directory
from bot.slack.messenger import SlackMessenger
from bot.storage.database import Database
from bot.storage.events import _event
from bot.storage.repositories import Repositories
from bot.storage.tables import events
from bot.web import create_web, listening
from sandbox.microsoft import Happenings
from sandbox.microsoft.authority import Authority
from sandbox.microsoft.companies import PARTNER_TENANT_ID
from sandbox.people import TEAM_ID
from tests.transactions import reading
from tests.world import World

HURRIED = PartnerCenterTimeouts(policy=RetryPolicy(first=0.001, longest=0.01, attempts=3), attempt=5.0)
"""Tests wait for nothing but what they are about; nor for a turn in the background."""


@dataclass
class Newsroom:
    """Everything between what happens at Microsoft and what is promised to Slack."""

    world: World
    database: Database
    partner_center: PartnerCenter
    notifications: Notifications
    sources: Sources
    webhook_url: str

    @property
    def repositories(self) -> Repositories:
        return self.notifications.repositories

    @property
    def happen(self) -> Happenings:
        return self.world.microsoft.happenings

    async def run(self, job: str) -> None:
        """Do once what is done every so often."""
        await self.sources.scheduler._jobs[job].run()

    async def poll(self) -> None:
        await self.run("poll")

    async def deliver(self, *announced: Mapping[str, object]) -> list[int | None]:
        """Have Microsoft deliver events; return how the last attempt for each was answered."""
        sent = await self.world.microsoft.webhook.deliver(*announced, url=self.webhook_url)
        return [delivery.statuses[-1] for delivery in sent]

    async def events(self) -> list[Event]:
        """Return what is kept, in the order in which it came."""
        async with reading(self.database) as connection:
            rows = connection.execute(select(events).order_by(events.c.received_at, events.c.happened_at))
            return [_event(row) for row in rows]

    async def told(self) -> list[tuple[str, str | None]]:
        """Return the kinds of what is told, each with the customer's name."""
        return [(event.kind.name, event.customer_name) for event in await self.events() if event.notified]

    async def subscribe(self, new: NewChannelSubscription) -> ChannelSubscription:
        subscription = await self.notifications.subscription_service.subscribe(new)
        assert subscription is not None
        return subscription


@asynccontextmanager
async def newsroom(
    world: World, *, audited: bool = True, history: bool = True, rates: Rates | None = None, **overrides: str
) -> AsyncIterator[Newsroom]:
    """Open one on the world's database; ``audited``: the cloud has audit records."""
    world.overrides = {"POLL_SECONDS": "300"} | world.overrides | overrides
    settings = world.settings()
    cloud = replace(CLOUDS["global"], audit_records=audited)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(connections.opened(settings))
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)))
        limiter = Limiter()
        tokens = connections.access(settings, database)
        stack.push_async_callback(tokens.close)
        partner_center = PartnerCenter(
            session,
            cloud=cloud,
            base_url=world.microsoft.partner_center_url,
            authority_url=world.microsoft.entra_url,
            partner_tenant_id=PARTNER_TENANT_ID,
            tokens=tokens,
            limiter=limiter,
            pace=Pace(limiter, Limiter()),
            timeouts=HURRIED,
        )
        stack.push_async_callback(partner_center.close)
        client = slack_client(settings, session)
        directory = Directory(client, TEAM_ID)
        common: dict[str, Any] = {
            "partner_center": partner_center,
            "cloud": cloud,
            "messenger": SlackMessenger(client, directory),
        }
        readers = Authorisation(settings, directory).may_read
        notifications = assemble(
            rates=rates,
            database=database,
            workspace_id=TEAM_ID,
            tasks=BackgroundTasks(),
            reminder_days=5,
            readers=readers,
            **common,
        )

        async def judged() -> Verdict:
            return await judge(connections.registration(settings), await tokens.access_token())

        found = sources(
            notifications,
            settings=settings,
            consent=tokens.consent,
            judge=judged,
            certificates=session,
            history=history,
            **common,
        )
        url = await stack.enter_async_context(_served(found))
        yield Newsroom(world, database, partner_center, notifications, found, f"{url}/partner-center/webhook")


@asynccontextmanager
async def _served(found: Sources) -> AsyncIterator[str]:
    """Serve what the sources have to serve."""
    app = create_web(slack_events=None, ready=_ready, metrics_token=None, webhook=found.webhook.deliver)
    async with listening(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


async def _ready() -> bool:
    return True


@asynccontextmanager
async def trusted(world: World) -> AsyncIterator[Authority]:
    """Have an authority sign what the world's Microsoft sends, and the bot trust it."""
    authority = Authority()
    runner = web.AppRunner(authority.app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    authority.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    world.overrides |= authority.environment(world.directory / "root.pem")
    world.microsoft.webhook.authority = authority
    try:
        yield authority
    finally:
        await runner.cleanup()
    assert authority.complaints == []
