"""How Partner Center writes JSON, made regular: key spellings, enumerations, ids, and values of an unexpected kind."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasGenerator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
"""In lower case, see ``canonical``."""
OPAQUE = re.compile(r"(?!\.+$)[\w.~-]{1,300}", re.ASCII)
"""An id of any kind that may stand in an address."""

_WORD_BREAKS = re.compile(r"[\s_-]+")


def spellings(*names: str) -> AliasChoices:
    """Return the keys under which a field may stand: as documented, or in PascalCase as some answers have it."""
    return AliasChoices(*(spelling for name in names for spelling in (name, name[0].upper() + name[1:])))


class Resource(BaseModel):
    """What Partner Center sends; unknown fields are ignored, and errors never quote the input (it names people)."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        coerce_numbers_to_str=True,  # ids such as mpnId are numbers in places
        hide_input_in_errors=True,
        populate_by_name=True,  # our own code and tests build resources by attribute name
        alias_generator=AliasGenerator(validation_alias=lambda name: spellings(to_camel(name))),
    )


class AnyCase(Resource):
    """A resource whose keys come in any case: newer services and the values in audit records mix them."""

    model_config = ConfigDict(alias_generator=AliasGenerator(validation_alias=lambda name: name.replace("_", "")))

    @model_validator(mode="before")
    @classmethod
    def _in_lower_case(cls, value: Any) -> Any:
        return {key.lower(): found for key, found in value.items()} if isinstance(value, dict) else value


class _Lenient:
    """Marks a field whose value is left out, instead of refusing the whole answer, when it is of another kind."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_default_schema(handler(source), default=None, on_error="default")


LENIENT = _Lenient()

Text = Annotated[str | None, LENIENT]
Flag = Annotated[bool | None, LENIENT]
Guid = Annotated[str, StringConstraints(to_lower=True, strip_whitespace=True, min_length=1)]
"""The case of GUIDs varies on the wire; in here they are lower case and compare as text."""


def canonical(text: str) -> str:
    """Return an id as it compares: in lower case if it begins with a GUID, else as it came (invoices have capitals)."""
    lowered = text.strip().lower()
    return lowered if GUID.match(lowered) else text.strip()


ResourceId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(canonical)]


EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""What is dated before or after is not dated: .NET, SQL Server, Windows and Unix write 0001-01-01, 1753-01-01,
1601-01-01 and 1970-01-01 for "no date", and 9999-12-31 for "never"
(https://learn.microsoft.com/dotnet/api/system.datetime.minvalue)."""


def _in_utc(value: datetime) -> datetime:
    """Read a date without a zone as UTC (.NET leaves it out in places); raise ValueError for one that is no date."""
    try:
        instant = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:  # the last and the first day there are, in another zone
        raise ValueError("no such instant in UTC") from None
    if not EARLIEST <= instant < LATEST:
        raise ValueError("a placeholder, not a date")
    return instant


Instant = Annotated[datetime, AfterValidator(_in_utc)]
"""An instant in UTC; of .NET's seven fractional digits pydantic keeps six. Placeholders such as 0001-01-01 are refused;
where a resource may lack the date, ``Date`` reads them as absent."""
Date = Annotated[Instant | None, LENIENT]
"""An instant in UTC; None for a placeholder, for text that is no date, and where there is none."""


def read_enumeration(kind: type[StrEnum], value: object) -> str:
    """Return the member that text in any casing, or Microsoft's number for it, stands for; a new text as it came.

    The numbers are the order of the members, as in Microsoft's own SDK, whose first member also serves for what is
    null, absent or out of range.
    """
    members = tuple(kind)
    if isinstance(value, str) and not value.strip().isdecimal():
        return _by_letters(kind).get(_letters(value)) or value.strip() or members[0]
    try:
        number = int(value)  # type: ignore[call-overload]  # whatever JSON holds
    except (TypeError, ValueError, OverflowError):
        return members[0]
    return members[number] if 0 <= number < len(members) else members[0]


def _letters(text: str) -> str:
    """``IsIndirectResellerOf`` and ``is_indirect_reseller_of`` are the same letters."""
    return _WORD_BREAKS.sub("", text).lower()


@cache
def _by_letters(kind: type[StrEnum]) -> dict[str, StrEnum]:
    return {_letters(member.value): member for member in kind}
