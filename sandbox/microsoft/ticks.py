"""Instants as .NET has them: in ticks of a tenth of a microsecond, written with seven fractional digits."""

import time
from datetime import UTC, datetime, timedelta

_EPOCH = 621_355_968_000_000_000
"""The ticks at the beginning of 1970."""
_SECOND = 10_000_000
DAY = 24 * 3600 * _SECOND


def ticks_at(seconds: float) -> int:
    """The ticks at so many seconds since 1970."""
    return _EPOCH + int(seconds * _SECOND)


def ticks_now() -> int:
    """The ticks of this moment."""
    return ticks_at(time.time())


def written(ticks: int, zone: str = "Z") -> str:
    """The instant as text; audit records end in ``Z``, webhook events in ``+00:00``."""
    seconds, fraction = divmod(ticks - _EPOCH, _SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:07}{zone}"


def shifted(text: str, by: timedelta) -> str:
    """The same text, so much later; its fraction and zone stay."""
    moved = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC) + by
    return f"{moved:%Y-%m-%dT%H:%M:%S}{text[19:]}"
