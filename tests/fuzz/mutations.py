"""Mutations of JSON values: a few of its nodes replaced by something odd, written down so that they can be repeated."""

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MARK = "whispered"
"""Stands in every odd text, so that a log line that quotes one is noticed."""
_MISSING = object()

ODD: Mapping[str, Any] = {
    "missing": _MISSING,
    "null": None,
    "true": True,
    "false": False,
    "zero": 0,
    "minus": -1,
    "fraction": 1.5,
    "huge number": 10**40,
    "infinity": float("inf"),
    "not a number": float("nan"),
    "empty text": "",
    "blank": " \t\n",
    "a word": MARK,
    "digits": "99999999999999999999",
    "markup": f"<!channel> <https://evil.example|{MARK}> &lt;b&gt; *{MARK}*",
    "foreign address": f"https://{MARK}.example/x",
    "malformed address": f"https://[{MARK}",
    "zero character": f"a\0{MARK}",
    "lone surrogate": f"\ud83d{MARK}",
    "invisible characters": f"\u200b\u202e\ufeff{MARK}\u00ad",
    "long text": MARK * 2_000,
    "guid": "00000000-0000-0000-0000-000000000000",
    "first date": "0001-01-01T00:00:00",
    "last date": "9999-12-31T23:59:59.9999999Z",
    "empty list": [],
    "list of null": [None],
    "list of words": [MARK, MARK],
    "list of lists": [[[]]],
    "empty object": {},
    "object of null": {MARK: None},
    "object of objects": {MARK: {MARK: {}}},
}
"""What a node may become, by name."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One node becomes ``odd``. ``walk`` leads to it: at each container the n-th of its members, n modulo their number.

    A walk that ends at a leaf early stops there, so that it fits any value.
    """

    walk: tuple[int, ...]
    odd: str


def invent(chance: random.Random, *, most: int = 3) -> list[Edit]:
    """Return one to ``most`` edits, most of them near the top of the value."""
    count = chance.randint(1, most)
    return [
        Edit(tuple(chance.randrange(1_000) for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 6)))), chance.choice([*ODD]))
        for _ in range(count)
    ]


def mutated(value: Any, edits: Sequence[Edit]) -> Any:
    """Return a copy of the value with the edits made, one after the other."""
    whole = {"": copy.deepcopy(value)}
    for edit in edits:
        _make(whole, edit)
    return whole.get("")


def _make(whole: dict[str, Any], edit: Edit) -> None:
    holder: Any = whole
    key: Any = ""
    for number in edit.walk:
        below = holder[key]
        if not isinstance(below, dict | list) or not below:
            break
        holder, key = below, list(below)[number % len(below)] if isinstance(below, dict) else number % len(below)
    if holder is whole:  # a value that has no members is replaced by null rather than taken away
        holder[key] = None if ODD[edit.odd] is _MISSING else ODD[edit.odd]
    elif ODD[edit.odd] is _MISSING:
        del holder[key]
    else:
        holder[key] = copy.deepcopy(ODD[edit.odd])


def garbled(body: bytes, how: str) -> bytes:
    """Return the body damaged as a whole, by the name of the damage."""
    return BODIES[how](body)


BODIES: Mapping[str, Callable[[bytes], bytes]] = {
    "as it is": lambda body: body,
    "empty": lambda _body: b"",
    "cut off": lambda body: body[: len(body) // 2],
    "with a byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "as UTF-16": lambda body: body.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass"),
    "with a byte that is no text": lambda body: body[:7] + b"\xff" + body[7:],
    "five": lambda _body: b"5",
    "null": lambda _body: b"null",
    "a list": lambda _body: b"[1]",
    "a page": lambda _body: b"<!DOCTYPE html><html><body>whispered</body></html>",
    "brackets": lambda _body: b"[" * 20_000,
    "closed brackets": lambda _body: b"[" * 20_000 + b"]" * 20_000,
    "objects": lambda _body: b'{"a":' * 20_000,
    "twice": lambda body: body + body,
    "zeros": lambda _body: b"\0" * 300,
}
"""What may become of a body, by name."""
