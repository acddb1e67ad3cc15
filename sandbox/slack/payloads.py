"""What Slack sends of interactions, field for field (https://docs.slack.dev/reference/interaction-payloads)."""

from typing import TYPE_CHECKING, Any

from sandbox.people import TEAM_DOMAIN, TEAM_ID, Person
from sandbox.slack.model import APP_ID, BOT_ID, BOT_NAME, Message, View

if TYPE_CHECKING:
    from sandbox.slack.world import World

VERIFICATION_TOKEN = "deprecatedVerification01"
"""Slack still sends it; nobody should look at it."""

Payload = dict[str, Any]


def message_object(message: Message, *, world: "World | None" = None, metadata: bool = False) -> Payload:
    """Return a message as the Web API and payloads show it; reply counts need the world."""
    shown: Payload = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM_ID,
        "blocks": message.blocks,
    }
    if message.by_bot:
        shown |= {
            "bot_id": BOT_ID,
            "app_id": APP_ID,
            "bot_profile": {"id": BOT_ID, "app_id": APP_ID, "name": BOT_NAME, "team_id": TEAM_ID},
        }
    else:
        shown["client_msg_id"] = f"{message.ts.replace('.', '-')}"
    if message.thread_ts:
        shown |= {"thread_ts": message.thread_ts}
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    if world and message.thread_ts is None and (count := world.replies(message.channel, message.ts)):
        shown |= {"thread_ts": message.ts, "reply_count": count}
    return shown


def view_object(view: View, world: "World") -> Payload:
    """Return a modal as payloads show it, with what is filled in."""
    given = view.content
    return {
        "id": view.id,
        "team_id": world.people[view.owner].team_id,
        "type": "modal",
        "blocks": view.blocks,
        "private_metadata": given.get("private_metadata", ""),
        "callback_id": given.get("callback_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": given["title"],
        "clear_on_close": given.get("clear_on_close", False),
        "notify_on_close": given.get("notify_on_close", False),
        "close": given.get("close"),
        "submit": given.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "external_id": given.get("external_id", ""),
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }


def _user(person: Person) -> Payload:
    return {"id": person.id, "username": person.handle, "name": person.handle, "team_id": person.team_id}


def _about(kind: str, person: Person) -> Payload:
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": _user(person),
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel(world: "World", channel: str) -> Payload:
    return {"id": channel, "name": channel_name(world, channel)}


def channel_name(world: "World", channel: str) -> str:
    """Return the name that payloads give a conversation."""
    known = world.channels.get(channel)
    if known is None:
        return "directmessage"
    return "privategroup" if known.private else known.name


def command(
    world: "World", person: Person, *, word: str, text: str, channel: str, response_url: str, trigger_id: str
) -> Payload:
    """Return the form of a slash command; there is no thread in it, because there are none in threads."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel,
        "channel_name": channel_name(world, channel),
        "user_id": person.id,
        "user_name": person.handle,
        "command": word,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def block_actions(
    world: "World",
    person: Person,
    *,
    action: Payload,
    place: Message | View,
    response_url: str,
    trigger_id: str,
    values: Payload,
) -> Payload:
    """Return a press or choice; on an only-you message Slack leaves the message itself out."""
    payload = _about("block_actions", person) | {"trigger_id": trigger_id}
    match place:
        case View():
            payload |= {"container": {"type": "view", "view_id": place.id}, "view": view_object(place, world)}
        case Message():
            container: Payload = {
                "type": "message",
                "message_ts": place.ts,
                "channel_id": place.channel,
                "is_ephemeral": place.only_for is not None,
            }
            if place.thread_ts or world.replies(place.channel, place.ts):
                container["thread_ts"] = place.root
            payload |= {
                "container": container,
                "channel": _channel(world, place.channel),
                "state": {"values": values},
                "response_url": response_url,
            }
            if place.only_for is None:
                payload["message"] = message_object(place, world=world)
    return payload | {"actions": [action]}


def block_suggestion(
    world: "World", person: Person, *, block_id: str, action_id: str, typed: str, place: Message | View
) -> Payload:
    """Return what Slack asks when someone types into an external select."""
    payload = _about("block_suggestion", person) | {"block_id": block_id, "action_id": action_id, "value": typed}
    match place:
        case View():
            return payload | {
                "container": {"type": "view", "view_id": place.id},
                "view": view_object(place, world),
            }
        case Message():
            return payload | {
                "container": {"type": "message", "message_ts": place.ts, "channel_id": place.channel},
                "channel": _channel(world, place.channel),
                "message": message_object(place, world=world),
            }


def view_submission(
    world: "World", person: Person, *, view: View, trigger_id: str, response_urls: list[Payload]
) -> Payload:
    """Return a modal whose submit button was pressed."""
    return _about("view_submission", person) | {
        "trigger_id": trigger_id,
        "view": view_object(view, world),
        "response_urls": response_urls,
    }


def view_closed(world: "World", person: Person, *, view: View, is_cleared: bool) -> Payload:
    """Return a modal that was closed, for those that asked to be told."""
    return _about("view_closed", person) | {"view": view_object(view, world), "is_cleared": is_cleared}


def shortcut(world: "World", person: Person, *, callback_id: str, trigger_id: str) -> Payload:
    """Return a global shortcut; it has no channel and no response_url."""
    return _about("shortcut", person) | {
        "action_ts": world.next_ts(),
        "callback_id": callback_id,
        "trigger_id": trigger_id,
    }


def message_action(
    world: "World", person: Person, *, callback_id: str, message: Message, response_url: str, trigger_id: str
) -> Payload:
    """Return a shortcut from a message's menu, with the whole message."""
    return _about("message_action", person) | {
        "action_ts": world.next_ts(),
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "response_url": response_url,
        "channel": _channel(world, message.channel),
        "message_ts": message.ts,
        "message": message_object(message, world=world),
    }
