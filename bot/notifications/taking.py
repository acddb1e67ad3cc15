"""Takes the step that a writer has decided on: what the courier does for it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.domain.deliveries import Delivery
from bot.notifications.channel_lookups import ChannelLookups
from bot.notifications.courier import Courier, Failed, Refused, Trace
from bot.notifications.steps import Edit, Finish, Post, React, Step, Whisper

log = structlog.get_logger()

PERSON = ("U", "W")
"""How the ids of people begin, to whom messages go directly."""


class SharedSince(Exception):
    """Other organisations read the channel, or may, since the step was decided on; nothing was written."""


Readers = Callable[[str, str | None], Awaitable[bool]]
"""Say whether a person, by id, may read customers' data in a channel; None for direct messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that was taken, or left out."""

    ts: str = ""
    """Of its message; empty where it has none."""
    found: bool = False
    """A former attempt had taken it, as its message shows."""
    withheld: bool = False
    """Nothing was shown: the person whom it was for has no role any longer."""


async def take(
    step: Step,
    delivery: Delivery,
    courier: Courier,
    *,
    deadline: float,
    channels: ChannelLookups | None = None,
    readers: Readers | None = None,
) -> Taken:
    """Take a step while the claim is surely ours.

    After the deadline, a time of the event loop's clock, another process may be taking the same step. What everyone in
    a channel will see is written only while ``channels`` says that no other organisation reads it, and what one person
    will see only while ``readers`` says that they may.
    """
    try:
        async with asyncio.timeout_at(deadline):
            if await _lost_its_reader(step, readers):
                log.info("step left out", part=step.part, why="no role any longer")
                return Taken(withheld=True)
            return await _take(step, delivery, courier, deadline, channels)
    except TimeoutError:
        raise Failed("timeout") from None


async def _take(
    step: Step, delivery: Delivery, courier: Courier, deadline: float, channels: ChannelLookups | None
) -> Taken:
    match step:
        case Post():
            return await _post(step, delivery, courier, deadline, channels)
        case Whisper(message=message, channel=channel, user=user):
            await courier.whisper(message, channel=channel, user=user)
            return Taken()
        case Edit(message=message, channel=channel, ts=ts):
            await _require_own(step, delivery, channels)
            await courier.edit(message, channel=channel, ts=ts)
            return Taken(ts=ts)
        case React(name=name, channel=channel, ts=ts):
            await _require_own(step, delivery, channels)
            await courier.react(name, channel=channel, ts=ts)
            return Taken(ts=ts)
        case Finish():
            return Taken()


async def _post(
    step: Post, delivery: Delivery, courier: Courier, deadline: float, channels: ChannelLookups | None
) -> Taken:
    trace = Trace(delivery_id=delivery.id, part=step.part)
    if delivery.doubt.covers(step.part):
        since = delivery.created_at
        found = await courier.find(trace, channel=step.channel, thread_ts=step.thread_ts, since=since)
        if found is None and step.thread_ts is not None:  # the thread may take no replies
            found = await courier.find(trace, channel=step.channel, thread_ts=None, since=since)
        if found is not None:
            log.info("delivery found posted")
            return Taken(ts=found, found=True)
    await _require_own(step, delivery, channels)
    if asyncio.get_running_loop().time() >= deadline:  # this process stood still: its time-out has not been heard yet
        raise TimeoutError
    return Taken(ts=await courier.post(step.message, channel=step.channel, thread_ts=step.thread_ts, trace=trace))


async def _require_own(step: Post | Edit | React, delivery: Delivery, channels: ChannelLookups | None) -> None:
    """Raise SharedSince where other organisations read the channel now, or Slack does not say."""
    direct = step.channel.startswith(PERSON)
    if channels is None or direct or (not isinstance(step, React) and step.for_others):
        return
    try:
        external = await channels.is_external(step.channel, of=delivery.id)
    except (Failed, Refused):
        external = True
    if external:
        raise SharedSince


async def _lost_its_reader(step: Step, readers: Readers | None) -> bool:
    """Say whether the one person who would see the step lost their role since it was enqueued."""
    match step:
        case Whisper(channel=channel, user=user):
            return readers is not None and not await readers(user, channel)
        case Post(channel=user) if user.startswith(PERSON):
            return readers is not None and not await readers(user, None)
        case _:
            return False
