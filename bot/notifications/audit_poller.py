"""Poll Partner Center's audit records since the last poll: without a webhook, and for what a webhook missed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import structlog
from sqlalchemy import Connection

from bot import retry
from bot.domain.event_kind import ACCESS, Actor
from bot.domain.events import Observation
from bot.notifications.actors import by_whom
from bot.notifications.audit_events import domain_of_actor, observation
from bot.notifications.customer_diff import CustomerDiff
from bot.notifications.ingest import Ingest
from bot.partner_center.audit import KEPT, AuditRecord
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import PartnerCenterError, RoleMissing
from bot.partner_center.remedies import explained
from bot.storage.checkpoints import Checkpoint, Noted
from bot.storage.clock import GRACE, read_now
from bot.storage.repositories import Repositories

log = structlog.get_logger()

OVERLAP = timedelta(hours=6)
"""Before the last poll: a record may come to light some time after its operation."""
DAY = timedelta(days=1)
AT_ONCE = 100
"""Observations a transaction."""
RECORDS, LIST = "records", "list"
"""By what the last poll went."""

_FOR_GOOD = frozenset({403, 404})


class AuditPoller:
    """Polls by audit records, or where there are none by the customer list; ``audited`` says what the cloud offers.

    What happened before the first poll is neither told nor kept.
    """

    def __init__(
        self,
        *,
        partner_center: PartnerCenter,
        partner_tenant_id: str,
        ingest: Ingest,
        repositories: Repositories,
        customer_diff: CustomerDiff,
        audited: bool,
    ) -> None:
        self._partner_center = partner_center
        self._partner_tenant_id = partner_tenant_id
        self._ingest = ingest
        self._database = repositories.database
        self._events = repositories.events
        self._checkpoints = repositories.checkpoints
        self._customer_list = customer_diff
        self._audited = audited
        self._read: frozenset[str] = frozenset()
        """Records that say more than the webhook does, and were read by the last poll."""

    async def poll(self) -> None:
        """Take in what is new; whatever keeps it from that is noted and raised, and the next poll makes up for it."""
        began = await self._database.read(read_now)
        try:
            how = RECORDS
            if not (self._audited and await self._read_records(began)):
                how = LIST
                await self._customer_list.compare()
        except Exception as error:
            await self._note(Checkpoint.POLL_FAILED, value=type(error).__name__)
            raise
        await self._note(Checkpoint.POLLED, at=began, value=how)

    async def reads_records(self) -> bool:
        """Say whether polls tell of more than new and lost customers."""
        last = await self._noted(Checkpoint.POLLED)
        return self._audited and (last is None or last.value == RECORDS)

    async def _read_records(self, began: datetime) -> bool:
        """Read the audit records from the last good poll on, day by day; False where the partner is refused them."""
        baseline = await self._baseline(began)
        last = await self._noted(Checkpoint.POLLED)
        done = baseline if last is None else min(last.at, began)  # which a clock that was ahead may have noted
        errand = self._partner_center.errand(deadline=retry.PARTNER_CENTER.background_page, background=True)
        read: set[str] = set()
        for day in _days(max(done - OVERLAP, baseline, began - KEPT + DAY), began):
            records: list[AuditRecord] = []
            pages, broken_off = 0, None
            try:
                async for page in errand.audit_records(day, day):
                    records += page
                    pages += 1
            except PartnerCenterError as error:
                broken_off = error
            if broken_off is not None and pages == 0:
                if not _is_for_good(broken_off):
                    raise broken_off
                if await self.reads_records():  # said once, and not at every poll
                    log.warning("audit records refused", error=type(broken_off).__name__, **explained(broken_off))
                return False
            undated = max(baseline, datetime.combine(day, time(), UTC))
            read |= await self._take(errand, records, since=baseline, now=began, undated=undated)
            if broken_off is not None:  # what came is taken in; the next poll reads the day again
                raise broken_off
            end = datetime.combine(day + DAY, time(), UTC)
            if done < end < began:  # a long way to catch up is not gone twice
                await self._note(Checkpoint.POLLED, at=end, value=RECORDS)
                done = end
        self._read = frozenset(read)
        return True

    async def _baseline(self, began: datetime) -> datetime:
        noted = await self._noted(Checkpoint.BASELINE)
        if noted is not None and noted.at <= began + timedelta(seconds=GRACE):
            return min(noted.at, began)
        # The first poll was made by a clock that has been set back since, or this is the first. Each further poll would
        # begin at itself; what happened since that first one, whenever it was, is rather told late than never.
        baseline = began if noted is None else began - OVERLAP
        await self._note(Checkpoint.BASELINE, at=baseline)
        return baseline

    async def _take(
        self,
        errand: Errand,
        records: Sequence[AuditRecord],
        *,
        since: datetime,
        now: datetime,
        undated: datetime,
    ) -> frozenset[str]:
        """Take in what records say, in the order in which it happened; return those that say more than the webhook.

        ``undated``, the beginning of the day that was asked for, dates what is not dated: at every poll the same.
        """
        told = [
            (seen, domain_of_actor(record))
            for record in records
            if (seen := observation(record, now=now, undated=undated)) is not None
        ]
        fresh = sorted((each for each in told if each[0].happened_at >= since), key=lambda each: each[0].happened_at)
        # Of access the webhook tells neither by whom nor until when: a record is read though the event is known.
        more = frozenset(seen.audit_id for seen, _ in fresh if seen.audit_id and seen.kind.subject is ACCESS)
        for first in range(0, len(fresh), AT_ONCE):
            some = fresh[first : first + AT_ONCE]
            known = await self._known([seen.audit_id for seen, _ in some if seen.audit_id])
            known -= more - self._read
            new = [
                seen if domain is None else replace(seen, actor=await self._whose(errand, seen, domain))
                for seen, domain in some
                if seen.audit_id not in known
            ]
            if new:
                await self._ingest.ingest(*new)
        return more

    async def _noted(self, checkpoint: Checkpoint) -> Noted | None:
        return await self._database.read(lambda connection: self._checkpoints.get(connection, checkpoint))

    async def _note(self, checkpoint: Checkpoint, *, at: datetime | None = None, value: str | None = None) -> None:
        def work(connection: Connection) -> None:
            self._checkpoints.set(connection, checkpoint, at=at, value=value)

        await self._database.write(work)

    async def _known(self, audit_ids: Sequence[str]) -> frozenset[str]:
        return await self._database.read(lambda connection: self._events.known_audit_ids(connection, audit_ids))

    async def _whose(self, errand: Errand, seen: Observation, domain: str) -> Actor | None:
        return await by_whom(errand, domain, customer_id=seen.customer_id, partner_tenant_id=self._partner_tenant_id)


def _is_for_good(error: PartnerCenterError) -> bool:
    """Say whether asking again brings no more: not this partner, not in this cloud."""
    status = error.diagnosis.status if error.diagnosis else None
    return isinstance(error, RoleMissing) or status in _FOR_GOOD


def _days(begin: datetime, end: datetime) -> Iterator[date]:
    day, last = begin.astimezone(UTC).date(), end.astimezone(UTC).date()
    while day <= last:
        yield day
        day += DAY
