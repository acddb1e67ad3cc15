"""The stored sign-in: encrypted, and never overwritten by an older one."""

import asyncio

import pytest
from sqlalchemy import select, text

from bot.connections import DatabaseTokenStore
from bot.storage.database import Database
from bot.storage.encryption import Encryption, Undecipherable, fresh_key
from bot.storage.tables import tokens as table
from bot.storage.tokens import NEW, StoredToken
from tests.transactions import reading, writing

KEY = fresh_key()
ACCOUNT = "global:tenant:client"


@pytest.fixture
def tokens(database: Database) -> DatabaseTokenStore:
    return DatabaseTokenStore(database, Encryption([KEY]))


@pytest.fixture
def elsewhere(other_database: Database) -> DatabaseTokenStore:
    return DatabaseTokenStore(other_database, Encryption([KEY]))


async def test_nothing_is_loaded_where_nothing_was_stored(tokens: DatabaseTokenStore) -> None:
    assert await tokens.load(ACCOUNT) is None


async def test_what_was_stored_is_loaded_with_its_version(
    tokens: DatabaseTokenStore, elsewhere: DatabaseTokenStore
) -> None:
    assert await tokens.save(ACCOUNT, "first", expected_version=NEW, seed="mark")
    assert await tokens.save(ACCOUNT, "second", expected_version=1)

    assert await elsewhere.load(ACCOUNT) == StoredToken(payload="second", version=2, seed="mark")


async def test_only_one_of_two_processes_stores_over_the_same_version(
    tokens: DatabaseTokenStore, elsewhere: DatabaseTokenStore
) -> None:
    await tokens.save(ACCOUNT, "first", expected_version=NEW)

    outcomes = await asyncio.gather(
        tokens.save(ACCOUNT, "ours", expected_version=1), elsewhere.save(ACCOUNT, "theirs", expected_version=1)
    )

    assert sorted(outcomes) == [False, True]
    stored = await tokens.load(ACCOUNT)
    assert stored is not None
    assert (stored.payload, stored.version) == ("ours" if outcomes[0] else "theirs", 2)


async def test_only_one_of_two_processes_stores_the_first(
    tokens: DatabaseTokenStore, elsewhere: DatabaseTokenStore
) -> None:
    outcomes = await asyncio.gather(
        tokens.save(ACCOUNT, "ours", expected_version=NEW), elsewhere.save(ACCOUNT, "theirs", expected_version=NEW)
    )

    assert sorted(outcomes) == [False, True]


async def test_a_new_sign_in_replaces_whatever_is_there(tokens: DatabaseTokenStore) -> None:
    await tokens.replace(ACCOUNT, "first", seed="mark")
    await tokens.replace(ACCOUNT, "second")

    assert await tokens.load(ACCOUNT) == StoredToken(payload="second", version=2, seed="mark")


async def test_the_database_holds_no_token_in_clear(tokens: DatabaseTokenStore, database: Database) -> None:
    await tokens.save(ACCOUNT, "0.AXoA-refresh-token", expected_version=NEW)

    async with reading(database) as connection:
        row = connection.execute(select(table)).one()
    assert "refresh-token" not in str(tuple(row))


async def test_the_description_of_a_stored_token_does_not_show_it(tokens: DatabaseTokenStore) -> None:
    await tokens.save(ACCOUNT, "0.AXoA-refresh-token", expected_version=NEW)

    assert "refresh-token" not in repr(await tokens.load(ACCOUNT))


async def test_a_row_under_another_account_is_not_accepted(tokens: DatabaseTokenStore, database: Database) -> None:
    await tokens.save("global:other:client", "token", expected_version=NEW)
    async with writing(database) as connection:
        connection.execute(text(f"UPDATE partner_center_tokens SET account = '{ACCOUNT}'"))

    with pytest.raises(Undecipherable):
        await tokens.load(ACCOUNT)


async def test_after_a_change_of_keys_the_next_renewal_is_written_with_the_newest(database: Database) -> None:
    newest = fresh_key()
    await DatabaseTokenStore(database, Encryption([KEY])).save(ACCOUNT, "first", expected_version=NEW)
    changing = DatabaseTokenStore(database, Encryption([newest, KEY]))

    stored = await changing.load(ACCOUNT)
    assert stored is not None
    await changing.save(ACCOUNT, "second", expected_version=stored.version)

    renewed = await DatabaseTokenStore(database, Encryption([newest])).load(ACCOUNT)
    assert renewed is not None
    assert renewed.payload == "second"
    with pytest.raises(Undecipherable):
        await DatabaseTokenStore(database, Encryption([KEY])).load(ACCOUNT)


async def test_a_new_sign_in_replaces_what_no_key_opens(tokens: DatabaseTokenStore, database: Database) -> None:
    await DatabaseTokenStore(database, Encryption([fresh_key()])).replace(ACCOUNT, "lost")

    await tokens.replace(ACCOUNT, "found")

    stored = await tokens.load(ACCOUNT)
    assert stored is not None
    assert stored.payload == "found"
