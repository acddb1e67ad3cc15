"""Fetches the files that certificates are in: from known places alone, no redirects, small ones."""

import re
from collections.abc import Iterable

import aiohttp
from aiohttp import hdrs
from yarl import URL

from bot.notifications.forged import Forged, Why

LARGEST_FILE = 1024 * 1024
"""Bytes; a certificate takes two thousand."""
NO_TIMEOUT = aiohttp.ClientTimeout(total=None)
"""Whoever fetches has a deadline for all of it."""
IDENTITY = "identity"
OK = 200
SERVER_TROUBLE = 500
PASSING = frozenset({408, 429})
"""Request timeout, too many requests: the file may be there in a moment, as with any 5xx."""

_ADDRESS = re.compile(
    r"(?P<origin>https?://[a-z0-9.:\[\]-]+)(?P<path>(?:/(?:[\w~()+,=-]|%20)(?:[\w.~()+,=-]|%20)*)+)",
    re.ASCII | re.IGNORECASE,
)
"""No user, query or fragment; no segment that begins with a dot; no escape but for the spaces in the names of
Microsoft's issuers, such as http://www.microsoft.com/pkiops/certs/Microsoft%20Azure%20RSA%20TLS%20Issuing%20CA%2007.crt."""


def permitted(address: str, places: Iterable[str]) -> str | None:
    """Return the address as it may be asked for, or None where it lies under none of the places, which end in ``/``.

    Scheme and host are compared in lower case and everything else as it is: what browsers would put right, such as dots
    and backslashes, is refused, so that nobody reads the address in another way than the one that was compared.
    """
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        return None
    regular = parts["origin"].lower() + parts["path"]
    return regular if regular.startswith(tuple(places)) else None


async def download(session: aiohttp.ClientSession, address: str) -> bytes:
    """Return the file at a permitted address; raise Forged where there is none, or none now."""
    try:
        asked = session.get(
            URL(address, encoded=True),
            allow_redirects=False,
            timeout=NO_TIMEOUT,
            headers={hdrs.ACCEPT_ENCODING: IDENTITY},
        )
        async with asked as response:
            if response.status >= SERVER_TROUBLE or response.status in PASSING:
                raise Forged(Why.UNREACHABLE)
            if response.status != OK:
                raise Forged(Why.CERTIFICATE_MISSING)
            if response.headers.get(hdrs.CONTENT_ENCODING, IDENTITY).strip().lower() != IDENTITY:
                raise Forged(Why.UNREADABLE_CERTIFICATE)  # never unpacked: it may be thousands of times its size
            file = bytearray()
            async for chunk in response.content.iter_any():
                file += chunk
                if len(file) > LARGEST_FILE:
                    raise Forged(Why.CERTIFICATE_TOO_LARGE)
            return bytes(file)
    except (aiohttp.ClientError, OSError):
        raise Forged(Why.UNREACHABLE) from None
