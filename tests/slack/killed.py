"""``python -m bot`` that kills itself at a chosen point on the way from **Send** to the posted message.

A point is the moment before or after a transaction, a call to Slack, or a request to Microsoft. They are counted from
the submission on; KILL_AT says at which one the process ends, as it would by ``kill -9``.
"""

import os
import signal
import sys
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.command_line import main
from bot.partner_center import sending
from bot.slack.dispatch import Dispatcher
from bot.storage.database import Database, Work

KILL_AT = int(os.environ["KILL_AT"])
points = -1
"""Passed so far; below zero nobody has pressed **Send** yet."""


def point() -> None:
    """Pass a point, or die there."""
    global points  # noqa: PLW0603 - one process, one count
    if points < 0:
        return
    points += 1
    if points == KILL_AT:
        os.kill(os.getpid(), signal.SIGKILL)


write, call, fetch, submission = Database.write, AsyncWebClient.api_call, sending.fetch, Dispatcher.submission


async def counted_write(self: Database, work: Work[Any], *, within: float | None = None) -> Any:
    point()
    result = await write(self, work, within=within)
    point()
    return result


async def counted_call(self: AsyncWebClient, *args: Any, **kwargs: Any) -> Any:
    point()
    answer = await call(self, *args, **kwargs)
    point()
    return answer


async def counted_fetch(*args: Any, **kwargs: Any) -> Any:
    point()
    answer = await fetch(*args, **kwargs)
    point()
    return answer


async def counted_submission(self: Dispatcher, payload: Any) -> dict[str, object]:
    global points  # noqa: PLW0603 - likewise
    points = max(points, 0)
    return await submission(self, payload)


Database.write = counted_write  # type: ignore[method-assign]
AsyncWebClient.api_call = counted_call  # type: ignore[assignment,method-assign]
sending.fetch = counted_fetch
Dispatcher.submission = counted_submission  # type: ignore[method-assign]

if __name__ == "__main__":
    sys.exit(main())
