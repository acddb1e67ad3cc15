"""Names of countries, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import LANGUAGES, language

COUNTRIES = ["FR", "DE", "US", "GB", "CI", "CW", "JP", "CH", "XK", "RE", "TR"]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("country", COUNTRIES)
def test_a_country_is_found_by_its_code_and_by_its_name(code: str, country: str) -> None:
    lang = language(code)

    assert lang.country_code(country.lower()) == country
    assert lang.country_code(lang.country(country)) == country
    assert lang.country_code(f"  {lang.country(country).upper()} ") == country


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("etats unis", "US"),
        ("Etats-Unis", "US"),
        ("cote d'ivoire", "CI"),
        ("Royaume Uni", "GB"),
        ("UK", "GB"),
        ("usa", "US"),
        ("FRA", "FR"),
    ],
)
def test_accents_hyphens_and_other_codes_make_no_difference(typed: str, country: str) -> None:
    assert language("fr").country_code(typed) == country


@pytest.mark.parametrize("typed", ["", "EU", "World", "European Union", "001", "ZZ", "Atlantis"])
def test_what_is_no_country_has_no_code(typed: str) -> None:
    assert language("en").country_code(typed) is None


@given(st.text(max_size=40))
def test_any_text_has_one_code_or_none(typed: str) -> None:
    code = language("fr").country_code(typed)

    assert code is None or (len(code) == 2 and code.isupper())
