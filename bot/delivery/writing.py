"""One write of a plan: by whom it may be read is asked first; what may have been posted before is looked for."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.delivery.channel_lookups import ChannelLookups
from bot.delivery.handler import Content
from bot.delivery.leases import Leases
from bot.delivery.messenger import Failed, Messenger, Refused, Trace
from bot.domain.deliveries import Delivery, Edit, Post, React, Show, Step
from bot.reply import Message
from bot.retry import DeliveryTimeouts

log = structlog.get_logger()

PERSON = ("U", "W")
"""How the ids of people begin, to whom messages go directly."""


class SharedSince(Exception):
    """Other organisations read the channel, or may, since the step was planned; nothing was written."""


Readers = Callable[[str, str | None], Awaitable[bool]]
"""Say whether a person, by id, may read customers' data in a channel; None for direct messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A step that was written, found, or left out."""

    ts: str = ""
    """Of its message; empty where it has none."""
    withheld: bool = False
    """Nothing was shown: its reader has no role any longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes steps while the lease has time left.

    What a whole channel sees is written only while ``channels`` says that no other organisation reads it, and what one
    person sees only while ``readers`` says that they may.
    """

    messenger: Messenger
    leases: Leases
    timeouts: DeliveryTimeouts
    channels: ChannelLookups | None = None
    readers: Readers | None = None

    async def found(self, step: Step, delivery: Delivery) -> str | None:
        """Return the ``ts`` of a post that an earlier attempt may have made; None where there is none."""
        if not isinstance(step, Post):
            return None  # the others may be repeated, or cannot be looked for
        trace, thread_ts = _trace(step, delivery), _thread(step, delivery)
        async with asyncio.timeout(self.timeouts.look_up):
            since = delivery.created_at
            found = await self.messenger.find(trace, channel=step.channel, thread_ts=thread_ts, since=since)
            if found is None and thread_ts is not None:  # the thread may take no replies
                found = await self.messenger.find(trace, channel=step.channel, thread_ts=None, since=since)
        if found is not None:
            log.info("delivery found posted")
        return found

    async def write(self, step: Step, delivery: Delivery, content: Content) -> Written:
        """Write a step; raises what the messenger raises, SharedSince, LeaseTooShort."""
        async with asyncio.timeout(self.timeouts.preparation):
            message = None if isinstance(step, React) else await content(step)
            if await self._lost_its_reader(step):
                log.info("step left out", step=step.name, why="no role any longer")
                return Written(withheld=True)
            await self._require_own(step, delivery)
        self.leases.require(delivery.number)
        try:
            async with asyncio.timeout(self.timeouts.write):
                return Written(ts=await self._written(step, delivery, message))
        except TimeoutError:
            raise Failed("timeout") from None

    async def _written(self, step: Step, delivery: Delivery, message: Message | None) -> str:
        match step:
            case React(channel=channel, ts=ts, reaction=reaction):
                await self.messenger.react(reaction, channel=channel, ts=ts)
                return ts
            case _ if message is None:
                raise AssertionError(step.name)
            case Post(channel=channel):
                trace, thread_ts = _trace(step, delivery), _thread(step, delivery)
                return await self.messenger.post(message, channel=channel, thread_ts=thread_ts, trace=trace)
            case Edit(channel=channel, ts=ts):
                await self.messenger.edit(message, channel=channel, ts=ts)
                return ts
            case Show(channel=channel, user=user):
                await self.messenger.show(message, channel=channel, user=user)
                return ""

    async def _require_own(self, step: Step, delivery: Delivery) -> None:
        """Raise SharedSince where other organisations read the channel now, or Slack does not say."""
        alone = isinstance(step, Show) or step.channel.startswith(PERSON)
        if self.channels is None or alone or (isinstance(step, Post | Edit) and step.for_others):
            return
        try:
            external = await self.channels.is_external(step.channel, of=delivery.id)
        except (Failed, Refused):
            external = True
        if external:
            raise SharedSince

    async def _lost_its_reader(self, step: Step) -> bool:
        """Say whether the one person who would see the step lost their role since it was enqueued."""
        if self.readers is None:
            return False
        match step:
            case Show(channel=channel, user=user):
                return not await self.readers(user, channel)
            case Post(channel=user) if user.startswith(PERSON):
                return not await self.readers(user, None)
            case _:
                return False


def _trace(step: Step, delivery: Delivery) -> Trace:
    return Trace(delivery_id=delivery.id, step=step.name)


def _thread(step: Post, delivery: Delivery) -> str | None:
    return step.thread_ts if step.thread_of is None else delivery.sent.get(step.thread_of) or None
