"""Channel look-ups for the writes of one delivery: whether people of other organisations read the channel.

What is posted cannot be taken back, so an answer serves one delivery for five seconds, is never kept for the next one,
and ends at once when Slack tells of a channel that was shared.
"""

from collections.abc import Awaitable, Callable, Hashable

from bot.cache import Cache, Invalidated
from bot.context import Channel

FRESH = 5.0
"""Seconds for which an answer serves, from the moment of asking."""
CAPACITY = 256
"""Answers kept; a delivery or an answer to a person needs one or two, and some dozens are in progress at once."""


class ChannelLookups:
    """Channel look-ups, each for the writes of one delivery (or of one answer to a person)."""

    def __init__(self, ask: Callable[[str], Awaitable[Channel]]) -> None:
        self._ask = ask
        self._cache: Cache[tuple[Hashable, str], Channel] = Cache(seconds=FRESH, capacity=CAPACITY)

    async def channel(self, channel_id: str, *, of: Hashable) -> Channel:
        """Return the channel as it is for this delivery; raises what asking raises."""
        try:
            return await self._cache.get((of, channel_id), lambda: self._ask(channel_id))
        except Invalidated:
            return Channel(id=channel_id, name="", external=True, known=False)

    async def is_external(self, channel_id: str, *, of: Hashable) -> bool:
        """Say whether others read the channel, or may; raises what asking raises."""
        return (await self.channel(channel_id, of=of)).external

    def end(self) -> None:
        """Forget every answer, also those that are on their way: some channel was shared."""
        self._cache.invalidate_all()
