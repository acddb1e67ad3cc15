"""``POST /partner-center/webhook``: Microsoft tells of an event, which is kept before it is answered.

https://learn.microsoft.com/partner-center/developer/partner-center-webhooks — what is not answered with a success is
delivered again, ten times in all; so whatever may pass is a 503.
"""

import asyncio
import codecs
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from aiohttp import web
from pydantic import ValidationError

from bot import retry
from bot.domain.event_kinds import QUIET
from bot.http_server.body import BodyRefused, read_body
from bot.metrics import WEBHOOKS
from bot.notifications.ingest import Ingest
from bot.notifications.signature import Forged, Signatures, claimed
from bot.notifications.webhook_events import WebhookEvent, names_nobody, observation
from bot.storage.checkpoints import Checkpoint

log = structlog.get_logger()

WEBHOOK_PATH = "/partner-center/webhook"
"""Where the bot listens; Microsoft is told when the address is registered."""
LARGEST_BODY = 256 * 1024
"""Bytes; an event takes less than one thousand."""
BOM = codecs.BOM_UTF8
"""May begin a body (https://www.rfc-editor.org/rfc/rfc8259#section-8.1); it is signed with the rest."""
VERIFYING = 64
"""Deliveries at once of which it is not known yet whether they are Microsoft's: each is held in memory meanwhile."""

_WORDS = {
    400: "bad request\n",
    401: "not signed by Microsoft\n",
    408: "too slow\n",
    413: "too large\n",
    503: "try again later\n",
}


class Webhook:
    """Takes deliveries; ``look`` has Partner Center asked at once, and says whether that tells what an event omits."""

    def __init__(self, *, signatures: Signatures, ingest: Ingest, look: Callable[[], Awaitable[bool]]) -> None:
        self._signatures = signatures
        self._ingest = ingest
        self._look = look
        self._verifying = 0

    async def deliver(self, request: web.Request) -> web.Response:
        """Answer 200 for what is kept, or known already; the answer's text never depends on what was sent."""
        try:
            claimed(request.headers)
            body = await read_body(request, largest=LARGEST_BODY)
        except (Forged, BodyRefused) as error:
            return _refused(error.status, error.why)
        if self._verifying >= VERIFYING:
            return _refused(503, "too many at once")
        try:
            async with asyncio.timeout(retry.WEBHOOK.delivery):
                await self._verify(request, body)
                await self._keep(WebhookEvent.model_validate_json(body.removeprefix(BOM)))
        except Forged as error:
            return _refused(error.status, error.why)
        except ValidationError:
            return _refused(400, "unreadable")
        except Exception as error:  # noqa: BLE001 - whatever it is, Microsoft delivers again what is not kept
            return _refused(503, "not kept", error=error)
        WEBHOOKS.labels("kept").inc()
        return web.Response(text="ok\n")

    async def _verify(self, request: web.Request, body: bytes) -> None:
        self._verifying += 1
        try:
            await self._signatures.require(request.headers, body)
        finally:
            self._verifying -= 1

    async def _keep(self, webhook_event: WebhookEvent) -> None:
        seen = observation(webhook_event)
        if names_nobody(seen) and await self._look():  # its audit record will tell, with the name
            seen = replace(seen, kind=QUIET)
        await self._ingest.ingest(seen, checkpoint=Checkpoint.WEBHOOK)


def _refused(status: int, why: str, *, error: Exception | None = None) -> web.Response:
    WEBHOOKS.labels(why).inc()
    log.warning("webhook delivery refused", why=why, exc_info=error)
    return web.Response(status=status, text=_WORDS[status])
