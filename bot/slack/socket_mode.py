"""Socket Mode: one connection to Slack, opened, watched and replaced for as long as the bot runs.

https://docs.slack.dev/apis/events-api/using-socket-mode

The SDK's client would do for the frames but not for the recovery: after a refused handshake it tries the same address
for ever, though its ticket is used up (slack_sdk 3.47, ``socket_mode/aiohttp/__init__.py``, ``connect``), it waits out
any Retry-After, and it cannot be told that a connection has gone silent. Here every step has a deadline, and every
failure, of whatever kind, leads to a new address after a back-off.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import retry
from bot.retry import SocketModeTimeouts
from bot.settings import is_loopback
from bot.slack.api import SlackRefused, SlackUnreachable, call
from bot.slack.deliveries import Deliveries
from bot.slack.socket_link import Link, LinkFailed

log = structlog.get_logger()

NEVER_HEALS = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "user_removed_from_team", "team_disabled", "token_revoked"}
    | {"not_allowed_token_type", "missing_scope"}
)
"""Refusals that waiting does not end; the first five are those of Slack's own client for JavaScript."""
LONGEST_ADDRESS = 4096
"""Characters."""


class SocketMode:
    """The connection; made by ``socket_mode``."""

    def __init__(
        self,
        deliveries: Deliveries,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        app_token: str,
        timeouts: SocketModeTimeouts,
    ) -> None:
        self._deliveries = deliveries
        self._client = client
        self._session = session
        self._app_token = app_token
        self._timeouts = timeouts
        self._links: set[Link] = set()
        self._tried = asyncio.Event()
        self._spare = 1
        """New addresses that may be asked for without waiting: one, and one more after each quiet stretch."""
        self._asked_at = 0.0
        self._refusal = ""
        self._unheard_since: float | None = None
        """Since when Slack's Web API has answered while no connection stood."""
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Say whether Slack can deliver."""
        return any(link.stands for link in self._links)

    @property
    def deaf(self) -> bool:
        """Say whether a restart may help: Slack answers, and yet there has been no connection for minutes.

        An outage of Slack, during which nothing answers, does not count.
        """
        if self._task is not None and self._task.done():
            return True
        since = self._unheard_since
        return since is not None and not self.connected and _now() - since >= self._timeouts.deaf

    async def start(self, address: object) -> None:
        """Connect, first to the address that was given out at start; return after the first try."""
        self._asked_at = _now()
        self._task = asyncio.create_task(self._stay_connected(address), name="socket mode")
        await self._tried.wait()

    async def close(self) -> None:
        """Take nothing more, let acknowledgements leave, and close."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.gather(*(link.close() for link in list(self._links)), return_exceptions=True)

    async def _stay_connected(self, address: object) -> None:
        failures = 0
        given: object | None = address
        while True:
            asked_to_wait = 0.0
            try:
                link = await self._connect(given if given is not None else await self._new_address())
            except Exception as error:  # noqa: BLE001 - whatever it is, the next try must come
                failures += 1
                asked_to_wait = await self._failed(error)
            else:
                failures = 0
                self._unheard_since, self._refusal = None, ""
                self._tried.set()
                await link.over.wait()
                log.info("socket replaced", reason=link.reason)
            self._tried.set()
            given = None
            await asyncio.sleep(self._pause(failures, asked_to_wait))

    def _pause(self, failures: int, asked_to_wait: float) -> float:
        """Return how long to wait before another address is asked for.

        A connection that Slack asks to replace is replaced at once; one that ends again and again is not.
        """
        limits = self._timeouts
        quiet = _now() - self._asked_at
        if failures:
            return back_off(failures, asked_to_wait, limits)
        if quiet >= limits.policy.first:
            self._spare = 1
            return 0.0
        if self._spare:
            self._spare -= 1
            return 0.0
        return limits.policy.first - quiet

    async def _new_address(self) -> object:
        self._asked_at = _now()
        async with asyncio.timeout(self._timeouts.step):
            answer = await call(lambda: self._client.apps_connections_open(app_token=self._app_token), patient=False)
        return answer.get("url")

    async def _connect(self, address: object) -> Link:
        """Open a connection and wait for Slack's hello; those before it are listened to for a little longer."""
        url = _address(address, insecure=is_loopback(self._client.base_url))
        async with asyncio.timeout(self._timeouts.step):
            socket = await self._session.ws_connect(url, heartbeat=self._timeouts.heartbeat)
        link = Link(socket, self._deliveries)
        link.start(lambda: self._links.discard(link))
        try:
            async with asyncio.timeout(self._timeouts.step):
                await link.hello()
        except BaseException:
            await link.close()
            raise
        for older in self._links:
            older.leave(after=self._timeouts.leaving)
        self._links.add(link)
        log.info("socket connected")
        return link

    async def _failed(self, error: Exception) -> float:
        """Log the failure, ask whether Slack answers at all, and return the seconds for which Slack asks to wait."""
        word = error.error if isinstance(error, SlackRefused) else ""
        if word in NEVER_HEALS:
            if word != self._refusal:
                log.error("Slack refuses SLACK_APP_TOKEN", error=word, remedy="create a new app-level token")
        else:
            log.warning("socket not connected", error=type(error).__name__, why=_why(error))
        self._refusal = word
        if not await self._web_api_answers():
            self._unheard_since = None
        elif self._unheard_since is None and not self.connected:
            self._unheard_since = _now()
        return (error.wait or 0.0) if isinstance(error, SlackRefused) else 0.0

    async def _web_api_answers(self) -> bool:
        try:
            async with asyncio.timeout(self._timeouts.step):
                await call(self._client.auth_test, patient=False)
        except SlackRefused as refused:
            return not refused.passing
        except (SlackUnreachable, TimeoutError):
            return False
        return True


@asynccontextmanager
async def connected(
    deliveries: Deliveries,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    *,
    app_token: str,
    address: object,
    timeouts: SocketModeTimeouts | None = None,
) -> AsyncIterator[SocketMode]:
    """Stay connected while the block lasts; ``address`` is what Slack gave out for the first connection."""
    socket = SocketMode(deliveries, client, session, app_token, timeouts or retry.SOCKET_MODE)
    try:
        await socket.start(address)
        yield socket
    finally:
        await socket.close()


def back_off(failures: int, asked_to_wait: float, timeouts: SocketModeTimeouts) -> float:
    """Return the seconds until the next try after so many failures in a row, never more than the policy's longest."""
    return min(max(timeouts.policy.after(failures), asked_to_wait), timeouts.policy.longest)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _address(value: object, *, insecure: bool) -> str:
    """Take a wss address, or ws on this machine where Slack's API is there; raise LinkFailed for anything else."""
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS:
        raise LinkFailed("no address")
    try:
        parts = urlsplit(value)
        good = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise LinkFailed("no address") from None
    if not good or not (parts.scheme == "wss" or (insecure and parts.scheme == "ws" and is_loopback(value))):
        raise LinkFailed("no address")
    return value


def _why(error: Exception) -> Any:
    """Return what may stand in the log: aiohttp's texts hold the address, whose ticket is a secret."""
    if isinstance(error, SlackRefused | SlackUnreachable | LinkFailed):
        return str(error)
    return getattr(error, "status", None)
