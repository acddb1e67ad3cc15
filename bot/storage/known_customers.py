"""The customer list as it last arrived whole: the base of comparisons where there are no audit records."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, select

from bot.storage.database import Database
from bot.storage.tables import known_customers

_AT_ONCE = 500
"""Rows a statement; a database takes so many parameters and no more."""


class KnownCustomers:
    """Repository of known customers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def names(self, connection: Connection) -> Mapping[str, str | None]:
        """Return every customer's name, by tenant id."""
        return {row.customer_id: row.name for row in connection.execute(select(known_customers))}

    def change(self, connection: Connection, names: Mapping[str, str | None]) -> None:
        """Make these the known customers, in the caller's transaction; what stays as it is is not written."""
        before = self.names(connection)
        gone = list(before.keys() - names.keys())
        for first in range(0, len(gone), _AT_ONCE):
            some = gone[first : first + _AT_ONCE]
            connection.execute(delete(known_customers).where(known_customers.c.customer_id.in_(some)))
        fresh = [
            {"customer_id": customer_id, "name": name}
            for customer_id, name in names.items()
            if customer_id not in before or before[customer_id] != name
        ]
        if fresh:
            row = self._database.insert(known_customers)
            over = row.on_conflict_do_update(
                index_elements=[known_customers.c.customer_id], set_={"name": row.excluded.name}
            )
            connection.execute(over, fresh)
