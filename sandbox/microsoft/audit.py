"""Audit records: who did what at the partner's, for 90 days, by pages.

https://learn.microsoft.com/partner-center/developer/get-a-record-of-partner-center-activity-by-user
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from aiohttp import web

from sandbox.microsoft.answers import Answer, error
from sandbox.microsoft.companies import PARTNER_TENANT_ID
from sandbox.microsoft.company import Company
from sandbox.microsoft.paging import BadRequest, Paging
from sandbox.microsoft.ticks import ticks_at, written
from sandbox.microsoft.users import ADMIN_AGENT
from sandbox.microsoft.wire import Resource

AUDIT_RECORDS_PATH: Final = "/v1/auditrecords"
AUDIT_RECORD_PATH: Final = "/auditactivity/v1/auditrecords/*"
"""Path patterns for ``answer_next``, ``hold`` and ``calls``."""

_KEPT = timedelta(days=90)
_WINDOW = timedelta(days=30)
"""What is answered where no end is asked for, or where the start is left out."""
_LARGEST_PAGE = 500
NOT_HERE = error(404, "1000", "The resource was not found.")


class AuditLog:
    """``records`` are as they stand on the wire; ``offered`` is False in 21Vianet's cloud."""

    def __init__(self, clock: Callable[[], float], paging: Paging) -> None:
        self.records: list[Resource] = []
        self.offered = True
        self.dated: str | None = None
        """What stands in every record instead of its date; it is found by the real one all the same."""
        self._clock = clock
        self._paging = paging
        self._latest = 0

    def routes(self) -> list[web.RouteDef]:
        """What is served."""
        return [
            web.get(AUDIT_RECORDS_PATH, self._period, allow_head=False),
            web.get("/auditactivity/v1/auditrecords/{audit_id}", self._record, allow_head=False),
        ]

    def instant(self) -> int:
        """The ticks of now; no two are the same."""
        self._latest = max(self._latest + 1, ticks_at(self._clock()))
        return self._latest

    def add(
        self,
        operation: str,
        resource_type: str,
        *,
        at: int,
        customer: Company | None = None,
        by: str | None = ADMIN_AGENT.username,
        old: Mapping[str, object] | None = None,
        new: Mapping[str, object] | None = None,
        status: str = "succeeded",
        **details: str | None,
    ) -> str:
        """Record an operation and return the record's id; ``by`` None is Microsoft itself."""
        tenant_id = customer.tenant_id.lower() if customer else None
        parts = [PARTNER_TENANT_ID, *([tenant_id, operation.replace("_", "")] if tenant_id else []), str(at)]
        record: Resource = {
            "id": "_".join(parts),
            "partnerId": PARTNER_TENANT_ID,
            "customerId": tenant_id,
            "customerName": customer.name if customer else None,
            "userPrincipalName": by,
            "applicationId": "Partner Center Web App" if by else None,
            "resourceType": resource_type,
            "resourceOldValue": None if old is None else json.dumps(old),
            "resourceNewValue": None if new is None else json.dumps(new),
            "operationType": operation,
            "operationDate": written(at),
            "operationStatus": status,
            "customizedData": [{"key": key, "value": value} for key, value in details.items()],
            "attributes": {"objectType": "AuditRecord"},
        }
        self.records.append({key: value for key, value in record.items() if value is not None})
        return "_".join(parts)

    async def _period(self, request: web.Request) -> web.Response:
        if not self.offered:
            return NOT_HERE.response()
        try:
            start, end = self._asked(request.query)
            size = _size(request.query.get("size", "500"))
            newest_first = sorted(self.records, key=_date, reverse=True)
            found = [record for record in newest_first if start.isoformat() <= _date(record)[:10] < end.isoformat()]
            shown = [record if self.dated is None else {**record, "operationDate": self.dated} for record in found]
            return self._paging.page(request, shown, size).response()
        except BadRequest as wrong:
            return wrong.answer.response()

    def _asked(self, query: Mapping[str, str]) -> tuple[date, date]:
        """The first day, and the day after the last: a date is its midnight."""
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        start = _day(query["startDate"]) if "startDate" in query else today - _WINDOW
        if start < today - _KEPT:
            raise BadRequest(error(400, "2000", "The start date must be within the last 90 days."))
        return start, _day(query["endDate"]) if "endDate" in query else start + _WINDOW + timedelta(days=1)

    async def _record(self, request: web.Request) -> web.Response:
        wanted = request.match_info["audit_id"].lower()
        found = [record for record in self.records if str(record.get("id", "")).lower() == wanted]
        return (Answer(body=found[0]) if found and self.offered else NOT_HERE).response()


def _date(record: Resource) -> str:
    return str(record.get("operationDate", ""))


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise BadRequest(error(400, "800002", "Dates are written yyyy-mm-dd.", text)) from None


def _size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _LARGEST_PAGE:
        raise BadRequest(error(400, "2000", f"The page size must be between 1 and {_LARGEST_PAGE}.", text))
    return int(text)
