"""What falls due by the calendar: digests, reminders of invitations, delegated access that is about to end."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from bot.domain.event_kinds import ACCESS_EXPIRING
from bot.domain.events import Observation, Source
from bot.notifications.calendar import longest_wait, next_digest, working_days_later
from bot.notifications.intake import Intake
from bot.notifications.life import NUDGE
from bot.notifications.writers.digests import DIGEST
from bot.storage.clock import read_now
from bot.storage.database import Database
from bot.storage.delivery import NewDelivery
from bot.storage.digests import Digests
from bot.storage.events import Events
from bot.storage.follow import Follow
from bot.storage.follows import Follows
from bot.storage.invitation import Invitation
from bot.storage.invitations import Invitations
from bot.storage.marks import Marks
from bot.storage.outbox import Outbox

SILENCE_DAYS = 10
"""Working days between two reminders of one invitation."""
ENDS_SOON = timedelta(days=14)


class Due:
    """Promises what is due, in the transaction that notes when it is due next: each slot is promised once."""

    def __init__(
        self,
        *,
        database: Database,
        digests: Digests,
        events: Events,
        follows: Follows,
        intake: Intake,
        invitations: Invitations,
        marks: Marks,
        outbox: Outbox,
        promised: Callable[[], None],
        nudge_days: int,
    ) -> None:
        self._database = database
        self._digests = digests
        self._events = events
        self._follows = follows
        self._intake = intake
        self._invitations = invitations
        self._marks = marks
        self._outbox = outbox
        self._promised = promised
        self._longest = longest_wait(max(nudge_days, SILENCE_DAYS)).total_seconds()

    async def promise_digests(self) -> None:
        """Promise the digests whose morning has come; one that was missed comes late, once."""
        due = await self._digests.due()
        for follow_id in due:
            follow = await self._follows.find(follow_id)
            if follow is not None:
                await self._promise_digest(follow)
        if due:
            self._promised()

    async def promise_nudges(self) -> None:
        """Promise a reminder to the senders of invitations that have waited long enough."""
        due = await self._invitations.to_nudge(wait=self._longest)
        for invitation in due:
            await self._database.write(partial(self._promise_nudge, invitation=invitation))
        if due:
            self._promised()

    def _promise_nudge(self, connection: Connection, invitation: Invitation) -> None:
        next_at = working_days_later(read_now(connection), SILENCE_DAYS, invitation.sender_tz)
        noted = self._invitations.nudge(connection, invitation, next_at=next_at)
        if noted is not None:
            key = f"{NUDGE}:{noted.id}:{noted.nudges}"
            self._outbox.promise(connection, NewDelivery(key=key, lane=noted.channel_id, kind=NUDGE, subject=noted.id))

    async def announce_ends(self) -> None:
        """Take in, once for each, that delegated access is about to end."""
        now = await self._marks.now()
        for grant in await self._events.access_that_ends(within=ENDS_SOON):
            await self._intake.take(
                Observation(
                    kind=ACCESS_EXPIRING,
                    source=Source.BOT,
                    name=grant.name,  # which says what kind of access it is
                    happened_at=now,
                    customer_id=grant.customer_id,
                    customer_name=grant.customer_name,
                    resource=grant.resource,
                    ends_at=grant.ends_at,
                )
            )

    async def _promise_digest(self, follow: Follow) -> None:
        due_at = follow.next_digest_at

        def work(connection: Connection) -> None:
            next_at = next_digest(read_now(connection), follow.rhythm, follow.tz)
            if due_at is None or next_at is None:
                return
            digest = self._digests.take(connection, follow.id, due_at=due_at, next_at=next_at)
            if digest is not None:
                promise = NewDelivery(
                    key=f"{DIGEST}:{digest}",
                    lane=follow.channel_id,
                    kind=DIGEST,
                    subject=digest,
                    follow_id=follow.id,
                )
                self._outbox.promise(connection, promise)

        await self._database.write(work)
