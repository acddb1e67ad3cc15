"""The bot's sign-in to Partner Center: an access token whenever one is asked for, however the sign-in came to be.

What is stored is the person's consent: the refresh token and who gave it. Access tokens live in memory alone. A dead
consent is not remembered; every call reads the store again and asks Microsoft, so that a new one works at once.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, Self
from uuid import uuid4

import structlog
from pydantic import BaseModel, ConfigDict, Field

from bot import retry
from bot.cache import SingleFlight
from bot.partner_center.errors import (
    SignInCause,
    SignInRefused,
    Throttled,
    TokenUnusable,
    Unavailable,
    UnreadableAnswer,
)
from bot.partner_center.registration import Registration

if TYPE_CHECKING:
    from bot.partner_center.entra import Granted

__all__ = ["Consent", "Registration", "SignIn", "StoredConsent", "TokenStore", "fingerprint"]


log = structlog.get_logger()


class StoredConsent(Protocol):
    """What a store returns."""

    @property
    def payload(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def seed(self) -> str | None: ...


class TokenStore(Protocol):
    """Where consents are kept, encrypted, by account."""

    async def load(self, account: str) -> StoredConsent | None:
        """Return what is stored, or None."""

    async def save(self, account: str, payload: str, *, expected_version: int, seed: str | None = None) -> bool:
        """Store if the version is still the expected one (0: none yet), and say whether it was."""

    async def replace(self, account: str, payload: str, *, seed: str | None = None) -> None:
        """Store over whatever is there."""


class Consent(BaseModel):
    """A person's sign-in, as it is stored."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    refresh_token: str = Field(repr=False)
    sign_in: str
    """Tells one sign-in of a person from the next; a renewed refresh token keeps it."""
    username: str | None = None
    signed_in_at: datetime
    mfa_compliant: bool | None = None
    """What Partner Center said of it; None where it has not been asked."""

    @classmethod
    def given(cls, granted: "Granted", refresh_token: str, *, mfa_compliant: bool | None) -> Self:
        """Return the consent of a person who has just signed in."""
        return cls(
            refresh_token=refresh_token,
            sign_in=str(uuid4()),
            username=granted.username,
            signed_in_at=datetime.now(UTC),
            mfa_compliant=mfa_compliant,
        )

    def renewed(self, granted: "Granted", refresh_token: str) -> "Consent":
        """Return the same consent with its newer refresh token."""
        return self.model_copy(update={"refresh_token": refresh_token, "username": granted.username or self.username})


def fingerprint(account: str, refresh_token: str) -> str:
    """Return by what a refresh token from the settings is recognised, which does not betray it."""
    return hashlib.sha256(f"{account}\n{refresh_token}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    token: str = field(repr=False)
    sign_in: str
    renew_at: float
    ends_at: float


class SignIn:
    """Access tokens for the Partner Center client: ``AccessTokens`` of ``bot.partner_center.client``."""

    def __init__(
        self,
        registration: Registration,
        store: TokenStore,
        *,
        seed: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the registration, the store, and a refresh token from the settings, if there is one."""
        self._account = registration.account
        self._registration = registration
        self._store = store
        self._seed = seed
        self._clock = clock
        self._held: _Held | None = None
        self._look_at = 0.0
        self._looks: SingleFlight[str, tuple[Consent, int]] = SingleFlight()
        self._renewals: SingleFlight[str, None] = SingleFlight()

    async def access_token(self, *, refresh: bool = False) -> str:
        """Return an access token; a new one where ``refresh`` says that the last was refused.

        Callers who wait for the same renewal share its outcome. Raises SignInRefused with its cause, Throttled,
        Unavailable, UnreadableAnswer, and OperatorError where settings or keys do not fit.
        """
        held, now = self._held, self._clock()
        if held is not None and not refresh and now < held.renew_at and now < self._look_at:
            return held.token
        refused = self._held if refresh else None
        consent, _ = await self._looks.get(self._account, self._load)
        self._look_at = now + retry.ENTRA.stored_consent
        held = self._held
        if held is None or held.sign_in != consent.sign_in or held is refused or self._clock() >= held.renew_at:
            held = await self._renew(usable=None if refresh else held)
        return held.token

    async def consent(self) -> Consent | None:
        """Return who signed in and when, or None."""
        try:
            consent, _ = await self._load()
        except SignInRefused:
            return None
        return consent

    async def close(self) -> None:
        """Let a look or renewal under way finish, so that its refresh token is stored; time-outs bound both."""
        await self._looks.finish()
        await self._renewals.finish()

    async def _renew(self, *, usable: _Held | None) -> _Held:
        try:
            await self._renewals.get(self._account, self._redeem)
        except (Throttled, Unavailable, UnreadableAnswer, TokenUnusable):
            if usable is None or usable is not self._held or self._clock() >= usable.ends_at:
                raise
            log.warning("access token not renewed early")
        if self._held is None:
            raise SignInRefused(SignInCause.NEVER_SIGNED_IN)
        return self._held

    async def _redeem(self) -> None:
        consent, version = await self._load()
        asked_at = self._clock()
        try:
            granted = await asyncio.to_thread(_redeemed, self._registration, consent.refresh_token)
        except SignInRefused:
            newer, newer_version = await self._load()
            if newer_version == version:
                raise
            consent, version = newer, newer_version  # another process has renewed it, or somebody has signed in
            granted = await asyncio.to_thread(_redeemed, self._registration, consent.refresh_token)
        self._held = _Held(
            token=granted.access_token,
            sign_in=consent.sign_in,
            renew_at=asked_at + granted.lifetime - min(retry.ENTRA.renewal, granted.lifetime / 10),
            ends_at=asked_at + granted.lifetime,
        )
        if granted.refresh_token and granted.refresh_token != consent.refresh_token:
            renewed = consent.renewed(granted, granted.refresh_token).model_dump_json()
            if not await self._store.save(self._account, renewed, expected_version=version):
                log.info("refresh token already renewed elsewhere")

    async def _load(self) -> tuple[Consent, int]:
        stored = await self._store.load(self._account)
        if self._seed is not None:
            stored = await self._adopt(self._seed, stored)
            self._seed = None  # once: a replica with an older seed must not bring it back
        if stored is None:
            raise SignInRefused(SignInCause.NEVER_SIGNED_IN)
        return Consent.model_validate_json(stored.payload), stored.version

    async def _adopt(self, seed: str, stored: StoredConsent | None) -> StoredConsent | None:
        """Store a refresh token from the settings, unless it is the one that the stored consent grew from."""
        mark = fingerprint(self._account, seed)
        while stored is None or stored.seed != mark:
            consent = Consent(refresh_token=seed, sign_in=mark, signed_in_at=datetime.now(UTC))
            version = 0 if stored is None else stored.version
            await self._store.save(self._account, consent.model_dump_json(), expected_version=version, seed=mark)
            stored = await self._store.load(self._account)
        return stored


def _redeemed(registration: Registration, refresh_token: str) -> "Granted":
    """Exchange a refresh token in a worker thread, which is where msal and requests are imported."""
    from bot.partner_center.entra import Entra  # noqa: PLC0415 - 6 MB, needed by a bot that is signed in

    return Entra(registration).redeem(refresh_token)
