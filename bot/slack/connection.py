"""The connection to Slack: the client, who the bot is, and Socket Mode."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import OperatorError
from bot.network import Network
from bot.settings import Settings
from bot.slack.api import SlackRefused, SlackUnreachable, call
from bot.slack.deliveries import Deliveries
from bot.slack.socket_mode import SocketMode, connected

SCOPES_HEADER = "x-oauth-scopes"
"""Where Slack names the scopes that a token has."""
UNREAD = "http://proxy.invalid"
"""Keeps the SDK from reading (and logging) HTTPS_PROXY, for which it knows no NO_PROXY; the session has the proxies."""
ID = re.compile(r"[A-Z][A-Z0-9]{1,30}", re.ASCII)
"""What ids of workspaces and people look like."""
HISTORY = frozenset({"channels:history", "groups:history"})


class SlackSilent(OperatorError):
    """Slack does not answer at start; whoever started the bot may start it again."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h


class _Client(AsyncWebClient):
    """The SDK's client without its redirects: what Slack's address leads on to would read messages."""

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        req_args = req_args | {"allow_redirects": False}
        return await super()._request(http_verb=http_verb, api_url=api_url, req_args=req_args)


def slack_client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    client = _Client(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],  # the SDK's own re-sends after a lost connection, which can post twice; see bot.slack.api
        proxy=UNREAD,
    )
    client.proxy = None
    return client


async def identify(client: AsyncWebClient, settings: Settings) -> AuthorizeResult:
    """Ask Slack once who the bot is; inside a command's three seconds there is no time for it.

    Raises OperatorError when Slack refuses the token or does not answer.
    """
    granted = ""

    async def ask() -> AsyncSlackResponse:
        nonlocal granted
        answer = await client.auth_test()
        granted = {name.lower(): value for name, value in answer.headers.items()}.get(SCOPES_HEADER, "")
        return answer

    try:
        answer = await call(ask, repeatable=True)
    except SlackRefused as error:
        raise OperatorError(f"Slack does not accept SLACK_BOT_TOKEN ({error.error}). Install the app again.") from None
    except SlackUnreachable:
        raise SlackSilent("Slack does not answer at SLACK_API_URL. Check the network.") from None
    if answer.get("is_enterprise_install") is True or (answer.get("enterprise_id") and not answer.get("team_id")):
        raise OperatorError(
            "SLACK_BOT_TOKEN is of an installation for a whole organisation; install the app in one workspace."
        )
    if not all(isinstance(answer.get(name), str) and ID.fullmatch(answer[name]) for name in ("team_id", "user_id")):
        raise OperatorError(
            "Slack does not say whose SLACK_BOT_TOKEN is: it must be the bot token (xoxb-…) of one workspace."
        )
    return AuthorizeResult(
        enterprise_id=_text(answer.get("enterprise_id")),
        team_id=answer["team_id"],
        bot_user_id=answer["user_id"],
        bot_id=_text(answer.get("bot_id")),
        bot_token=settings.slack_bot_token.get_secret_value(),
        url=_text(answer.get("url")),
        bot_scopes=[scope.strip() for scope in granted.split(",")],
    )


def _text(value: object) -> str | None:
    """Return a field that may be null, missing or of another type."""
    return value if isinstance(value, str) else None


def reads_history(identity: AuthorizeResult) -> bool:
    """Say whether the bot may read channels back; a Slack that names no scopes counts as no."""
    return set(identity.bot_scopes or ()) >= HISTORY


@asynccontextmanager
async def socket_mode(
    deliveries: Deliveries, client: AsyncWebClient, settings: Settings, network: Network
) -> AsyncIterator[SocketMode | None]:
    """Open Socket Mode where an app-level token is set."""
    if settings.slack_app_token is None:
        yield None
        return
    token = settings.slack_app_token.get_secret_value()
    address = await _first_address(client, token)
    async with (
        network.session(aiohttp.ClientTimeout(total=None)) as session,
        connected(deliveries, client, session, app_token=token, address=address) as socket,
    ):
        yield socket


async def _first_address(client: AsyncWebClient, token: str) -> object:
    """Ask for the first connection's address; raise OperatorError for a token that Slack refuses."""
    try:
        answer = await call(lambda: client.apps_connections_open(app_token=token), repeatable=True)
    except SlackRefused as error:
        raise OperatorError(f"Slack does not accept SLACK_APP_TOKEN ({error.error}). Create a new one.") from None
    except SlackUnreachable:
        raise SlackSilent("Slack does not open a Socket Mode connection. Check the network.") from None
    return answer.get("url") or ""
