"""What Slack delivers, over HTTP or the socket, on its way through Bolt: whatever it is, nothing is raised.

Bolt reads payloads as they should be, and raises TypeError, KeyError or IndexError where they are not
(``event: null``, ``actions: []``, ``authorizations: "x"``).
"""

from typing import Any

import structlog
from pydantic import ValidationError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.metrics import REFUSED_DELIVERIES
from bot.slack.bodies import is_plain
from bot.slack.dispatch import Dispatcher
from bot.slack.payloads import SlashCommand

log = structlog.get_logger()

ACKNOWLEDGED = 200
BAD_REQUEST = 400
FAILED = 500
"""What Bolt answers where it cannot make sense of the payload."""
ALREADY_READ = "socket_mode"
"""Bolt's word for a body that comes as an object, and is not parsed again."""


class Deliveries:
    """Hands deliveries to Bolt, once they have been verified."""

    def __init__(self, app: AsyncApp, dispatcher: Dispatcher) -> None:
        self._app = app
        self._dispatcher = dispatcher

    async def take(self, body: object) -> BoltResponse:
        """Return Bolt's answer, or 400 for what cannot be read; then a person who can be told is told."""
        if not isinstance(body, dict) or not is_plain(body) or _is_odd(body):
            return self._refused(body, "unreadable")
        busy = self._busy(body)
        if busy is not None:
            return BoltResponse(status=ACKNOWLEDGED, body=busy)
        try:
            answer = await self._app.async_dispatch(AsyncBoltRequest(body=_tidied(body), mode=ALREADY_READ))
        except Exception as error:  # noqa: BLE001 - whatever Bolt stumbles over
            return self._refused(body, type(error).__name__)
        return self._refused(body, "no answer") if answer.status >= FAILED else answer

    def _busy(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """Return what a slash command is told that is one too many; it does not go through Bolt, which costs more."""
        if "command" not in body or not self._dispatcher.full:
            return None
        try:
            return self._dispatcher.refused_command(SlashCommand.model_validate(body))
        except ValidationError:
            return None

    def _refused(self, body: object, error: str) -> BoltResponse:
        REFUSED_DELIVERIES.labels("unreadable").inc()
        self._dispatcher.not_understood(body, "delivery refused", why="unreadable", error=error)
        return BoltResponse(status=BAD_REQUEST)


def _is_odd(body: dict[str, Any]) -> bool:
    """Say whether the body lacks what a payload of its kind is known or answered by.

    https://docs.slack.dev/reference/events/url_verification: the challenge goes back, so it must be a word.
    """
    if "command" in body:
        return not isinstance(body["command"], str)
    match body.get("type"):
        case "url_verification":
            return not isinstance(body.get("challenge"), str)
        case "block_actions":
            actions = body.get("actions")
            return not (isinstance(actions, list) and actions and isinstance(actions[0], dict))
        case _:
            return False


def _tidied(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out ``response_urls`` where they are none: Bolt counts them without looking."""
    urls = body.get("response_urls", [])
    if isinstance(urls, list) and all(isinstance(each, dict) for each in urls):
        return body
    return {name: value for name, value in body.items() if name != "response_urls"}
