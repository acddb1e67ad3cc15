"""Enumerations, stored by the names of their members, never by order or position.

A name that a newer release has stored reads as the member that the caller says; it never makes a row unreadable.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_

E = TypeVar("E", bound=StrEnum)


def member(kind: type[E], word: str, *, otherwise: E) -> E:
    """Return the member of that name; ``otherwise`` for a name that this release does not know."""
    found: E = _members(kind).get(word, otherwise)
    return found


def members(kind: type[E], text: str) -> frozenset[E]:
    """Return the members of a stored set; names that this release does not know are left out."""
    known = _members(kind)
    return frozenset(known[word] for word in text.split(",") if word in known)


def stored(members: Iterable[StrEnum]) -> str:
    """Return a set of members as it is stored: its names in alphabetical order, with a comma before and behind each."""
    return "," + "".join(f"{word}," for word in sorted(member.value for member in members))


def holds(column: ColumnElement[Any], *wanted: StrEnum) -> ColumnElement[bool]:
    """Return the condition that a stored set has one of these members."""
    return or_(*(column.contains(f",{member.value},", autoescape=True) for member in wanted))


@cache
def _members(kind: type[StrEnum]) -> Mapping[str, Any]:
    """Return the members by name; a look-up costs a tenth of calling the class, which counts for thousands of rows."""
    return {member.value: member for member in kind}
