"""Tenant IDs in what people type: found however they are written, and told from those that lost a digit."""

import re
from dataclasses import dataclass
from uuid import UUID

from bot.typed_text import identifier

DIGITS = 32
_BEFORE, _AFTER = r"(?<![0-9a-z-])", r"(?![0-9a-z-])"
GUID = re.compile(rf"{_BEFORE}[0-9a-f]{{8}}-(?:[0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}}{_AFTER}", re.IGNORECASE)
_UNDASHED = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s-]+")
_NEARLY = re.compile(
    rf"{_BEFORE}(?:(?:[0-9a-f]{{1,16}}-){{3,5}}[0-9a-f]{{1,16}}|[0-9a-f]{{28,36}}){_AFTER}", re.IGNORECASE
)
_ONE_LETTER_WRONG = re.compile(rf"{_BEFORE}[0-9a-z]{{8}}-(?:[0-9a-z]{{4}}-){{3}}[0-9a-z]{{12}}{_AFTER}", re.IGNORECASE)
_NO_DIGIT = re.compile(r"[g-z]", re.IGNORECASE)
_FEWEST, _MOST = 24, 40
_MOST_WRONG = 3
"""Letters; with more of them it is some other key."""


@dataclass(frozen=True, slots=True)
class DamagedTenantId:
    """What was meant as a tenant ID and is none."""

    typed: str
    digits: int
    """How many there are; 32 where they are grouped as they should be and some are none."""
    wrong: tuple[str, ...] = ()
    """The letters that no tenant ID has."""


def tenant_id_in(text: str) -> str | None:
    """Return the tenant ID in canonical form: within any text, or alone with its hyphens lost or misplaced."""
    words = identifier(text)
    if found := GUID.search(words):
        return found[0].lower()
    digits = _BETWEEN.sub("", words)
    return str(UUID(digits)) if _UNDASHED.fullmatch(digits) else None


def damaged_tenant_id(text: str) -> DamagedTenantId | None:
    """Return what looks like a tenant ID with a digit too few or too many, or with a letter that is no digit."""
    words = identifier(text)
    for found in _NEARLY.finditer(words):
        digits = found[0].replace("-", "")
        if _FEWEST <= len(digits) <= _MOST and len(digits) != DIGITS and any(map(str.isdecimal, digits)):
            return DamagedTenantId(found[0], len(digits))
    for found in _ONE_LETTER_WRONG.finditer(words):
        wrong = tuple(dict.fromkeys(_NO_DIGIT.findall(found[0])))
        if 0 < len(_NO_DIGIT.findall(found[0])) <= _MOST_WRONG:
            return DamagedTenantId(found[0], DIGITS, wrong)
    return None
