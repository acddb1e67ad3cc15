"""The body of a delivery over HTTP: a JSON object, or a form that may hold one.

It is read once. Bolt's own reading takes a form with the word "payload" anywhere in it (a company's name, say) for an
interaction without one, and finds nothing.
"""

import json
from typing import Any, NoReturn
from urllib.parse import unquote_plus


def readable(raw: bytes, content_type: str) -> dict[str, Any] | None:
    """Return the body if it is what Slack sends, else None."""
    try:
        text = raw.decode("utf-8")
        if content_type == "application/json":
            return _object(text)
        fields = _form(text)
        payload = fields.get("payload")
        return dict(fields) if payload is None else _object(payload)
    except (ValueError, RecursionError):
        return None


def _form(text: str) -> dict[str, str]:
    """Decode a form; raise ValueError where it is none, or a name comes twice: which counts is anybody's guess."""
    fields: dict[str, str] = {}
    for pair in text.split("&"):
        name, equals, value = pair.partition("=")
        name = _unquoted(name)
        if not equals or name in fields:
            raise ValueError("malformed form")
        fields[name] = _unquoted(value)
    return fields


def _unquoted(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


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
