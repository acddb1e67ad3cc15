"""Signed slash commands and presses, as Slack sends them, so many at a time, and how long their answers took."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from benchmarks.fakes import TEAM, Slack

SECRET = "benchmark-signing-secret"
TOKEN, APP, CHANNEL = "deprecatedVerification01", "A0BENCH001", "C0BENCH001"
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


async def press_links(url: str, number: int, *, at_once: int) -> Timings:
    """Have people press the card's link button, which asks for nothing but the acknowledgement."""
    timings = Timings()
    waiting = iter(range(number))

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def one_after_another() -> None:
            for each in waiting:
                body, headers = _press(_person(each))
                began = time.perf_counter()
                async with session.post(f"{url}/slack/events", data=body, headers=headers) as ack:
                    await ack.read()
                timings.acks.append(time.perf_counter() - began)
                timings.lost += ack.status != 200

        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return timings


async def type_commands(url: str, slack: Slack, texts: Sequence[str], *, at_once: int) -> Timings:
    """Have people type these after ``/partner``; each of ``at_once`` waits for the answer before the next command."""
    timings = Timings()
    waiting = iter(enumerate(texts))

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=at_once)) as session:

        async def one_after_another() -> None:
            for number, text in waiting:
                await _type(session, f"{url}/slack/events", slack, _person(number), text, timings)

        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return timings


async def _type(
    session: aiohttp.ClientSession, url: str, slack: Slack, user_id: str, text: str, timings: Timings
) -> None:
    response_url, arrival = slack.response_url()
    body, headers = _command(user_id, text, response_url)
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


def _person(number: int) -> str:
    return f"U0BENCH{number % PEOPLE:03}"


def _command(user_id: str, text: str, response_url: str) -> tuple[bytes, dict[str, str]]:
    """https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling"""
    return _signed(
        {
            "token": TOKEN,
            "team_id": TEAM,
            "team_domain": "contoso",
            "channel_id": CHANNEL,
            "channel_name": "deals",
            "user_id": user_id,
            "user_name": "robin",
            "command": "/partner",
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": "1.2.benchmark",
        }
    )


def _press(user_id: str) -> tuple[bytes, dict[str, str]]:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    label = {"type": "plain_text", "text": "Open in Partner Center", "emoji": False}
    button = {"type": "button", "action_id": "link_customer", "block_id": "actions", "text": label}
    container = {"type": "message", "message_ts": "1.2", "channel_id": CHANNEL, "is_ephemeral": True}
    payload: dict[str, object] = {
        "type": "block_actions",
        "user": {"id": user_id, "username": "robin", "name": "robin", "team_id": TEAM},
        "api_app_id": APP,
        "token": TOKEN,
        "container": container,
        "trigger_id": "1.2.benchmark",
        "team": {"id": TEAM, "domain": "contoso"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": CHANNEL, "name": "deals"},
        "state": {"values": {}},
        "response_url": "https://hooks.slack.com/actions/T0BENCH001/1/benchmark",
        "actions": [button | {"url": "https://partner.microsoft.com", "action_ts": "1.2"}],
    }
    return _signed({"payload": json.dumps(payload)})


def _signed(form: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    body = urlencode(form).encode()
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signature}",
    }
