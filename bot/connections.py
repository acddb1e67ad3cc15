"""What the bot holds open while it runs: the database, the line to Partner Center, HTTP sessions."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from bot.partner_center.auth import SignIn
from bot.partner_center.client import PartnerCenter
from bot.partner_center.clouds import cloud
from bot.partner_center.registration import Registration
from bot.settings import Settings, is_loopback
from bot.storage.address import database_address, sqlite_file
from bot.storage.database import Database, open_database
from bot.storage.encryption import Encryption
from bot.storage.migrate import migrate, require_current
from bot.storage.tokens import Tokens


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Open the database; a SQLite file is brought up to date first, PostgreSQL only by ``python -m bot migrate``."""
    if sqlite_file(database_address(settings.database_url)) is not None:
        await migrate(settings.database_url)
    async with open_database(settings.database_url) as database:
        await require_current(database)
        yield database


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


def access(settings: Settings, database: Database) -> SignIn:
    """Return what gives access tokens for Partner Center."""
    seed = settings.partner_center_refresh_token
    store = tokens(settings, database)
    return SignIn(registration(settings), store, seed=seed.get_secret_value() if seed else None)


@asynccontextmanager
async def partner_center(settings: Settings, access_tokens: SignIn) -> AsyncIterator[PartnerCenter]:
    """Open the line to Partner Center."""
    registered = registration(settings)
    registered.credential()  # one that cannot be used is for whoever starts the bot, not for the first to ask
    await access_tokens.consent()  # so are keys that do not open what is stored
    async with AsyncExitStack() as stack:
        stack.push_async_callback(access_tokens.close)
        opened_session = session(registered.partner_center_url, aiohttp.ClientTimeout(total=None))
        await stack.enter_async_context(opened_session)
        client = PartnerCenter(
            opened_session,
            cloud=registered.cloud,
            base_url=registered.partner_center_url,
            authority_url=registered.authority_url or registered.cloud.authority,
            partner_tenant_id=registered.tenant_id,
            tokens=access_tokens,
        )
        stack.push_async_callback(client.close)
        yield client


def tokens(settings: Settings, database: Database) -> Tokens:
    """Return where sign-ins are kept."""
    return Tokens(database, Encryption([key.get_secret_value() for key in settings.encryption_keys]))


def session(url: str, timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """One session a remote; aiohttp's default of 100 connections would queue a busy morning's look-ups."""
    opened_session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=256),
        cookie_jar=aiohttp.DummyCookieJar(),  # neither remote uses cookies, and a jar costs at every request
        timeout=timeout,
        trust_env=not is_loopback(url),
    )
    # aiohttp sends a GET again by itself when the connection breaks, at once and uncounted; tries are ours to count.
    opened_session._retry_connection = False  # noqa: SLF001 - there is no public switch
    return opened_session
