"""How Partner Center writes JSON, made regular: key spellings, enumerations, ids, and values of an unexpected kind."""

import re
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from pydantic import AliasChoices, AliasGenerator, BaseModel, ConfigDict, GetCoreSchemaHandler, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

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


class _Lenient:
    """Marks a field whose value is left out, instead of refusing the whole answer, when it is of another kind."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_default_schema(handler(source), default=None, on_error="default")


LENIENT = _Lenient()

Text = Annotated[str | None, LENIENT]
Flag = Annotated[bool | None, LENIENT]
Guid = Annotated[str, StringConstraints(to_lower=True, strip_whitespace=True, min_length=1)]
"""The case of GUIDs varies on the wire; in here they are lower case and compare as text."""


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
