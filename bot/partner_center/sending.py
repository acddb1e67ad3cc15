"""One call over HTTP: its tries, the waits between them, its turn under the limit, and a new token where one is due."""

import asyncio
from dataclasses import dataclass
from typing import Protocol, TypeVar

import aiohttp
from yarl import URL

from bot.partner_center.answers import Answer
from bot.partner_center.errors import (
    PartnerCenterError,
    SignInCause,
    SignInRefused,
    Throttled,
    Unavailable,
    UnreadableAnswer,
)
from bot.partner_center.limiter import Limiter, Pace, TooSoon
from bot.partner_center.lookups import Flight
from bot.partner_center.protocol import Call, headers, understand
from bot.partner_center.refusals import TokenRejected
from bot.retry import PartnerCenterTimeouts

T = TypeVar("T")

LARGEST_BODY = 8 * 1024 * 1024
"""Bytes, decompressed; 500 customers take a tenth of it."""
NO_TIMEOUT = aiohttp.ClientTimeout(total=None)
"""Deadlines are asyncio's here; aiohttp's own of five minutes would be a second opinion."""


class AccessTokens(Protocol):
    """Where access tokens come from; one that is held already costs nothing, ``refresh`` forces a new one."""

    async def access_token(self, *, refresh: bool = False) -> str: ...


class TooLarge(Exception):
    """A body beyond ``LARGEST_BODY``."""


async def fetch(
    session: aiohttp.ClientSession, url: str, sent: dict[str, str], *, method: str = "GET", body: bytes | None = None
) -> Answer:
    """Ask once, without following redirects: a token goes to no address but the one that was asked."""
    asked = session.request(
        method, URL(url, encoded=True), headers=sent, data=body, allow_redirects=False, timeout=NO_TIMEOUT
    )
    async with asked as response:
        read = bytearray()
        async for chunk in response.content.iter_any():
            read += chunk
            if len(read) > LARGEST_BODY:
                raise TooLarge
        return Answer(response.status, response.reason or "", response.headers, bytes(read))


@dataclass(slots=True)
class Acceptance:
    """Whether Microsoft took the sign-in when it was last asked for something."""

    given: bool = True


class Sender:
    """Sends calls to one Partner Center, in the name of one partner."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        tokens: AccessTokens,
        limiter: Limiter,
        timeouts: PartnerCenterTimeouts,
        pace: Pace | None = None,
        acceptance: Acceptance | None = None,
    ) -> None:
        self._session = session
        self._base_url = base_url
        self._tokens = tokens
        self._limiter = limiter
        self._timeouts = timeouts
        self._pace = pace
        self._acceptance = acceptance or Acceptance()

    async def send(self, call: Call[T], flight: Flight) -> T:
        """Return what was asked for, before the flight's deadline; raises the errors of this package."""
        try:
            answer = await self._send(call, flight)
        except SignInRefused:
            self._acceptance.given = False
            raise
        self._acceptance.given = True
        return answer

    async def _send(self, call: Call[T], flight: Flight) -> T:
        flight.diagnosis = call.diagnosis()
        token = await self._token(call, flight)
        refreshed = throttled = False
        attempts = 0
        while True:
            await self._turn(call, flight)
            try:
                return await self._try(call, flight, token)
            except TokenRejected as rejected:
                if refreshed:
                    raise SignInRefused(SignInCause.OTHER, rejected.diagnosis) from None
                refreshed = True  # not counted as a try: nothing was wrong with the service
                token = await self._token(call, flight, instead_of=token)
                continue
            except Throttled as refused:
                attempts += 1
                # Early retries count against the partner: Microsoft's wait first, from the second time ours on top.
                pause = refused.retry_after + (self._timeouts.policy.after(attempts) if throttled else 0.0)
                if attempts >= self._timeouts.policy.attempts or pause >= flight.left:
                    raise
                throttled = True
            except Unavailable as failed:
                attempts += 1
                pause = self._timeouts.policy.after(attempts)
                if attempts >= self._timeouts.policy.attempts or pause >= flight.left:
                    raise Unavailable(attempts, failed.diagnosis) from failed.__cause__
            await asyncio.sleep(pause)

    async def _try(self, call: Call[T], flight: Flight, token: str) -> T:
        flight.attempts += 1
        try:
            async with asyncio.timeout(min(self._timeouts.attempt, max(flight.left, 0.0))):
                asked = call.request
                answer = await fetch(
                    self._session,
                    f"{self._base_url}{asked.target}",
                    headers(call, token),
                    method=asked.method,
                    body=asked.body,
                )
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            raise Unavailable(attempts=1, diagnosis=call.diagnosis()) from error
        except TooLarge:
            raise UnreadableAnswer(call.diagnosis()) from None
        return understand(call, answer)

    async def _token(self, call: Call[T], flight: Flight, *, instead_of: str | None = None) -> str:
        """Return a token other than the rejected one; of many calls that were rejected together one refreshes."""
        try:
            async with asyncio.timeout(max(flight.left, 0.0)):
                token = await self._tokens.access_token()
                return await self._tokens.access_token(refresh=True) if token == instead_of else token
        except TimeoutError:
            raise Unavailable(flight.attempts, call.diagnosis()) from None
        except PartnerCenterError as error:
            error.diagnosis = error.diagnosis or call.diagnosis()
            raise

    async def _turn(self, call: Call[T], flight: Flight) -> None:
        """Wait for the turn under the limit; Throttled at once where it would come too late."""
        while self._pace is not None and (pause := self._pace.turn()) > 0:
            if pause >= flight.left:
                raise Throttled(pause, call.diagnosis())
            await asyncio.sleep(pause)
        try:
            wait = self._limiter.turn(within=flight.left)
        except TooSoon as refused:
            raise Throttled(refused.wait, call.diagnosis()) from None
        if wait > 0:
            flight.waits(wait)
            await asyncio.sleep(wait)
