"""DATABASE_URL in the spellings people have."""

import pytest

from bot.errors import OperatorError
from bot.storage.address import database_address, sqlite_file


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite"])
def test_sqlite_is_opened_by_its_asynchronous_driver(scheme: str) -> None:
    url = database_address(f"{scheme}:///data/bot.db")

    assert url.drivername == "sqlite+aiosqlite"
    assert str(sqlite_file(url)) == "data/bot.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_postgresql_is_opened_by_its_asynchronous_driver(scheme: str) -> None:
    url = database_address(f"{scheme}://bot:pw@db.contoso.com:5433/bot?sslmode=require&channel_binding=require")

    expected = "postgresql+asyncpg://bot:pw@db.contoso.com:5433/bot?ssl=require"
    assert url.render_as_string(hide_password=False) == expected
    assert sqlite_file(url) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("partner-bot.db", "is no database address"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://bot:s3cret@host/bot", "the bot knows sqlite and postgresql"),
        ("postgres://bot:s3cret@host/bot?frobnicate=1", "an option that the bot does not understand"),
    ],
)
def test_other_addresses_are_refused_without_their_password(address: str, said: str) -> None:
    with pytest.raises(OperatorError) as refusal:
        database_address(address)

    assert said in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
