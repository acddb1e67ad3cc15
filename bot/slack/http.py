"""Slack's deliveries over HTTP, verified on their raw bytes before Bolt parses them.

Bolt parses first, so an unsigned ``{`` would be a 500 with a traceback in the log.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from pydantic import SecretStr
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.metrics import REFUSED_DELIVERIES

log = structlog.get_logger()

FAILED = 500
"""What Bolt answers where it cannot make sense of the payload."""
FRESH = 5 * 60
"""Seconds; an older delivery may be a replay."""
LONGEST_TIMESTAMP = 12
"""Digits; a float cannot hold just any whole number."""


def events_handler(app: AsyncApp, signing_secret: SecretStr) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of ``POST /slack/events``: unsigned is a 401, signed but unreadable a 400."""
    secret = signing_secret.get_secret_value().encode()

    async def events(request: web.Request) -> web.StreamResponse:
        try:
            raw = await request.read()
        except web.HTTPRequestEntityTooLarge:
            REFUSED_DELIVERIES.labels("too large").inc()
            return web.Response(status=413)
        if not _is_signed(secret, raw, request):
            REFUSED_DELIVERIES.labels("unsigned").inc()
            log.warning("delivery refused", why="signature")
            return web.Response(status=401)
        body = _readable(raw, request.content_type)
        if body is None:
            REFUSED_DELIVERIES.labels("unreadable").inc()
            log.warning("delivery refused", why="unreadable")
            return web.Response(status=400)
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        answer = await app.async_dispatch(AsyncBoltRequest(body=body, query=request.query_string, headers=headers))
        if answer.status >= FAILED:
            REFUSED_DELIVERIES.labels("unreadable").inc()
            log.warning("delivery refused", why="unreadable")
            return web.Response(status=400)
        return await to_aiohttp_response(answer)

    return events


def _is_signed(secret: bytes, raw: bytes, request: web.Request) -> bool:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack

    The SDK's own verifier decodes the body first, and fails on bytes that are no UTF-8.
    """
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP):
        return False
    if not signature.isascii() or abs(time.time() - int(timestamp)) > FRESH:
        return False
    expected = hmac.new(secret, b"v0:%s:%s" % (timestamp.encode(), raw), hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={expected}", signature)


def _readable(raw: bytes, content_type: str) -> str | None:
    """Return the body as text if it is what Slack sends, a JSON object or a form; else None."""
    try:
        text = raw.decode("utf-8")
        if content_type == "application/json":
            return text if isinstance(json.loads(text), dict) else None
        form = parse_qs(text, strict_parsing=True, keep_blank_values=True)
        if not form:
            return None
        payloads = form.get("payload")
        if payloads is not None and not (len(payloads) == 1 and isinstance(json.loads(payloads[0]), dict)):
            return None
    except (ValueError, RecursionError):
        return None
    return text
