"""How the database is opened, and what it holds to."""

import asyncio
import os
import stat
import threading
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select, text

from bot.errors import OperatorError
from bot.storage.clock import now
from bot.storage.database import Database, open_database
from bot.storage.errors import DatabaseUnavailable
from bot.storage.migrate import migrate
from tests.transactions import reading, writing


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: mode(file) for file in folder.iterdir()}


async def test_the_file_and_its_journals_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    former = os.umask(0)
    try:
        await migrate(f"sqlite:///{file}")
        async with open_database(f"sqlite:///{file}") as database, writing(database) as connection:
            connection.execute(text("CREATE TABLE a (b)"))
            modes = modes_in(tmp_path)
    finally:
        os.umask(former)

    assert modes == {"bot.db": 0o600, "bot.db-wal": 0o600, "bot.db-shm": 0o600}


async def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    file.touch(mode=0o644)

    async with open_database(f"sqlite:///{file}"):
        pass

    assert mode(file) == 0o600


async def test_sqlite_keeps_what_it_promised_through_a_power_cut(tmp_path: Path) -> None:
    async with open_database(f"sqlite:///{tmp_path / 'bot.db'}") as database, reading(database) as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 0}


async def test_a_file_of_another_kind_is_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Adatum called about the invoice. " * 100)

    with pytest.raises(
        OperatorError, match=r"^The database \(DATABASE_URL\) cannot be used: file is not a database\.$"
    ):
        async with open_database(f"sqlite:///{file}"):
            pass


@pytest.mark.parametrize("where", ["missing/bot.db", "a file/bot.db", "a folder"])
async def test_a_place_that_cannot_hold_the_file_is_refused_in_one_sentence(tmp_path: Path, where: str) -> None:
    (tmp_path / "a file").touch()
    (tmp_path / "a folder").mkdir()

    with pytest.raises(OperatorError, match=r"^The database file .* cannot be used: [^\n]+\.$"):
        async with open_database(f"sqlite:///{tmp_path / where}"):
            pass


async def test_a_server_that_is_away_is_told_without_the_password() -> None:
    with pytest.raises(OperatorError) as refusal:
        async with open_database("postgres://bot:s3cret@127.0.0.1:1/bot"):
            pass

    assert str(refusal.value).startswith("The database (127.0.0.1) cannot be used: ")
    assert "s3cret" not in str(refusal.value)


async def test_an_exception_takes_back_what_was_written(database: Database) -> None:
    async def fail_half_way() -> None:
        async with writing(database) as connection:
            connection.execute(text("INSERT INTO seen_slack_events VALUES ('Ev1', 0)"))
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await fail_half_way()

    async with reading(database) as connection:
        assert connection.execute(text("SELECT count(*) FROM seen_slack_events")).scalar_one() == 0


async def test_writers_of_two_processes_take_turns(database: Database, other_database: Database) -> None:
    async def add(where: Database, event: str) -> None:
        async with writing(where) as connection:
            count = connection.execute(text("SELECT count(*) FROM seen_slack_events")).scalar_one()
            values = {"event": event, "count": count}
            connection.execute(text("INSERT INTO seen_slack_events VALUES (:event, :count)"), values)

    await asyncio.gather(
        *(add(where, f"Ev{n}{where is database}") for n in range(10) for where in (database, other_database))
    )

    async with reading(database) as connection:
        counts = connection.execute(text("SELECT expires_at FROM seen_slack_events ORDER BY 1")).scalars().all()
    if database.is_sqlite:
        assert counts == list(range(20))
    assert len(counts) == 20


async def test_the_clock_is_the_databases_and_goes_on_inside_a_transaction(database: Database) -> None:
    async with reading(database) as connection:
        first = connection.execute(select(now())).scalar_one()
        await asyncio.to_thread(os.stat, "/")
        while (second := connection.execute(select(now())).scalar_one()) == first:
            pass

    assert 1.7e9 < first < second < first + 60


async def test_an_open_database_says_that_it_answers(database: Database) -> None:
    assert await database.answers()


def test_a_closed_database_has_no_thread_left_that_would_speak_to_the_event_loop(tmp_path: Path) -> None:
    release, before = threading.Event(), {*threading.enumerate()}

    async def abandon() -> None:
        async with open_database(f"sqlite:///{tmp_path / 'bot.db'}") as database:
            with pytest.raises(DatabaseUnavailable):
                await database.read(lambda _connection: release.wait(), within=0.1)
            asyncio.get_running_loop().call_later(0.2, release.set)

    try:
        asyncio.run(abandon())
        assert {thread for thread in threading.enumerate() if thread.is_alive()} - before == set()
    finally:
        release.set()


async def test_a_pooler_that_takes_no_prepared_statements_is_named_with_what_to_do(
    migrated_postgresql_url: str,
) -> None:
    prepare = text("PREPARE again AS SELECT 1")

    async with open_database(migrated_postgresql_url) as database:
        with pytest.raises(DatabaseUnavailable, match="add pgbouncer=true to DATABASE_URL") as refused:
            await database.write(lambda connection: [connection.execute(prepare) for _ in range(2)])

    assert refused.value.lasting


async def test_what_a_transaction_logs_is_logged_as_its_callers(database: Database) -> None:
    with structlog.contextvars.bound_contextvars(reference="r-7k2m4q"):
        seen = await database.read(lambda _connection: structlog.contextvars.get_contextvars())

    assert seen == {"reference": "r-7k2m4q"}
