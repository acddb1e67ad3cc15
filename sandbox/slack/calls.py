"""One Web API call: its arguments however they were encoded, and the ways in which Slack refuses one."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.slack.blocks import Block, check_blocks, too_long
from sandbox.slack.markup import escape

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

TEXT = 40_000
"""Characters of ``text`` beyond which chat.postMessage answers ``msg_too_long``."""


class Refused(Exception):
    """A call that Slack answers with ``ok: false``; ``mistake`` where a correct bot would never send it.

    ``fault`` is the id of the switch that makes Slack refuse it.
    """

    def __init__(
        self, error: str, *messages: str, mistake: bool = False, fault: str | None = None, **more: object
    ) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.mistake = mistake
        self.fault = fault
        self.more = more


@dataclass(frozen=True, slots=True)
class Call:
    """A call that passed the door: known method, good token, enough scopes."""

    method: str
    arguments: dict[str, Any]
    workspace: "Workspace"

    def text(self, name: str, default: str | None = None) -> str:
        """Return an argument; a missing one without a default is refused as Slack does."""
        value = self.arguments.get(name)
        if value in (None, ""):
            if default is None:
                raise Refused("invalid_arguments", f"[ERROR] missing required field: {name}", mistake=True)
            return default
        return value if isinstance(value, str) else str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a yes or no, however it was written."""
        value = self.arguments.get(name)
        return default if value is None else str(value).lower() in {"true", "1"}

    def whole(self, name: str, default: int) -> int:
        """Return a whole number."""
        try:
            return int(self.arguments.get(name) or default)
        except ValueError as error:
            raise Refused("invalid_arguments", f"[ERROR] must be an integer: {name}", mistake=True) from error

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return an argument that is JSON, sent as such or inside a form; None where it is missing."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as cause:
            raise Refused(error, f"[ERROR] failed to parse {name}", mistake=True) from cause

    def content(self) -> tuple[str, list[Block]]:
        """Return text and blocks of a message, judged."""
        return judged(
            self.text("text", ""),
            self.structure("blocks", "invalid_blocks_format"),
            self.workspace,
            self.method,
            attachments=bool(self.arguments.get("attachments")),
        )


def judged(
    text: str, blocks: Any, workspace: "Workspace", method: str, *, attachments: bool = False
) -> tuple[str, list[Block]]:
    """Return text and blocks as Slack keeps them; raise Refused where it would not take them."""
    blocks = blocks or []
    if problems := check_blocks(blocks, "message"):
        raise Refused("invalid_blocks", *problems, mistake=True, errors=list(problems))
    if workspace.faults.is_on("blocks_refused") and any(block.get("type") == "data_table" for block in blocks):
        detail = "[ERROR] unsupported type: data_table [json-pointer:/blocks]"
        raise Refused("invalid_blocks", detail, fault="blocks_refused", errors=[detail])
    if too_long(blocks):
        raise Refused("msg_blocks_too_long", mistake=True)
    if len(text) > TEXT:
        raise Refused("msg_too_long", mistake=True)
    if not text and not blocks and not attachments:
        raise Refused("no_text", mistake=True)
    if not text and blocks:
        workspace.world.complain(f"{method}: blocks without text; notifications and screen readers have nothing")
    return stored(text), blocks


def stored(text: str) -> str:
    """Return text with bare ``&`` written out, as Slack keeps it."""
    return text if "&amp;" in text or "&lt;" in text or "&gt;" in text or "<" in text else escape(text)


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method: what it needs and which arguments it knows."""

    name: str
    perform: Callable[[Call], Awaitable[dict[str, Any]]]
    scopes: tuple[str, ...]
    """Any one of them is enough; none means no scope is needed."""
    arguments: frozenset[str]
    app_token: bool = False


METHODS: dict[str, Method] = {}


def method(
    name: str, *, scopes: tuple[str, ...] = (), arguments: str = "", app_token: bool = False
) -> Callable[[Callable[[Call], Awaitable[dict[str, Any]]]], Callable[[Call], Awaitable[dict[str, Any]]]]:
    """Offer a coroutine as a Web API method; ``arguments`` lists the ones it knows, with spaces between."""

    def register(perform: Callable[[Call], Awaitable[dict[str, Any]]]) -> Callable[[Call], Awaitable[dict[str, Any]]]:
        METHODS[name] = Method(
            name=name, perform=perform, scopes=scopes, arguments=frozenset(arguments.split()), app_token=app_token
        )
        return perform

    return register
