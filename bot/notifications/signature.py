"""Whether a delivery is Microsoft's: the signature in its headers, over the raw bytes of its body.

https://learn.microsoft.com/partner-center/developer/partner-center-webhooks#how-to-authenticate-the-callback — the
sample there fetches whatever address the header names and takes the hash from another header; here both are fixed.
Nothing that is signed says when, so a delivery can be replayed: what is new is told apart where events are kept.
"""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from bot.notifications.forged import Forged, Why

if TYPE_CHECKING:
    from bot.notifications.certificates import Certificates

__all__ = ["Forged", "Signatures", "claimed"]

ALGORITHM = "rsa-sha256"

_IN_AUTHORIZATION = re.compile(r"Signature +(?P<token>.*)", re.IGNORECASE)
_IN_OWN_HEADER = re.compile(r"(?:Signature +)?(?P<token>.*)", re.IGNORECASE)
"""Where the registration asks for ``x-ms-signature`` some receive the scheme's name there too and some do not."""


class Signatures:
    """Tells Microsoft's deliveries from others; lives as long as the program does."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        certificate_url: str,
        ca_file: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._session = session
        self._certificate_url = certificate_url
        self._ca_file = ca_file
        self._now = now

    @cached_property
    def _certificates(self) -> "Certificates":
        from bot.notifications.certificates import Certificates  # noqa: PLC0415 - x509, for bots with a webhook

        return Certificates(self._session, certificate_url=self._certificate_url, ca_file=self._ca_file, now=self._now)

    async def require(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise Forged unless the body is signed by Microsoft; ``headers`` must not mind the case of their names."""
        signature, address = claimed(headers)
        signer = await self._certificates.signer(address)
        if signer.has_signed(signature, body):
            return
        renewed = await self._certificates.signer(address, instead_of=signer)
        if not renewed.has_signed(signature, body):
            raise Forged(Why.WRONG_SIGNATURE)


def claimed(headers: Mapping[str, str]) -> tuple[bytes, str]:
    """Return the signature and its certificate's address; raise Forged where no body could make the headers good."""
    signature = _signature(headers)
    address = headers.get("X-MS-Certificate-Url")
    algorithm = headers.get("X-MS-Signature-Algorithm")
    if not address:
        raise Forged(Why.NO_CERTIFICATE_ADDRESS)
    if not algorithm:
        raise Forged(Why.NO_ALGORITHM)
    if algorithm.lower() != ALGORITHM:
        raise Forged(Why.OTHER_ALGORITHM)
    return signature, address


def _signature(headers: Mapping[str, str]) -> bytes:
    found = (
        _IN_AUTHORIZATION.fullmatch(headers.get("Authorization", "")),
        _IN_OWN_HEADER.fullmatch(headers.get("x-ms-signature", "")),
    )
    tokens = {match["token"] for match in found if match is not None and match["token"]}
    if not tokens:
        raise Forged(Why.NO_SIGNATURE)
    if len(tokens) > 1:
        raise Forged(Why.SIGNATURES_DISAGREE)
    return _decoded(tokens.pop())


def _decoded(token: str) -> bytes:
    """Return the bytes that the token is the one spelling of."""
    try:
        signature = base64.b64decode(token, validate=True)
    except ValueError:
        raise Forged(Why.UNREADABLE_SIGNATURE) from None
    if base64.b64encode(signature).decode() != token:  # Python lets the last letter's spare bits pass
        raise Forged(Why.UNREADABLE_SIGNATURE)
    return signature
