"""The Bolt app: interactions and events are acknowledged and handed over.

``process_before_response=True`` with a listener that only acknowledges is what keeps an acknowledgement from being lost
when the listener fails right after it, and from waiting for Bolt's 10 ms poll (docs/adr/0002).
"""

import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.dispatch import Dispatcher
from bot.slack.payloads import BlockActions, EventEnvelope, ShortcutUse, SlashCommand, ViewSubmission

EVERYTHING = re.compile(r".*", re.DOTALL)
P = TypeVar("P", bound=BaseModel)


def create_app(
    client: AsyncWebClient,
    identity: AuthorizeResult,
    dispatcher: Dispatcher,
    listen: Callable[[EventEnvelope], None],
) -> AsyncApp:
    """Return the app; requests have been verified before they come here (``bot.slack.http``, or the socket)."""

    async def authorize() -> AuthorizeResult:
        return identity  # asked once at start: inside Slack's three seconds is no place for auth.test

    quiet = logging.getLogger("bolt")
    quiet.setLevel(logging.ERROR)  # Bolt warns at every start that a token beside ``authorize`` goes unused

    app = AsyncApp(
        logger=quiet,
        client=client,
        before_authorize=Interactions(dispatcher),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    app.error(partial(_unheard, dispatcher))

    @app.event(EVERYTHING)
    async def event(ack: AsyncAck, body: dict[str, Any]) -> None:
        _take(dispatcher, EventEnvelope, body, listen)
        await ack()

    return app


class Interactions(AsyncMiddleware):
    """Acknowledges what people do, by its kind; what is no interaction goes on to Bolt's authorization and listeners.

    Bolt asks a listener of each kind in turn, with arguments made anew for each, which takes longer than all the rest
    of an acknowledgement.
    """

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:
        """Hand over an interaction and return its acknowledgement."""
        del resp
        dispatcher, body = self._dispatcher, req.body
        if "command" in body:
            return _take(dispatcher, SlashCommand, body, dispatcher.command)
        match body.get("type"):
            case "block_actions":
                return _take(dispatcher, BlockActions, body, dispatcher.press)
            case "shortcut" | "message_action":
                return _take(dispatcher, ShortcutUse, body, dispatcher.shortcut)
            case "view_submission":
                return _acknowledgement(await _submit(dispatcher, body))
            case "block_suggestion":
                return _acknowledgement({"options": []})
            case _:
                return await next()


async def _unheard(dispatcher: Dispatcher, error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Acknowledge what is of no kind the bot listens to: unacknowledged, it would come again."""
    if not isinstance(error, BoltUnhandledRequestError):
        raise error
    dispatcher.unheard(body)
    return _acknowledgement()


def _take(dispatcher: Dispatcher, model: type[P], body: dict[str, Any], start: Callable[[P], None]) -> BoltResponse:
    """Hand over what came and return its acknowledgement, on every path; ``start`` only starts a task."""
    try:
        start(model.model_validate(body))
    except Exception as error:  # noqa: BLE001 - the acknowledgement must leave on every path
        dispatcher.not_understood(body, "payload not understood", **_about(model, error))
    return _acknowledgement()


async def _submit(dispatcher: Dispatcher, body: dict[str, Any]) -> dict[str, Any]:
    """Return what comes of a submitted window, for its acknowledgement."""
    try:
        return await dispatcher.submission(ViewSubmission.model_validate(body))
    except Exception as error:  # noqa: BLE001 - the acknowledgement must leave on every path
        return await dispatcher.window_not_understood(body, **_about(ViewSubmission, error))


def _acknowledgement(body: dict[str, Any] | None = None) -> BoltResponse:
    return BoltResponse(status=200, body=body or "")


def _about(model: type[BaseModel], error: Exception) -> dict[str, Any]:
    """Return what may be logged of a payload: names that are ours, and nothing of what it holds."""
    if not isinstance(error, ValidationError):
        return {"kind": model.__name__, "error": type(error).__name__}
    fields = {
        str(problem["loc"][0]) for problem in error.errors(include_input=False, include_url=False) if problem["loc"]
    }
    return {"kind": model.__name__, "fields": sorted(fields)}
