"""The fake Slack as its Web API sees it: the world, who may call, what is broken on purpose, and all calls."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.faults import Faults
from sandbox.people import PEOPLE, Person
from sandbox.slack.calls import Refused
from sandbox.slack.credentials import ResponseUrls, Triggers
from sandbox.slack.faults import RESPONSE_URL, SWITCHED, Failure
from sandbox.slack.model import Message, Recorded
from sandbox.slack.socket_mode import Sockets
from sandbox.slack.world import World

BOT_TOKEN = "xoxb-1000000000001-2000000000002-sandboxSandboxSandboxSan"
APP_TOKEN = "xapp-1-A0PARTNERB1-3000000000003-sandboxsandboxsandboxsandbox"
SIGNING_SECRET = "5a4d0b0c51b6d0c7a5a4d0b0c51b6d0c"


class Failures:
    """Which of the next calls fail, because a test asked for it or a switch is on."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._asked: defaultdict[str, list[Failure]] = defaultdict(list)
        self._failed_once: set[tuple[str, str]] = set()

    def add(self, method: str, failure: Failure) -> None:
        """Make the next calls of a method fail; ``*`` is any method."""
        self._asked[method].append(failure)

    def take(self, method: str, arguments: dict[str, Any]) -> Failure | None:
        """Return how this call is to fail, or None."""
        of_all = self._asked["*"] if method != RESPONSE_URL else []  # which is no method
        for waiting in (self._asked[method], of_all):
            if waiting:
                failure = waiting[0]
                if failure.after > 0:
                    failure.after -= 1
                    continue
                failure.times -= 1
                if failure.times <= 0:
                    waiting.pop(0)
                return failure
        failures = (self._switched(fault, method, arguments) for fault in SWITCHED)
        return next(filter(None, failures), None)

    def _switched(self, fault: str, method: str, arguments: dict[str, Any]) -> Failure | None:
        switched = SWITCHED[fault]
        if not self._faults.is_on(fault) or (switched.methods and method not in switched.methods):
            return None
        call = (fault, f"{method} {json.dumps(arguments, sort_keys=True, default=str)}")
        if call in self._failed_once:
            self._failed_once.discard(call)
            return None
        if switched.once:
            self._failed_once.add(call)
        return switched.failure


class Workspace:
    """One workspace with one app installed."""

    def __init__(
        self, people: Iterable[Person] = PEOPLE, *, faults: Faults, now: Callable[[], float], scopes: Iterable[str]
    ) -> None:
        self.now = now
        self.url = ""
        self.world = World(people, now=now)
        self.faults = faults
        self.failures = Failures(faults)
        self.scopes = frozenset(scopes)
        self.bot_token, self.app_token, self.signing_secret = BOT_TOKEN, APP_TOKEN, SIGNING_SECRET
        self.triggers = Triggers(now)
        self.response_urls = ResponseUrls(now)
        self.sockets = Sockets(self)
        self.calls: list[Recorded] = []
        self.user_groups: dict[str, list[str]] = {}
        self.people_changes: dict[str, dict[str, Any]] = {}
        """Fields of users.info that a test wants otherwise, by user id."""
        self.channel_changes: dict[str, dict[str, Any]] = {}
        """Fields of conversations.info that a test wants otherwise, by channel id."""
        self.odd_answers: dict[str, dict[str, Any]] = {}
        """What a method answers instead of what it would, by its name; ``ok: true`` comes with it."""
        self.alter: Callable[[str, bytes], bytes] | None = None
        """What becomes of the body of each Web API answer, by method, for answers that are almost as they should be."""

    def record(self, call: Recorded) -> None:
        """Keep a call for the tests and wake whoever waits for it."""
        self.calls.append(call)
        self.world.change()

    def check_answers_taken(self) -> None:
        """Raise Refused while response_urls are broken on purpose."""
        if self.faults.is_on("response_url_broken"):
            raise Refused("no_service")

    def response_url(
        self, kind: str, *, person: str, channel: str, invocation: int, origin: Message | None = None
    ) -> str:
        """Return an address for answers to one interaction."""
        base = f"{self.url}/{kind}/T01SANDBOX1/{invocation:012d}"
        return self.response_urls.give(base, person=person, channel=channel, invocation=invocation, origin=origin)
