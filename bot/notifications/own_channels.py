"""Whether people of other organisations read a channel: notices never go there, also where it was shared since."""

import time

from bot.notifications.courier import Courier

FRESH = 60.0
"""Seconds for which the answer is kept: Slack allows some fifty questions a minute, and tells of a shared channel."""


class OwnChannels:
    """Remembers for a short while which channels are read by others."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._known: dict[str, tuple[float, bool]] = {}

    async def is_external(self, channel_id: str) -> bool:
        """Say whether others read the channel, or may; raises what the courier does."""
        known = self._known.get(channel_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        external = (await self._courier.channel(channel_id)).external
        self._known = {channel: kept for channel, kept in self._known.items() if kept[0] > time.monotonic()}
        self._known[channel_id] = time.monotonic() + FRESH, external
        return external
