"""Calling Slack with the bot's own retries: what may be repeated is, what could post twice is not."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import retry
from bot.errors import RemoteError
from bot.retry_after import retry_after
from bot.slack_errors import REPEATABLE

log = structlog.get_logger()

SERVER_ERROR = 500
TOO_MANY = 429
WORD = re.compile(r"[\w.:-]{1,80}", re.ASCII)
"""What Slack's words for a refusal look like; they stand in the log, so anything else is not taken for one."""


class SlackRefused(RemoteError):
    """Slack answered ``ok: false``; ``error`` is its own word for why, ``wait`` the seconds it asks to wait."""

    def __init__(self, error: str, wait: float | None = None, *, passing: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.wait = wait
        self.passing = passing
        """Trouble of Slack's own, which may be over at the next try."""


class SlackUnreachable(RemoteError):
    """No usable answer came; whether Slack acted on the call is unknown, unless it was ``unsent``."""

    def __init__(self, why: str, *, unsent: bool = False) -> None:
        super().__init__(why)
        self.unsent = unsent


Before = Callable[[], Awaitable[None]]
"""What is awaited right before each try of a call, also after a wait; it raises what forbids the call."""


async def nothing() -> None:
    """Forbid nothing."""


async def call(
    request: Callable[[], Awaitable[AsyncSlackResponse]],
    *,
    repeatable: bool = False,
    patient: bool = True,
    before: Before = nothing,
) -> dict[str, Any]:
    """Make a call of the Web API and return its answer.

    429 is waited out where the caller is ``patient``, for Slack did nothing then (the SDK would raise). A lost
    connection, a server error or an answer that is not Slack's is tried again only where the call is ``repeatable``:
    repeating ``chat.postMessage`` can post twice, which is what the SDK's own handler does. A connection that was
    never made is safe to try again.

    Raises SlackRefused and SlackUnreachable, and nothing else but what ``before`` raises.
    """
    for attempt in range(1, retry.SLACK.policy.attempts):
        pause = retry.SLACK.policy.after(attempt)
        await before()
        try:
            return await _once(request)
        except SlackRefused as error:
            if patient and error.wait is not None and error.wait <= retry.SLACK.longest_wait:
                pause = error.wait
            elif not (repeatable and error.passing):
                raise
        except SlackUnreachable as error:
            if not (repeatable or error.unsent):
                raise
        await asyncio.sleep(pause)
    await before()
    return await _once(request)


async def _once(request: Callable[[], Awaitable[AsyncSlackResponse]]) -> dict[str, Any]:
    """Make the call once.

    An answer that is not Slack's (``5``, 20,000 brackets, bytes that are no UTF-8) makes the SDK raise whatever its
    reading stumbles over: AttributeError, RecursionError, UnicodeDecodeError.
    """
    try:
        answer = await request()
    except SlackApiError as error:
        status, word = _status(error), _word(error)
        if word is None:
            raise SlackUnreachable(f"status {status}") from None
        passing = status >= SERVER_ERROR or word in REPEATABLE
        raise SlackRefused(word, _wait_after(error), passing=passing) from None
    except (aiohttp.ClientError, TimeoutError) as error:
        unsent = isinstance(error, aiohttp.ClientConnectorError)
        raise SlackUnreachable(type(error).__name__, unsent=unsent) from None
    except Exception as error:  # noqa: BLE001 - whatever reading stumbles over
        log.warning("answer of Slack not understood", error=type(error).__name__)
        raise SlackUnreachable(type(error).__name__) from None
    if not isinstance(answer.data, dict):  # the SDK takes bytes for a success
        raise SlackUnreachable("no object")
    return answer.data


def _status(error: SlackApiError) -> int:
    """Return the HTTP status; the SDK hands over its own response, or aiohttp's where the body was no JSON."""
    return int(getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 0)


def _word(error: SlackApiError) -> str | None:
    """Return Slack's word for why not; None where the answer was not Slack's (a proxy's page, an empty body)."""
    body = getattr(error.response, "data", None)
    word = body.get("error") if isinstance(body, dict) else None
    if isinstance(word, str) and WORD.fullmatch(word):
        return word
    return "ratelimited" if _status(error) == TOO_MANY else None


def _wait_after(error: SlackApiError) -> float | None:
    if _status(error) != TOO_MANY:
        return None
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    wait = retry_after(headers.get("retry-after"), cap=retry.SLACK.longest_asked)
    return retry.SLACK.unnamed_wait if wait is None else wait
