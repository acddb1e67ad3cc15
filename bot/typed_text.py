"""Text as people type and paste it: without the characters that nobody sees, and with one form of each letter.

Web pages, mail programs and chats put marks of direction, zero-width spaces and soft hyphens around what is copied from
them (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point); word processors put other hyphens into it.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls, but those that are white space
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"  # soft hyphen, combining joiner, fillers
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero-width space, marks of direction, byte order mark
    "\u3164\uffa0\ufff0-\ufffc"  # fillers; what stands for a pasted object
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # formats, tags
    "]"
)
_SHAPING = re.compile("[\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Joiners and variation selectors: part of the word in some scripts, and noise everywhere else."""
_JOINED_SCRIPTS = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00011000-\U00011fff"
    "\U0001e900-\U0001e95f]"
)
"""Arabic and what is written like it, the scripts of India, Tibetan, Burmese, Khmer, Mongolian, Adlam."""
_IDEOGRAPHS = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_JOINERS = frozenset("\u200c\u200d")
_KEYCAP = "\u20e3"
_HOST = re.compile(r"(?=.{4,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,63}(?<!-)")
_VIRAMA = 9
"""The combining class of what ends a syllable; a joiner after it says how that is written."""
_BLANK = {0x2800: " "}
"""Braille's empty cell: seen as a space, and none to Python."""
_ONE_FORM = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-") | dict.fromkeys("。｡", ".")
)


def visible(text: str) -> str:
    """Return the text without the characters nobody sees; joiners stay in the scripts and emoji that need them."""
    if text.isascii() and text.isprintable():
        return text
    seen = _UNSEEN.sub("", text).translate(_BLANK)
    if not _SHAPING.search(seen):
        return seen
    kept: list[str] = []
    for mark, after in zip(seen, [*seen[1:], ""], strict=True):
        if not _SHAPING.match(mark) or _shapes(mark, kept[-1] if kept else "", after):
            kept.append(mark)
    return "".join(kept)


Visible = Annotated[str, AfterValidator(visible)]
"""Text from outside without the characters that nobody sees: no handler meets those, and no database."""


def identifier(text: str) -> str:
    """Return the text as IDs, domains, commands and options compare: half-width, with plain hyphens and full stops.

    For nothing that is shown as somebody's name: compatibility forms (full-width letters, ligatures) become others.
    """
    if text.isascii():
        return visible(text)
    one_form = unicodedata.normalize("NFKC", _SHAPING.sub("", visible(text)))
    return _UNSEEN.sub("", one_form).translate(_ONE_FORM)


def same_name(one: str, other: str) -> bool:
    """Say whether two names are the same but for case, spaces, forms of letters and what nobody sees."""
    return _compared(one) == _compared(other)


def _compared(name: str) -> str:
    return " ".join(identifier(name).casefold().split())


def host_of(domain: str) -> str | None:
    """Return a domain as ASCII, or None for what is none: nothing else may get into the path of an address.

    A single word is none either: ``common`` and ``organizations`` are not somebody's tenant.
    """
    bare = domain.strip().rstrip(".")
    try:
        ascii_domain = (bare if bare.isascii() else bare.encode("idna").decode("ascii")).lower()
    except UnicodeError:  # an empty or too long label
        return None
    return ascii_domain if _HOST.fullmatch(ascii_domain) else None


def same_domain(one: str | None, other: str | None) -> bool:
    """Say whether two domains are the same: in any case, with or without a trailing dot, in either alphabet."""
    return one is not None and other is not None and comparable(one) == comparable(other)


def comparable(domain: str) -> str:
    """Return a domain as it compares."""
    return host_of(domain) or domain.strip().rstrip(".").lower()


def _shapes(mark: str, before: str, after: str) -> bool:
    """Say whether a joiner or a variation selector changes how its neighbours are written."""
    if not before:
        return False
    joined = bool(_JOINED_SCRIPTS.match(before))
    if mark in _JOINERS:
        if joined:
            return bool(_JOINED_SCRIPTS.match(after)) or unicodedata.combining(before) == _VIRAMA
        return _is_picture(before) and bool(after) and _is_picture(after)
    return joined or after == _KEYCAP or _is_picture(before) or bool(_IDEOGRAPHS.match(before))


def _is_picture(mark: str) -> bool:
    return unicodedata.category(mark) in {"So", "Sk", "Sm"} or "\ufe00" <= mark <= "\ufe0f"
