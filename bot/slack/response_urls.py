"""Answers sent to a response_url: to Slack's hosts only, without redirects, and taken only where Slack says so.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
import re
from urllib.parse import urlsplit

import aiohttp
import structlog
from pydantic_core import to_json

from bot.reply import Message
from bot.settings import is_loopback
from bot.slack.posting import ladder
from bot.slack_errors import is_about_content, is_documented

log = structlog.get_logger()

_WORD = re.compile(rb"[a-z]+(?:_[a-z]+)+")

HOSTS = ("https://hooks.slack.com", "https://hooks.slack-gov.com")
_JSON = {"Content-Type": "application/json"}
SUCCESS = range(200, 300)
LONGEST_CONFIRMATION = 2048
"""Bytes that are read of what comes back."""


def response_origins(slack_api_url: str) -> frozenset[str]:
    """Return where a response_url may lead: Slack's hosts, and the API's own origin when that is this machine."""
    own = {"{0.scheme}://{0.netloc}".format(urlsplit(slack_api_url))} if is_loopback(slack_api_url) else set()
    return frozenset({*HOSTS, *own})


class ResponseUrls:
    """The way of an answer that works wherever the person is, also where the bot is no member."""

    def __init__(self, session: aiohttp.ClientSession, origins: frozenset[str]) -> None:
        self._session = session
        self._addresses = tuple(f"{origin}/" for origin in origins)
        """What an address begins with; the slash ends its host and port."""

    async def post(self, url: str, message: Message, *, replace: bool, everyone: bool, thread_ts: str | None) -> bool:
        """Post the message in the best form that Slack takes; say whether it took one, whatever else happened."""
        if not url.startswith(self._addresses):
            return False
        for blocks in ladder(message):
            body: dict[str, object] = {"text": message.text, "blocks": list(blocks), "replace_original": replace}
            body["mrkdwn"] = False  # of the text alone, in which names stand as typed
            body["response_type"] = "in_channel" if everyone else "ephemeral"
            if thread_ts:
                body["thread_ts"] = thread_ts
            try:
                sent = to_json(body)  # a third of the time that json takes
                async with self._session.post(url, data=sent, headers=_JSON, allow_redirects=False) as answer:
                    status, said = answer.status, await _beginning(answer)
            except Exception as error:  # noqa: BLE001 - the caller has other ways
                log.info("response_url failed", error=type(error).__name__)
                return False
            if taken(status, said):
                return True
            if not _is_about_content(said):
                log.info("response_url refused", status=status)
                return False
        return False


def taken(status: int, body: bytes) -> bool:
    """Say whether Slack confirms: ``ok``, ``{"ok": true}`` or nothing; a proxy's page comes with 200 as well."""
    if status not in SUCCESS:
        return False
    if body.strip().lower() in {b"", b"ok"}:
        return True
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("ok") is True


def _is_about_content(body: bytes) -> bool:
    """Say whether the answer names a word by which Slack refuses this form of the message."""
    words = (word.decode() for word in _WORD.findall(body))
    return any(is_documented(word) and is_about_content(word) for word in words)


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    said = b""
    while len(said) < LONGEST_CONFIRMATION and (more := await answer.content.read(LONGEST_CONFIRMATION - len(said))):
        said += more
    return said
