"""Connections without a whole request, oldest first: past a bound the oldest one gives way."""

from typing import Protocol


class GivesWay(Protocol):
    """A connection that can be closed at once."""

    def give_way(self) -> None: ...


class Pending:
    """Counts these connections, and the bytes that they have sent since they are waited for."""

    def __init__(self, *, connections: int, received: int) -> None:
        self._most_connections = connections
        self._most_bytes = received
        self._received: dict[GivesWay, int] = {}
        self._total = 0

    def __len__(self) -> int:
        return len(self._received)

    @property
    def total(self) -> int:
        """Bytes that all of them have sent."""
        return self._total

    def add(self, connection: GivesWay) -> None:
        """Wait for a request on this connection; the longest waited-for one gives way where they are too many."""
        self._received[connection] = 0
        while len(self._received) > self._most_connections:
            self._close_oldest()

    def count(self, connection: GivesWay, size: int) -> int:
        """Add bytes received, where the connection is pending; return how many it has sent."""
        if connection not in self._received:
            return 0
        self._received[connection] += size
        self._total += size
        while self._total > self._most_bytes:
            self._close_oldest()
        return self._received.get(connection, 0)

    def remove(self, connection: GivesWay) -> None:
        """Forget a connection: its request is whole, or it is gone."""
        self._total -= self._received.pop(connection, 0)

    def _close_oldest(self) -> None:
        oldest = next(iter(self._received))
        self.remove(oldest)
        oldest.give_way()
