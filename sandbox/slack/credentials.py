"""What comes with an interaction and runs out: trigger_ids for modals, response_urls for answers."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack.calls import Refused
from sandbox.slack.model import Message

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass(slots=True)
class Trigger:
    """Leave to open one modal for one person."""

    person: str
    invocation: int
    until: float
    spent: bool = False


class Triggers:
    """All trigger_ids given out."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._given: dict[str, Trigger] = {}

    def give(self, person: str, invocation: int) -> str:
        """Return a fresh trigger_id."""
        name = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._given[name] = Trigger(person, invocation, self._now() + TRIGGER_SECONDS)
        return name

    def exchange(self, name: str) -> Trigger:
        """Return whose modal it opens and spend it; raise Refused if it is unknown, spent or too old."""
        trigger = self._given.get(name)
        if trigger is None:
            raise Refused("invalid_trigger_id", mistake=True)
        if trigger.spent:
            raise Refused("exchanged_trigger_id", mistake=True)
        if self._now() >= trigger.until:
            raise Refused("expired_trigger_id")
        trigger.spent = True
        return trigger

    def expire_all(self) -> None:
        """Make all given so far too old."""
        for trigger in self._given.values():
            trigger.until = self._now()


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """One address to answer at; ``origin`` is the message whose button was pressed, if it was a button."""

    person: str
    channel: str
    invocation: int
    origin: Message | None
    until: float
    uses: int = 0
    is_broken: bool = False


class ResponseUrls:
    """All response_urls given out."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._given: dict[str, ResponseUrl] = {}
        self.broken = False

    def give(self, base: str, *, person: str, channel: str, invocation: int, origin: Message | None) -> str:
        """Return a fresh address below ``base``."""
        secret = secrets.token_urlsafe(18)
        self._given[secret] = ResponseUrl(
            person=person,
            channel=channel,
            invocation=invocation,
            origin=origin,
            until=self._now() + RESPONSE_SECONDS,
        )
        return f"{base}/{secret}"

    def use(self, secret: str) -> ResponseUrl:
        """Return what an address stands for and count the use; raise Refused as Slack answers."""
        found = self._given.get(secret)
        if found is None or self.broken or found.is_broken:
            raise Refused("no_service")
        if self._now() >= found.until:
            raise Refused("expired_url")
        if found.uses >= RESPONSE_USES:
            raise Refused("used_url")
        found.uses += 1
        return found
