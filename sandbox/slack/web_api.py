"""The door of the fake Web API: which method, who calls, what Slack would refuse before looking further."""

import asyncio
import json
import time
from typing import Any

from aiohttp import web

from sandbox.slack import methods_chat, methods_lookups, methods_views
from sandbox.slack.calls import METHODS, Call, Method, Refused
from sandbox.slack.faults import Failure
from sandbox.slack.model import Recorded, Refusal
from sandbox.slack.workspace import Workspace

ANYWHERE = {"team_id"}
"""Apps of whole organisations name the workspace in any call, and Bolt does so always."""
_REGISTERED = (methods_chat, methods_lookups, methods_views)  # importing them fills METHODS


async def handle(workspace: Workspace, request: web.Request) -> web.Response:
    """Answer one call as Slack does: 200 with ``ok``, but for 429 and broken servers."""
    at = time.monotonic()
    name = request.match_info["method"]
    arguments, token = await _arguments(request)
    failure = workspace.failures.take(name, arguments)
    if failure and not failure.performed:
        workspace.record(Recorded(method=name, arguments=arguments, at=at, answer=failure.error))
        return _fail(failure, request)
    try:
        body = {"ok": True} | await _perform(workspace, name, arguments, token)
        error = "ok"
    except Refused as refused:
        error = refused.error
        body = {"ok": False, "error": error} | refused.more
        if refused.messages:
            body["response_metadata"] = {"messages": list(refused.messages)}
        _note(workspace, name, refused, arguments)
    workspace.record(Recorded(method=name, arguments=arguments, at=at, answer=error))
    if failure:
        return _fail(failure, request)
    answer = json.dumps(body).encode()
    if workspace.alter is not None:
        answer = workspace.alter(name, answer)
    return web.Response(body=answer, content_type="application/json", headers=_headers(workspace, name, token))


def _headers(workspace: Workspace, name: str, token: str) -> dict[str, str]:
    """Return what every answer carries: among it the scopes that the token has, which Slack tells nowhere else.

    See github.com/slack-ruby/slack-ruby-client/issues/378.
    """
    headers = {"X-Slack-Req-Id": f"{workspace.world.number():032x}"}
    if token == workspace.bot_token:
        needed = METHODS[name].scopes if name in METHODS else ()
        headers["X-OAuth-Scopes"] = ",".join(sorted(workspace.scopes))
        headers["X-Accepted-OAuth-Scopes"] = ",".join(needed)
    return headers


async def _arguments(request: web.Request) -> tuple[dict[str, Any], str]:
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            body = {}
        arguments |= body if isinstance(body, dict) else {}
    elif request.method == "POST":
        arguments |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    spare = arguments.pop("token", "")
    return arguments, token if scheme.lower() == "bearer" else str(spare or "")


async def _perform(workspace: Workspace, name: str, arguments: dict[str, Any], token: str) -> dict[str, Any]:
    method = METHODS.get(name)
    if method is None:
        raise Refused("unknown_method", mistake=True, req_method=name)
    _admit(workspace, method, token)
    if unknown := arguments.keys() - method.arguments - ANYWHERE:
        workspace.world.complain(f"{name}: unknown arguments {', '.join(sorted(unknown))}")
    answer = await method.perform(Call(name, arguments, workspace))
    return workspace.odd_answers.get(name, answer)


def _admit(workspace: Workspace, method: Method, token: str) -> None:
    if method.name == "api.test":
        return
    if not token:
        raise Refused("not_authed", mistake=True)
    if token not in (workspace.bot_token, workspace.app_token):
        raise Refused("invalid_auth")
    if method.app_token != (token == workspace.app_token):
        raise Refused("not_allowed_token_type", mistake=True)
    if method.scopes and not method.app_token and not set(method.scopes) & workspace.scopes:
        raise Refused(
            "missing_scope", mistake=True, needed=",".join(method.scopes), provided=",".join(sorted(workspace.scopes))
        )


def _note(workspace: Workspace, name: str, refused: Refused, arguments: dict[str, Any]) -> None:
    if not refused.mistake and not refused.fault:
        return
    shown = arguments.get("blocks") or arguments.get("view")
    if isinstance(shown, str):
        try:
            shown = json.loads(shown)
        except ValueError:
            shown = None
    detail = "; ".join(refused.messages) or "; ".join(f"{key} {value}" for key, value in refused.more.items())
    workspace.world.refuse(
        Refusal(
            id=f"R{workspace.world.number()}",
            method=name,
            error=refused.error,
            detail=detail,
            blocks=shown,
            fault=refused.fault,
        )
    )


def _fail(failure: Failure, request: web.Request) -> web.Response:
    if failure.drop:
        if request.transport:
            request.transport.close()
        raise asyncio.CancelledError
    if failure.odd:
        return failure.odd.response()
    headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
    if failure.status >= 500:
        return web.Response(text="<html>Server Error</html>", status=failure.status, content_type="text/html")
    error = "ratelimited" if failure.status == 429 else failure.error
    return web.json_response({"ok": False, "error": error}, status=failure.status, headers=headers)
