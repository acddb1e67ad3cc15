"""JSON in text columns is read as what it should be, or as nothing known."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.json_columns import read_list, read_object

UNREADABLE = (
    "",
    "5",
    "null",
    '"text"',
    "[",
    "[" * 20_000,
    "{",
    '{"a": null}',
    '{"a": [1]}',
    "[1]",
    "[null]",
    '{"a": true}',
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: text[:12])
def test_what_is_something_else_reads_as_nothing(text: str) -> None:
    assert read_list(text) is None
    assert read_object(text, str) is None
    assert read_object(text, int) is None


@given(st.lists(st.text()), st.dictionaries(st.text(), st.text()), st.dictionaries(st.text(), st.integers()))
def test_what_was_stored_is_read(words: list[str], texts: dict[str, str], counts: dict[str, int]) -> None:
    assert read_list(json.dumps(words)) == words
    assert read_object(json.dumps(texts), str) == texts
    assert read_object(json.dumps(counts), int) == counts


@given(JSON)
def test_no_json_raises(value: object) -> None:
    read_list(json.dumps(value))
    read_object(json.dumps(value), int)
