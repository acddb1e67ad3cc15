"""The composition root: settings to a running bot, and the only importer of ``handlers``."""

import asyncio
import gc
import importlib
import pkgutil
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import aiohttp
import structlog

import handlers
from bot import connections, retry
from bot.background import BackgroundTasks
from bot.context import Services
from bot.metrics import REQUESTS_LEFT
from bot.notifications.assembly import assemble
from bot.notifications.sources import sources
from bot.partner_center.clouds import cloud
from bot.partner_center.consent import Verdict, judge
from bot.routing import Router, combined
from bot.settings import Settings
from bot.slack.answering import Desk
from bot.slack.app import create_app
from bot.slack.authorisation import Authorisation
from bot.slack.connection import identify, reads_history, slack_client, socket_mode
from bot.slack.contacts import ContactBook
from bot.slack.deliveries import Deliveries
from bot.slack.directory import Directory
from bot.slack.dispatch import Dispatcher
from bot.slack.events import Listener
from bot.slack.http import SigningSecret, events_handler
from bot.slack.messenger import SlackMessenger
from bot.slack.replies import Postman
from bot.slack.response_urls import ResponseUrls, response_origins
from bot.storage.address import SQLiteAddress, database_address
from bot.storage.single_process import single_process
from bot.storage.slack_events import SlackEvents
from bot.vocabulary import Vocabulary
from bot.web import create_web, listening
from bot.webhook_registration import Action, look_after

log = structlog.get_logger()


def routes() -> Router:
    """Return the routes of every module in ``handlers``."""
    names = sorted(module.name for module in pkgutil.iter_modules(handlers.__path__))
    return combined(importlib.import_module(f"handlers.{name}").router for name in names)


