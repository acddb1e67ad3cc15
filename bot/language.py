"""The language of the person who reads: gettext texts, and names, numbers, lists and durations by Babel."""

import gettext
import io
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache, cached_property
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import format_timedelta
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

CATALOGUES = Path(__file__).parent / "views" / "locale"
LANGUAGES = ("en", "fr")
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of two letters that CLDR has for other purposes."""


class Language:
    """One language: ``text`` and ``plural`` translate, the rest formats values."""

    def __init__(self, code: str, translations: gettext.NullTranslations) -> None:
        self.code = code
        self.text = translations.gettext
        self.plural = translations.ngettext
        self._locale = Locale(code)

    def country(self, code: str) -> str:
        """Return the name of an ISO 3166 country; a code that Babel does not know comes back as it was."""
        name: str = self._locale.territories.get(code.upper(), code)
        return name

    def country_code(self, typed: str) -> str | None:
        """Return the ISO 3166 code of a country by its name in this language or by a code; None for no country."""
        return self._country_codes.get(_folded(typed))

    @cached_property
    def _country_codes(self) -> Mapping[str, str]:
        names = {
            code: name
            for code, name in self._locale.territories.items()
            if len(code) == len("FR") and code not in NO_COUNTRIES
        }
        aliases = get_global("territory_aliases").items()  # UK, and the codes of three letters
        return {
            **{_folded(alias): codes[0] for alias, codes in aliases if alias.isalpha() and len(codes) == 1},
            **{_folded(code): code for code in names},
            **{_folded(name): code for code, name in names.items()},
        }

    def language(self, code: str) -> str:
        """Return the name of a language (``fr``) or of a culture (``fr-FR``, as "French (France)")."""
        language, _, territory = code.replace("_", "-").partition("-")
        name = self._locale.languages.get(language.lower())
        if name is None:
            return code
        return f"{name} ({self.country(territory)})" if territory else name

    def number(self, value: int) -> str:
        """Return ``1204`` as "1,204" or its like."""
        return format_decimal(value, locale=self._locale)

    def join(self, values: Sequence[str]) -> str:
        """Return "a, b and c"."""
        return format_list(list(values), locale=self._locale)

    def duration(self, value: timedelta) -> str:
        """Return the duration in its largest sensible unit, such as "3 days"."""
        return format_timedelta(value, granularity="second", threshold=1, locale=self._locale)


def _folded(name: str) -> str:
    """Return a name without what keyboards and people differ in: case, accents, hyphens, the kind of apostrophe."""
    apart = unicodedata.normalize("NFKD", name.replace("’", "'").replace("-", " ")).casefold()
    return " ".join("".join(mark for mark in apart if not unicodedata.combining(mark)).split())


@cache
def language(code: str) -> Language:
    """Return the language for a Slack locale (``fr-FR``) or a code (``fr``); English where there is no other."""
    short = code.replace("_", "-").partition("-")[0].lower()
    if short not in LANGUAGES:
        short = "en"
    catalogue = CATALOGUES / short / "LC_MESSAGES" / "partner_bot.po"
    if not catalogue.exists():  # English is the language of the source
        return Language(short, gettext.NullTranslations())
    compiled = io.BytesIO()
    with catalogue.open("rb") as source:
        write_mo(compiled, read_po(source, locale=short))
    compiled.seek(0)
    return Language(short, gettext.GNUTranslations(compiled))


def deferred(message: str) -> str:
    """Mark a text for translation where it is declared; ``Language.text`` translates it where it is shown."""
    return message


def deferred_plural(singular: str, plural: str) -> tuple[str, str]:
    """Mark a text with a plural for translation; ``Language.plural`` translates it where it is shown."""
    return singular, plural
