"""How Slack hands something to the bot over HTTP, signed; and what the bot answered to it."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import aiohttp

ACK_SECONDS = 3.0
"""https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response"""

Kind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """What came back: HTTP status (200 for an envelope), seconds, body, and Slack's word for a failure."""

    status: int | None
    after: float
    body: Any = None
    error: str | None = None
    headers: Mapping[str, str] | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


@dataclass(frozen=True, slots=True)
class Retry:
    """Which repetition of an event this is, and why."""

    number: int
    reason: Literal["http_timeout", "http_error", "connection_failed"]


def sign(secret: str, body: bytes, timestamp: int) -> str:
    """Return the v0 signature (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
    base = b"v0:%d:%s" % (timestamp, body)
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encode(kind: Kind, payload: dict[str, Any]) -> tuple[bytes, str]:
    """Return body and content type of a delivery over HTTP."""
    match kind:
        case "slash_commands":
            return urlencode(payload).encode(), "application/x-www-form-urlencoded"
        case "interactive":
            return urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded"
        case "events_api":
            return json.dumps(payload).encode(), "application/json"


class HttpDelivery:
    """Posts to the bot's request URL."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None
        self.bot_url: str | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))

    async def stop(self) -> None:
        if self._session:
            await self._session.close()

    @property
    def address(self) -> str:
        """The request URL: what was set, with the contract's path where none was given."""
        if self.bot_url is None:
            raise RuntimeError("no bot has told its address: set slack.bot_url")
        path = urlsplit(self.bot_url).path
        return self.bot_url if path.strip("/") else f"{self.bot_url.rstrip('/')}/slack/events"

    async def deliver(self, kind: Kind, payload: dict[str, Any], *, retry: Retry | None = None) -> Ack:
        """Send one signed delivery and wait for its ack, three seconds at most."""
        body, content_type = encode(kind, payload)
        stamp = int(time.time())
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": str(stamp),
            "X-Slack-Signature": sign(self._secret, body, stamp),
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        return await self.post(body, headers)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Ack:
        """Send bytes with these headers and nothing added."""
        if self._session is None:
            raise RuntimeError("the fake Slack is not running")
        began = time.monotonic()
        try:
            async with (
                asyncio.timeout(ACK_SECONDS),
                self._session.post(self.address, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                raw = await answer.read()
                error = None if answer.status == 200 else "dispatch_failed"
                return Ack(
                    status=answer.status,
                    after=time.monotonic() - began,
                    body=_body(raw),
                    error=error,
                    headers=dict(answer.headers),
                )
        except TimeoutError:
            return Ack(status=None, after=time.monotonic() - began, error="operation_timeout")
        except aiohttp.ClientError as error:
            return Ack(status=None, after=time.monotonic() - began, body=str(error), error="dispatch_failed")


def _body(raw: bytes) -> Any:
    text = raw.decode(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text or None
