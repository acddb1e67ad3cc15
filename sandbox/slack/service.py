"""The fake Slack as a running server, and the handle that tests and the sandbox hold it by."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from sandbox.faults import Faults
from sandbox.people import PEOPLE, Person
from sandbox.slack import response_urls, web_api
from sandbox.slack.actor import Actor
from sandbox.slack.conversation import Invocation, Names
from sandbox.slack.delivery import Ack, HttpDelivery, Kind, Retry, sign
from sandbox.slack.faults import FAULTS, Failure
from sandbox.slack.housekeeping import Housekeeping
from sandbox.slack.interactions import Interactions
from sandbox.slack.manifest import Installed
from sandbox.slack.membership import Membership
from sandbox.slack.modals import Modals
from sandbox.slack.model import BOT_NAME, BOT_USER, Message, Recorded
from sandbox.slack.odd import ODD
from sandbox.slack.workspace import Workspace

T = TypeVar("T")


class Slack:
    """One workspace with the bot installed, on a loopback port while the ``async with`` lasts.

    ``now`` is the clock of timestamps and expiries (trigger_ids, response_urls); signatures carry this machine's time.
    """

    def __init__(
        self,
        people: Iterable[Person] = PEOPLE,
        *,
        faults: Faults | None = None,
        socket_mode: bool = False,
        installed: Installed | None = None,
        now: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        self.faults = faults or Faults(FAULTS)
        self.socket_mode = socket_mode
        self.installed = installed or Installed()
        self.workspace = Workspace(people, faults=self.faults, now=now, scopes=self.installed.scopes)
        self.world = self.workspace.world
        self._http = HttpDelivery(self.workspace.signing_secret)
        self.interactions = Interactions(self.workspace, self, installed=self.installed)
        self.modals = Modals(self.interactions)
        self.housekeeping = Housekeeping(self.interactions)
        self.membership = Membership(self.interactions)
        self._port = port
        self.app = web.Application(client_max_size=4 * 1024 * 1024)
        self._runner: web.AppRunner | None = None
        self.app.router.add_route("*", "/api/{method}", self._api)
        self.app.router.add_get("/link/", self.workspace.sockets.handle)
        for kind in ("commands", "actions", "app"):
            self.app.router.add_post(f"/{kind}/{{team}}/{{number}}/{{secret}}", self._response_url)

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.workspace.url = f"http://127.0.0.1:{port}"
        await self._http.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.world.end()
        await self.workspace.sockets.drop()
        await self._http.stop()
        if self._runner:
            await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.Response:
        return await web_api.handle(self.workspace, request)

    async def _response_url(self, request: web.Request) -> web.Response:
        return await response_urls.answer(self.workspace, request)

    # Where it is and where the bot is

    @property
    def url(self) -> str:
        return self.workspace.url

    @property
    def api_url(self) -> str:
        """What ``SLACK_API_URL`` is to be."""
        return f"{self.workspace.url}/api/"

    @property
    def bot_url(self) -> str | None:
        """Where the bot listens in HTTP mode; without a path, ``/slack/events`` is added."""
        return self._http.bot_url

    @bot_url.setter
    def bot_url(self, url: str | None) -> None:
        self._http.bot_url = url

    def environment(self, *, socket_mode: bool | None = None) -> dict[str, str]:
        """Return the bot's settings for this Slack; ``socket_mode`` also chooses how things are delivered."""
        if socket_mode is not None:
            self.socket_mode = socket_mode
        settings = {"SLACK_BOT_TOKEN": self.workspace.bot_token, "SLACK_API_URL": self.api_url}
        if self.socket_mode:
            return settings | {"SLACK_APP_TOKEN": self.workspace.app_token}
        return settings | {"SLACK_SIGNING_SECRET": self.workspace.signing_secret}

    def install(self, installed: Installed) -> None:
        """Install the app anew, with other scopes, events or commands; its token stays."""
        self.installed = self.interactions.installed = installed
        self.workspace.scopes = installed.scopes

    # People and what stands where

    def person(self, handle: str) -> Actor:
        """Return someone to act as, by handle or id; unknown raises KeyError."""
        for person in self.world.people.values():
            if handle in (person.handle, person.id):
                return Actor(self, person)
        raise KeyError(f"nobody is called {handle}")

    @property
    def names(self) -> Mapping[str, str]:
        """Names of people and channels by id."""
        return Names(self.world, (BOT_USER, BOT_NAME))

    def messages(self, channel: str) -> list[Message]:
        """Return what stands in a channel, replies and only-you messages included, in order."""
        place = self.world.channel_named(channel)
        return [message for message in self.world.messages if message.channel == place and not message.deleted]

    def thread(self, channel: str, root: str) -> list[Message]:
        """Return a thread: its root and the replies."""
        return self.world.thread(self.world.channel_named(channel), root)

    # Watching

    @property
    def calls(self) -> list[Recorded]:
        """Every Web API call so far."""
        return self.workspace.calls

    def calls_to(self, method: str) -> list[Recorded]:
        """Return the calls of one method so far."""
        return [call for call in self.workspace.calls if call.method == method]

    def gaps(self, channel: str) -> list[float]:
        """Return the seconds between each chat.postMessage to a channel and the next, refused ones included."""
        place = self.world.channel_named(channel)
        times = [call.at for call in self.calls_to("chat.postMessage") if call.arguments.get("channel") == place]
        return [later - earlier for earlier, later in pairwise(times)]

    @property
    def complaints(self) -> list[str]:
        """What the bot did that the real Slack would refuse or misread; empty for a correct bot."""
        return self.world.complaints

    async def wait_for(self, found: Callable[[], T | None], timeout: float = 60) -> T:  # noqa: ASYNC109 - part of a sentence
        """Return the first truthy result of ``found``, now or after something changed; TimeoutError otherwise."""
        return await self.world.wait_for(found, timeout)

    # Breaking things

    def fail_next(
        self,
        method: str,
        error: str = "internal_error",
        *,
        status: int = 200,
        retry_after: int | str | None = None,
        times: int = 1,
        after: int = 0,
        drop: bool = False,
        performed: bool = False,
        odd: str | None = None,
    ) -> None:
        """Make the next calls of a Web API method (``*``: of any) fail.

        By Slack's error word, by status (429 with ``retry_after``, seconds or any text; 500), by a closed connection
        (``drop``), or by an answer that is not Slack's (``odd``, a key of ODD; then ``response_url`` counts as a method
        too); with ``performed`` the call takes effect and only its answer is lost. ``after`` so many calls that
        succeed.
        """
        self.workspace.failures.add(
            method,
            Failure(
                error=error,
                status=status,
                retry_after=retry_after,
                times=times,
                after=after,
                drop=drop,
                odd=None if odd is None else ODD[odd],
                performed=performed,
            ),
        )

    def break_response_urls(self, *, broken: bool = True) -> None:
        """Make every response_url answer 404, old ones and new ones."""
        self.workspace.response_urls.broken = broken

    def expire_triggers(self) -> None:
        """Make every trigger_id given out so far too old."""
        self.workspace.triggers.expire_all()

    # Delivering

    async def deliver(self, kind: Kind, payload: dict[str, Any], *, retry: Retry | None = None) -> Ack:
        """Hand the bot something the way it is set up to hear."""
        if self.socket_mode:
            return await self.workspace.sockets.deliver(kind, payload, retry=retry)
        return await self._http.deliver(kind, payload, retry=retry)

    async def redeliver(self, event: Invocation) -> Ack:
        """Deliver an event again, under its own event_id."""
        return await self.interactions.redeliver(event.payload)

    async def deliver_raw(self, body: bytes, headers: Mapping[str, str] | None = None) -> Ack:
        """Post bytes to the bot with just these headers, for what no Slack would send."""
        return await self._http.post(body, headers or {})

    async def deliver_signed(
        self, body: bytes, *, content_type: str = "application/x-www-form-urlencoded", timestamp: int | None = None
    ) -> Ack:
        """Post bytes with a good signature over them; an old ``timestamp`` makes it a replay."""
        return await self._http.post(body, self.signed(body, content_type=content_type, timestamp=timestamp))

    def signed(
        self, body: bytes, *, content_type: str = "application/x-www-form-urlencoded", timestamp: int | None = None
    ) -> dict[str, str]:
        """Return the headers of a signed delivery."""
        stamp = int(time.time()) if timestamp is None else timestamp
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": str(stamp),
            "X-Slack-Signature": sign(self.workspace.signing_secret, body, stamp),
        }

    async def verify_url(self) -> Ack:
        """Do what Slack does when a request URL is saved: send a challenge that must come back."""
        body = {
            "token": "deprecatedVerification01",
            "challenge": "3eZbrw1aB10FEMAGAZd4FyFQ",
            "type": "url_verification",
        }
        return await self.deliver_signed(json.dumps(body).encode(), content_type="application/json")

    async def check_certificate(self) -> Ack:
        """Send the unsigned ssl_check with which Slack probes a command's URL."""
        return await self.deliver_raw(
            b"ssl_check=1&token=deprecatedVerification01", {"Content-Type": "application/x-www-form-urlencoded"}
        )

    async def refresh_connections(self) -> None:
        """Ask Socket Mode clients to connect anew, as Slack does every few hours."""
        await self.workspace.sockets.refresh()

    async def drop_connections(self) -> None:
        """Close all Socket Mode connections."""
        await self.workspace.sockets.drop()

    async def connected(self, timeout: float = 60) -> None:  # noqa: ASYNC109 - part of a sentence
        """Wait until the bot has a Socket Mode connection open."""
        await self.wait_for(lambda: self.workspace.sockets.connections, timeout)
