"""Whatever is wrong with a setting, no message holds a piece of its value; those of tomorrow included."""

from pathlib import Path

import pytest

from bot import connections, settings
from bot.errors import OperatorError
from bot.settings import Settings
from bot.storage.address import database_address

MARKER = "Zq7Hunter2Xw9"
PIECES = {MARKER[start : start + 6] for start in range(len(MARKER) - 5)}
ENOUGH = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "secret",
    "PARTNER_CENTER_TENANT_ID": "1b7f0c52-9f6e-4a0f-8d6b-2c3a4e5f6071",
    "PARTNER_CENTER_CLIENT_ID": "client",
    "PARTNER_CENTER_CLIENT_SECRET": "secret",
}
SHAPES = (
    "{}",
    "{}\nsecond",
    "x{}\x01",
    "xoxb-{}-é",
    " {} {}",
    "https://user:{}@slack.com/",
    "https://host:{}/",
    "https://[{}/",
    "http://{}.example.com/",
    "ftp://{}/",
    "postgresql://bot:P@{}@127.0.0.1/db",
    "postgresql://bot:pw@{}:port/db",
    "postgresql://bot:pw@h/db?{}=1",
    "postgresql://bot:pw@h/db?sslmode={}",
    "postgresql://bot:{}%zz@h/db",
    "postgresql://{}:99999999/db",
    "postgresql:///{}",
    "{}://bot:pw@h/db",
    "sqlite://{}/file.db",
    "sqlite:////nowhere/{}/bot.db",
    "sqlite:///x.db?{}=1",
    "U1,{},*",
    "-{}",
    "1e{}",
    "{{{}",
    '["{}"]',
)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*(name.upper() for name in Settings.model_fields), "DYNO"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENOUGH.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("name", Settings.model_fields)
@pytest.mark.parametrize("shape", SHAPES)
async def test_a_wrong_setting_is_named_and_not_quoted(monkeypatch: pytest.MonkeyPatch, name: str, shape: str) -> None:
    monkeypatch.setenv(name.upper(), shape.replace("{}", MARKER))
    said, code = "", 78
    try:
        loaded = settings.load()
        said = f"{loaded!r}" if name.endswith(("token", "secret", "keys", "database_url")) else ""
        if name == "database_url":
            database_address(loaded.database_url)
        else:
            connections.registration(loaded).credential()
    except OperatorError as error:
        said, code = str(error), error.exit_code

    assert code == 78
    assert said.count("\n") == 0
    assert said.startswith(("Settings(", name.upper())) or said == ""
    assert {piece for piece in PIECES if piece in said} == set()
