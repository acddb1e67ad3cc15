"""What the transactions of one invocation are for: whether something is yet to be saved, and how long each may take."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Intent:
    """The intent of an invocation, which ends with its first commit."""

    saves: bool = False
    """A read that fails then means, too, that nothing can be saved."""
    within: float | None = None
    """Seconds for a transaction that asks for no others."""


_INTENT: ContextVar[Intent | None] = ContextVar("intent", default=None)


@contextmanager
def intending(*, saves: bool, within: float | None = None) -> Iterator[None]:
    """Give the transactions in the block, and in the tasks that it starts, one intent."""
    before = _INTENT.set(Intent(saves=saves, within=within))
    try:
        yield
    finally:
        _INTENT.reset(before)


def intent() -> Intent:
    """Return the current intent: outside of invocations, none in particular."""
    return _INTENT.get() or Intent()
