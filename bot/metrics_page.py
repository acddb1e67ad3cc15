"""``GET /metrics``: for the bearer of the token, or without a token for this machine alone."""

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

import structlog
from aiohttp import web
from aiohttp.http import HttpVersion11
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import SecretStr

from bot import retry

log = structlog.get_logger()


_LOOPBACK_HOST = re.compile(r"(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_OF_A_CLIENT = frozenset(
    {
        *("accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "cache-control"),
        *(
            "connection",
            "content-length",
            "content-type",
            "cookie",
            "dnt",
            "host",
            "if-modified-since",
            "if-none-match",
        ),
        *(
            "keep-alive",
            "pragma",
            "priority",
            "referer",
            "te",
            "traceparent",
            "tracestate",
            "upgrade-insecure-requests",
        ),
        *("user-agent", "x-prometheus-scrape-timeout-seconds"),
    }
)
"""What scrapers, curl and browsers send by themselves, beside ``Sec-…``."""


def metrics_page(
    token: SecretStr | None, measure: Callable[[], Awaitable[None]]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler; a missing or wrong token is a 401, another machine without one a 403."""

    async def metrics(request: web.Request) -> web.Response:
        if token is None and not _is_from_here(request):
            return web.Response(status=403, text="forbidden\n")
        if token is not None and not _bears(request, token):
            return web.Response(status=401, text="unauthorized\n", headers={"WWW-Authenticate": "Bearer"})
        try:
            async with asyncio.timeout(retry.HTTP_SERVER.metrics):
                await measure()
        except Exception as error:  # noqa: BLE001 - what is counted in memory is told all the same
            log.warning("not measured", error=type(error).__name__)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return metrics


def _bears(request: web.Request, token: SecretStr) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode(errors="surrogateescape"), token.get_secret_value().encode())
    return same and scheme.lower() == "bearer"


def _is_from_here(request: web.Request) -> bool:
    """Say whether a client on this machine asks by itself.

    Proxies have a hundred headers to speak for somebody (``Forwarded``, ``X-Real-IP``, ``CF-Connecting-IP`` …), so any
    header counts as one that clients do not send themselves. nginx adds none by default, and names this machine as
    ``Host``; but before 1.29.7 it spoke HTTP/1.0.
    """
    return (
        _is_loopback(request.remote or "")
        and request.version >= HttpVersion11
        and request.raw_path.startswith("/")  # an absolute address has a host of its own
        and _LOOPBACK_HOST.fullmatch(request.headers.get("Host", "")) is not None
        and all(name.lower() in _OF_A_CLIENT or name.lower().startswith("sec-") for name in request.headers)
    )


def _is_loopback(remote: str) -> bool:
    try:
        return ip_address(remote).is_loopback
    except ValueError:
        return False
