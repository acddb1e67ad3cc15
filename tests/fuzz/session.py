"""A fuzzing session: the whole bot between the fakes, one case after the other, watched."""

import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.microsoft import FAULTS as MICROSOFT_FAULTS
from sandbox.microsoft import Microsoft
from sandbox.slack import FAULTS as SLACK_FAULTS
from sandbox.slack import Slack
from tests.fuzz.command_text import CommandText
from tests.fuzz.microsoft_answers import EntraAnswers, MicrosoftAnswers
from tests.fuzz.slack_answers import SlackAnswers
from tests.fuzz.slack_payloads import SlackPayloads
from tests.fuzz.stored_rows import StoredRows
from tests.fuzz.target import Case, Target
from tests.fuzz.watch import secrets, watched
from tests.fuzz.webhook_requests import WebhookRequests
from tests.world import World

TARGETS: tuple[type[Target], ...] = (
    SlackPayloads,
    SlackAnswers,
    MicrosoftAnswers,
    EntraAnswers,
    WebhookRequests,
    CommandText,
    StoredRows,
)
CASES = 300
"""In one session, so that what one case leaves behind does not go unnoticed among thousands."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that went wrong, and the case that did it; None where only the end of the session showed it."""

    wrong: str
    case: Case | None


async def fuzz(make: Callable[[], Target], chance: random.Random, *, seconds: float) -> tuple[int, list[Finding]]:
    """Try new cases in one session after the other until the time is over; return how many, and what went wrong."""
    until = time.monotonic() + seconds
    tried, findings = 0, []

    def cases(target: Target) -> Iterator[Case]:
        nonlocal tried
        for _ in range(CASES):
            if time.monotonic() > until:
                return
            tried += 1
            yield target.invent(chance)

    while time.monotonic() < until:
        target = make()
        findings += await session(target, cases(target))
    return tried, findings


async def session(target: Target, cases: Iterable[Case]) -> list[Finding]:
    """Try the cases on a bot of their own; return what went wrong."""
    findings: list[Finding] = []
    faults = Faults((*MICROSOFT_FAULTS, *SLACK_FAULTS))
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="partner-bot-fuzz-")))
        clock = stack.enter_context(Clock())
        microsoft = await stack.enter_async_context(Microsoft(faults))
        slack = await stack.enter_async_context(Slack(faults=faults))
        world = World(slack=slack, microsoft=microsoft, directory=folder, clock=clock)
        watch = stack.enter_context(watched())
        fakes = (slack.url, microsoft.entra_url, microsoft.partner_center_url, microsoft.authority.url)
        watch.callable_addresses = lambda: (*fakes, world.url)
        watch.secrets = secrets(world)
        async with world.bot():
            await target.begin(world)
            findings += [Finding(wrong, None) for wrong in watch.take()]
            for case in cases:
                wrong = await target.attempt(world, case)
                findings += [Finding(each, case) for each in (*wrong, *watch.take())]
        findings += [Finding(each, None) for each in (*await target.end(world), *watch.take())]
    return findings
