"""What holds for every setting, those of tomorrow included."""

import ast
from pathlib import Path
from typing import get_args

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import Settings

TOP = Path(__file__).parents[2]
FIELDS = Settings.model_fields
CONTRACT = {
    *("HOST", "PORT", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_API_URL"),
    *("PARTNER_CENTER_CLOUD", "PARTNER_CENTER_TENANT_ID", "PARTNER_CENTER_CLIENT_ID", "PARTNER_CENTER_CLIENT_SECRET"),
    *("PARTNER_CENTER_CLIENT_CERTIFICATE", "PARTNER_CENTER_REFRESH_TOKEN", "PARTNER_CENTER_URL", "ENTRA_URL"),
    *("DATABASE_URL", "ENCRYPTION_KEYS", "BOT_VIEWERS", "BOT_OPERATORS", "BOT_ADMINS", "METRICS_TOKEN", "LOG_LEVEL"),
}
"""Names on which scripts outside of this repository rely."""
SECRET = ("token", "secret", "keys")

each_setting = pytest.mark.parametrize("name", FIELDS)


def types_in(annotation: object) -> set[object]:
    """Return an annotation and all it is made of."""
    return {annotation}.union(*(types_in(part) for part in get_args(annotation)))


def is_secret(field: FieldInfo) -> bool:
    return SecretStr in types_in(field.annotation)


@each_setting
def test_it_is_described(name: str) -> None:
    description = FIELDS[name].description

    assert description
    assert description.endswith(".")


@each_setting
@pytest.mark.parametrize("page", ["docs/configuration.md", ".env.example"])
def test_it_is_documented(name: str, page: str) -> None:
    text = (TOP / page).read_text(encoding="utf-8")

    assert name.upper() in text
    assert str(FIELDS[name].description) in text


@each_setting
def test_it_has_a_default_or_is_required(name: str) -> None:
    field = FIELDS[name]

    assert field.is_required() or field.default is not None or type(None) in get_args(field.annotation)


@each_setting
def test_what_is_secret_by_name_is_secret_by_type(name: str) -> None:
    assert is_secret(FIELDS[name]) == name.endswith(SECRET)


@each_setting
def test_a_secret_has_no_default(name: str) -> None:
    if is_secret(FIELDS[name]) and not FIELDS[name].is_required():
        assert not FIELDS[name].default


def test_the_names_of_the_contract_are_kept() -> None:
    assert CONTRACT - {name.upper() for name in FIELDS} == set()


def test_the_example_file_holds_every_setting_once_and_no_secret() -> None:
    lines = (TOP / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = [
        line.removeprefix("# ").partition("=")[::2] for line in lines if "=" in line and line.split("=")[0].isupper()
    ]

    assert [name for name, _ in pairs if name.removeprefix("# ").lower() not in FIELDS] == []
    assert [name for name, value in pairs if value and name.lower() in FIELDS and is_secret(FIELDS[name.lower()])] == []


def test_only_the_settings_read_the_environment() -> None:
    """But for DISPLAY, which says whether there is a browser to open; a setting it is not."""
    readers = {
        path.relative_to(TOP).as_posix()
        for folder in ("bot", "handlers")
        for path in (TOP / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }

    assert readers == {"bot/settings.py", "bot/connect.py"}
