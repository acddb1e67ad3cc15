"""Small checks that combine into a description of Block Kit: each notes what Slack would refuse about one value."""

from collections.abc import Callable, Mapping
from typing import Any

Json = Any
"""Whatever a bot sent; nothing is known of it until it is checked."""

Check = Callable[[Json, str, "Problems"], None]


class Problems:
    """What is wrong, each with the JSON pointer that Slack would name in ``response_metadata.messages``."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.messages)

    def add(self, pointer: str, what: str) -> None:
        """Note one problem at one place."""
        self.messages.append(f"[ERROR] {what} [json-pointer:{pointer or '/'}]")


def string(maximum: int, *, minimum: int = 1) -> Check:
    """Text between two lengths."""

    def check(value: Json, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add(pointer, "must be a string")
        elif len(value) > maximum:
            problems.add(pointer, f"must be less than {maximum + 1} characters")
        elif len(value) < minimum:
            problems.add(pointer, f"must be more than {minimum - 1} characters")

    return check


def address(maximum: int = 3000) -> Check:
    """An http or https address, or mailto."""
    length = string(maximum)

    def check(value: Json, pointer: str, problems: Problems) -> None:
        length(value, pointer, problems)
        if isinstance(value, str) and not value.startswith(("http://", "https://", "mailto:")):
            problems.add(pointer, "invalid url")

    return check


def whole(minimum: int, maximum: int) -> Check:
    """Return a check for a whole number in a range."""

    def check(value: Json, pointer: str, problems: Problems) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not minimum <= value <= maximum:
            problems.add(pointer, f"must be an integer between {minimum} and {maximum}")

    return check


def number(value: Json, pointer: str, problems: Problems) -> None:
    """Any number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        problems.add(pointer, "must be a number")


def boolean(value: Json, pointer: str, problems: Problems) -> None:
    """Return nothing; notes anything but true and false."""
    if not isinstance(value, bool):
        problems.add(pointer, "must be a boolean")


def anything(value: Json, pointer: str, problems: Problems) -> None:
    """Accept whatever is there."""


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Json, pointer: str, problems: Problems) -> None:
        if value not in allowed:
            problems.add(pointer, f"must be one of: {', '.join(allowed)}")

    return check


def listing(item: Check, minimum: int, maximum: int) -> Check:
    """A list of so many items."""

    def check(value: Json, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add(pointer, "must be an array")
            return
        if len(value) < minimum:
            problems.add(pointer, f"no fewer than {minimum} items allowed")
        if len(value) > maximum:
            problems.add(pointer, f"no more than {maximum} items allowed")
        for place, entry in enumerate(value):
            item(entry, f"{pointer}/{place}", problems)

    return check


def record(required: Mapping[str, Check] | None = None, optional: Mapping[str, Check] | None = None) -> Check:
    """Return a check for an object with these fields and no others."""
    needed = dict(required or {})
    known = needed | dict(optional or {})

    def check(value: Json, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add(pointer, "must be an object")
            return
        for key in needed.keys() - value.keys():
            problems.add(pointer, f"missing required field: {key}")
        for key, entry in value.items():
            if key in known:
                known[key](entry, f"{pointer}/{key}", problems)
            else:
                problems.add(pointer, f"invalid additional property: {key}")

    return check


def tagged(kinds: Mapping[str, Check]) -> Check:
    """Return a check for an object whose ``type`` chooses how it is read; any other type is refused."""

    def check(value: Json, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add(pointer, "must be an object")
        elif value.get("type") not in kinds:
            problems.add(f"{pointer}/type", f"unsupported type: {value.get('type')}")
        else:
            rest = {key: entry for key, entry in value.items() if key != "type"}
            kinds[value["type"]](rest, pointer, problems)

    return check


def both(*checks: Check) -> Check:
    """Several checks of the same value."""

    def check(value: Json, pointer: str, problems: Problems) -> None:
        for each in checks:
            each(value, pointer, problems)

    return check


def at_least_one(*keys: str) -> Check:
    """An object that must hold one of these fields."""

    def check(value: Json, pointer: str, problems: Problems) -> None:
        if isinstance(value, dict) and not any(value.get(key) for key in keys):
            problems.add(pointer, f"must define one of: {', '.join(keys)}")

    return check
