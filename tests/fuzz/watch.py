"""What must hold whatever comes: no trace or secret in the log, and no call to a host that is not on the list."""

import asyncio
import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog

from sandbox.microsoft import invitations as links
from sandbox.microsoft.companies import CLIENT_SECRET, CUSTOMERS, REFRESH_TOKEN
from tests.fuzz.mutations import MARK
from tests.world import KEY, World

QUOTED = ("name", "request_id")
"""What Microsoft calls an event and a request is logged, where it is a plain word: its support asks for it."""
PLAIN = re.compile(r"[\w.-]{1,80}", re.ASCII)
_LOOPBACK = ("127.0.0.1", "::1")


def secrets(world: World) -> list[str]:
    """Return what no log may hold."""
    known = [MARK, KEY, CLIENT_SECRET, REFRESH_TOKEN, links.NEWER, "partnerId=", "Bearer ", "eyJ0"]
    known += [world.slack.workspace.bot_token, world.slack.workspace.app_token, world.slack.workspace.signing_secret]
    known += [f"{world.slack.url}/{way}/" for way in ("commands", "actions", "app")]  # how each response_url begins
    known += [text for company in CUSTOMERS for text in (company.email, company.phone, company.street) if text]
    return known


@dataclass(slots=True)
class Watch:
    """What the bot wrote and whom it called while it was watched."""

    secrets: list[str] = field(default_factory=list)
    callable_addresses: Callable[[], Iterable[str]] = tuple
    """The list of those that may be called; asked each time, since a bot that is started again has another port."""
    found: list[str] = field(default_factory=list)

    def take(self) -> list[str]:
        """Return what was noticed since the last time."""
        found, self.found = self.found, []
        return found

    def wrote(self, entry: Mapping[str, Any]) -> None:
        """Judge a log entry."""
        event = entry.get("event")
        if entry.get("exc_info") or entry.get("traceback"):
            error = entry.get("exc_info")
            self.found.append(f"a trace in the log: {event}: {error!r} at {_place(error)}")
        shown = {key: value for key, value in entry.items() if not (key in QUOTED and PLAIN.fullmatch(str(value)))}
        text = json.dumps(shown, default=repr, ensure_ascii=False)
        self.found += [f"a secret in the log: {event}: {text[:300]}" for secret in self.secrets if secret in text]

    def called(self, host: object, port: object) -> None:
        """Judge a connection or a look-up of a name."""
        ports = {urlsplit(address).port for address in self.callable_addresses()}
        if host not in _LOOPBACK or (port not in ports and port is not None):
            self.found.append(f"a call to {host}:{port}")


def _place(error: object) -> str:
    if not isinstance(error, BaseException) or error.__traceback__ is None:
        return "?"
    step = error.__traceback__
    while step.tb_next is not None:
        step = step.tb_next
    return f"{step.tb_frame.f_code.co_filename}:{step.tb_lineno}"


_watching: list[Watch] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """See every connection and every look-up of a name in this process; such a hook cannot be taken away again."""
    if not _watching:
        return
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _watching[-1].called(arguments[1][0], arguments[1][1])
    elif event == "socket.getaddrinfo" and arguments[0] not in (*_LOOPBACK, None):
        _watching[-1].called(arguments[0], None)


sys.addaudithook(_audit)


class _Library(logging.Handler):
    """Judges what libraries write as the bot's own handler would pass it on: whether there is a trace."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.WARNING)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self._watch.wrote({"event": f"{record.name}: {record.msg!r}"[:200], "exc_info": record.exc_info[1]})


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch this process while the block lasts."""
    watch = Watch()

    def judge(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        watch.wrote(event)
        raise structlog.DropEvent

    loop = asyncio.get_running_loop()
    handler = _Library(watch)
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, judge], cache_logger_on_first_use=False)
    loop.set_exception_handler(
        lambda _loop, context: watch.wrote(
            {"event": f"asyncio: {context['message']}", "exc_info": context.get("exception") or True}
        )
    )
    logging.getLogger().addHandler(handler)
    _watching.append(watch)
    try:
        yield watch
    finally:
        _watching.pop()
        logging.getLogger().removeHandler(handler)
        loop.set_exception_handler(None)
        structlog.configure(**before)
