"""The French catalogue holds every text of the source, and nothing else."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from bot.language import CATALOGUES, LANGUAGES

ROOT = Path(__file__).parents[2]
WORDLESS = {"partner_center", "storage"}
"""Packages without words for people; what they call ``text`` is SQLAlchemy's or aiohttp's."""
SOURCES = sorted(
    path
    for folder in ("bot", "handlers")
    for path in (ROOT / folder).rglob("*.py")
    if path.relative_to(ROOT).parts[1] not in WORDLESS
)
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "text": None,
    "deferred": None,
    "plural": (1, 2),
    "deferred_plural": (1, 2),
}
PLACEHOLDER = re.compile(r"\{(\w+)\}")

MessageId = str | tuple[str, ...]


def texts_in_the_source() -> set[MessageId]:
    """Return what babel's extractor finds."""
    return {
        message for path in SOURCES for _, message, _, _ in extract_from_file("python", str(path), keywords=KEYWORDS)
    }


def texts_by_syntax() -> Iterator[str]:
    """Yield the first text of each call, also of those inside f-strings, which the extractor does not see."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                if name in KEYWORDS and isinstance(node.args[0].value, str):
                    yield node.args[0].value


def catalogue(code: str) -> Catalog:
    with (CATALOGUES / code / "LC_MESSAGES" / "partner_bot.po").open("rb") as source:
        return read_po(source, locale=code)


def entries(code: str) -> list[Message]:
    return [message for message in catalogue(code) if message.id]


def forms(text: str | Sequence[str] | None) -> list[str]:
    """Return a text, or its singular and plural."""
    return [text] if isinstance(text, str) else list(text or ())


TRANSLATED = [code for code in LANGUAGES if code != "en"]


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_is_translated_and_none_is_left_over(code: str) -> None:
    assert {message.id for message in entries(code)} == texts_in_the_source()
    assert not catalogue(code).obsolete


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_empty_or_doubtful(code: str) -> None:
    for message in entries(code):
        assert all(forms(message.string)), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_has_no_placeholder_that_the_text_has_not(code: str) -> None:
    for message in entries(code):
        known = {name for text in forms(message.id) for name in PLACEHOLDER.findall(text)}
        assert {name for text in forms(message.string) for name in PLACEHOLDER.findall(text)} <= known, message.id


def test_no_text_hides_in_an_f_string() -> None:
    found = {text if isinstance(text, str) else text[0] for text in texts_in_the_source()}
    assert set(texts_by_syntax()) <= found
