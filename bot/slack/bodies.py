"""The body of a delivery over HTTP: a JSON object, or a form that may hold one.

It is read once. Bolt's own reading takes a form with the word "payload" anywhere in it (a company's name, say) for an
interaction without one, and finds nothing.
"""

import json
from typing import Any, NoReturn
from urllib.parse import parse_qs


def readable(raw: bytes, content_type: str) -> dict[str, Any] | None:
    """Return the body if it is what Slack sends, else None."""
    try:
        text = raw.decode("utf-8")
        if content_type == "application/json":
            return _object(text)
        fields = parse_qs(text, strict_parsing=True, keep_blank_values=True)
        if not fields or any(len(values) > 1 for values in fields.values()):
            return None  # which of them counts is anybody's guess
        payload = fields.get("payload")
        return {name: values[0] for name, values in fields.items()} if payload is None else _object(payload[0])
    except (ValueError, RecursionError):
        return None


def is_plain(body: object) -> bool:
    """Say whether it can be written as JSON again: without NaN, lone surrogates and endless nesting."""
    try:
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, TypeError, RecursionError):
        return False
    return True


def _object(text: str) -> dict[str, Any] | None:
    found = json.loads(text, parse_constant=_no_number)
    return found if isinstance(found, dict) else None


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
