"""What becomes of a webhook event on its way to its receiver: attempts, until one is taken or none is left."""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt: a status, or what kept the receiver from answering; ``at`` is in ticks."""

    at: int
    status: int | None = None
    error: str = ""

    @property
    def taken(self) -> bool:
        """Whether Microsoft will leave it at that."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def code(self) -> str:
        """The status as .NET names it, such as ``OK`` and ``InternalServerError``."""
        if self.status is None:
            return "RequestTimeout"
        phrase = HTTPStatus(self.status).phrase
        return phrase if phrase.isupper() else "".join(word.capitalize() for word in phrase.split())


@dataclass(slots=True, kw_only=True)
class Delivery:
    """An event, where it goes, and every attempt to bring it there."""

    body: bytes
    url: str
    attempts: list[Attempt] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return any(attempt.taken for attempt in self.attempts)

    @property
    def statuses(self) -> list[int | None]:
        """What each attempt was answered with."""
        return [attempt.status for attempt in self.attempts]

    async def wait(self, within: float = 60.0) -> "Delivery":
        """Wait until it is taken or given up."""
        async with asyncio.timeout(within):
            await self.over.wait()
        return self
