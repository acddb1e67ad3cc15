"""Settings and commands of the server are for bot admins' eyes: no other view names one."""

import re

from bot.language import LANGUAGES, language
from bot.settings import Settings
from tests.views.every import over
from tests.views.examples import EXAMPLES
from tests.views.reading import everything

FOR_ADMINS = re.compile(r"to an admin$|^status\.full")
SERVER = re.compile(
    rf"\b(?:{'|'.join(name.upper() for name in Settings.model_fields)})\b"
    r"|\b[A-Z]+(?:_[A-Z]+)+\b|python3? -m|\bpartner-bot\b|--take-over|\bwebhook (?:show|register|test|remove)\b"
)
CLAIM = re.compile(r"admins (?:know|have been told|were told)|admins du bot (?:le savent|sont prévenus)", re.IGNORECASE)


@over((name, code) for name in EXAMPLES if not FOR_ADMINS.search(name) for code in LANGUAGES)
def test_no_view_for_everyone_names_a_setting_or_a_command_of_the_server(name: str, code: str) -> None:
    for text in everything(EXAMPLES[name](language(code))):
        assert not SERVER.search(text)


@over((name, code) for name in EXAMPLES for code in LANGUAGES)
def test_no_view_says_that_somebody_was_told_who_was_not(name: str, code: str) -> None:
    for text in everything(EXAMPLES[name](language(code))):
        assert not CLAIM.search(text)


def test_views_for_bot_admins_do_name_them() -> None:
    named = {
        found.group()
        for name in EXAMPLES
        if FOR_ADMINS.search(name)
        for text in everything(EXAMPLES[name](language("en")))
        for found in SERVER.finditer(text)
    }
    assert named >= {"PARTNER_CENTER_CLIENT_SECRET", "PARTNER_CENTER_CLOUD", "BOT_OPERATORS", "python -m"}
