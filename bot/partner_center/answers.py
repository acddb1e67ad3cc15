"""An HTTP answer as a value, and what can be read from one that is a refusal: its code, and how long to wait."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DEFAULT_WAIT = 60.0
"""Seconds; the limits of the service are per minute."""
LONGEST_WAIT = 24 * 3600.0

_LOOKED_AT = 16_384
"""Bytes of a refusal that are searched; the texts of real ones have at most 1,024 characters."""
_CODE = re.compile(r"[\w.-]{1,64}", re.ASCII)
_CODE_IN_TEXT = re.compile(r'"code"\s*:\s*"?([\w.-]{1,64})', re.ASCII | re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_SECONDS_IN_TEXT = re.compile(r"(\d{1,5}) seconds?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; the keys of ``headers`` are found in any case."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The beginning of the body."""
        return self.body[:_LOOKED_AT].removeprefix(BYTE_ORDER_MARK).decode(errors="replace").strip()

    @property
    def is_page(self) -> bool:
        """Say whether a front end answered with HTML, so that the status is not Partner Center's word."""
        return self.text.startswith("<")


# https://learn.microsoft.com/partner-center/developer/error-codes
def code_of(answer: Answer) -> str | None:
    """Return the code of a refusal: text or number, at the top or in an ``error``, even from JSON that is cut off.

    One of Microsoft's own samples lacks its closing brace.
    """
    text = answer.text
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        found = _CODE_IN_TEXT.search(text)
        return found[1] if found else None
    for envelope in (body, body.get("error") if isinstance(body, dict) else None):
        if isinstance(envelope, dict):
            code = envelope.get("code", envelope.get("Code"))
            if isinstance(code, int | str) and _CODE.fullmatch(str(code).strip()):
                return str(code).strip()
    return None


# https://learn.microsoft.com/partner-center/developer/api-throttling-guidance
def retry_after(answer: Answer, now: datetime) -> float:
    """Return how many seconds a 429 asks to wait: by its header, seconds or a date, else by its text, else a minute."""
    header = answer.headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(header):
        return min(float(header), LONGEST_WAIT)
    if until := _date(header):
        clock = _date(answer.headers.get("Date", "")) or now  # theirs: the two clocks may differ
        return min(max((until - clock).total_seconds(), 0.0), LONGEST_WAIT)
    found = _SECONDS_IN_TEXT.search(answer.text)
    return float(found[1]) if found else DEFAULT_WAIT


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
