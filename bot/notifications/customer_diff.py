"""New and lost customers, where there are no audit records: the difference between two customer lists."""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot import retry
from bot.domain.event_kind import EventKind
from bot.domain.event_kinds import CUSTOMER_ADDED, CUSTOMER_REMOVED
from bot.domain.events import Observation, Source
from bot.notifications.ingest import Ingest
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import CustomerNotFound, NoRelationship, RoleMissing, SearchRefused, UnreadableAnswer
from bot.partner_center.models import CustomerRelationship
from bot.partner_center.refusals import NO_SUCH_TENANT
from bot.storage.checkpoints import Checkpoint, Noted
from bot.storage.clock import read_now
from bot.storage.repositories import Repositories

log = structlog.get_logger()

AT_ONCE = 100
"""Observations a transaction."""
MOST_ASKED = 100
"""Missing customers that are asked for one by one in a comparison: of a list cut short it may be thousands."""
NAME = "customer list"


class CustomerDiff:
    """Compare the customer list with the last one; a list that does not arrive whole changes nothing."""

    def __init__(
        self,
        *,
        repositories: Repositories,
        partner_center: PartnerCenter,
        ingest: Ingest,
    ) -> None:
        self._database = repositories.database
        self._known = repositories.known_customers
        self._checkpoints = repositories.checkpoints
        self._partner_center = partner_center
        self._ingest = ingest

    async def compare(self) -> None:
        """Take in who came and who left; the first list is only kept."""
        errand = self._partner_center.errand(deadline=retry.PARTNER_CENTER.background_page, background=True)
        names: Mapping[str, str | None] = {
            customer.id: customer.name async for page in errand.all_customers() for customer in page
        }

        def last(connection: Connection) -> Noted | None:
            return self._checkpoints.get(connection, Checkpoint.LISTED)

        if await self._database.read(last) is None:
            log.info("customer list kept", customers=len(names))
        else:
            names = await self._compared(errand, names)

        def work(connection: Connection) -> None:
            self._known.change(connection, names)
            self._checkpoints.set(connection, Checkpoint.LISTED)

        await self._database.write(work)

    async def _compared(self, errand: Errand, names: Mapping[str, str | None]) -> Mapping[str, str | None]:
        """Take in the differences; return the list with those who are missing from it and are customers all the same.

        Events are kept before the list is: what is interrupted in between is seen again, and known by then.
        """
        known = await self._database.read(self._known.names)
        missing = [customer_id for customer_id in known if customer_id not in names]
        asked = random.sample(missing, min(len(missing), MOST_ASKED))  # a part each time, and not always the same
        gone = frozenset([each for each in asked if not await self._is_customer(errand, each)])
        stayed = {each: known[each] for each in missing if each not in gone}
        if stayed:
            log.warning("customer list incomplete", missing=len(stayed))
        now = await self._database.read(read_now)
        new = (each for each in names if each not in known)
        seen = [*_seen(CUSTOMER_ADDED, new, names, now), *_seen(CUSTOMER_REMOVED, gone, known, now)]
        for first in range(0, len(seen), AT_ONCE):
            await self._ingest.ingest(*seen[first : first + AT_ONCE])
        return {**names, **stayed}

    async def _is_customer(self, errand: Errand, customer_id: str) -> bool:
        """Ask for one who is missing, and believe only Microsoft's plain word that it is no customer.

        To be told wrongly that customers are lost is worse than a request more.
        """
        self._partner_center.forget(customer_id)
        try:
            customer = await errand.customer(customer_id)
        except NoRelationship:
            return False
        except CustomerNotFound as error:  # also a bare 404 of whatever stands in front of the service
            return error.diagnosis is None or error.diagnosis.code != NO_SUCH_TENANT
        except (RoleMissing, SearchRefused, UnreadableAnswer):  # of this one nothing can be learnt; others may be gone
            return True
        return customer.relationship_to_partner != CustomerRelationship.NONE


def _seen(
    kind: EventKind, customer_ids: Iterable[str], names: Mapping[str, str | None], now: datetime
) -> Iterator[Observation]:
    for customer_id in customer_ids:
        yield Observation(
            kind=kind,
            source=Source.LIST,
            name=NAME,
            happened_at=now,
            customer_id=customer_id,
            customer_name=names[customer_id],
        )
