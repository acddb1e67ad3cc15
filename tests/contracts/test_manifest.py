"""The manifest: what Slack takes, and exactly what the code uses."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot import bootstrap
from bot.errors import OperatorError
from bot.manifest import EVENTS, as_yaml, manifest, public_origin

TOP = Path(__file__).parents[2]
SCHEMA = json.loads((Path(__file__).parent / "manifest.schema.json").read_text(encoding="utf-8"))
ROUTER = bootstrap.routes()
PUBLIC = "https://bot.example.com"

SCOPES_OF_METHODS = {
    "apps.connections.open": set[str](),  # of the app-level token, which no manifest holds
    "auth.test": set[str](),
    "chat.delete": {"chat:write"},
    "chat.getPermalink": set[str](),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations.info": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "conversations.replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "reactions.add": {"reactions:write"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "views.open": set[str](),
    "views.update": set[str](),
}
"""https://docs.slack.dev/reference/methods: a scope for each kind of conversation, where there are kinds."""
SCOPES_OF_EVENTS = {
    "app_mention": {"app_mentions:read"},
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "group_archive": {"groups:read"},
    "group_deleted": {"groups:read"},
    "message.im": {"im:history"},
    "subteam_members_changed": {"usergroups:read"},
    "subteam_updated": {"usergroups:read"},
    "user_change": {"users:read"},
}
"""https://docs.slack.dev/reference/events"""


def in_both_modes() -> list[Any]:
    socket = manifest(ROUTER, socket_mode=True)
    return [pytest.param(socket, id="socket"), pytest.param(manifest(ROUTER, public_url=PUBLIC), id="http")]


