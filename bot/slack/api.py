"""Calling Slack with the bot's own patience: what may be repeated is, what could post twice is not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import RemoteError

log = structlog.get_logger()

TRIES = 3
LONGEST_WAIT = 15.0
"""Seconds; a person waits for the answer."""
SERVER_ERROR = 500
PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"})
"""Slack's words for trouble of its own, whatever the status
(https://docs.slack.dev/reference/methods/chat.postMessage#errors)."""
TOO_MANY = 429


class SlackRefused(RemoteError):
    """Slack answered ``ok: false``; ``error`` is its own word for why, ``wait`` the seconds it asks to wait."""

    def __init__(self, error: str, wait: float | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.wait = wait


class SlackUnreachable(RemoteError):
    """No usable answer came; whether Slack acted on the call is unknown."""


async def call(
    request: Callable[[], Awaitable[AsyncSlackResponse]], *, repeatable: bool = False, patient: bool = True
) -> dict[str, Any]:
    """Make a call of the Web API and return its answer.

    429 is waited out where the caller is ``patient``, for Slack did nothing then (the SDK would raise). A lost
    connection or a server error is tried again only where the call is ``repeatable``: repeating ``chat.postMessage``
    can post twice, which is what the SDK's own handler does. A connection that was never made is safe to try again.

    Raises SlackRefused and SlackUnreachable.
    """
    for attempt in range(1, TRIES + 1):
        try:
            answer = await request()
        except SlackApiError as error:
            status, wait = _status(error), _wait_after(error)
            if patient and wait is not None and attempt < TRIES and wait <= LONGEST_WAIT:
                await asyncio.sleep(wait)
                continue
            word = _word(error)
            if (status >= SERVER_ERROR or word in PASSING) and attempt < TRIES and repeatable:
                await asyncio.sleep(0.2 * attempt)
                continue
            if word is None:
                raise SlackUnreachable(f"status {status}") from None
            raise SlackRefused(word, wait) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            if attempt < TRIES and (repeatable or isinstance(error, aiohttp.ClientConnectorError)):
                await asyncio.sleep(0.2 * attempt)
                continue
            raise SlackUnreachable(type(error).__name__) from None
        else:
            return answer.data if isinstance(answer.data, dict) else {}
    raise AssertionError("unreachable: the last try returns or raises")


def _status(error: SlackApiError) -> int:
    """Return the HTTP status; the SDK hands over its own response, or aiohttp's where the body was no JSON."""
    return int(getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 0)


def _word(error: SlackApiError) -> str | None:
    """Return Slack's word for why not; None where the answer was not Slack's (a proxy's page, an empty body)."""
    body = getattr(error.response, "data", None)
    word = body.get("error") if isinstance(body, dict) else None
    if word is None and _status(error) == TOO_MANY:
        return "ratelimited"
    return None if word is None else str(word)


def _wait_after(error: SlackApiError) -> float | None:
    if _status(error) != TOO_MANY:
        return None
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    try:
        return max(0.0, float(headers.get("retry-after", "1")))
    except ValueError:
        return 1.0
