"""Working days and digest mornings: by the clock on the wall where they are, also across a time change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.channel_subscriptions import Rhythm

MORNING = time(9)
_SATURDAY = 5
_MONDAY = 0


def working_days_later(at: datetime, days: int, tz: str) -> datetime:
    """Return the morning so many working days after a day, in the given time zone; weekends are not counted."""
    zone = _zone(tz)
    day = at.astimezone(zone).date()
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return _morning(day, zone)


def longest_wait(days: int) -> timedelta:
    """Return how far ahead so many working days lie at most, in any time zone: weekends and a morning more."""
    return timedelta(days=days + 2 * (days // _SATURDAY + 1), hours=MORNING.hour + 1)


def working_days_between(begin: datetime, end: datetime, tz: str) -> int:
    """Return how many working days have passed."""
    zone = _zone(tz)
    day, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    count = 0
    while day < last:
        day += timedelta(days=1)
        count += day.weekday() < _SATURDAY
    return count


def next_digest(after: datetime, rhythm: Rhythm, tz: str) -> datetime | None:
    """Return the next morning, or the next Monday's, in the given time zone; None where there are no digests."""
    if rhythm is Rhythm.NOW:
        return None
    zone = _zone(tz)
    day = after.astimezone(zone).date()
    while True:
        morning = _morning(day, zone)
        if morning > after and (rhythm is Rhythm.DAILY or day.weekday() == _MONDAY):
            return morning
        day += timedelta(days=1)


def local_day(at: datetime, tz: str) -> date:
    """Return which day it is there."""
    return at.astimezone(_zone(tz)).date()


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def _zone(tz: str) -> ZoneInfo:
    """Return the zone; UTC for one that nobody knows."""
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
