"""Text that was typed or pasted: what nobody sees leaves it, and what some scripts need stays."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tenant_ids import DamagedTenantId, damaged_tenant_id, tenant_id_in
from bot.typed_text import identifier, same_name, visible

GUID = "8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903"
UNSEEN = [
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e", "\u200f", "\u00ad", "\u034f", "\u061c", "\u180e"),
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
    *("\ufe0e", "\ufe0f", "\U000e0100", "\U000e0001", "\U000e0041", "\U000e007f", "\ufffc", "\x00", "\x7f", "\x9f"),
]
HYPHENS = ["\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\ufe58", "\ufe63", "\uff0d"]
unhurried = settings(deadline=None)
noisy = st.text(alphabet=st.sampled_from([*UNSEEN, *"ab1 -.é日שع"]), max_size=60)
each_unseen = pytest.mark.parametrize("mark", UNSEEN, ids=lambda mark: f"{ord(mark):04X}")


@each_unseen
def test_what_nobody_sees_leaves_latin_text(mark: str) -> None:
    assert visible(f"{mark}con{mark}toso{mark}.com{mark}") == "contoso.com"
    assert identifier(f"{mark}con{mark}toso{mark}.com{mark}") == "contoso.com"


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian: a joiner that parts two letters of a word
        "क\u094d\u200dष",  # Hindi: half a letter before another
        "ന\u0d4d\u200d",  # Malayalam: a letter without its vowel, at the end of a word
        "ශ\u0dca\u200dරී",  # Sinhala
        "👩\u200d💻",
        "❤\ufe0f\u200d🔥",
        "1\ufe0f\u20e3",
        "葛\U000e0100城",
    ],
)
def test_what_a_script_or_a_picture_needs_stays(text: str) -> None:
    assert visible(text) == text


def test_line_breaks_and_tabs_stay() -> None:
    assert visible("a\n\tb\r\n") == "a\n\tb\r\n"


@unhurried
@given(noisy | st.text(max_size=80))
def test_once_is_enough_and_only_ignorable_marks_go(text: str) -> None:
    seen = visible(text)

    assert visible(seen) == seen
    assert not any(
        unicodedata.category(mark) == "Cf" for mark in seen if mark not in "\u200c\u200d" and not _arabic(mark)
    )
    assert identifier(identifier(text)) == identifier(text)


def _arabic(mark: str) -> bool:
    """Signs that enclose a number, and marks of other scripts that are drawn: format characters that people see."""
    return not unicodedata.name(mark, "").startswith(("LEFT-TO", "RIGHT-TO", "POP ", "ZERO WIDTH", "WORD JOINER"))


@unhurried
@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=80))
def test_ascii_stays_as_it_is(text: str) -> None:
    assert visible(text) == text
    assert identifier(text) == text


@pytest.mark.parametrize("hyphen", HYPHENS, ids=lambda mark: f"{ord(mark):04X}")
def test_a_tenant_id_is_found_with_any_hyphen(hyphen: str) -> None:
    assert tenant_id_in(GUID.replace("-", hyphen)) == GUID


def test_full_width_letters_are_the_same_in_what_identifies() -> None:
    assert identifier("ｃｏｎｔｏｓｏ．ｃｏｍ") == "contoso.com"
    assert identifier("contoso。com") == "contoso.com"
    assert tenant_id_in("".join(chr(ord(mark) + 0xFEE0) for mark in GUID)) == GUID


@pytest.mark.parametrize(
    "text",
    [
        GUID.replace("-", ""),
        GUID.replace("-", "", 1),
        GUID.replace("-", " "),
        GUID.replace("-4", " - 4"),
        f"tenant {GUID.upper()} please",
    ],
)
def test_a_tenant_id_is_found_with_its_hyphens_lost_or_misplaced(text: str) -> None:
    assert tenant_id_in(text) == GUID
    assert damaged_tenant_id(text) is None


@pytest.mark.parametrize(
    ("text", "damaged"),
    [
        (GUID[:-1], DamagedTenantId(GUID[:-1], 31)),
        (GUID[1:], DamagedTenantId(GUID[1:], 31)),
        (f"{GUID}0", DamagedTenantId(f"{GUID}0", 33)),
        (GUID.replace("-", "")[:-1], DamagedTenantId(GUID.replace("-", "")[:-1], 31)),
        (GUID.replace("-", "") + "a", DamagedTenantId(GUID.replace("-", "") + "a", 33)),
        (f"tenant {GUID[:-2]}, please", DamagedTenantId(GUID[:-2], 30)),
        (GUID.replace("-4c8e", "-c8e"), DamagedTenantId(GUID.replace("-4c8e", "-c8e"), 31)),
        (GUID.replace("903", "9o3"), DamagedTenantId(GUID.replace("903", "9o3"), 32, ("o",))),
    ],
)
def test_a_tenant_id_that_lost_or_won_a_digit_is_told(text: str, damaged: DamagedTenantId) -> None:
    assert damaged_tenant_id(text) == damaged
    assert tenant_id_in(text) is None


@pytest.mark.parametrize("text", ["", "Contoso", "deadbeef", "2026-11-28", "+33 1 23 45 67 89", "a-b-c-d-e-f", GUID])
def test_other_text_is_no_damaged_tenant_id(text: str) -> None:
    assert damaged_tenant_id(text) is None


@unhurried
@given(st.uuids().map(str), st.integers(0, 35))
def test_any_tenant_id_that_lost_one_digit_has_31(guid: str, place: int) -> None:
    if guid[place] == "-":
        return
    damaged = damaged_tenant_id(guid[:place] + guid[place + 1 :])

    assert damaged is None or damaged.digits == 31
    assert damaged is not None or guid.replace("-", "").isalpha()


@unhurried
@given(st.text(max_size=200))
def test_any_text_is_looked_through(text: str) -> None:
    tenant_id_in(text)
    damaged_tenant_id(text)


def test_names_are_the_same_in_any_case_width_and_spacing() -> None:
    assert same_name("Contoso  Retail", "CONTOSO\u00a0retail\u200b")
    assert same_name("Ｃｏｎｔｏｓｏ", "contoso")
    assert not same_name("Contoso", "Contoso Retail")
