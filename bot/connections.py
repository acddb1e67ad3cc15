"""What the bot holds open while it runs: the database, the line to Partner Center, HTTP sessions."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp

from bot.network import Network
from bot.partner_center.auth import SignIn
from bot.partner_center.client import PartnerCenter
from bot.partner_center.clouds import cloud
from bot.partner_center.registration import Registration
from bot.proxies import Proxies
from bot.settings import Settings
from bot.storage.address import SQLiteAddress, database_address
from bot.storage.database import Database, open_database
from bot.storage.encryption import Encryption
from bot.storage.migrate import migrate, require_current
from bot.storage.tokens import StoredToken, Tokens


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Open the database; a SQLite file is brought up to date first, PostgreSQL only by ``python -m bot migrate``."""
    if isinstance(database_address(settings.database_url), SQLiteAddress):
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
        network=network(settings),
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
        session = registered.network.session(aiohttp.ClientTimeout(total=None))
        client = PartnerCenter(
            await stack.enter_async_context(session),
            cloud=registered.cloud.accepting(settings.invitation_hosts),
            base_url=registered.partner_center_url,
            authority_url=registered.authority_url or registered.cloud.authority,
            partner_tenant_id=registered.tenant_id,
            tokens=access_tokens,
        )
        stack.push_async_callback(client.close)
        yield client


class DatabaseTokenStore:
    """Implement ``bot.partner_center.auth.TokenStore``: each call is a transaction."""

    def __init__(self, database: Database, encryption: Encryption) -> None:
        self._database = database
        self._tokens = Tokens(database, encryption)

    async def load(self, account: str) -> StoredToken | None:
        """Return the account's sign-in; raise Undecipherable where no key opens it."""
        return await self._database.read(partial(self._tokens.load, account=account))

    async def save(self, account: str, payload: str, *, expected_version: int, seed: str | None = None) -> bool:
        """Store the payload if the row still has the expected version; say whether it had."""
        save = partial(
            self._tokens.save, account=account, payload=payload, expected_version=expected_version, seed=seed
        )
        return await self._database.write(save)

    async def replace(self, account: str, payload: str, *, seed: str | None = None) -> None:
        """Store the payload over any other."""
        await self._database.write(partial(self._tokens.replace, account=account, payload=payload, seed=seed))


def tokens(settings: Settings, database: Database) -> DatabaseTokenStore:
    """Return where sign-ins are kept."""
    return DatabaseTokenStore(database, Encryption([key.get_secret_value() for key in settings.encryption_keys]))


def network(settings: Settings) -> Network:
    """Return how other hosts are reached; raises OperatorError for certificates that cannot be read."""
    folders = [Path(folder) for folder in settings.ssl_cert_dir.split(os.pathsep) if folder]
    named = (settings.requests_ca_bundle, settings.ssl_cert_file, *filter(Path.is_dir, folders))
    reached = Network(
        proxies=Proxies(
            https=settings.https_proxy,
            http=settings.http_proxy,
            others=settings.all_proxy,
            exceptions=settings.no_proxy,
        ),
        ca_files=tuple(path for path in named if path is not None),
    )
    reached.require()
    return reached
