"""Writes what follows cause besides notices: the test that a person asks for, and word to an owner of a pause."""

from collections.abc import Awaitable, Callable

from bot.contacts import Contacts
from bot.language import language
from bot.notifications.steps import Decision, Drop, Post, Writer
from bot.notifications.writers.followed import FollowWriter
from bot.storage.delivery import Delivery
from bot.storage.follow import Follow, FollowState
from bot.storage.follows import Follows
from bot.views import follows as views
from bot.views import notices


class FollowTestWriter(FollowWriter):
    """Writes deliveries that show whether notices arrive."""

    async def decide(self, delivery: Delivery) -> Decision:
        """Post where a notice would stand."""
        follow = await self.followed(delivery)
        if not isinstance(follow, Follow):
            return follow
        return Post(
            part="test",
            message=notices.test(language(follow.language), asked_by=delivery.subject, follow=follow),
            channel=follow.channel_id,
            thread_ts=follow.thread_ts if follow.thread_only else None,
        )


class PauseWriter(Writer):
    """Writes deliveries that tell an owner of a pause."""

    def __init__(self, *, follows: Follows, contacts: Callable[[], Awaitable[Contacts]]) -> None:
        self._follows = follows
        self._contacts = contacts

    async def decide(self, delivery: Delivery) -> Decision:
        """Tell the owner directly, unless the pause is over."""
        follow = await self._follows.find(delivery.subject)
        if follow is None or follow.state is not FollowState.PAUSED:
            return Drop("no longer paused")
        (standing,) = await self._follows.standings([follow])
        message = views.owner_told(language(follow.language), standing, contacts=await self._contacts())
        return Post(part="pause", message=message, channel=follow.owner_id)
