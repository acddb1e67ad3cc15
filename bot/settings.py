"""Every setting, read from the environment once and checked; the only reader of the environment."""

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from bot.errors import OperatorError
from bot.proxies import Proxy, parse_proxy

PERSON = re.compile(r"[UW][A-Z0-9]+")
USER_GROUP = re.compile(r"S[A-Z0-9]+")
CHANNEL = re.compile(r"[CG][A-Z0-9]+")
HOST_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])", re.ASCII)
LONGEST_HOST_NAME = 253
LOOPBACK_HOSTS = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")

LONGEST_QUOTED = 6
"""Characters of a value that a message may quote: a longer one may be a secret in the wrong place."""
TOKENS = frozenset({"slack_bot_token", "slack_app_token", "metrics_token", "slack_signing_secret"})
"""Settings that travel in a header, or are compared with one."""


def is_loopback(url: str) -> bool:
    """Say whether the address is on this machine, by its literal host."""
    return LOOPBACK_HOSTS.fullmatch(urlsplit(url).hostname or "") is not None


def _address(value: str) -> str:
    """Take https, or http to a literal loopback host; tokens travel to these addresses."""
    try:
        parts = urlsplit(value)
        odd = not value.isprintable() or " " in value or parts.port == 0  # a port that is none raises ValueError
    except ValueError:  # its text quotes the address
        raise ValueError("is not an address such as https://bot.example.com") from None
    if odd or not parts.hostname or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("is not an address such as https://bot.example.com")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(value)):
        raise ValueError("must be https, or http on this machine")
    return value.rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who has a role: persons and channels are two filters, and both must pass."""

    everyone: bool = False
    persons: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Say whether nobody at all has the role through this grant."""
        return not (self.everyone or self.persons or self.groups or self.channels)

    @property
    def covers_full_members(self) -> bool:
        """``*``, or nothing but channels: every full member (there)."""
        return self.everyone or (bool(self.channels) and not self.persons and not self.groups)


def _shown(word: str) -> str:
    return repr(word) if len(word) <= LONGEST_QUOTED else "something"


def _grant(value: object) -> object:
    if not isinstance(value, str):
        return value
    names = {name.strip() for name in value.split(",") if name.strip()}
    persons = frozenset(name for name in names if PERSON.fullmatch(name))
    groups = frozenset(name for name in names if USER_GROUP.fullmatch(name))
    channels = frozenset(name for name in names if CHANNEL.fullmatch(name))
    for name in sorted(names - persons - groups - channels - {"*"}):
        raise ValueError(f"holds {_shown(name)}, which is no user id (U…), user group id (S…), channel id (C…) or *")
    return Grant(everyone="*" in names, persons=persons, groups=groups, channels=channels)


def _named_grant(value: Grant) -> Grant:
    if value.everyone:
        raise ValueError("takes no *: name the bot admins by user id")
    return value


