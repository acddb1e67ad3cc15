"""Signed slash commands, as Slack sends them, so many at a time; and how long acknowledgement and answer took."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from benchmarks.fakes import TEAM, Slack

SECRET = "benchmark-signing-secret"
PEOPLE = 8
"""How many different people type."""
PATIENCE = 15.0
"""Seconds after which an answer counts as lost."""


@dataclass(slots=True)
class Timings:
    """Seconds from the delivery on."""

    acks: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    lost: int = 0
    """Commands that were not acknowledged with 200, or never answered."""


async def type_commands(url: str, slack: Slack, texts: Sequence[str], *, at_once: int) -> Timings:
    """Have people type these after ``/partner``; each of ``at_once`` waits for the answer before the next command."""
    timings = Timings()
    waiting = iter(enumerate(texts))

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def one_after_another() -> None:
            for number, text in waiting:
                await _type(session, f"{url}/slack/events", slack, f"U0BENCH{number % PEOPLE:03}", text, timings)

        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return timings


async def _type(
    session: aiohttp.ClientSession, url: str, slack: Slack, user_id: str, text: str, timings: Timings
) -> None:
    response_url, arrival = slack.response_url()
    body, headers = _delivery(user_id, text, response_url)
    began = time.perf_counter()
    async with session.post(url, data=body, headers=headers) as ack:
        await ack.read()
        acknowledged = time.perf_counter()
    try:
        answered = await asyncio.wait_for(arrival, PATIENCE)
    except TimeoutError:
        timings.lost += 1
        return
    timings.lost += ack.status != 200
    timings.acks.append(acknowledged - began)
    timings.answers.append(answered - began)


def _delivery(user_id: str, text: str, response_url: str) -> tuple[bytes, dict[str, str]]:
    """https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling"""
    form = {
        "token": "deprecatedVerification01",
        "team_id": TEAM,
        "team_domain": "contoso",
        "channel_id": "C0BENCH001",
        "channel_name": "deals",
        "user_id": user_id,
        "user_name": "robin",
        "command": "/partner",
        "text": text,
        "api_app_id": "A0BENCH001",
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": "1.2.benchmark",
    }
    body = urlencode(form).encode()
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signature}",
    }
