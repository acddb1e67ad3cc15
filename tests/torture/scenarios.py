"""What can happen to replicas; each scenario returns what went wrong."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from bot.domain.deliveries import DeliveryState
from tests.notifications.replica import ASKED, NOTE, TIMEOUTS, Orders
from tests.notifications.replicas import Process, replica
from tests.notifications.stage import POST, Outcome, Stage, stage

INFO = "conversations.info"
LATENCY = 0.02


async def kill_again_and_again(
    address: str,
    chance: random.Random,
    *,
    channels: int,
    messages: int,
    kills: int,
    kind: str = NOTE,
    end: Callable[[Process], Awaitable[None]] = Process.kill,
) -> Outcome:
    """Kill the one replica at random while it delivers, or ``end`` it; the last one is left to finish."""
    async with stage(address, channels=channels, latency=LATENCY) as scene:
        await scene.enqueue(messages, kind=kind)
        for share in sorted(chance.uniform(0.05, 0.95) for _ in range(kills)):
            async with replica(scene.orders) as process:
                await scene.until_posted(share)
                await asyncio.sleep(chance.uniform(0, scene.orders.pace.channel_seconds))
                await end(process)
        return await _finished(scene)


async def kill_one_of_two(
    address: str, chance: random.Random, *, channels: int, messages: int, kind: str = NOTE, orders: Orders | None = None
) -> tuple[Outcome, float]:
    """Kill one of two replicas while both deliver; return also in how many seconds the other has finished."""
    async with stage(address, channels=channels, latency=LATENCY, orders=orders) as scene:
        await scene.enqueue(messages, kind=kind)
        async with replica(scene.orders) as killed, replica(scene.orders) as other:
            await scene.until_posted(chance.uniform(0.2, 0.6))
            await killed.kill()
            began = asyncio.get_running_loop().time()
            await scene.until_posted()
            seconds = asyncio.get_running_loop().time() - began
            await other.stop()
        return scene.outcome(), seconds


async def freeze(address: str, *, method: str, with_another: bool) -> Outcome:
    """Let a replica stand still for longer than its lease, while Slack answers a call, and then go on.

    ``conversations.info`` is asked before a message is posted; ``chat.postMessage`` has posted it. Another replica
    takes over meanwhile, or the frozen one finds its own claim afterwards.
    """
    async with stage(address) as scene, replica(scene.orders) as frozen:
        scene.wire.hold(method)
        await scene.enqueue(3, kind=ASKED)
        await scene.wire.holds()
        frozen.freeze()
        if with_another:
            await _finished(scene)
        else:
            await asyncio.sleep(TIMEOUTS.lease)
        scene.wire.release()
        frozen.thaw()
        await scene.until_posted()
        await frozen.stop()
        return scene.outcome()


async def kill_while_slack_asks_to_wait(address: str, *, seconds: int) -> float:
    """Kill a replica that was asked to wait; return after how many seconds the next one has called again."""
    async with stage(address) as scene:
        scene.slack.fail_next(POST, status=429, retry_after=seconds)
        await scene.enqueue(1)
        async with replica(scene.orders) as process:
            await scene.until_stored(DeliveryState.WAITING, "ratelimited")
            await process.kill()
        await _finished(scene)
        return min(scene.slack.gaps(scene.channels[0]))


async def lose_the_database(
    address: str, interrupt: Callable[[], Awaitable[None]], *, channels: int, messages: int, times: int
) -> Outcome:
    """Take the database away several times while a replica delivers."""
    async with stage(address, channels=channels, latency=LATENCY) as scene, replica(scene.orders) as process:
        await scene.enqueue(messages)
        for time in range(times):
            await scene.until_posted((time + 1) / (times + 1))
            await interrupt()
        await scene.until_posted(within=60)
        await process.stop()
        return scene.outcome()


async def keep_a_schedule(address: str, *, replicas: int, slots: int) -> list[float]:
    """Let replicas keep one schedule; return the slots that were told, in order."""
    async with stage(address) as scene, AsyncExitStack() as stack:
        orders = scene.orders.with_schedule(scene.channels[0])
        processes = [await stack.enter_async_context(replica(orders)) for _ in range(replicas)]
        await scene.slack.wait_for(lambda: len(scene.posted(scene.channels[0])) >= slots, 60)
        for process in processes:
            await process.stop()
        return [float(text.removeprefix("slot ")) for text in scene.posted(scene.channels[0])]


async def _finished(scene: Stage) -> Outcome:
    """Let a replica deliver what is left."""
    async with replica(scene.orders) as last:
        await scene.until_posted()
        await last.stop()
    return scene.outcome()
