"""JSON in text columns. What cannot be read, a hand's or a newer release's, is None and never stops the other rows."""

import json
from typing import TypeVar

V = TypeVar("V", str, int)


def read_list(text: str) -> list[str] | None:
    """Return a stored list of strings."""
    found = _read(text)
    if isinstance(found, list) and all(isinstance(each, str) for each in found):
        return found
    return None


def read_object(text: str, of: type[V]) -> dict[str, V] | None:
    """Return a stored object whose values are all ``of`` one type."""
    found = _read(text)
    if isinstance(found, dict) and all(type(value) is of for value in found.values()):
        return found
    return None


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
