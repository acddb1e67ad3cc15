"""The events that Slack sends, field for field (https://docs.slack.dev/reference/events)."""

import secrets
from typing import TYPE_CHECKING

from sandbox.people import OTHER_TEAM_ID, TEAM_ID, Channel, Person
from sandbox.slack.model import APP_ID, BOT_USER, Message
from sandbox.slack.payloads import VERIFICATION_TOKEN, Payload, message_object

if TYPE_CHECKING:
    from sandbox.slack.world import World

SCOPES = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_shared": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_unshared": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_unarchive": "groups:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "user_change": "users:read",
}
"""Each event that this Slack can send, and the scope without which an app does not get it."""


def envelope(world: "World", inner: Payload, *, shared: bool) -> Payload:
    """Return an event in its envelope."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(world.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{secrets.token_hex(12)}",
    }


def spoken(world: "World", kind: str, person: Person, message: Message) -> Payload:
    """Return the inner event of something said: ``app_mention``, or ``message`` in a direct message."""
    inner: Payload = {
        "user": person.id,
        "type": kind,
        "ts": message.ts,
        "client_msg_id": message.ts.replace(".", "-"),
        "text": message.text,
        "team": person.team_id,
        "blocks": message.blocks,
        "channel": message.channel,
        "event_ts": message.ts,
    }
    if message.thread_ts:
        root = world.message(message.channel, message.thread_ts)
        inner |= {"thread_ts": message.thread_ts, "parent_user_id": root.user if root else person.id}
    if person.external:
        inner |= {"user_team": person.team_id, "source_team": person.team_id}
    if kind == "message":
        inner["channel_type"] = "im"
    return inner


def about_channel(world: "World", kind: str, channel: Channel, person: Person) -> Payload:
    """Return the inner event of a channel that a person archived, brought back or deleted."""
    inner: Payload = {"type": kind, "channel": channel.id, "event_ts": world.next_ts()}
    if kind.endswith("_deleted"):
        return inner
    return inner | {"user": person.id} | ({"is_moved": 0} if kind.endswith("_archive") else {})


def sharing(world: "World", channel: Channel) -> Payload:
    """Return the inner event of a channel that another organisation reads from now on, or no longer."""
    inner: Payload = {"channel": channel.id, "event_ts": world.next_ts()}
    if channel.shared:
        return inner | {"type": "channel_shared", "connected_team_id": OTHER_TEAM_ID}
    return inner | {
        "type": "channel_unshared",
        "previously_connected_team_id": OTHER_TEAM_ID,
        "is_ext_shared": False,
    }


def deleted(world: "World", message: Message, channel_type: str) -> Payload:
    """Return the inner event of a message that somebody deleted."""
    ts = world.next_ts()
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": message.channel,
        "ts": ts,
        "event_ts": ts,
        "deleted_ts": message.ts,
        "previous_message": message_object(message),
        "channel_type": channel_type,
    }


def person_changed(world: "World", user: Payload) -> Payload:
    """Return the inner event of a person whose account changed; ``user`` is the whole user object."""
    ts = world.next_ts()
    return {"type": "user_change", "user": user, "cache_ts": int(float(ts)), "event_ts": ts}


def members_changed(world: "World", group_id: str, *, before: list[str], after: list[str]) -> Payload:
    """Return the inner event of a user group that people joined or left; Slack sends the counts as strings."""
    added, removed = [each for each in after if each not in before], [each for each in before if each not in after]
    return {
        "type": "subteam_members_changed",
        "subteam_id": group_id,
        "team_id": TEAM_ID,
        "date_previous_update": int(world.now()) - 86400,
        "date_update": int(world.now()),
        "added_users": added,
        "added_users_count": str(len(added)),
        "removed_users": removed,
        "removed_users_count": str(len(removed)),
        "event_ts": world.next_ts(),
    }


def group_updated(world: "World", group_id: str, users: list[str], *, disabled: bool) -> Payload:
    """Return the inner event of a user group that was renamed, disabled or enabled."""
    return {
        "type": "subteam_updated",
        "subteam": {
            "id": group_id,
            "team_id": TEAM_ID,
            "is_usergroup": True,
            "name": "Partner desk",
            "handle": "partner-desk",
            "date_update": int(world.now()),
            "date_delete": int(world.now()) if disabled else 0,
            "users": users,
            "user_count": str(len(users)),
        },
        "event_ts": world.next_ts(),
    }
