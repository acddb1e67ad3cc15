"""What the bot costs its database: the statements of each transaction, in order."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Pool, event


@dataclass
class Transaction:
    """One transaction."""

    statements: list[str] = field(default_factory=list)
    executed: list[tuple[str, Any]] = field(default_factory=list)
    """The same as they were sent, with their parameters."""
    ended: bool = False

    def has(self, *beginnings: str) -> bool:
        """Say whether a statement begins so."""
        return any(statement.startswith(beginnings) for statement in self.statements)


class Costs:
    """The transactions of this process since the beginning of a block, or since ``clear``."""

    def __init__(self) -> None:
        self.transactions: list[Transaction] = []
        self._open: dict[int, Transaction] = {}
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def clear(self) -> None:
        """Forget what was counted."""
        self.transactions.clear()

    async def until(self, found: Callable[[Transaction], bool], *, times: int = 1) -> None:
        """Wait until so many transactions of a kind have ended."""
        async with asyncio.timeout(120):
            while sum(each.ended and found(each) for each in self.transactions) < times:
                self._news.clear()
                await self._news.wait()

    def begin(self, connection: Connection) -> None:
        self._open[id(connection.connection.dbapi_connection)] = transaction = Transaction()
        self.transactions.append(transaction)

    def end(self, dbapi_connection: Any, _record: Any) -> None:
        if (transaction := self._open.pop(id(dbapi_connection), None)) is not None:
            transaction.ended = True
            self._loop.call_soon_threadsafe(self._news.set)

    def execute(self, connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        transaction = self._open.get(id(connection.connection.dbapi_connection))
        if transaction is not None and "set_config" not in statement:  # a transaction's own limits come with its BEGIN
            transaction.statements.append(" ".join(statement.split()))
            transaction.executed.append((statement, parameters))


@contextmanager
def costs() -> Iterator[Costs]:
    """Count what every engine of this process does while the block lasts."""
    counted = Costs()
    hooks: list[tuple[type[Engine | Pool], str, Callable[..., None]]] = [
        (Engine, "begin", counted.begin),
        (Engine, "before_cursor_execute", counted.execute),
        (Pool, "checkin", counted.end),  # the event named "commit" comes before the COMMIT
    ]
    for target, name, hook in hooks:
        event.listen(target, name, hook)
    try:
        yield counted
    finally:
        for target, name, hook in hooks:
            event.remove(target, name, hook)
