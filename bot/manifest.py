"""The Slack app manifest, made from the routes: what is declared is what is answered, and nothing else."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.errors import OperatorError
from bot.routing import Router
from bot.settings import is_loopback

SCOPES = {
    "app_mentions:read": "mentions reach the bot (event app_mention)",
    "channels:read": "conversations.info of public channels, and events: shared with others, archived, deleted",
    "chat:write": "chat.postMessage, chat.postEphemeral, chat.update, direct messages",
    "commands": "the slash command and the shortcuts",
    "groups:read": "the same of private channels",
    "im:history": "what people write to the bot in direct messages (event message.im)",
    "im:read": "conversations.info of direct messages",
    "mpim:read": "conversations.info of group direct messages",
    "reactions:write": "reactions.add: a tick on an invitation that was accepted",
    "usergroups:read": "usergroups.users.list for user groups among BOT_VIEWERS and the like, and events: changed",
    "users:read": "users.info: language, time zone, guest or member; and the event of a person who changes",
}
"""Each scope the bot cannot do without, and what for."""

OPTIONAL_SCOPES = {
    "channels:history": "after a crash, look whether an invitation was already posted",
    "groups:history": "the same in private channels",
    "mpim:history": "the same in group direct messages",
}

EVENTS = (
    "app_mention",
    "channel_archive",
    "channel_deleted",
    "channel_shared",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "message.im",
    "subteam_members_changed",
    "subteam_updated",
    "user_change",
)

_ORIGIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?/?", re.ASCII | re.IGNORECASE
)
HEADER = "# Made by `make generate` from the routes in handlers/; edit those.\n"


def public_origin(address: str) -> str:
    """Return the origin at which Slack reaches the bot, without a trailing slash; raise OperatorError for any other.

    Slack asks for https; http is for a literal loopback address alone, which the sandbox is.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:  # a port that is no number, brackets that do not close
        parts, port = urlsplit(""), None
    allowed = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(address))
    plain = _ORIGIN.fullmatch(address) is not None and port != 0
    if not (allowed and plain and parts.hostname and ".." not in parts.hostname):
        raise OperatorError("--public-url must be an https origin without a path, such as https://bot.example.com.")
    return address.rstrip("/")


def manifest(router: Router, *, public_url: str | None = None, socket_mode: bool = False) -> dict[str, Any]:
    """Return the manifest (https://docs.slack.dev/reference/app-manifest).

    HTTP mode needs the bot's public address; in Socket Mode Slack needs none.
    """
    url = f"{(public_url or 'https://your-bot.example.com').rstrip('/')}/slack/events"
    address: dict[str, Any] = {} if socket_mode else {"request_url": url}
    names = " | ".join(name for name in router.commands)
    command: dict[str, Any] = {
        "command": "/partner",
        "description": "Look up Microsoft customers and invite them",
        "usage_hint": names,
        "should_escape": True,  # people and channels come by id, as in a mention, and not as typed names
    }
    if not socket_mode:
        command["url"] = url
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Partner Bot",
            "description": "Microsoft Partner Center inside Slack: customers, relationships, invitations.",
            "background_color": "#173b40",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Partner Bot", "always_online": True},
            "shortcuts": [
                {
                    "name": shortcut.title,
                    "type": "message" if shortcut.on_message else "global",
                    "callback_id": shortcut.name,
                    "description": shortcut.description,
                }
                for shortcut in router.shortcuts.values()
            ],
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES), "bot_optional": sorted(OPTIONAL_SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(content: dict[str, Any]) -> str:
    """Return the manifest as the file ``manifest.yml`` holds it."""
    import yaml  # noqa: PLC0415 - a bot that runs writes none

    return HEADER + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