@dataclass(frozen=True, slots=True)
class Bot:
    """A running bot."""

    port: int


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or Ctrl-C, then finish what is in flight."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    stopped = asyncio.ensure_future(stop.wait())
    async with AsyncExitStack() as stack:
        start = asyncio.ensure_future(stack.enter_async_context(_running_alone(settings)))
        await asyncio.wait({start, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not start.done():  # stopped before it had started, perhaps because Slack or the database is slow
            start.cancel()
            await asyncio.gather(start, return_exceptions=True)
            return
        bot = start.result()
        gc.collect()
        gc.freeze()  # what was made at start stays; collecting around it stops every answer for a tenth of a second
        log.info("running", host=settings.host, port=bot.port, socket_mode=settings.slack_app_token is not None)
        await stopped
        log.info("stopping")
    log.info("stopped")


@asynccontextmanager
async def _running_alone(settings: Settings) -> AsyncIterator[Bot]:
    """Run the bot as the only process on its SQLite file; PostgreSQL is made for several."""
    async with AsyncExitStack() as stack:
        address = database_address(settings.database_url)
        if isinstance(address, SQLiteAddress):
            await stack.enter_async_context(single_process(address.file, wait=retry.DATABASE.other_process))
        yield await stack.enter_async_context(running(settings))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Bot]:
    """Start everything in order; on leaving, stop accepting, finish what is in flight, and close in reverse order."""
    router = routes()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(connections.opened(settings))
        access_tokens = connections.access(settings, database.background)
        partner_center = await stack.enter_async_context(connections.partner_center(settings, access_tokens))
        network = connections.network(settings)
        timeout = aiohttp.ClientTimeout(total=retry.SLACK.request)
        session = await stack.enter_async_context(network.session(timeout))
        certificates = await stack.enter_async_context(network.session(timeout, unpack=False))
        client = slack_client(settings, session)
        identity = await identify(client, settings)
        workspace_id = str(identity.team_id)

        tasks = BackgroundTasks()
        directory = Directory(client, workspace_id)
        authorisation = Authorisation(settings, directory)
        response_urls = ResponseUrls(session, response_origins(settings.slack_api_url))
        contacts = ContactBook(settings, directory)
        postman = Postman(client, response_urls, directory)
        messenger = SlackMessenger(client, directory)
        notifications = assemble(
            database=database,
            workspace_id=workspace_id,
            partner_center=partner_center,
            cloud=cloud(settings.partner_center_cloud),
            messenger=messenger,
            tasks=tasks,
            reminder_days=settings.invite_nudge_days,
            readers=authorisation.may_read,
            contacts=contacts.contacts,
        )

        async def judged() -> Verdict:
            return await judge(connections.registration(settings), await access_tokens.access_token())

        signing_secret = SigningSecret()
        news = sources(
            notifications,
            settings=settings,
            partner_center=partner_center,
            consent=access_tokens.consent,
            judge=judged,
            cloud=cloud(settings.partner_center_cloud),
            messenger=messenger,
            certificates=certificates,
            history=reads_history(identity),
            signing_secret_fails=lambda: signing_secret.fails,
        )
        services = Services(
            workspace_id=workspace_id,
            workspace_url=str(identity.url or ""),
            cloud=cloud(settings.partner_center_cloud),
            invitations=notifications.invitation_service,
            subscriptions=notifications.subscription_service,
            channels=directory,
            status=news.health.status,
            contacts=contacts.contacts,
            commands=router.help(),
        )
        desk = Desk(
            router=router,
            services=services,
            partner_center=partner_center,
            directory=directory,
            authorisation=authorisation,
            contacts=contacts,
            vocabulary=Vocabulary.of(router.commands.values()),
            bot_user_id=str(identity.bot_user_id),
        )
        dispatcher = Dispatcher(desk, postman, tasks)
        slack_events = SlackEvents(database)

        async def first_sight(event_id: str) -> bool:
            remember = partial(slack_events.first_sight, event_id=event_id)
            return await database.write(remember, within=retry.SLACK.event)

        listener = Listener(dispatcher, directory, news.channel_changes, first_sight, tasks)
        app = create_app(client, identity, dispatcher, listener.listen)
        deliveries = Deliveries(app, dispatcher)

        stack.push_async_callback(tasks.drain, seconds=retry.STOPPING.work)
        await stack.enter_async_context(notifications.running())
        await stack.enter_async_context(news.at_work())
        socket = await stack.enter_async_context(socket_mode(deliveries, client, settings, network))
        REQUESTS_LEFT.set_function(lambda: partner_center.requests_left)

        async def ready() -> bool:
            return (socket is None or socket.connected) and await database.background.answers()

        secret = settings.slack_signing_secret
        server = create_web(
            slack_events=(
                events_handler(deliveries, secret, signing_secret) if socket is None and secret is not None else None
            ),
            ready=ready,
            metrics_token=settings.metrics_token,
            webhook=news.webhook.deliver,
            alive=lambda: news.alive,
            hears=lambda: socket is None or not socket.deaf,
            measure=news.health.measure,
        )
        yield Bot(await stack.enter_async_context(listening(server, settings.host, settings.port)))


async def sign_in(settings: Settings, *, paste: bool) -> int:
    """Sign the bot in to Partner Center; return the exit code."""
    from bot.connect import connect  # noqa: PLC0415 - loads msal and requests

    seed = settings.partner_center_refresh_token
    async with connections.opened(settings) as database:
        return await connect(
            connections.registration(settings),
            connections.tokens(settings, database),
            seed=seed.get_secret_value() if seed else None,
            paste=paste,
        )


async def webhook(settings: Settings, action: Action, *, take_over: bool, host: str | None) -> int:
    """Look after the webhook's registration at Microsoft; return the exit code."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(connections.opened(settings))
        access_tokens = connections.access(settings, database)
        partner_center = await stack.enter_async_context(connections.partner_center(settings, access_tokens))
        return await look_after(partner_center, action, public_url=settings.public_url, take_over=take_over, host=host)
