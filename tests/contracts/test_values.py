"""No value can be built with two of its fields in each other's place, those of tomorrow included."""

import dataclasses
import importlib
import pkgutil
import types
import typing
from collections import defaultdict
from collections.abc import Iterator

import pytest

import bot
import handlers


def dataclasses_of(package: types.ModuleType) -> Iterator[type]:
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module.name.endswith("__main__") or ".migrations." in module.name:
            continue  # these run when they are imported, and hold no values
        for found in vars(importlib.import_module(module.name)).values():
            if isinstance(found, type) and dataclasses.is_dataclass(found) and found.__module__ == module.name:
                yield found


def kind(annotation: object) -> object:
    """Return the type without its None: ``str`` and ``str | None`` stand in for each other unnoticed."""
    if typing.get_origin(annotation) not in {typing.Union, types.UnionType}:
        return annotation
    members = frozenset(typing.get_args(annotation)) - {types.NoneType}
    return kind(*members) if len(members) == 1 else members


def confusable(value: type) -> list[list[str]]:
    """Return the fields that can be given by position and share a type."""
    hints = typing.get_type_hints(value)
    fields: dict[object, list[str]] = defaultdict(list)
    for field in dataclasses.fields(value):
        if field.init and not field.kw_only:
            fields[kind(hints[field.name])].append(field.name)
    return [names for names in fields.values() if len(names) > 1]


VALUES = [*dataclasses_of(bot), *dataclasses_of(handlers)]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{value.__module__}.{value.__qualname__}")
def test_fields_of_one_type_are_keyword_only(value: type) -> None:
    assert confusable(value) == []


def test_the_check_sees_fields_of_one_type() -> None:
    @dataclasses.dataclass(frozen=True)
    class Pair:
        channel_id: str
        thread_ts: str | None = None
        count: int = 0
        also: typing.Optional[str] = None  # noqa: UP045 - the older spelling is the same type

    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Named:
        channel_id: str
        thread_ts: str | None = None

    assert confusable(Pair) == [["channel_id", "thread_ts", "also"]]
    assert confusable(Named) == []
