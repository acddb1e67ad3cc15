"""chat.* and reactions.add (https://docs.slack.dev/reference/methods)."""

from typing import Any

from sandbox.slack.calls import Call, Refused, method
from sandbox.slack.model import BOT_USER, Message
from sandbox.slack.payloads import message_object
from sandbox.slack.world import with_ids

_ANYWHERE = "text blocks attachments mrkdwn parse link_names username icon_url icon_emoji as_user"
_WRITE = ("chat:write",)


def _place(call: Call) -> str:
    """Return the conversation to write in; a user id stands for the direct message with that person."""
    world = call.workspace.world
    channel = call.text("channel")
    if channel in world.people:
        return world.direct_with(channel)
    if channel not in world.channels and channel not in world.direct.values():
        raise Refused("channel_not_found")
    return channel


def _writable(call: Call, channel: str) -> None:
    known = call.workspace.world.channels.get(channel)
    if known is None:
        return
    public = not known.private and "chat:write.public" in call.workspace.scopes
    if known.private and not known.bot_is_member:
        raise Refused("channel_not_found")
    if known.archived:
        raise Refused("is_archived")
    if not known.bot_is_member and not public:
        raise Refused("not_in_channel")


def _root(call: Call, channel: str) -> str | None:
    thread = call.text("thread_ts", "") or None
    if thread is None:
        return None
    root = call.workspace.world.message(channel, thread)
    if root is None or root.only_for:
        raise Refused("thread_not_found")
    return root.root


def _metadata(call: Call) -> dict[str, Any] | None:
    metadata = call.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    shape = isinstance(metadata, dict) and {"event_type", "event_payload"} <= metadata.keys()
    if not shape or not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise Refused("metadata_must_be_sent_with_event_type_and_payload", mistake=True)
    return dict(metadata)


@method(
    "chat.postMessage",
    scopes=_WRITE,
    arguments=f"channel thread_ts reply_broadcast unfurl_links unfurl_media metadata client_msg_id {_ANYWHERE}",
)
async def post_message(call: Call) -> dict[str, Any]:
    world = call.workspace.world
    channel = _place(call)
    _writable(call, channel)
    text, blocks = call.content()
    message = Message(
        channel=channel,
        ts=world.next_ts(),
        user=BOT_USER,
        text=text,
        blocks=with_ids(blocks),
        formatted=call.flag("mrkdwn", default=True),
        thread_ts=_root(call, channel),
        metadata=_metadata(call),
        broadcast=call.flag("reply_broadcast"),
    )
    if message.thread_ts is None and message.broadcast:
        message.broadcast = False
    world.tell(message, call.method)
    return {"channel": channel, "ts": message.ts, "message": message_object(message)}


@method("chat.postEphemeral", scopes=_WRITE, arguments=f"channel user thread_ts {_ANYWHERE}")
async def post_ephemeral(call: Call) -> dict[str, Any]:
    world = call.workspace.world
    channel, user = _place(call), call.text("user")
    if user not in world.people:
        raise Refused("user_not_found")
    known = world.channels.get(channel)
    if known and known.archived:
        raise Refused("is_archived")
    if not world.bot_is_in(channel):
        raise Refused("channel_not_found" if known and known.private else "not_in_channel")
    if user not in world.members(channel):
        raise Refused("user_not_in_channel")
    text, blocks = call.content()
    message = Message(
        channel=channel,
        ts=world.next_ts(),
        user=BOT_USER,
        text=text,
        blocks=with_ids(blocks),
        thread_ts=_root(call, channel),
        only_for=user,
    )
    world.tell(message, call.method)
    return {"message_ts": message.ts}


def _own(call: Call, refusal: str) -> Message:
    world = call.workspace.world
    channel = _place(call)
    message = world.message(channel, call.text("ts"))
    if message is None or message.only_for:
        raise Refused("message_not_found")
    if not message.by_bot:
        raise Refused(refusal)
    if (known := world.channels.get(channel)) and known.archived:
        raise Refused("is_archived" if refusal == "cant_update_message" else refusal)
    return message


@method("chat.update", scopes=_WRITE, arguments=f"channel ts metadata reply_broadcast {_ANYWHERE}")
async def update(call: Call) -> dict[str, Any]:
    message = _own(call, "cant_update_message")
    text, blocks = call.content()
    metadata = _metadata(call)
    if metadata is not None:
        message.metadata = metadata
    call.workspace.world.rewrite(message, text=text, blocks=with_ids(blocks), way=call.method, invocation=None)
    return {"channel": message.channel, "ts": message.ts, "text": text, "message": message_object(message)}


@method("chat.delete", scopes=_WRITE, arguments="channel ts as_user")
async def delete(call: Call) -> dict[str, Any]:
    message = _own(call, "cant_delete_message")
    call.workspace.world.delete(message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.getPermalink", arguments="channel message_ts")
async def get_permalink(call: Call) -> dict[str, Any]:
    channel, ts = _place(call), call.text("message_ts")
    message = call.workspace.world.message(channel, ts)
    if message is None:
        raise Refused("message_not_found")
    address = f"{call.workspace.url}/archives/{channel}/p{ts.replace('.', '')}"
    if message.thread_ts:
        address += f"?thread_ts={message.thread_ts}&cid={channel}"
    return {"channel": channel, "permalink": address}


@method("reactions.add", scopes=("reactions:write",), arguments="channel name timestamp")
async def add_reaction(call: Call) -> dict[str, Any]:
    world = call.workspace.world
    channel = _place(call)
    message = world.message(channel, call.text("timestamp"))
    if message is None:
        raise Refused("message_not_found")
    if not world.bot_is_in(channel):
        raise Refused("not_in_channel")
    given = message.reactions.setdefault(call.text("name"), [])
    if BOT_USER in given:
        raise Refused("already_reacted")
    given.append(BOT_USER)
    world.change()
    return {}
