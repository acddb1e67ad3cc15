"""Column types that convert between rows and the domain, so that a row's values are those of its dataclass.

A name that a newer release has stored, or an instant that no date can hold, reads as the nearest value there is; no row
is unreadable. Members of enumerations are stored by name, never by order or position.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Dialect, TypeDecorator, or_, types

from bot.domain.event_kind import EventKind
from bot.domain.event_kinds import KINDS
from bot.storage.clock import instant

E = TypeVar("E", bound=StrEnum)


class Text(TypeDecorator[str]):
    """Text without the one character that PostgreSQL cannot keep; names at Microsoft may hold it."""

    impl = types.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the interface
        return None if value is None else value.replace("\0", "")


class Instant(TypeDecorator[datetime]):
    """An instant, stored as seconds since 1970 in UTC; compared with numbers, it counts as those seconds."""

    impl = types.Double
    cache_ok = True

    def coerce_compared_value(self, op: Any, value: Any) -> types.TypeEngine[Any]:  # noqa: ARG002 - the interface
        return self if isinstance(value, datetime) else types.Double()

    def process_bind_param(
        self,
        value: datetime | float | None,
        dialect: Dialect,  # noqa: ARG002 - the interface
    ) -> float | None:
        return value.timestamp() if isinstance(value, datetime) else value

    def process_result_value(self, value: float | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return instant(value)


class Member(TypeDecorator[E], Generic[E]):
    """A member of an enumeration, stored by its name; a name that is unknown here reads as ``otherwise``."""

    impl = types.Text
    cache_ok = True

    def __init__(self, kind: type[E], *, otherwise: E | None) -> None:
        super().__init__()
        self.kind = kind
        self.otherwise = otherwise
        self._members = {member.value: member for member in kind}  # a tenth of the cost of calling the class

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the interface
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:  # noqa: ARG002
        return self._members.get(value or "", self.otherwise)


class Members(TypeDecorator[frozenset[E]], Generic[E]):
    """A set of members, stored by their names in alphabetical order, with a comma before and behind each.

    A match needs no join. Names that are unknown here are left out.
    """

    impl = types.Text
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind
        self._members = {member.value: member for member in kind}

    def coerce_compared_value(self, op: Any, value: Any) -> types.TypeEngine[Any]:  # noqa: ARG002 - the interface
        return types.Text() if isinstance(value, str) else self

    def process_bind_param(self, value: Iterable[E] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        return "," + "".join(f"{word}," for word in sorted(member.value for member in value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[E] | None:  # noqa: ARG002
        if value is None:
            return None
        return frozenset(self._members[word] for word in value.split(",") if word in self._members)


def holds(column: ColumnElement[Any], *wanted: StrEnum) -> ColumnElement[bool]:
    """Return the condition that a stored set has one of these members."""
    return or_(*(column.contains(f",{member.value},", autoescape=True) for member in wanted))


class Words(TypeDecorator[tuple[str, ...]]):
    """Words, stored with commas between them."""

    impl = types.Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else ",".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        return None if value is None else tuple(word for word in value.split(",") if word)


class Kind(TypeDecorator[EventKind]):
    """An event kind, stored by its name; a name that is unknown here reads as ``UNKNOWN``."""

    impl = types.Text
    cache_ok = True

    def process_bind_param(self, value: EventKind | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else value.name

    def process_result_value(self, value: str | None, dialect: Dialect) -> EventKind | None:  # noqa: ARG002
        return None if value is None else KINDS.named(value)
