"""auth.test, users.*, usergroups.*, conversations.*, apps.connections.open: what a bot asks about the workspace."""

import base64
import datetime as dt
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sandbox.people import SLACKBOT, TEAM_ID, TEAM_NAME, Channel, Person
from sandbox.slack.calls import Call, Refused, method
from sandbox.slack.model import APP_ID, BOT_HANDLE, BOT_ID, BOT_NAME, BOT_USER
from sandbox.slack.payloads import message_object

T = TypeVar("T")

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_PAGING = "cursor limit"


@method("api.test", arguments="error foo")
async def api_test(call: Call) -> dict[str, Any]:
    if error := call.text("error", ""):
        raise Refused(error)
    return {"args": call.arguments}


@method("auth.test")
async def auth_test(call: Call) -> dict[str, Any]:
    return {
        "url": f"{call.workspace.url}/",
        "team": TEAM_NAME,
        "user": BOT_HANDLE,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", scopes=("connections:write",), app_token=True)
async def open_connection(call: Call) -> dict[str, Any]:
    return {"url": call.workspace.sockets.new_address()}


def user_object(person: Person, at: float, *, locale: bool) -> dict[str, Any]:
    """Return a person as users.info and user_change have them (https://docs.slack.dev/reference/objects/user-object)."""
    offset = dt.datetime.fromtimestamp(at, ZoneInfo(person.tz)).utcoffset() or dt.timedelta()
    found: dict[str, Any] = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.handle,
        "deleted": False,
        "color": "0b6e5f",
        "real_name": person.name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()),
        "profile": {
            "title": person.title,
            "real_name": person.name,
            "display_name": person.name.split()[0],
            "team": person.team_id,
        },
        "is_admin": person.owner,
        "is_owner": person.owner,
        "is_primary_owner": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 1_790_000_000,
    }
    if person.external:
        found["is_stranger"] = True
    if person.deactivated:  # Slack then leaves most flags out
        found["deleted"] = True
        for name in ("is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted"):
            del found[name]
    if locale:
        found["locale"] = person.locale
    return found


@method("users.info", scopes=("users:read",), arguments="user include_locale")
async def users_info(call: Call) -> dict[str, Any]:
    user = call.text("user")
    if user == BOT_USER:
        bot = {"id": BOT_USER, "team_id": TEAM_ID, "name": BOT_HANDLE, "real_name": BOT_NAME, "deleted": False}
        return {"user": bot | {"is_bot": True, "is_restricted": False, "profile": {"api_app_id": APP_ID}}}
    if user == SLACKBOT.id:  # of which Slack says that it is no bot
        return {"user": user_object(SLACKBOT, call.workspace.now(), locale=call.flag("include_locale"))}
    if user not in call.workspace.world.people:
        raise Refused("user_not_found")
    person = call.workspace.world.people[user]
    found = user_object(person, call.workspace.now(), locale=call.flag("include_locale"))
    return {"user": found | call.workspace.people_changes.get(user, {})}


@method("usergroups.users.list", scopes=("usergroups:read",), arguments="usergroup include_disabled team_id")
async def usergroup_members(call: Call) -> dict[str, Any]:
    members = call.workspace.user_groups.get(call.text("usergroup"))
    if members is None:
        raise Refused("no_such_subteam")
    return {"users": list(members)}


def _conversation(call: Call, name: str = "channel") -> Channel | str:
    """Return the channel, or the id of a direct message; one the bot cannot know of is not found."""
    world = call.workspace.world
    wanted = call.text(name)
    if wanted in world.direct.values():
        return wanted
    channel = world.channels.get(wanted)
    if channel is None or (channel.private and not channel.bot_is_member):
        raise Refused("channel_not_found")
    return channel


