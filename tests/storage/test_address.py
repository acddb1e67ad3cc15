"""DATABASE_URL in the spellings people have."""

from pathlib import Path

import pytest

from bot.errors import OperatorError
from bot.storage.address import ServerAddress, SQLiteAddress, database_address


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite"])
def test_sqlite_is_a_file_whatever_driver_an_earlier_release_wrote(scheme: str) -> None:
    assert database_address(f"{scheme}:///data/bot.db") == SQLiteAddress(file=Path("data/bot.db"))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg"])
def test_postgresql_is_read_as_libpq_reads_it(scheme: str) -> None:
    address = database_address(f"{scheme}://bot:p%40w@db.contoso.com:5433/bot?sslmode=require&channel_binding=require")

    assert isinstance(address, ServerAddress)
    assert address.prepares
    assert address.options == {
        "host": "db.contoso.com",
        "port": "5433",
        "user": "bot",
        "password": "p@w",
        "dbname": "bot",
        "sslmode": "require",
        "channel_binding": "require",
        "connect_timeout": "10",
    }


def test_several_servers_may_be_named_of_which_the_writable_one_is_used() -> None:
    address = database_address("postgresql://bot:pw@db1:5432,db2:5433/bot?target_session_attrs=read-write")

    assert isinstance(address, ServerAddress)
    assert (address.host, address.options["port"]) == ("db1,db2", "5432,5433")


def test_a_socket_is_named_by_its_folder() -> None:
    address = database_address("postgresql:///bot?host=/var/run/postgresql")

    assert isinstance(address, ServerAddress)
    assert address.host == "/var/run/postgresql"


@pytest.mark.parametrize("option", ["pgbouncer=true", "prepared_statement_cache_size=0"])
def test_behind_pgbouncer_nothing_is_prepared(option: str) -> None:
    address = database_address(f"postgresql://bot:pw@db.contoso.com/bot?{option}")

    assert isinstance(address, ServerAddress)
    assert not address.prepares


@pytest.mark.parametrize(
    ("option", "name", "value"),
    [
        ("ssl=require", "sslmode", "require"),
        ("timeout=5", "connect_timeout", "5"),
        ("timeout=0.5", "connect_timeout", "2"),
    ],
)
def test_options_of_earlier_releases_are_taken_for_those_of_libpq(option: str, name: str, value: str) -> None:
    address = database_address(f"postgresql+asyncpg://bot:pw@db.contoso.com/bot?command_timeout=3&{option}")

    assert isinstance(address, ServerAddress)
    assert address.options[name] == value
    assert "command_timeout" not in address.options


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("partner-bot.db", "is no database address"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://bot:s3cret@host/bot", "the bot knows sqlite and postgresql"),
        ("postgres://bot:s3cret@host/bot?frobnicate=1", "an option that PostgreSQL does not know"),
        ("postgres://bot:s3cret@host1,ho$st2/bot", "names no server that could exist"),
        ("postgres://bot:s3cret@host1:5432,host2:99999/bot", "must be between 1 and 65535"),
    ],
)
def test_other_addresses_are_refused_without_their_password(address: str, said: str) -> None:
    with pytest.raises(OperatorError) as refusal:
        database_address(address)

    assert said in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
