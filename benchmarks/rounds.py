"""One round of one app: a fresh process, a herd on it while it is cold, then two kinds of commands in good order."""

import json
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.child import Child, running
from benchmarks.fakes import PartnerCenter, Slack
from benchmarks.load import Timings, press_links, type_commands

HERD = 40
"""Identical look-ups at the same instant, the first that a fresh process gets."""
WARM_UP = 32
PRESSES = 400
HELPS = 240
CUSTOMERS = 320
"""Each of another customer. With herd and warm-up under the 490 a minute at which the bot holds itself back."""
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class App:
    """What is compared."""

    module: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one kind of command cost: CPU seconds a command, and seconds to acknowledgement and answer."""

    cpu: float
    timings: Timings


@dataclass(frozen=True, slots=True)
class Counts:
    """What is exact."""

    auth_tests: int
    """Calls of ``auth.test``, from the start to the end of the herd."""
    identical: int
    """Questions to Partner Center for the herd's one customer."""
    asked: int
    """Questions to Partner Center for ``CUSTOMERS`` different ones."""
    connections: int
    """New connections to Slack and Partner Center during the measured commands."""
    lost: int
    card: tuple[str, ...]
    """Type and number of texts of each block of the card; both apps must do the same work."""


@dataclass(frozen=True, slots=True)
class Round:
    """What was measured of one process."""

    ready: float
    """Seconds from the start to the first answer."""
    idle: float
    """MB before the first command."""
    presses: Figures
    """Of a button that only opens its link: the acknowledgement is all there is."""
    helps: Figures
    customers: Figures
    memory: float
    """MB at the end."""
    counts: Counts


class Fakes:
    """Slack, Partner Center, and ids of customers that were never asked for."""

    def __init__(self) -> None:
        self.slack = Slack()
        self.partner_center = PartnerCenter()
        self._numbers = count(1)

    @property
    def connections(self) -> int:
        """How many were ever made."""
        return self.slack.connections + self.partner_center.connections

    def look_ups(self, number: int) -> list[str]:
        """Return so many commands for as many customers."""
        return [f"customer {next(self._numbers):08x}-0000-4000-8000-000000000000" for _ in range(number)]


async def play(app: App, fakes: Fakes, folder: Path) -> Round:
    """Play one round with a fresh process of the app; what it writes goes into ``folder``."""
    slack, partner_center = fakes.slack, fakes.partner_center
    auth_tests, asked = slack.requests["/api/auth.test"], partner_center.asked
    async with running(app.module, *app.arguments, environment=app.environment, folder=folder) as child:
        idle = child.memory()
        herd = await type_commands(child.url, slack, fakes.look_ups(1) * HERD, at_once=HERD)
        auth_tests, identical = slack.requests["/api/auth.test"] - auth_tests, partner_center.asked - asked
        # As many at once as can ever overlap: the next command may come before the last answer is quite done with.
        warm_up = await type_commands(child.url, slack, fakes.look_ups(WARM_UP), at_once=2 * AT_ONCE)
        connections, asked = fakes.connections, partner_center.asked
        presses = await _measured(child, PRESSES, press_links(child.url, PRESSES, at_once=AT_ONCE))
        helps = await _typed(child, slack, ["help customer"] * HELPS)
        customers = await _typed(child, slack, fakes.look_ups(CUSTOMERS))
        return Round(
            ready=child.ready,
            idle=idle,
            presses=presses,
            helps=helps,
            customers=customers,
            memory=child.memory(),
            counts=Counts(
                auth_tests=auth_tests,
                identical=identical,
                asked=partner_center.asked - asked,
                connections=fakes.connections - connections,
                lost=sum(
                    timings.lost for timings in (herd, warm_up, presses.timings, helps.timings, customers.timings)
                ),
                card=shape(slack.latest),
            ),
        )


async def _typed(child: Child, slack: Slack, texts: Sequence[str]) -> Figures:
    return await _measured(child, len(texts), type_commands(child.url, slack, texts, at_once=AT_ONCE))


async def _measured(child: Child, number: int, load: Awaitable[Timings]) -> Figures:
    before = child.cpu()
    timings = await load
    return Figures((child.cpu() - before) / number, timings)


def shape(message: bytes) -> tuple[str, ...]:
    """Return the type of each block of a message, and how many text objects it holds."""
    return tuple(f"{block['type']} {sum(_texts(block))}" for block in json.loads(message)["blocks"])


def _texts(node: object) -> Iterator[int]:
    match node:
        case {"type": "mrkdwn" | "plain_text"}:
            yield 1
        case dict():
            for value in node.values():
                yield from _texts(value)
        case list():
            for value in node:
                yield from _texts(value)
        case _:
            pass
