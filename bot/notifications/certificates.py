"""Which key signs Microsoft's notifications: its certificate is fetched, chained to a root, and kept for an hour."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.verification import Store
from yarl import URL

from bot import retry
from bot.cache import Bounded, SingleFlight
from bot.notifications.chain import (
    UNREADABLE,
    certificates_in,
    chain_of,
    issuer_addresses,
    read_roots,
    require_strong,
    subject_of,
)
from bot.notifications.download import download, permitted
from bot.notifications.fetch_budgets import FETCHES, FetchBudgets
from bot.notifications.forged import Forged, Why
from bot.settings import is_loopback

KEPT = timedelta(hours=1)
CAPACITY = 16
"""Certificates kept; one is in use."""
MOST_ISSUERS = 3
UNAUTHORISED = 401
USUAL_NAME = "pcnotifications-dispatch.microsoft.com.cer"

ISSUER_PLACES = tuple(
    f"{scheme}://{place}/"  # plain http is normal there: what is fetched is signed
    for scheme in ("http", "https")
    for place in ("www.microsoft.com/pkiops", "caissuers.microsoft.com", "cacerts.digicert.com")
)

__all__ = ["FETCHES", "Certificates", "Signer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Microsoft, by a certificate that was found to be its own."""

    certificate: x509.Certificate
    key: RSAPublicKey = field(compare=False)
    good_until: datetime = field(compare=False)
    asked_at: datetime = field(compare=False)

    def has_signed(self, signature: bytes, body: bytes) -> bool:
        """Say whether the signature is of this body and by this key."""
        try:
            self.key.verify(signature, body, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


class Certificates:
    """Fetches certificates, each once for all who wait for it; ``certificate_url`` is what addresses begin with."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        certificate_url: str,
        ca_file: Path | None,
        now: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._place = f"{str(URL(certificate_url)).rstrip('/')}/"
        own = (f"{URL(certificate_url).origin()}/",) if is_loopback(certificate_url) else ()
        self._issuer_places = (*ISSUER_PLACES, *own)
        self._ca_file = ca_file
        self._now = now
        self._roots: Store | None = None
        self._signers: Bounded[str, Signer] = Bounded(CAPACITY)
        self._issuers: Bounded[str, tuple[x509.Certificate, ...]] = Bounded(CAPACITY)
        self._fetches: SingleFlight[str, Signer] = SingleFlight()
        self._budgets = FetchBudgets(self._place + USUAL_NAME, now)

    async def signer(self, address: str, *, instead_of: Signer | None = None) -> Signer:
        """Return whose certificate is at the address, raise Forged where it is not Microsoft's.

        ``instead_of`` is a signer whose key did not fit: the certificate may have been renewed since it was fetched.
        """
        named = permitted(address, (self._place,))
        if named is None or not named.endswith(".cer"):
            raise Forged(Why.ADDRESS_ELSEWHERE)
        now = self._now()
        kept = self._signers.get(named)
        if kept is not None and kept.asked_at <= now < kept.good_until:  # else the clock has been set back since
            asked_lately = (now - kept.asked_at).total_seconds() < retry.WEBHOOK.certificate_again
            if kept != instead_of or (asked_lately and named not in self._fetches):
                return kept
            self._signers[named] = replace(kept, asked_at=now)
        if named not in self._fetches:
            self._budgets.take(named)
        return await self._fetches.get(named, lambda: self._fetch(named))

    async def _fetch(self, address: str) -> Signer:
        try:
            async with asyncio.timeout(retry.WEBHOOK.certificate):
                if self._roots is None:
                    self._roots = await asyncio.to_thread(read_roots, self._ca_file)
                signer = await self._trusted(await download(self._session, address), self._roots)
        except TimeoutError:
            raise Forged(Why.UNREACHABLE) from None
        except Forged as refused:
            if refused.status == UNAUTHORISED:
                self._budgets.was_bad(address, Why(refused.why))
            raise
        self._budgets.was_good(address)
        self._signers.put(address, signer)
        return signer

    async def _trusted(self, file: bytes, roots: Store) -> Signer:
        now = self._now()
        try:
            certificate, *issuers = certificates_in(file)
            subject = subject_of(certificate, now)
            issued, missing = certificate, MOST_ISSUERS
            while (chain := chain_of(certificate, subject.name, issuers, roots=roots, at=now)) is None:
                if not missing:
                    raise Forged(Why.UNTRUSTED)
                missing -= 1
                issued = await self._issuer_of(issued)
                issuers.append(issued)
            require_strong(chain)
        except UNREADABLE:
            raise Forged(Why.UNREADABLE_CERTIFICATE) from None
        ends = min(certificate.not_valid_after_utc for certificate in chain)
        return Signer(certificate=certificate, key=subject.key, good_until=min(now + KEPT, ends), asked_at=now)

    async def _issuer_of(self, issued: x509.Certificate) -> x509.Certificate:
        """Return a certificate of the issuer's, from the first permitted address that has one."""
        why = Why.UNTRUSTED
        for named in issuer_addresses(issued):
            address = permitted(named, self._issuer_places)
            if address is None:
                continue
            try:
                found = await self._issuers_at(address)
            except Forged as refused:
                why = Why.UNREACHABLE if refused.why == Why.UNREACHABLE else why
                continue
            for issuer in found:
                if issuer.subject == issued.issuer:
                    return issuer
        raise Forged(why)

    async def _issuers_at(self, address: str) -> tuple[x509.Certificate, ...]:
        kept = self._issuers.get(address)
        if kept is not None and all(self._now() < issuer.not_valid_after_utc for issuer in kept):
            return kept
        found = certificates_in(await download(self._session, address))
        self._issuers.put(address, found)
        return found
