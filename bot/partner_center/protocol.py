"""The conversation as values: what is sent for a request, and what an answer to it means. Does no I/O."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import uuid4

from bot.partner_center.answers import BYTE_ORDER_MARK, Answer
from bot.partner_center.errors import Diagnosis
from bot.partner_center.refusals import refusal
from bot.partner_center.requests import Request

T = TypeVar("T")

APPLICATION = "Partner Bot"
NO_MORE = "2000"
"""The general code of a 400; to the continuation of a list it says that nothing is left."""
_CONSTANT_HEADERS = {
    "Accept": "application/json",
    "X-Locale": "en-US",
    "MS-PartnerCenter-Application": APPLICATION,
}
_ID = re.compile(r"[\w.:+/=-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """A request on its way: all tries of a call bear the same id, all calls of an errand the same correlation id."""

    request: Request[T]
    correlation_id: str
    cloud: str
    partner_tenant_id: str
    request_id: str = field(default_factory=lambda: str(uuid4()))

    def diagnosis(self, answer: Answer | None = None, *, code: str | None = None) -> Diagnosis:
        """Return what is known of the call: Microsoft's ids where it sent readable ones, else ours."""
        theirs = answer.headers if answer else {}
        return Diagnosis(
            operation=self.request.operation,
            at=datetime.now(UTC),
            cloud=self.cloud,
            partner_tenant_id=self.partner_tenant_id,
            request_id=readable_id(theirs.get("MS-RequestId")) or self.request_id,
            correlation_id=readable_id(theirs.get("MS-CorrelationId")) or self.correlation_id,
            customer_tenant_id=self.request.customer_tenant_id,
            status=answer.status if answer else None,
            code=code,
        )


# https://learn.microsoft.com/partner-center/developer/headers
def headers(call: Call[T], token: str) -> dict[str, str]:
    """Return the headers of every try of a call."""
    ours = {
        **_CONSTANT_HEADERS,
        "Authorization": f"Bearer {token}",
        "MS-RequestId": call.request_id,
        "MS-CorrelationId": call.correlation_id,
    }
    if call.request.body is not None:
        ours["Content-Type"] = "application/json"
    if not call.request.headers:
        return ours
    theirs = dict(call.request.headers)
    replaced = {name.lower() for name in theirs}
    return {**{name: value for name, value in ours.items() if name.lower() not in replaced}, **theirs}


# https://learn.microsoft.com/partner-center/developer/error-codes
def understand(call: Call[T], answer: Answer) -> T:
    """Return what was asked for, or raise what the answer means if there is no further try.

    The client tries again after Throttled and Unavailable, and once with a new token after TokenRejected.
    """
    if answer.status == 404 and call.request.absent is not None and not answer.is_page:  # noqa: PLR2004
        return call.request.absent()
    if answer.status == 200 or (answer.status == 201 and call.request.method == "POST"):  # noqa: PLR2004
        body = answer.body.removeprefix(BYTE_ORDER_MARK)
        try:
            return call.request.decode(body)
        except ValueError:
            pass
        try:
            return call.request.decode(_repaired(body))
        except (ValueError, RecursionError):
            pass
    error, code = refusal(call.request, answer)
    if answer.status == 400 and code == NO_MORE and call.request.ended is not None:  # noqa: PLR2004
        return call.request.ended()
    error.diagnosis = call.diagnosis(answer, code=code)
    raise error


def _repaired(body: bytes) -> bytes:
    """Replace what is no character: half of a surrogate pair where a text was cut off, or bytes that are no UTF-8."""
    return json.dumps(json.loads(body.decode(errors="replace")), ensure_ascii=False).encode(errors="replace")


def readable_id(their_id: str | None) -> str | None:
    """Return an id of Microsoft's that may be quoted to people and in logs: a plain, single one; else None."""
    return their_id if their_id and _ID.fullmatch(their_id) else None
