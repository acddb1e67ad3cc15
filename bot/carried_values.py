"""Decoding of the values that Slack brings back: of buttons and options, and what windows remember.

A release wrote them that may be older, and a button is cut at 2,000 characters; what cannot be read is ``Outdated``.
"""

from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.context import Outdated

E = TypeVar("E", bound=StrEnum)
M = TypeVar("M", bound=BaseModel)

_MOST_DIGITS = 9
"""A row of a list has fewer; a database takes no offset of twenty."""


def number(text: str) -> int:
    """Return a number from 0 on; raise Outdated."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise Outdated
    return int(text)


def member(kind: type[E], word: str) -> E:
    """Return the member of that name; raise Outdated."""
    try:
        return kind(word)
    except ValueError:
        raise Outdated from None


def model(kind: type[M], text: str) -> M:
    """Return what was written as JSON; raise Outdated."""
    try:
        return kind.model_validate_json(text)
    except ValidationError:
        raise Outdated from None