@method("conversations.info", scopes=_READ, arguments="channel include_locale include_num_members")
async def conversation_info(call: Call) -> dict[str, Any]:
    found = _conversation(call)
    if isinstance(found, str):
        person = next(person for person, direct in call.workspace.world.direct.items() if direct == found)
        return {"channel": {"id": found, "is_im": True, "user": person, "is_org_shared": False, "is_archived": False}}
    info: dict[str, Any] = {
        "id": found.id,
        "name": found.name,
        "name_normalized": found.name,
        "is_channel": not found.private,
        "is_group": found.private,
        "is_im": False,
        "is_mpim": False,
        "is_private": found.private,
        "is_archived": found.archived,
        "is_general": False,
        "is_member": found.bot_is_member,
        "is_shared": found.shared,
        "is_ext_shared": found.shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "created": 1_790_000_000,
        "creator": next(iter(sorted(found.members))),
        "context_team_id": TEAM_ID,
        "shared_team_ids": [TEAM_ID, "T09NORTHWND"] if found.shared else [TEAM_ID],
    }
    return {"channel": info | call.workspace.channel_changes.get(found.id, {})}


@method("conversations.open", scopes=("im:write", "mpim:write"), arguments="users channel return_im prevent_creation")
async def open_conversation(call: Call) -> dict[str, Any]:
    world = call.workspace.world
    users = [user for user in call.text("users").split(",") if user]
    if len(users) != 1:
        raise Refused("users_list_not_supplied" if not users else "method_not_supported_for_channel_type")
    if users[0] not in world.people:
        raise Refused("users_not_found" if users[0] != BOT_USER else "cannot_dm_bot")
    already = users[0] in world.direct
    channel = world.direct_with(users[0])
    return {"no_op": already, "already_open": already, "channel": {"id": channel}}


@method("conversations.members", scopes=_READ, arguments=f"channel {_PAGING}")
async def conversation_members(call: Call) -> dict[str, Any]:
    found = _conversation(call)
    world = call.workspace.world
    channel = found if isinstance(found, str) else found.id
    members = sorted(world.members(channel)) + ([BOT_USER] if world.bot_is_in(channel) else [])
    page, more = _page(call, members, 100)
    return {"members": page, "response_metadata": more}


def _page(call: Call, items: list[T], default: int) -> tuple[list[T], dict[str, str]]:
    limit = call.whole("limit", default)
    start = 0
    if cursor := call.text("cursor", ""):
        try:
            start = int(base64.b64decode(cursor).decode().removeprefix("next:"))
        except ValueError as error:
            raise Refused("invalid_cursor") from error
    after = start + limit
    following = base64.b64encode(f"next:{after}".encode()).decode() if after < len(items) else ""
    return items[start:after], {"next_cursor": following}


def _read(call: Call, *, thread: bool) -> dict[str, Any]:
    found = _conversation(call)
    world = call.workspace.world
    channel = found if isinstance(found, str) else found.id
    if not world.bot_is_in(channel):
        raise Refused("not_in_channel")
    standing = [m for m in world.messages if m.channel == channel and not m.deleted and m.only_for is None]
    if thread:
        root = call.text("ts")
        messages = [m for m in standing if m.root == root]
        if not messages:
            raise Refused("thread_not_found")
    else:
        messages = [m for m in reversed(standing) if m.thread_ts is None or m.broadcast]
    oldest, latest = float(call.text("oldest", "0")), float(call.text("latest", "9999999999"))
    inclusive = call.flag("inclusive")
    within = [
        m
        for m in messages
        if oldest < float(m.ts) < latest
        or (inclusive and float(m.ts) in (oldest, latest))
        or (thread and m.thread_ts is None)
    ]
    page, more = _page(call, within, 1000 if thread else 100)
    metadata = call.flag("include_all_metadata")
    shown = [message_object(m, world=world, metadata=metadata) for m in page]
    return {"messages": shown, "has_more": bool(more["next_cursor"]), "response_metadata": more}


_RANGE = f"channel oldest latest inclusive include_all_metadata {_PAGING}"


@method("conversations.history", scopes=_HISTORY, arguments=_RANGE)
async def history(call: Call) -> dict[str, Any]:
    return _read(call, thread=False)


@method("conversations.replies", scopes=_HISTORY, arguments=f"ts {_RANGE}")
async def replies(call: Call) -> dict[str, Any]:
    return _read(call, thread=True)
