"""Waits that a remote service asks for: every one is finite, not negative and capped before it is believed.

https://www.rfc-editor.org/rfc/rfc9110#field.retry-after — a number of seconds, or a date.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_NUMBER = re.compile(r"0*(?P<whole>\d+)(?:\.(?P<fraction>\d+))?", re.ASCII)
_MOST_DIGITS = 12
"""More of them are more than any cap, and are not converted: a float of 400 digits is infinite."""
_LONGEST_DATE = 64
"""Characters; an HTTP date has 29."""


def seconds(value: object, *, cap: float) -> float | None:
    """Return a number of seconds from outside, at most ``cap``; None for what is no number of at least 0."""
    if isinstance(value, str):
        found = _NUMBER.fullmatch(value.strip())
        if found is None:
            return None
        if len(found["whole"]) > _MOST_DIGITS:
            return cap
        return min(float(f"{found['whole']}.{(found['fraction'] or '0')[:_MOST_DIGITS]}"), cap)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:  # which NaN is not
        return None
    return float(min(value, cap))


def retry_after(value: object, *, cap: float, now: datetime | None = None) -> float | None:
    """Return how many seconds a ``Retry-After`` asks to wait, from 0 to ``cap``; None where it says nothing readable.

    ``now`` is what a date counts from, with a time zone: the service's own clock where it sent one. A number that is
    too large counts as ``cap``; what the header's grammar has no place for (``inf``, ``1e300``, ``-5``) says nothing.
    """
    wait = seconds(value, cap=cap)
    if wait is not None or not isinstance(value, str):
        return wait
    until = http_date(value)
    if until is None:
        return None
    return min(max((until - (now or datetime.now(UTC))).total_seconds(), 0.0), cap)


def http_date(text: str) -> datetime | None:
    """Return the instant that an HTTP date names, in UTC where it has no zone; None for anything else."""
    if not text.isascii() or len(text) > _LONGEST_DATE:
        return None
    try:
        date = parsedate_to_datetime(text)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, LookupError, OverflowError, AttributeError):  # the parser's ways of failing
        return None
