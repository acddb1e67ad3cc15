"""Microsoft's audit records: who did what at the partner's. The net under the webhook, and what it cannot tell.

https://learn.microsoft.com/partner-center/developer/auditing-resources
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field
from pydantic.alias_generators import to_snake
from pydantic_core import from_json

from bot.partner_center.paging import Listing, Page
from bot.partner_center.requests import PAGE_SIZE, Request, nothing, opaque_id
from bot.partner_center.wire import EARLIEST, LATEST, LENIENT, AnyCase, Date, Guid, Resource, ResourceId, Text

KEPT = timedelta(days=90)
"""A start before that is refused, even where the rest of the period is not."""
PERIOD = timedelta(days=30)
"""Without an end, "the max window" is answered, whose length is not told; this much is documented as the default."""

_TICKS = re.compile(r"\d{18}", re.ASCII)
_FIRST_TICK = datetime(1, 1, 1, tzinfo=UTC)
"""Ticks are tenths of a microsecond since then (https://learn.microsoft.com/dotnet/api/system.datetime.ticks)."""


def _word(value: object) -> object:
    """Operations come as ``add_customer``; other services of Microsoft's write such words as ``AddCustomer``."""
    return to_snake(value.strip()) if isinstance(value, str) else value


def _unpacked(value: object) -> Any:
    """What changed stands as JSON inside a string."""
    return from_json(value) if isinstance(value, str) else value


Word = Annotated[str, BeforeValidator(_word)]


class AuditedResource(AnyCase):
    """What is needed of a thing before or after an operation; its own shape differs with its kind."""

    id: Annotated[
        ResourceId | None,
        LENIENT,
        Field(validation_alias=AliasChoices("id", "resourceid", "relationshipid", "subscriptionid", "invoiceid")),
    ] = None
    name: Annotated[Text, Field(validation_alias=AliasChoices("friendlyname", "displayname", "name"))] = None
    status: Annotated[Text, Field(validation_alias=AliasChoices("status", "state"))] = None
    quantity: Annotated[int | None, LENIENT] = None
    ends_at: Annotated[
        Date,
        Field(
            validation_alias=AliasChoices(
                "enddatetime", "enddate", "expirationdatetime", "commitmentenddatetime", "commitmentenddate"
            )
        ),
    ] = None


Audited = Annotated[AuditedResource | None, BeforeValidator(_unpacked), LENIENT]


class CustomizedData(Resource):
    """A detail of an operation, by the name that Microsoft gives it."""

    key: str
    value: Annotated[Text, Field(repr=False)] = None


class AuditRecord(Resource):
    """Something that somebody did, or that Microsoft did by itself."""

    id: Annotated[Guid | None, LENIENT] = None
    """In lower case; None where it is left out, as in the sample of Microsoft's own page."""
    customer_id: Annotated[Guid | None, LENIENT] = None
    customer_name: Text = None
    user_principal_name: Annotated[Text, Field(repr=False)] = None
    application_id: Text = None
    """A GUID, or a name."""
    resource_type: Annotated[Word | None, LENIENT] = None
    operation_type: Word
    """In snake case, such as ``remove_partner_customer_relationship``."""
    operation_date: Date = None
    operation_status: Annotated[Word | None, LENIENT] = None
    """``succeeded``, ``failed`` or ``progress``."""
    resource_old_value: Audited = None
    resource_new_value: Audited = None
    customized_data: Annotated[tuple[Annotated[CustomizedData | None, LENIENT], ...] | None, LENIENT] = None

    @property
    def happened_at(self) -> datetime | None:
        """When it was done: the record's date, else the .NET ticks that end its id."""
        return self.operation_date or ticks_in(self.id)

    @property
    def resource_id(self) -> str | None:
        """The id of what was changed: a subscription, an invoice, a delegated access."""
        return next((value.id for value in self._values if value.id), None)

    @property
    def status(self) -> str | None:
        """How what was changed stands now, in Microsoft's word."""
        return next((value.status for value in self._values if value.status), None)

    @property
    def ends_at(self) -> datetime | None:
        """When what was changed ends."""
        return next((value.ends_at for value in self._values if value.ends_at), None)

    def detail(self, key: str) -> str | None:
        """Return the customized data of this name, in any case."""
        details = (data for data in self.customized_data or () if data is not None)
        return next((data.value for data in details if data.key.lower() == key.lower()), None)

    @property
    def _values(self) -> tuple[AuditedResource, ...]:
        """The newer one first."""
        return tuple(value for value in (self.resource_new_value, self.resource_old_value) if value is not None)


def ticks_in(audit_id: str | None) -> datetime | None:
    """Return the instant that an id such as ``{partner}_{customer}_{operation}_638331855840159088`` names."""
    _, _, ticks = (audit_id or "").rpartition("_")
    if not _TICKS.fullmatch(ticks):
        return None
    instant = _FIRST_TICK + timedelta(microseconds=int(ticks) // 10)
    return instant if EARLIEST <= instant < LATEST else None


_RECORDS = Listing[AuditRecord]
_page = partial(_RECORDS.page, tolerant=True)


# https://learn.microsoft.com/partner-center/developer/get-a-record-of-partner-center-activity-by-user
def records(start: date, end: date, *, today: date) -> Iterator[Request[Page[AuditRecord]]]:
    """Ask for the records of these days, both included, in periods that are answered whole.

    Whether the day of ``endDate`` itself is included is not told, so it is the day after; today's end is left out.
    """
    first = max(start, today - KEPT + timedelta(days=1))
    last = min(end, today)
    while first <= last:
        after = min(first + PERIOD, last + timedelta(days=1))
        until = f"&endDate={after.isoformat()}" if after <= today else ""
        yield Request(
            path="/v1/auditrecords",
            query=f"startDate={first.isoformat()}{until}&size={PAGE_SIZE}",
            decode=_page,
        )
        first = after


# https://learn.microsoft.com/partner-center/developer/partner-center-webhook-events
def record(audit_id: str) -> Request[AuditRecord | None]:
    """Ask for the one record that an event names."""
    return Request(
        path=f"/auditactivity/v1/auditrecords/{opaque_id(audit_id)}",
        decode=AuditRecord.model_validate_json,
        absent=nothing,
    )
