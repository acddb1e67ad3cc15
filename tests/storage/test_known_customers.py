"""The customer list is kept as it was last."""

import pytest

from bot.storage.database import Database
from bot.storage.known_customers import KnownCustomers
from tests.transactions import read, writing


@pytest.fixture
def known(database: Database) -> KnownCustomers:
    return KnownCustomers(database)


async def change(database: Database, known: KnownCustomers, names: dict[str, str | None]) -> None:
    async with writing(database) as connection:
        known.change(connection, names)


async def test_at_first_nobody_is_known(known: KnownCustomers, database: Database) -> None:
    assert await read(database, known.names) == {}


async def test_those_are_known_who_were_in_the_last_list(database: Database, known: KnownCustomers) -> None:
    await change(database, known, {"1": "Contoso", "2": None, "3": "Adatum"})

    await change(database, known, {"1": "Contoso Ltd", "2": None, "4": "Fabrikam"})

    assert await read(database, known.names) == {"1": "Contoso Ltd", "2": None, "4": "Fabrikam"}


async def test_lists_may_be_long(database: Database, known: KnownCustomers) -> None:
    many: dict[str, str | None] = {f"{number}": f"Company {number}" for number in range(3000)}

    await change(database, known, many)
    await change(database, known, {"7": "Company 7"})

    assert await read(database, known.names) == {"7": "Company 7"}


async def test_a_list_that_is_not_committed_is_not_kept(database: Database, known: KnownCustomers) -> None:
    await change(database, known, {"1": "Contoso"})

    async def change_and_fail() -> None:
        async with writing(database) as connection:
            known.change(connection, {})
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await change_and_fail()

    assert await read(database, known.names) == {"1": "Contoso"}


async def test_a_name_may_hold_what_no_database_keeps(database: Database, known: KnownCustomers) -> None:
    await change(database, known, {"1": "Acme \0Ltd"})

    assert await read(database, known.names) == {"1": "Acme Ltd"}