def urls(node: Any) -> Iterator[str]:
    """Yield every address in a manifest."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name.endswith("url"):
                yield value
            yield from urls(value)
    elif isinstance(node, list):
        for value in node:
            yield from urls(value)


def methods_used() -> set[str]:
    """Return the methods of the Web API that the code calls."""
    found = set()
    for path in (TOP / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and "_" in node.attr.strip("_") and hasattr(AsyncWebClient, node.attr):
                found.add(node.attr.replace("_", "."))
    return found - {"api.call"}


@pytest.mark.parametrize("made", in_both_modes())
def test_slack_takes_the_manifest(made: dict[str, Any]) -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)

    assert list(jsonschema.Draft7Validator(SCHEMA).iter_errors(made)) == []


def test_the_schema_would_notice() -> None:
    made = manifest(ROUTER, socket_mode=True)
    made["features"]["shortcuts"][0]["name"] = "x" * 25
    made["features"]["slash_commands"][0]["command"] = "Partner"
    made["surprise"] = True

    assert len(list(jsonschema.Draft7Validator(SCHEMA).iter_errors(made))) == 3


def test_socket_mode_needs_no_address() -> None:
    made = manifest(ROUTER, socket_mode=True)

    assert made["settings"]["socket_mode_enabled"] is True
    assert list(urls(made)) == []


@pytest.mark.parametrize("public", [PUBLIC, f"{PUBLIC}/"])
def test_over_http_everything_comes_to_the_one_address(public: str) -> None:
    made = manifest(ROUTER, public_url=public)

    assert made["settings"]["socket_mode_enabled"] is False
    assert list(urls(made)) == [f"{PUBLIC}/slack/events"] * 3


@pytest.mark.parametrize("made", in_both_modes())
def test_commands_and_shortcuts_are_those_of_the_code(made: dict[str, Any]) -> None:
    features = made["features"]

    assert [command["command"] for command in features["slash_commands"]] == ["/partner"]
    assert {(each["callback_id"], each["type"]) for each in features["shortcuts"]} == {
        (route.name, "message" if route.on_message else "global") for route in ROUTER.shortcuts.values()
    }
    assert {each["callback_id"] for each in features["shortcuts"]} == {
        *("invite_in_thread", "look_up_customer", "create_invite")
    }
    assert all(name in features["slash_commands"][0]["usage_hint"] for name in ROUTER.commands)


def test_slack_is_asked_for_the_ids_of_people_and_channels_in_what_people_type() -> None:
    assert manifest(ROUTER)["features"]["slash_commands"][0]["should_escape"] is True


def test_people_can_write_to_the_bot() -> None:
    home = manifest(ROUTER)["features"]["app_home"]

    assert home["messages_tab_enabled"] is True
    assert home["messages_tab_read_only_enabled"] is False


@pytest.mark.parametrize("made", in_both_modes())
def test_events_are_those_the_code_answers(made: dict[str, Any]) -> None:
    source = (TOP / "bot" / "slack" / "events.py").read_text(encoding="utf-8")
    events = made["settings"]["event_subscriptions"]["bot_events"]

    assert events == list(EVENTS) == list(SCOPES_OF_EVENTS)
    assert all(f'"{event}"' in source for event in events)


def test_every_method_the_code_calls_is_known_here() -> None:
    assert methods_used() == set(SCOPES_OF_METHODS)


@pytest.mark.parametrize("made", in_both_modes())
def test_scopes_are_those_the_code_needs_and_no_more(made: dict[str, Any]) -> None:
    asked = made["oauth_config"]["scopes"]
    by_methods = set().union(*(SCOPES_OF_METHODS[method] for method in methods_used()))
    by_events = set().union(*(SCOPES_OF_EVENTS[event] for event in EVENTS))
    history = {scope for scope in by_methods if scope.endswith(":history")}

    assert set(asked["bot"]) == {"commands"} | by_events | by_methods - history
    assert set(asked["bot_optional"]) <= history
    assert {"channels:history", "groups:history"} <= set(asked["bot_optional"])


def test_the_file_at_the_top_is_the_one_for_socket_mode() -> None:
    text = (TOP / "manifest.yml").read_text(encoding="utf-8")

    assert text == as_yaml(manifest(ROUTER, socket_mode=True))
    assert yaml.safe_load(text) == manifest(ROUTER, socket_mode=True)


ORIGINS = {
    "https://bot.example.com": "https://bot.example.com",
    "https://bot.example.com/": "https://bot.example.com",
    "HTTPS://Bot.Example.com:8443": "HTTPS://Bot.Example.com:8443",
    "http://127.0.0.1:3000": "http://127.0.0.1:3000",
    "http://localhost:3000/": "http://localhost:3000",
    "http://[::1]:3000": "http://[::1]:3000",
    "https://10.0.0.1": "https://10.0.0.1",
}
NO_ORIGINS = (
    *("", " ", "bot.example.com", "//bot.example.com", "http://bot.example.com", "ftp://bot.example.com", "https://"),
    *("https:///", "https://bot.example.com/path", "https://bot.example.com/slack/events", "https://bot.example.com//"),
    *(
        "https://bot.example.com?x=1",
        "https://bot.example.com/?",
        "https://bot.example.com#x",
        "https://bot.example.com/#",
    ),
    *(
        "https://user@bot.example.com",
        "https://user:word@bot.example.com",
        "https://@bot.example.com",
        "https:bot.example",
    ),
    *(
        "https://bot.example.com:0",
        "https://bot.example.com:",
        "https://bot.example.com:many",
        "https://bot.example.com:99999",
    ),
    *(
        "https://bot.example.com\n",
        "https://bot example.com",
        "https://bot.example.com\\x",
        "https://[::1",
        "javascript:x",
    ),
    *(
        "https://b\u00f6t.example.com",
        "https://bot..example.com",
        "https://*.example.com",
        "http://localhost.evil.example",
    ),
    *("http://127.0.0.1@evil.example", " https://bot.example.com", "https://bot.example.com:\u0663\u0663", "https://-"),
)


@pytest.mark.parametrize("address", ORIGINS)
def test_an_origin_is_taken(address: str) -> None:
    assert public_origin(address) == ORIGINS[address]


@pytest.mark.parametrize("address", NO_ORIGINS)
def test_what_is_no_https_origin_is_refused(address: str) -> None:
    with pytest.raises(OperatorError) as raised:
        public_origin(address)

    assert "\n" not in str(raised.value)
    assert "word" not in str(raised.value)
