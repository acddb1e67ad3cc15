"""Answers sent to a response_url (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses)."""

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.slack.calls import Refused, judged
from sandbox.slack.credentials import ResponseUrl
from sandbox.slack.faults import RESPONSE_URL
from sandbox.slack.model import BOT_USER, Message, Refusal
from sandbox.slack.world import with_ids

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

KNOWN = frozenset(
    {
        *("text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts"),
        *("mrkdwn", "unfurl_links", "unfurl_media", "metadata", "link_names", "parse"),
    }
)
METHOD = RESPONSE_URL


async def answer(workspace: "Workspace", request: web.Request) -> web.Response:
    """Take one answer, or refuse it as Slack does: 404 for a dead address, 400 for what it cannot show."""
    try:
        body = json.loads(await request.text())
    except ValueError:
        body = None
    failure = workspace.failures.take(RESPONSE_URL, body if isinstance(body, dict) else {})
    if failure and failure.odd:
        return failure.odd.response()
    try:
        workspace.check_answers_taken()
        address = workspace.response_urls.use(request.match_info["secret"])
        if not isinstance(body, dict):
            raise Refused("invalid_payload", mistake=True)  # noqa: TRY301 - one place turns refusals into answers
        apply(workspace, address, body, way=METHOD)
    except Refused as refused:
        return _refusal(workspace, refused, body)
    return web.Response(text="ok", content_type="text/html")


def _refusal(workspace: "Workspace", refused: Refused, body: Any) -> web.Response:
    if refused.mistake or refused.fault:
        blocks = body.get("blocks") if isinstance(body, dict) else None
        workspace.world.refuse(
            Refusal(
                id=f"R{workspace.world.number()}",
                method=METHOD,
                error=refused.error,
                detail="; ".join(refused.messages),
                blocks=blocks,
                fault=refused.fault,
            )
        )
    match refused.error:
        case "used_url" | "expired_url":
            return web.json_response({"ok": False, "error": refused.error}, status=404)
        case "no_service":
            return web.Response(text="no_service", status=404, content_type="text/html")
        case error:
            return web.Response(text=error, status=400, content_type="text/html")


def apply(workspace: "Workspace", address: ResponseUrl, body: dict[str, Any], *, way: str) -> None:
    """Do what an answer asks for: a new message, or another in place of the one that was pressed."""
    world = workspace.world
    if unknown := body.keys() - KNOWN:
        world.complain(f"{way}: unknown fields {', '.join(sorted(unknown))}")
    origin = address.origin
    standing = origin if origin is not None and not origin.deleted else None
    if _flag(body, "delete_original"):
        if standing:
            world.delete(standing)
        return
    text, blocks = judged(
        str(body.get("text") or ""), body.get("blocks"), workspace, way, attachments=bool(body.get("attachments"))
    )
    formatted = body.get("mrkdwn") is not False
    if standing and _flag(body, "replace_original"):
        world.rewrite(
            standing,
            text=text,
            blocks=with_ids(blocks),
            way=way,
            invocation=address.invocation,
            formatted=formatted,
        )
        return
    # A slash command has no message to replace, so its answers are always new lines
    # (github.com/slackapi/bolt-python/issues/1268).
    in_channel = body.get("response_type") == "in_channel"
    message = Message(
        channel=address.channel,
        ts=world.next_ts(),
        user=BOT_USER,
        text=text,
        blocks=with_ids(blocks),
        formatted=formatted,
        thread_ts=str(body["thread_ts"]) if body.get("thread_ts") else None,
        only_for=None if in_channel else address.person,
    )
    world.tell(message, way, address.invocation)


def _flag(body: dict[str, Any], name: str) -> bool:
    return str(body.get(name, "false")).lower() == "true"
