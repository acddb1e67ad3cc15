"""The composition root: settings to a running bot, and the only importer of ``handlers``."""

import asyncio
import gc
import importlib
import pkgutil
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import web

import handlers
from bot.background import BackgroundTasks
from bot.connect import connect
from bot.context import Services
from bot.errors import OperatorError
from bot.metrics import REQUESTS_LEFT
from bot.partner_center.auth import SignIn
from bot.partner_center.client import PartnerCenter
from bot.partner_center.clouds import cloud
from bot.partner_center.registration import Registration
from bot.routing import Router, combined
from bot.settings import Settings, is_loopback
from bot.slack.answering import Desk
from bot.slack.app import create_app
from bot.slack.authorisation import Authorisation
from bot.slack.connection import identify, slack_client, socket_mode
from bot.slack.directory import Directory
from bot.slack.dispatch import Dispatcher
from bot.slack.http import events_handler
from bot.slack.poster import InvitationPoster
from bot.slack.replies import Postman, response_origins
from bot.storage.address import database_address, sqlite_file
from bot.storage.database import Database, open_database
from bot.storage.deliveries import Deliveries
from bot.storage.encryption import Encryption
from bot.storage.invitations import Invitations
from bot.storage.migrate import migrate, require_current
from bot.storage.tokens import Tokens
from bot.web import create_web

log = structlog.get_logger()

DRAIN = 20.0
"""Seconds in which a stopping bot finishes what it has begun."""
SLACK_TIMEOUT = aiohttp.ClientTimeout(total=10)


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
        start = asyncio.ensure_future(stack.enter_async_context(running(settings)))
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
async def running(settings: Settings) -> AsyncIterator[Bot]:
    """Start everything in order; on leaving, stop accepting, finish what is in flight, and close in reverse order."""
    router = routes()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(opened(settings))
        partner_center = await stack.enter_async_context(_partner_center(settings, database))
        session = await stack.enter_async_context(_session(settings.slack_api_url, SLACK_TIMEOUT))
        client = slack_client(settings, session)
        identity = await identify(client, settings)
        workspace_id = str(identity.team_id)

        tasks = BackgroundTasks()
        directory = Directory(client, workspace_id)
        postman = Postman(client, session, directory, response_origins(settings.slack_api_url))
        invitations = Invitations(database)
        poster = InvitationPoster(
            invitations=invitations,
            partner_center=partner_center,
            directory=directory,
            postman=postman,
            tasks=tasks,
        )
        services = Services(
            workspace_id=workspace_id,
            workspace_url=str(identity.url or ""),
            cloud=cloud(settings.partner_center_cloud),
            invitations=invitations,
            channels=directory,
            invitation_recorded=poster.wake,
            commands=router.help(),
        )
        desk = Desk(router, services, partner_center, directory, Authorisation(settings, directory))
        deliveries = Deliveries(database)
        app = create_app(client, identity, Dispatcher(desk, postman, tasks), deliveries, tasks)

        stack.push_async_callback(tasks.drain, seconds=DRAIN)
        await stack.enter_async_context(poster.at_work())
        socket = await stack.enter_async_context(socket_mode(app, client, settings))
        REQUESTS_LEFT.set_function(lambda: partner_center.requests_left)

        async def ready() -> bool:
            return (socket is None or await socket.is_connected()) and await database.answers()

        secret = settings.slack_signing_secret
        server = create_web(
            slack_events=events_handler(app, secret) if socket is None and secret is not None else None,
            ready=ready,
            metrics_token=settings.metrics_token,
        )
        yield Bot(await stack.enter_async_context(_listening(server, settings)))


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Open the database; a SQLite file is brought up to date first, PostgreSQL only by ``python -m bot migrate``."""
    if sqlite_file(database_address(settings.database_url)) is not None:
        await migrate(settings.database_url)
    async with open_database(settings.database_url) as database:
        await require_current(database)
        yield database


async def sign_in(settings: Settings, *, paste: bool) -> int:
    """Sign the bot in to Partner Center; return the exit code."""
    seed = settings.partner_center_refresh_token
    async with opened(settings) as database:
        return await connect(
            registration(settings),
            _tokens(settings, database),
            seed=seed.get_secret_value() if seed else None,
            paste=paste,
        )


def registration(settings: Settings) -> Registration:
    """Return the app registration at Microsoft, in the terms of the client."""
    where = cloud(settings.partner_center_cloud)
    secret = settings.partner_center_client_secret
    return Registration(
        cloud=where,
        tenant_id=str(settings.partner_center_tenant_id),
        client_id=settings.partner_center_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        certificate=settings.partner_center_client_certificate,
        authority_url=settings.entra_url,
        rest_base=settings.partner_center_url,
    )


@asynccontextmanager
async def _partner_center(settings: Settings, database: Database) -> AsyncIterator[PartnerCenter]:
    registered = registration(settings)
    seed = settings.partner_center_refresh_token
    tokens = SignIn(registered, _tokens(settings, database), seed=seed.get_secret_value() if seed else None)
    registered.credential()  # one that cannot be used is for whoever starts the bot, not for the first to ask
    await tokens.consent()  # so are keys that do not open what is stored
    async with AsyncExitStack() as stack:
        stack.push_async_callback(tokens.close)
        session = _session(registered.partner_center_url, aiohttp.ClientTimeout(total=None))
        await stack.enter_async_context(session)
        client = PartnerCenter(
            session,
            cloud=registered.cloud,
            base_url=registered.partner_center_url,
            authority_url=registered.authority_url or registered.cloud.authority,
            partner_tenant_id=registered.tenant_id,
            tokens=tokens,
        )
        stack.push_async_callback(client.close)
        yield client


def _tokens(settings: Settings, database: Database) -> Tokens:
    return Tokens(database, Encryption([key.get_secret_value() for key in settings.encryption_keys]))


def _session(url: str, timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """One session a remote; aiohttp's default of 100 connections would queue a busy morning's look-ups."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=256),
        cookie_jar=aiohttp.DummyCookieJar(),  # neither remote uses cookies, and a jar costs at every request
        timeout=timeout,
        trust_env=not is_loopback(url),
    )
    # aiohttp sends a GET again by itself when the connection breaks, at once and uncounted; tries are ours to count.
    session._retry_connection = False  # noqa: SLF001 - there is no public switch
    return session


@asynccontextmanager
async def _listening(server: web.Application, settings: Settings) -> AsyncIterator[int]:
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise OperatorError(f"The bot cannot listen on {where} ({error.strerror}); change PORT.") from None
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
