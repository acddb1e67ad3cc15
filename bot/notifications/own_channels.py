"""Whether people of other organisations read a channel, asked for the writes of one delivery.

What is posted cannot be taken back, so an answer serves one delivery for five seconds, is never kept for the next one,
and ends at once when Slack tells of a channel that was shared.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable

from bot.context import Channel

FRESH = 5.0
"""Seconds for which an answer serves, from the moment of asking, by the event loop's clock."""
TRIES = 3
"""Look-ups for one answer at most, where an event ends each of them while it is in flight."""


class OwnChannels:
    """Channel look-ups, each for the writes of one delivery (or of one answer to a person)."""

    def __init__(self, ask: Callable[[str], Awaitable[Channel]]) -> None:
        self._ask = ask
        self._kept: dict[tuple[Hashable, str], tuple[float, Channel]] = {}
        self._endings = 0

    async def channel(self, channel_id: str, *, of: Hashable) -> Channel:
        """Return the channel as it is for this delivery; raises what asking raises."""
        now = asyncio.get_running_loop().time()
        kept = self._kept.get((of, channel_id))
        if kept is not None and kept[0] > now:
            return kept[1]
        for _ in range(TRIES):
            endings, until = self._endings, asyncio.get_running_loop().time() + FRESH
            channel = await self._ask(channel_id)
            if endings == self._endings:
                self._keep((of, channel_id), until, channel)
                return channel
        return Channel(id=channel_id, name="", external=True, known=False)

    async def is_external(self, channel_id: str, *, of: Hashable) -> bool:
        """Say whether others read the channel, or may; raises what asking raises."""
        return (await self.channel(channel_id, of=of)).external

    def end(self) -> None:
        """Forget every answer, also those that are on their way: some channel was shared."""
        self._kept.clear()
        self._endings += 1

    def _keep(self, key: tuple[Hashable, str], until: float, channel: Channel) -> None:
        now = asyncio.get_running_loop().time()
        self._kept = {each: kept for each, kept in self._kept.items() if kept[0] > now}
        self._kept[key] = until, channel
