"""The sign-in to Partner Center, encrypted, one row per account; an older replica cannot overwrite a newer token."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, Insert, Update, func, select, update

from bot.storage.clock import now
from bot.storage.database import Database
from bot.storage.encryption import Encryption
from bot.storage.tables import tokens

NEW = 0
"""The version to expect where nothing is stored yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredToken:
    """What is stored for an account."""

    payload: str = field(repr=False)
    version: int
    seed: str | None
    """The fingerprint of the last refresh token that came from the settings."""


class Tokens:
    """Repository of sign-ins."""

    def __init__(self, database: Database, encryption: Encryption) -> None:
        self._database = database
        self._encryption = encryption

    def load(self, connection: Connection, account: str) -> StoredToken | None:
        """Return the account's sign-in; raise Undecipherable where no key opens it."""
        statement = select(tokens).where(tokens.c.account == account)
        row = connection.execute(statement).one_or_none()
        if row is None:
            return None
        payload = self._encryption.decrypt(row.payload, place=account)
        return StoredToken(payload=payload, version=row.version, seed=row.seed)

    def save(
        self, connection: Connection, account: str, payload: str, *, expected_version: int, seed: str | None = None
    ) -> bool:
        """Store the payload if the row still has the expected version (``NEW``: no row); say whether it had.

        A seed's fingerprint is kept until another comes.
        """
        values = {"payload": self._encryption.encrypt(payload, place=account), "changed_at": now()}
        if expected_version == NEW:
            fresh = self._database.insert(tokens).values(account=account, version=NEW + 1, seed=seed, **values)
            change: Insert | Update = fresh.on_conflict_do_nothing()
        else:
            change = (
                update(tokens)
                .where(tokens.c.account == account, tokens.c.version == expected_version)
                .values(version=expected_version + 1, seed=func.coalesce(seed, tokens.c.seed), **values)
            )
        return connection.execute(change.returning(tokens.c.version)).first() is not None

    def replace(self, connection: Connection, account: str, payload: str, *, seed: str | None = None) -> None:
        """Store the payload of a person who has just signed in over any other."""
        values = {"payload": self._encryption.encrypt(payload, place=account), "changed_at": now()}
        fresh = self._database.insert(tokens).values(account=account, version=NEW + 1, seed=seed, **values)
        over = fresh.on_conflict_do_update(
            index_elements=[tokens.c.account],
            set_={"version": tokens.c.version + 1, "seed": func.coalesce(seed, tokens.c.seed), **values},
        )
        connection.execute(over)
