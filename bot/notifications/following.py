"""What people do about what channels follow: each a transaction of its own, with the messages that it causes."""

from collections.abc import Callable
from uuid import uuid4

from sqlalchemy import Connection

from bot.notifications.calendar import next_digest
from bot.notifications.intake import NOTICE
from bot.storage.clock import read_now
from bot.storage.database import Database
from bot.storage.delivery import NewDelivery
from bot.storage.digests import Digests
from bot.storage.errors import DatabaseUnavailable
from bot.storage.follow import PAUSED_BY_HAND, Follow, FollowState, NewFollow, Rhythm, Standing
from bot.storage.follows import Follows
from bot.storage.outbox import Outbox

TEST = "test"
"""The kind of the delivery by which a person sees whether notices arrive; its subject is who asked for it."""


class Following:
    """A ``bot.context.Following``."""

    def __init__(
        self,
        *,
        database: Database,
        follows: Follows,
        digests: Digests,
        outbox: Outbox,
        promised: Callable[[], None],
    ) -> None:
        self._database = database
        self._follows = follows
        self._digests = digests
        self._outbox = outbox
        self._promised = promised

    async def find(self, follow_id: str) -> Follow | None:
        """Return a follow, also one that was removed."""
        return await self._follows.find(follow_id)

    async def of_channel(self, channel_id: str) -> tuple[Follow, ...]:
        """Return what a channel follows, the oldest first."""
        return await self._follows.of_channel(channel_id)

    async def page(self, *, channel_id: str | None, limit: int, offset: int) -> tuple[tuple[Standing, ...], int]:
        """Return follows of a channel, or of all, with their accounts, and how many there are altogether."""
        return await self._follows.page(channel_id=channel_id, limit=limit, offset=offset)

    async def follow(self, new: NewFollow) -> Follow | None:
        """Begin to follow; None for a second press on the same button."""

        def work(connection: Connection) -> Follow | None:
            first = next_digest(read_now(connection), new.rhythm, new.tz)
            return self._follows.set(connection, new, next_digest_at=first)

        return await self._database.write(work)

    async def change(self, follow_id: str, new: NewFollow) -> Follow | None:
        """Follow something else, or in another rhythm; None where it was removed.

        What has been collected for a digest comes at once where there will be no digest.
        """

        def work(connection: Connection) -> Follow | None:
            before = self._follows.read(connection, follow_id)
            if before is None or before.state is FollowState.REMOVED:
                return None
            next_at = before.next_digest_at
            if new.rhythm is not before.rhythm:
                next_at = next_digest(read_now(connection), new.rhythm, new.tz)
            changed = self._follows.change(connection, follow_id, new, next_digest_at=next_at)
            if changed is not None and changed.rhythm is Rhythm.NOW:
                self._tell_collected(connection, changed)
            return changed

        changed = await self._database.write(work)
        self._promised()
        return changed

    async def pause(self, follow_id: str, *, by: str | None = None) -> Follow | None:
        """Hold what comes, because a person wants it; None where it is not active."""

        def work(connection: Connection) -> Follow | None:
            return self._follows.pause(connection, follow_id, reason=PAUSED_BY_HAND, by=by)

        return await self._database.write(work)

    async def resume(self, follow_id: str, *, by: str | None = None) -> Standing | None:
        """Let go what was held, and return how much that is; None where it is not paused."""
        resumed = await self._database.write(lambda connection: self._follows.resume(connection, follow_id, by=by))
        if resumed is None:
            return None
        self._promised()
        try:
            (standing,) = await self._follows.standings([resumed])
        except DatabaseUnavailable:  # it is resumed all the same
            standing = Standing(follow=resumed, waiting=0, given_up=0)
        return standing

    async def remove(self, *follow_ids: str, by: str | None = None) -> tuple[Follow, ...]:
        """Stop following, all of them or none; return those for which that was not done before."""

        def work(connection: Connection) -> tuple[Follow, ...]:
            removed = [self._follows.remove(connection, each, by=by) for each in follow_ids]
            return tuple(filter(None, removed))

        return await self._database.write(work)

    async def restore(self, follow_id: str, *, by: str | None = None) -> Follow | None:
        """Follow again what was removed; None where that is too long ago, or done."""

        def work(connection: Connection) -> Follow | None:
            removed = self._follows.read(connection, follow_id)
            if removed is None:
                return None
            first = next_digest(read_now(connection), removed.rhythm, removed.tz)
            return self._follows.restore(connection, follow_id, next_digest_at=first, by=by)

        return await self._database.write(work)

    async def test(self, follow_id: str, *, by: str) -> Follow | None:
        """Promise a message that takes the whole way of a notice; None where nothing is followed any more."""

        def work(connection: Connection) -> Follow | None:
            follow = self._follows.read(connection, follow_id)
            if follow is None or follow.state is FollowState.REMOVED:
                return None
            test = NewDelivery(
                key=f"{TEST}:{uuid4()}", lane=follow.channel_id, kind=TEST, subject=by, follow_id=follow.id
            )
            self._outbox.promise(connection, test)
            return follow

        follow = await self._database.write(work)
        self._promised()
        return follow

    def _tell_collected(self, connection: Connection, follow: Follow) -> None:
        notices = (
            NewDelivery(
                key=f"{NOTICE}:{event_id}:{follow.channel_id}",
                lane=follow.channel_id,
                kind=NOTICE,
                subject=event_id,
                follow_id=follow.id,
                held=follow.state is FollowState.PAUSED,
            )
            for event_id in self._digests.release(connection, follow.id)
        )
        self._outbox.promise(connection, *notices)