def _keys(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(SecretStr(key.strip()) for key in value.split(",") if key.strip())


def _hosts(value: object) -> object:
    """Take exact host names: no address, no port, no wildcard, nothing numeric."""
    if not isinstance(value, str):
        return value
    names = tuple(name.strip().lower() for name in value.split(",") if name.strip())
    for name in names:
        if not HOST_NAME.fullmatch(name) or len(name) > LONGEST_HOST_NAME:
            raise ValueError(f"holds {_shown(name)}, which is no host name such as admin.example.com")
    return names


def _folder(value: str) -> str:
    return _address(value) + "/"


def _proxy(value: object) -> object:
    return parse_proxy(value) if isinstance(value, str) else value


def _there(value: Path) -> Path:
    if not value.exists():
        raise ValueError("names nothing that is there")
    return value


Address = Annotated[str, AfterValidator(_address)]
ProxyAddress = Annotated[Proxy | None, NoDecode, BeforeValidator(_proxy)]
There = Annotated[Path, AfterValidator(_there)]
Grants = Annotated[Grant, NoDecode, BeforeValidator(_grant)]


class Settings(BaseSettings):
    """The bot's settings; the field's name in capitals is the variable's name."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, frozen=True, hide_input_in_errors=True)

    host: str = Field(default="0.0.0.0", description="The address to listen on.")  # noqa: S104 - a container's default
    port: int = Field(default=3000, ge=0, le=65535, description="The port to listen on.")

    slack_bot_token: SecretStr = Field(description="The bot's token (`xoxb-…`), from OAuth & Permissions.")
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="The app's signing secret; needed unless `SLACK_APP_TOKEN` is set."
    )
    slack_app_token: SecretStr | None = Field(
        default=None, description="An app-level token (`xapp-…`) turns on Socket Mode, which needs no public address."
    )
    slack_api_url: Annotated[str, AfterValidator(_folder)] = Field(
        default="https://slack.com/api/", description="Where Slack's Web API is; for GovSlack and the sandbox."
    )

    partner_center_cloud: str = Field(default="global", description="`global`, `us-gov` or `china`.")
    partner_center_tenant_id: UUID = Field(description="Your own (the partner's) tenant ID.")
    partner_center_client_id: str = Field(description="The client ID of your app registration.")
    partner_center_client_secret: SecretStr | None = Field(
        default=None, description="The secret of your app registration."
    )
    partner_center_client_certificate: Path | None = Field(
        default=None, description="Instead of the secret: a PEM file with certificate and private key."
    )
    partner_center_refresh_token: SecretStr | None = Field(
        default=None, description="A refresh token to start with; otherwise sign in with `python -m bot connect`."
    )
    partner_center_url: Address | None = Field(
        default=None, description="Another Partner Center address (without `/v1`); for the sandbox."
    )
    entra_url: Address | None = Field(
        default=None, description="Another sign-in authority (without tenant); for the sandbox."
    )

    invitation_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_hosts)] = Field(
        default=(),
        description="Further hosts that an invitation link may have: exact names, comma-separated.",
    )

    database_url: str = Field(
        default="sqlite:///partner-bot.db",
        repr=False,  # that of PostgreSQL holds a password
        description="Where state is kept; a SQLite file by default.",
    )
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_keys)] = Field(
        default=(), description="Fernet keys for what is stored, comma-separated, newest first."
    )

    bot_viewers: Grants = Field(
        default=Grant(),
        description="Who may look customers up: `*` (full members), user ids, user group ids, channel ids.",
    )
    bot_operators: Grants = Field(default=Grant(), description="Who may also invite; written in the same way.")
    bot_admins: Annotated[Grants, AfterValidator(_named_grant)] = Field(
        default=Grant(), description="The bot admins; written in the same way, but without `*`."
    )

    public_url: Address | None = Field(
        default=None, description="The address at which Microsoft reaches the bot, for the webhook."
    )
    webhook_certificate_url: Annotated[str, AfterValidator(_folder)] = Field(
        default="https://3psostorageacct.blob.core.windows.net/cert/",
        description="What the address of a webhook’s certificate must begin with.",
    )
    webhook_ca_file: Path | None = Field(
        default=None,
        description="PEM roots to trust for it instead of the public ones; only with an address on this machine.",
    )
    poll_seconds: int = Field(
        default=300, ge=0, le=86400, description="How often Partner Center is polled for changes; 0: never."
    )
    invite_nudge_days: int = Field(
        default=5, ge=1, le=90, description="Working days until the sender of an invitation is reminded."
    )
    delivery_days: int = Field(default=30, ge=1, le=3650, description="Days for which finished deliveries are kept.")

    https_proxy: ProxyAddress = Field(
        default=None, description="The proxy for https addresses, such as `http://proxy.example.com:8080`."
    )
    http_proxy: ProxyAddress = Field(default=None, description="The proxy for http addresses.")
    all_proxy: ProxyAddress = Field(default=None, description="The proxy for what the two above leave out.")
    no_proxy: str = Field(
        default="",
        description="What is reached without a proxy: hosts, domains, `host:port`, networks such as `10.0.0.0/8`, `*`.",
    )
    ssl_cert_file: There | None = Field(default=None, description="A PEM file of certificates to trust as well.")
    ssl_cert_dir: str = Field(
        default="", description="Folders of such certificates in OpenSSL’s form, separated by colons."
    )
    requests_ca_bundle: There | None = Field(
        default=None, description="Another file or folder of certificates to trust; wins for the sign-in."
    )

    metrics_token: SecretStr | None = Field(
        default=None, description="Bearer token for `/metrics`; without it only this machine may read them."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )

    @field_validator("*", mode="before")
    @classmethod
    def _one_line(cls, value: object, info: ValidationInfo) -> object:
        """Refuse what could not travel or be shown: line breaks, other control characters, broken text."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not isinstance(text, str):
            return value
        if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text):
            raise ValueError("holds a line break or another character that cannot be typed")
        if info.field_name in TOKENS and text and not (text.isascii() and text.isprintable() and " " not in text):
            raise ValueError("holds characters that no token has")
        return value

    @model_validator(mode="after")
    def _belong_together(self) -> "Settings":
        if self.slack_app_token is None and self.slack_signing_secret is None:
            raise ValueError("SLACK_SIGNING_SECRET is missing (or set SLACK_APP_TOKEN for Socket Mode)")
        if self.partner_center_client_secret is None and self.partner_center_client_certificate is None:
            raise ValueError("PARTNER_CENTER_CLIENT_SECRET is missing (or set PARTNER_CENTER_CLIENT_CERTIFICATE)")
        if self.webhook_ca_file is not None and not is_loopback(self.webhook_certificate_url):
            raise ValueError("WEBHOOK_CA_FILE goes only with a WEBHOOK_CERTIFICATE_URL on this machine")
        if self.webhook_ca_file is not None and not self.webhook_ca_file.is_file():
            raise ValueError("WEBHOOK_CA_FILE names no file that is there")
        return self

    @property
    def grants_nobody(self) -> bool:
        """Say whether no role is given to anyone."""
        return self.bot_viewers.is_empty and self.bot_operators.is_empty and self.bot_admins.is_empty


class Misconfigured(OperatorError):
    """Settings that are missing or wrong; the text has a line for each."""


def load(env_file: Path | None = None) -> Settings:
    """Read the settings from the environment, and from ``env_file`` where the environment has none.

    Raises Misconfigured with a readable line for each thing to put right; no line holds a secret.
    """
    if env_file is not None and not env_file.is_file():
        raise Misconfigured(f"There is no settings file {env_file}.")
    try:
        settings = Settings(_env_file=env_file)
    except (OSError, UnicodeError):
        raise Misconfigured("The settings file cannot be read; it must be a text file in UTF-8.") from None
    except SettingsError:
        raise Misconfigured("A setting cannot be read; compare them with docs/configuration.md.") from None
    except ValidationError as error:
        raise Misconfigured("\n".join(_line(problem["loc"], problem["msg"]) for problem in error.errors())) from None
    if "DYNO" in os.environ and "database_url" not in settings.model_fields_set:
        raise Misconfigured("DATABASE_URL is missing: a dyno's disk vanishes at every restart, so SQLite cannot stay.")
    return settings


def _line(location: tuple[int | str, ...], message: str) -> str:
    text = message.removeprefix("Value error, ")
    if not location:
        return f"{text}."
    name = str(location[0]).upper()
    return f"{name} is missing." if text == "Field required" else f"{name}: {text[0].lower()}{text[1:]}."
