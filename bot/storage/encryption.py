"""What is stored in secret: Fernet, with keys that can be changed, and each value bound to its place.

Fernet has no associated data, so the place (such as a row's key) is encrypted along with the value: a value copied
into another row does not decrypt there.
"""

import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import OperatorError


class Undecipherable(OperatorError):
    """A stored value that none of the keys opens, or that belongs elsewhere."""

    def __init__(self) -> None:
        super().__init__(
            "ENCRYPTION_KEYS cannot decrypt what is stored; put the former key back, or run: python -m bot connect"
        )


class Encryption:
    """Encrypts with the newest key, decrypts with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take Fernet keys, newest first; raise OperatorError, without quoting them, where one is none."""
        if not keys:
            raise OperatorError(f"ENCRYPTION_KEYS is missing; this is a fresh one: ENCRYPTION_KEYS={fresh_key()}")
        fernets: list[Fernet] = []
        for position, key in enumerate(keys, start=1):
            try:
                fernets.append(Fernet(key.strip()))
            except ValueError:
                raise OperatorError(
                    f"ENCRYPTION_KEYS: key {position} is no Fernet key; this is a fresh one: {fresh_key()}"
                ) from None
        self._fernet = MultiFernet(fernets)

    def encrypt(self, value: str, *, place: str) -> str:
        """Return the value, readable only with a key and only for this place."""
        return self._fernet.encrypt(json.dumps([place, value]).encode()).decode()

    def decrypt(self, secret: str, *, place: str) -> str:
        """Return the value that was encrypted for this place; raise Undecipherable otherwise."""
        try:
            found, value = json.loads(self._fernet.decrypt(secret.encode()))
        except (InvalidToken, ValueError, TypeError):
            raise Undecipherable from None
        if found != place or not isinstance(value, str):
            raise Undecipherable
        return value


def fresh_key() -> str:
    """Return a new key for ENCRYPTION_KEYS."""
    return Fernet.generate_key().decode()
