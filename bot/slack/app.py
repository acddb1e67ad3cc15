"""The Bolt app: one listener a surface, which acknowledges and hands over.

``process_before_response=True`` with listeners that only acknowledge is what keeps an acknowledgement from being lost
when a listener fails right after it, and from waiting for Bolt's 10 ms poll (docs/adr/0002).
"""

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.error import BoltUnhandledRequestError
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
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )

    app.error(partial(_unheard, dispatcher))
    take = partial(_take, dispatcher)

    @app.command(EVERYTHING)
    async def command(ack: AsyncAck, body: dict[str, Any]) -> None:
        await take(ack, SlashCommand, body, dispatcher.command)

    @app.action(EVERYTHING)
    async def action(ack: AsyncAck, body: dict[str, Any]) -> None:
        await take(ack, BlockActions, body, dispatcher.press)

    @app.shortcut(EVERYTHING)
    async def shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        await take(ack, ShortcutUse, body, dispatcher.shortcut)

    @app.event(EVERYTHING)
    async def event(ack: AsyncAck, body: dict[str, Any]) -> None:
        await take(ack, EventEnvelope, body, listen)

    @app.options(EVERYTHING)
    async def options(ack: AsyncAck) -> None:
        await ack(options=[])

    @app.view(EVERYTHING)
    async def view(ack: AsyncAck, body: dict[str, Any]) -> None:
        await _submit(dispatcher, ack, body)

    return app


async def _unheard(dispatcher: Dispatcher, error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Acknowledge what is of no kind the bot listens to: unacknowledged, it would come again."""
    if not isinstance(error, BoltUnhandledRequestError):
        raise error
    dispatcher.unheard(body)
    return BoltResponse(status=200)


async def _take(
    dispatcher: Dispatcher,
    ack: AsyncAck,
    model: type[P],
    body: dict[str, Any],
    start: Callable[[P], None],
) -> None:
    """Hand over what came and acknowledge, on every path; ``start`` only starts a task."""
    try:
        start(model.model_validate(body))
    except Exception as error:  # noqa: BLE001 - the acknowledgement must leave on every path
        dispatcher.not_understood(body, "payload not understood", **_about(model, error))
    finally:
        await ack()


async def _submit(dispatcher: Dispatcher, ack: AsyncAck, body: dict[str, Any]) -> None:
    """Acknowledge a submitted window with what comes of it."""
    answer: dict[str, Any] = {}
    try:
        answer |= await dispatcher.submission(ViewSubmission.model_validate(body))
    except Exception as error:  # noqa: BLE001 - the acknowledgement must leave on every path
        answer |= await dispatcher.window_not_understood(body, **_about(ViewSubmission, error))
    finally:
        await ack(**answer)


def _about(model: type[BaseModel], error: Exception) -> dict[str, Any]:
    """Return what may be logged of a payload: names that are ours, and nothing of what it holds."""
    if not isinstance(error, ValidationError):
        return {"kind": model.__name__, "error": type(error).__name__}
    fields = {
        str(problem["loc"][0]) for problem in error.errors(include_input=False, include_url=False) if problem["loc"]
    }
    return {"kind": model.__name__, "fields": sorted(fields)}
