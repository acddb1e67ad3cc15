"""Every wait stands in ``bot/retry.py``, those not written yet included."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WAITS = ROOT / "bot/retry.py"
SOURCES = sorted(
    str(path.relative_to(ROOT))
    for folder in ("bot", "handlers")
    for path in (ROOT / folder).rglob("*.py")
    if path != WAITS and "migrations" not in path.parts
)
NAME = re.compile(
    r"(^|_)(seconds|minutes|timeouts?|deadline|waits?|waiting|pauses?|delay|interval|grace|patience|back_?off|"
    r"again|within|drain)($|_)",
    re.IGNORECASE,
)
TEXT = re.compile(
    r"(?i)^(seconds|minutes|hours)\b|\bin seconds\b|^how long\b|\bseconds? (to|between|until|for|after)\b"
)
CALLS = {"sleep", "timeout", "timeout_at", "wait", "wait_for", "call_later", "ClientTimeout", "join"}
KEYWORDS = {"timeout", "total", "connect", "sock_read", "within", "deadline", "wait", "seconds"}
ALLOWED = {
    "bot/command_line.py SWITCH_SECONDS": "how the interpreter's threads alternate",
    "bot/delivery/channel_lookups.py FRESH": "for how long an answer of Slack's serves",
    "bot/partner_center/entra.py LIFETIME": "for how long a token is good where Entra does not say",
    "bot/partner_center/limiter.py PERIOD": "in which Microsoft counts requests",
    "bot/partner_center/lookups.py REMEMBERED": "for how long an answer of Microsoft's serves",
    "bot/slack/admission.py LOG_EVERY": "how often the log has a line",
    "bot/slack/messenger.py EARLIER": "by how much two clocks may differ",
    "bot/slack/directory.py RIGHTS_SECONDS": "for how long an answer of Slack's serves",
    "bot/slack/http.py FRESH": "the age of a request that may be a replay",
    "bot/storage/clock.py GRACE": "by how much a clock may be set back",
    "bot/domain/deliveries.py Rates.channel_seconds": "Slack's rate for a channel",
    "bot/storage/invitations.py LONGEST_REMINDER": "how far ahead a reminder may lie",
    "bot/storage/conversation_queues.py UNUSED_SECONDS": "the age at which rows are deleted",
    "bot/storage/channel_history.py CARD_SECONDS": "the age at which a card is told anew",
    "bot/storage/channel_history.py BURST_SECONDS": "in which many notifications become a summary",
    "bot/storage/queue_waits.py LONG": "the length of waits that are shown",
    "bot/storage/slack_events.py REMEMBERED_SECONDS": "the age at which rows are deleted",
    "bot/terminal.py TRY_AGAIN": "an exit status",
    "bot/views/notices/burst.py within": "minutes in a sentence",
}
"""Times that are no waits of the bot's, each with what it is."""


def is_number(value: ast.expr) -> bool:
    """Say whether an expression is made of numbers alone, and not zero."""
    match value:
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int() | float() as number):
            return number != 0
        case ast.UnaryOp(operand=operand):
            return is_number(operand)
        case ast.BinOp(left=left, right=right):
            return is_number(left) and is_number(right)
        case ast.Tuple(elts=elements):
            return bool(elements) and all(map(is_number, elements))
    return False


def text_after(body: list[ast.stmt], index: int) -> str:
    match body[index + 1 : index + 2]:
        case [ast.Expr(value=ast.Constant(value=str() as text))]:
            return text
    return ""


def constants(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names of a module's and its classes' numbers that say by name or text that they are a time."""
    for index, statement in enumerate(body):
        match statement:
            case ast.ClassDef(name=owner, body=inner):
                yield from (f"{owner}.{name}" for name in constants(inner))
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                name = ast.unparse(target)
                if is_number(value) and (NAME.search(name) or TEXT.search(text_after(body, index))):
                    yield name


def literals(tree: ast.Module) -> Iterator[str]:
    """Yield the calls that wait for a number which is written there, and the parameters with one."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args, keywords=keywords):
                named = [keyword.value for keyword in keywords if keyword.arg in KEYWORDS]
                if (name in CALLS and any(map(is_number, args))) or any(map(is_number, named)):
                    yield ast.unparse(node)
            case ast.arguments(args=plain, defaults=defaults, kwonlyargs=named_only, kw_defaults=named_defaults):
                pairs = [
                    *zip(reversed(plain), reversed(defaults), strict=False),
                    *zip(named_only, named_defaults, strict=True),
                ]
                yield from (each.arg for each, value in pairs if value and is_number(value) and NAME.search(each.arg))


@pytest.mark.parametrize("source", SOURCES)
def test_no_other_module_says_how_long_something_waits(source: str) -> None:
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    found = {f"{source} {each}" for each in (*constants(tree.body), *literals(tree))}

    assert found == {each for each in ALLOWED if each.startswith(f"{source} ")}


def test_the_check_sees_each_way_to_write_a_wait() -> None:
    tree = ast.parse(
        '''
LOOK = 2 * 60.0
"""Seconds between two looks."""
PAUSES = (0.2, 0.8)
MOST = 10
"""Messages at once."""

class Waits:
    step: float = 5.0
    """How long a step takes."""

async def work(patience: float = 3.0, *, most: int = 5, deadline: float = 1.0) -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0.5)
    async with asyncio.timeout(LOOK):
        await ask(timeout=10, size=7)
'''
    )

    assert [*constants(tree.body)] == ["LOOK", "PAUSES", "Waits.step"]
    assert {*literals(tree)} == {"patience", "deadline", "asyncio.sleep(0.5)", "ask(timeout=10, size=7)"}
