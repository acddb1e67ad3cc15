"""Brings events to the registered address as Microsoft does: signed, in ten attempts, perhaps late, twice or unsigned.

https://learn.microsoft.com/partner-center/developer/partner-center-webhooks
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal, Protocol, Self

import aiohttp

from sandbox.microsoft.deliveries import Attempt, Delivery
from sandbox.microsoft.registration import Registrations
from sandbox.microsoft.ticks import shifted, ticks_now

ATTEMPTS = 10
"""After them an event waits in a queue of Microsoft's, and nobody hears of it again."""
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between attempts, the last one over and over; Microsoft's are longer and not told."""
_TIMEOUT = aiohttp.ClientTimeout(total=10)

Event = Mapping[str, object]
Style = Literal["Authorization", "x-ms-signature"]


class Signs(Protocol):
    """Whoever vouches for what is sent."""

    def sign(self, body: bytes, *, style: Style = ...) -> Mapping[str, str]: ...


class WebhookSender:
    """Sends in the background while the ``async with`` lasts, and keeps every delivery with its outcome."""

    def __init__(self, registrations: Registrations, authority: Signs | None = None) -> None:
        self.authority = authority
        self.pauses: Sequence[float] = PAUSES
        self.deliveries: list[Delivery] = []
        self._registrations = registrations
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        self._registrations.send = self.send
        return self

    async def __aexit__(self, *_: object) -> None:
        self._registrations.send = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def send(self, event: Event, *, url: str | None = None, signed: bool = True) -> Delivery | None:
        """Begin to deliver an event; None where the registration, which counts unless a ``url`` is given, lacks it."""
        if url is None and event.get("EventName") not in self._registrations.events:
            return None
        target = url or self._registrations.url
        if target is None:
            return None
        delivery = Delivery(body=json.dumps(event, ensure_ascii=False).encode(), url=target)
        headers = {"Content-Type": "application/json", **(self._signature(delivery.body) if signed else {})}
        self.deliveries.append(delivery)
        task = asyncio.create_task(self._deliver(delivery, headers))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return delivery

    async def deliver(self, *events: Event, url: str | None = None, signed: bool = True) -> list[Delivery]:
        """Deliver one event after the other, in this order; return what became of those that were sent."""
        return [
            await delivery.wait()
            for event in events
            if (delivery := self.send(event, url=url, signed=signed)) is not None
        ]

    async def deliver_late(self, *events: Event, by: timedelta, url: str | None = None) -> list[Delivery]:
        """Deliver events that happened so much earlier than they say."""
        changed = [
            {**event, "ResourceChangeUtcDate": shifted(str(event["ResourceChangeUtcDate"]), -by)} for event in events
        ]
        return await self.deliver(*changed, url=url)

    async def deliver_twice(self, *events: Event, url: str | None = None) -> list[Delivery]:
        """Deliver events, and all of them once more, as does happen."""
        return await self.deliver(*events, *events, url=url)

    async def deliver_backwards(self, *events: Event, url: str | None = None) -> list[Delivery]:
        """Deliver the latest event first."""
        return await self.deliver(*reversed(events), url=url)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Attempt:
        """Post these bytes with these headers and nothing added, once."""
        if self._session is None:
            raise RuntimeError("the sender is not running")
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                return Attempt(at=ticks_now(), status=answer.status)
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            return Attempt(at=ticks_now(), error=type(error).__name__)

    async def _deliver(self, delivery: Delivery, headers: Mapping[str, str]) -> None:
        for number in range(ATTEMPTS):
            if number:
                await asyncio.sleep(self.pauses[min(number, len(self.pauses)) - 1] if self.pauses else 0)
            delivery.attempts.append(await self.post(delivery.url, delivery.body, headers))
            if delivery.taken:
                break
        delivery.over.set()

    def _signature(self, body: bytes) -> Mapping[str, str]:
        if self.authority is None:
            return {}
        current = self._registrations.current or {}
        aside = current.get("SignatureTokenToMsSignatureHeader") is True
        return self.authority.sign(body, style="x-ms-signature" if aside else "Authorization")
