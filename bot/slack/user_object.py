"""Slack's user object, decoded strictly: what decides about rights is there and of its type, or nothing is believed.

https://docs.slack.dev/reference/objects/user-object
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

SLACKBOT = "USLACKBOT"
"""Slack's own bot, of which ``users.info`` says ``is_bot: false``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as Slack describes them."""

    id: str
    name: str = ""
    locale: str = "en-US"
    tz: str = "UTC"
    somebody: bool = False
    """A person who can use Slack; bots and deactivated accounts have no rights, not even by name."""
    full_member: bool = False
    """A member of this workspace who is neither a guest nor of another organisation."""


class _EnterpriseUser(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    teams: list[str] = []


class _Flags(BaseModel):
    """What decides about rights; ``is_stranger`` and the like come only where they hold."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    id: str
    team_id: str
    deleted: bool
    is_bot: bool
    is_restricted: bool
    is_ultra_restricted: bool
    is_stranger: bool = False
    is_workflow_bot: bool = False
    is_connector_bot: bool = False
    enterprise_user: _EnterpriseUser | None = None


class Malformed(ValueError):
    """Slack's answer is not about the one who was asked for, or not as documented."""


def person(user: object, *, user_id: str, workspace_id: str) -> Person:
    """Return who ``users.info`` describes; raises Malformed, or pydantic's ValidationError (a ValueError too).

    An organisation's member may be of another of its workspaces as well (``enterprise_user.teams``).
    """
    if not isinstance(user, dict):
        raise Malformed("no user")
    if user.get("id") == user_id and (user.get("deleted") is True or user_id == SLACKBOT):
        return Person(id=user_id)  # of deactivated accounts Slack leaves the other flags out
    flags = _Flags.model_validate(user)
    if flags.id != user_id:
        raise Malformed("another user")
    teams = {flags.team_id, *(flags.enterprise_user.teams if flags.enterprise_user else ())}
    somebody = not (flags.deleted or flags.is_bot or flags.is_workflow_bot or flags.is_connector_bot)
    outside = flags.is_restricted or flags.is_ultra_restricted or flags.is_stranger
    profile = user["profile"] if isinstance(user.get("profile"), dict) else {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return Person(
        id=user_id,
        name=_text(*names),
        locale=_text(user.get("locale"), "en-US"),
        tz=_time_zone(user.get("tz")),
        somebody=somebody,
        full_member=somebody and not outside and workspace_id in teams,
    )


def _text(*candidates: object) -> str:
    return next((each for each in candidates if isinstance(each, str) and each), "")


def _time_zone(name: object) -> str:
    try:
        return ZoneInfo(_text(name, "UTC")).key
    except (KeyError, ValueError, OSError):  # no such zone (a KeyError), no such name, a folder
        return "UTC"
