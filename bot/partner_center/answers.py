"""An HTTP answer as a value, and what can be read from one that is a refusal: its code, and how long to wait."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot import retry
from bot.retry_after import http_date, retry_after, seconds

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_LOOKED_AT = 16_384
"""Bytes of a refusal that are searched; the texts of real ones have at most 1,024 characters."""
_CODE = re.compile(r"[\w.-]{1,64}", re.ASCII)
_CODE_IN_TEXT = re.compile(r'"code"\s*:\s*"?([\w.-]{1,64})', re.ASCII | re.IGNORECASE)
_SECONDS_IN_TEXT = re.compile(r"(?<![\d.,-])(\d+) seconds?", re.ASCII)


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
def wait_asked_for(answer: Answer, now: datetime) -> float:
    """Return how many seconds a 429 asks to wait: by its header, else by its text, else a minute."""
    clock = http_date(answer.headers.get("Date", "")) or now  # theirs: the two clocks may differ
    wait = retry_after(answer.headers.get("Retry-After"), cap=retry.PARTNER_CENTER.longest_asked, now=clock)
    if wait is None and (found := _SECONDS_IN_TEXT.search(answer.text)):
        wait = seconds(found[1], cap=retry.PARTNER_CENTER.longest_asked)
    return retry.PARTNER_CENTER.unnamed_wait if wait is None else wait
