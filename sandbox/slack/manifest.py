"""What the workspace installed: the scopes, events, commands and shortcuts that the app's manifest asks for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Self

import yaml

HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
"""The scopes by which a bot reads what stands in conversations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """An entry in a message's menu, or in the workspace's."""

    callback_id: str
    name: str
    type: Literal["global", "message"]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """A slash command as Slack offers it to people who type: its word, what follows it, and what it does."""

    command: str
    usage_hint: str = ""
    description: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The installed app; without a manifest, everything this bot could want."""

    scopes: frozenset[str] = frozenset(
        {
            *("app_mentions:read", "chat:write", "commands", "reactions:write", "usergroups:read", "users:read"),
            *("channels:history", "channels:read", "groups:history", "groups:read"),
            *("im:history", "im:read", "im:write"),
        }
    )
    events: frozenset[str] = frozenset(
        {
            *("app_mention", "message.im"),
            *("channel_archive", "channel_deleted", "channel_shared", "channel_unarchive", "channel_unshared"),
            *("group_archive", "group_deleted", "group_unarchive"),
            *("subteam_members_changed", "subteam_updated", "user_change"),
        }
    )
    slash_commands: tuple[SlashCommand, ...] = (
        SlashCommand(
            command="/partner",
            usage_hint="customer | invite | help",
            description="Look up Microsoft customers",
            should_escape=True,
        ),
    )
    shortcuts: tuple[Shortcut, ...] = (
        Shortcut(
            callback_id="invite_in_thread",
            name="Invite a customer",
            type="message",
            description="Post the invitation in this thread",
        ),
        Shortcut(
            callback_id="look_up_customer",
            name="Look up customer",
            type="message",
            description="Find the customers this message names",
        ),
        Shortcut(
            callback_id="create_invite",
            name="Create an invitation",
            type="global",
            description="Post an invitation in a channel",
        ),
    )

    @property
    def commands(self) -> frozenset[str]:
        """The words of the slash commands."""
        return frozenset(each.command for each in self.slash_commands)

    @property
    def escaped(self) -> frozenset[str]:
        """The words of the commands with ``should_escape``."""
        return frozenset(each.command for each in self.slash_commands if each.should_escape)

    def without(self, *scopes: str) -> Self:
        """Return the same app installed by somebody who did not grant these scopes."""
        return replace(self, scopes=self.scopes - set(scopes))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what a manifest file asks for (https://docs.slack.dev/reference/app-manifest)."""
        manifest: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        features = manifest.get("features", {})
        scopes = manifest.get("oauth_config", {}).get("scopes", {})
        events = manifest.get("settings", {}).get("event_subscriptions", {})
        return cls(
            scopes=_words(scopes.get("bot"), scopes.get("bot_optional")),
            events=_words(events.get("bot_events")),
            slash_commands=tuple(
                SlashCommand(
                    command=command["command"],
                    usage_hint=command.get("usage_hint", ""),
                    description=command["description"],
                    should_escape=bool(command.get("should_escape")),
                )
                for command in features.get("slash_commands", [])
            ),
            shortcuts=tuple(
                Shortcut(
                    callback_id=shortcut["callback_id"],
                    name=shortcut["name"],
                    type=shortcut["type"],
                    description=shortcut["description"],
                )
                for shortcut in features.get("shortcuts", [])
            ),
        )


def _words(*lists: Iterable[str] | None) -> frozenset[str]:
    return frozenset(word for words in lists for word in words or [])
