"""Settings: read once, checked whole, and said in lines that hold no secret."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.settings import Grant, Misconfigured, Settings, is_loopback, load

TENANT = "1b7f0c52-9f6e-4a0f-8d6b-2c3a4e5f6071"
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-hidden-1",
    "SLACK_SIGNING_SECRET": "hidden-2",
    "SLACK_APP_TOKEN": "xapp-hidden-3",
    "PARTNER_CENTER_CLIENT_SECRET": "hidden-4",
    "PARTNER_CENTER_REFRESH_TOKEN": "hidden-5",
    "ENCRYPTION_KEYS": "hidden-6,hidden-7",
    "METRICS_TOKEN": "hidden-8",
}
ENOUGH = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "secret",
    "PARTNER_CENTER_TENANT_ID": TENANT,
    "PARTNER_CENTER_CLIENT_ID": "client",
    "PARTNER_CENTER_CLIENT_SECRET": "secret",
}
unhurried = hypothesis_settings(deadline=None)
ADDRESSES = ("SLACK_API_URL", "PARTNER_CENTER_URL", "ENTRA_URL")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*(name.upper() for name in Settings.model_fields), "DYNO"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENOUGH.items():
        monkeypatch.setenv(name, value)


def misconfigured(monkeypatch: pytest.MonkeyPatch, **changes: str) -> list[str]:
    """Return the lines that are said of these settings."""
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured) as raised:
        load()
    return str(raised.value).splitlines()


def test_what_must_be_set_is_enough() -> None:
    settings = load()

    assert (settings.host, settings.port) == ("0.0.0.0", 3000)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.partner_center_cloud == "global"
    assert settings.database_url.startswith("sqlite:///")
    assert settings.log_level == "INFO"
    assert settings.grants_nobody


@pytest.mark.parametrize("name", ENOUGH)
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for value in ("", None):
        monkeypatch.delenv(name, raising=False)
        changes = {} if value is None else {name: value}

        lines = misconfigured(monkeypatch, **changes)

        assert len(lines) == 1
        assert lines[0].startswith(f"{name} is missing")


def test_an_app_token_makes_the_signing_secret_unneeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLACK_SIGNING_SECRET")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")

    assert load().slack_app_token is not None


def test_a_certificate_makes_the_client_secret_unneeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARTNER_CENTER_CLIENT_SECRET")
    monkeypatch.setenv("PARTNER_CENTER_CLIENT_CERTIFICATE", "/etc/bot.pem")

    assert load().partner_center_client_certificate == Path("/etc/bot.pem")


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "address",
    [
        "http://slack.com/api",
        "http://10.0.0.1/",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://evil.example#localhost",
        "http://0.0.0.0/",
        "http://[::2]/",
        "https://user:password@slack.com/",
        "https://user@slack.com/",
        "https://:password@slack.com/",
        "https://slack.com/?token=1",
        "https://slack.com/#part",
        "ftp://localhost/",
        "file:///etc/passwd",
        "slack.com",
        "//slack.com/api",
        "https://",
        "https:///api",
        "javascript:alert(1)",
    ],
)
def test_an_address_to_which_no_token_may_travel_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str
) -> None:
    lines = misconfigured(monkeypatch, **{name: address})

    assert len(lines) == 1
    assert lines[0].startswith(f"{name}: ")
    assert "password" not in lines[0]


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "address", ["https://[", "https://host:port/", "https://host:99999/", "https://ho st/", "https://h:0/"]
)
def test_an_address_that_is_none_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, name: str, address: str) -> None:
    assert misconfigured(monkeypatch, **{name: address})[0].startswith(f"{name}: ")


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "address",
    [
        "https://example.com",
        "https://example.com:8443/base",
        "HTTPS://Example.com/",
        "http://127.0.0.1:8080",
        "http://127.8.9.1",
        "http://localhost:1/",
        "http://[::1]:8080/",
        "http://LOCALHOST/",
    ],
)
def test_https_and_this_machine_are_taken(monkeypatch: pytest.MonkeyPatch, name: str, address: str) -> None:
    monkeypatch.setenv(name, address)

    assert getattr(load(), name.lower()).rstrip("/") == address.rstrip("/")


@pytest.mark.parametrize("address", ["https://slack.com/api", "https://slack.com/api/", "https://slack.com/api//"])
def test_the_address_of_slack_ends_in_one_slash(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("SLACK_API_URL", address)

    assert load().slack_api_url == "https://slack.com/api/"


@pytest.mark.parametrize(
    ("text", "grant"),
    [
        ("", Grant()),
        (" , ,", Grant()),
        ("*", Grant(everyone=True)),
        ("U1,W2", Grant(persons=frozenset({"U1", "W2"}))),
        (
            " U1 , S9,C3,G4 ",
            Grant(persons=frozenset({"U1"}), groups=frozenset({"S9"}), channels=frozenset({"C3", "G4"})),
        ),
        ("*,C3", Grant(everyone=True, channels=frozenset({"C3"}))),
    ],
)
def test_who_may_is_read_from_ids(monkeypatch: pytest.MonkeyPatch, text: str, grant: Grant) -> None:
    monkeypatch.setenv("BOT_VIEWERS", text)

    assert load().bot_viewers == grant


@pytest.mark.parametrize("text", ["maya", "@maya", "#sales", "u1", "U1;U2", "**", "T1", "U1 U2"])
def test_what_is_no_id_is_refused_and_quoted(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (line,) = misconfigured(monkeypatch, BOT_OPERATORS=text)

    assert line.startswith("BOT_OPERATORS: holds ")
    assert text in line


@pytest.mark.parametrize("text", ["*", "U1,*", "*,C1"])
def test_bot_admins_are_named_one_by_one(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (line,) = misconfigured(monkeypatch, BOT_ADMINS=text)

    assert line.startswith("BOT_ADMINS: takes no *")


@pytest.mark.parametrize(
    ("grant", "covers"),
    [
        (Grant(), False),
        (Grant(everyone=True), True),
        (Grant(channels=frozenset({"C1"})), True),
        (Grant(persons=frozenset({"U1"}), channels=frozenset({"C1"})), False),
        (Grant(groups=frozenset({"S1"}), channels=frozenset({"C1"})), False),
    ],
)
def test_channels_alone_mean_everyone_there(grant: Grant, *, covers: bool) -> None:
    assert grant.covers_full_members is covers


def test_every_mistake_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = misconfigured(monkeypatch, PORT="many", PARTNER_CENTER_TENANT_ID="contoso", LOG_LEVEL="LOUD")

    assert [line.partition(":")[0] for line in lines] == ["PORT", "PARTNER_CENTER_TENANT_ID", "LOG_LEVEL"]
    assert all(line.endswith(".") for line in lines)


@pytest.mark.parametrize("port", ["-1", "65536", "3000.5", "0x10"])
def test_a_port_is_a_port(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    assert misconfigured(monkeypatch, PORT=port)[0].startswith("PORT: ")


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)

    settings = load()

    for shown in (repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump())):
        assert "hidden" not in shown
    assert [key.get_secret_value() for key in settings.encryption_keys] == ["hidden-6", "hidden-7"]


def test_the_password_of_the_database_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:hidden-9@db.example.com/bot")

    assert "hidden-9" not in repr(load())


def test_no_secret_is_in_what_is_said_of_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = misconfigured(monkeypatch, **SECRETS, PORT="many", SLACK_API_URL="http://u:hidden-10@slack.com/")

    assert "hidden" not in "\n".join(lines)


def test_a_file_fills_what_the_environment_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=4000\nHOST=127.0.0.1\nUNKNOWN=ignored\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "5000")

    settings = load(file)

    assert (settings.host, settings.port) == ("127.0.0.1", 5000)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"There is no settings file .*nowhere\."):
        load(tmp_path / "nowhere")


def test_no_file_is_read_unasked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=4000\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert load().port == 3000


def test_where_the_disk_vanishes_a_database_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = misconfigured(monkeypatch, DYNO="web.1")

    assert line.startswith("DATABASE_URL is missing")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example.com/bot")
    assert load().database_url.endswith("/bot")


@unhurried
@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_reading_of_an_address(text: str) -> None:
    given_so_far: dict[str, Any] = {name.lower(): value for name, value in ENOUGH.items()}
    try:
        settings = Settings(_env_file=None, **given_so_far, entra_url=text)
    except ValueError:
        return

    assert settings.entra_url is not None
    assert settings.entra_url.lower().startswith("https://") or is_loopback(settings.entra_url)


def test_invitation_hosts_are_exact_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().invitation_hosts == ()
    monkeypatch.setenv("INVITATION_HOSTS", " Admin.Example.com , xn--mnchen-3ya.example,, a.b-c.example ")

    assert load().invitation_hosts == ("admin.example.com", "xn--mnchen-3ya.example", "a.b-c.example")


@pytest.mark.parametrize(
    "name",
    [
        *("https://admin.example.com", "admin.example.com/", "admin.example.com:443", "*.example.com", ".example.com"),
        *("admin.example.com.", "admin..example.com", "localhost", "10.0.0.1", "[::1]", "::1", "user@example.com"),
        *("admin example.com", "m\u00fcnchen.example", "-a.example", "a-.example", "a.example?x", "a.example#x", "com"),
        *(
            "a" * 64 + ".example",
            ".".join(["a" * 60] * 5) + ".example",
            "example.c",
            "127.1",
            "0x7f.0.0.1",
            "a_b.example",
        ),
    ],
)
def test_what_is_no_exact_host_name_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (line,) = misconfigured(monkeypatch, INVITATION_HOSTS=f"admin.example.com,{name}")

    assert line.startswith("INVITATION_HOSTS: holds ")
    assert len(line) < 200
