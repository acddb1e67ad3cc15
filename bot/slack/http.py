"""Slack's deliveries over HTTP, verified on their raw bytes before Bolt parses them.

Bolt parses first, so an unsigned ``{`` would be a 500 with a traceback in the log. No body is read whose headers show
already that Slack did not sign it.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiohttp import web
from pydantic import SecretStr
from slack_bolt.response import BoltResponse

from bot.http_server.body import BodyRefused, read_body
from bot.metrics import REFUSED_DELIVERIES
from bot.slack.bodies import readable
from bot.slack.deliveries import Deliveries

log = structlog.get_logger()

FRESH = 5 * 60
"""Seconds; an older delivery may be a replay."""
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
LARGEST_BODY = 1024 * 1024
"""Bytes; Slack's own payloads stay well under this."""
LONGEST_TIMESTAMP = 12
"""Digits; a float cannot hold just any whole number."""
MANY = 10
"""Refused deliveries after which the signing secret is suspected, if none was accepted."""


class SigningSecret:
    """Whether the signing secret fits; a wrong one refuses every delivery of Slack and would be silent otherwise."""

    def __init__(self) -> None:
        self._accepted = False
        self._refused = 0

    @property
    def fails(self) -> bool:
        """Say whether many deliveries with Slack's headers were refused and none was accepted since the start."""
        return not self._accepted and self._refused >= MANY

    def accepted(self) -> None:
        """Note a delivery that was signed with it."""
        self._accepted = True

    def refused(self) -> None:
        """Note one that was not, with the headers that Slack sends; what else comes is a stranger's noise."""
        self._refused += 1
        if self._refused == MANY and self.fails:
            remedy = "copy the signing secret from the app's Basic Information, and restart"
            log.error("signing secret fits no delivery", setting="SLACK_SIGNING_SECRET", refused=MANY, remedy=remedy)


def events_handler(
    deliveries: Deliveries, signing_secret: SecretStr, fitting: SigningSecret | None = None
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of ``POST /slack/events``: unsigned is a 401, signed but unreadable a 400."""
    noted = fitting or SigningSecret()
    secret = signing_secret.get_secret_value().encode()

    async def events(request: web.Request) -> web.StreamResponse:
        claim = _claim(request)
        if claim is None:
            return _unsigned()
        try:
            raw = await read_body(request, largest=LARGEST_BODY)
        except BodyRefused as refused:
            REFUSED_DELIVERIES.labels(refused.why).inc()
            return web.Response(status=refused.status)
        if not claim.holds(secret, raw):
            noted.refused()
            return _unsigned()
        noted.accepted()
        return _response(await deliveries.take(readable(raw, request.content_type)))

    return events


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """What the headers say of the signature.

    https://docs.slack.dev/authentication/verifying-requests-from-slack — the SDK's own verifier decodes the body first,
    and fails on bytes that are no UTF-8.
    """

    timestamp: str
    signature: str

    def holds(self, secret: bytes, raw: bytes) -> bool:
        """Say whether the raw body is signed so."""
        expected = hmac.new(secret, b"v0:%s:%s" % (self.timestamp.encode(), raw), hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={expected}", self.signature)


def _claim(request: web.Request) -> _Claim | None:
    """Return the signature and its time, or None where no body could make them good."""
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP):
        return None
    if SIGNATURE.fullmatch(signature) is None or abs(time.time() - int(timestamp)) > FRESH:
        return None
    return _Claim(timestamp=timestamp, signature=signature)


def _response(answer: BoltResponse) -> web.Response:
    """Return Bolt's answer as aiohttp's; it sets no cookie and no header of its own."""
    if not answer.body:
        return web.Response(status=answer.status)
    kind = "application/json" if answer.body.startswith("{") else "text/plain"
    return web.Response(status=answer.status, text=answer.body, content_type=kind)


def _unsigned() -> web.Response:
    REFUSED_DELIVERIES.labels("unsigned").inc()
    log.warning("delivery refused", why="signature")
    return web.Response(status=401)
