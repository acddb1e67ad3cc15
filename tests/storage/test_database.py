"""How the database is opened, and what it holds to."""

import asyncio
import os
import stat
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.errors import OperatorError
from bot.storage.clock import now
from bot.storage.database import Database, open_database
from bot.storage.errors import DatabaseUnavailable
from bot.storage.migrate import migrate


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: mode(file) for file in folder.iterdir()}


async def test_the_file_and_its_journals_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    former = os.umask(0)
    try:
        await migrate(f"sqlite:///{file}")
        async with open_database(f"sqlite:///{file}") as database, database.write() as connection:
            await connection.execute(text("CREATE TABLE a (b)"))
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
    async with open_database(f"sqlite:///{tmp_path / 'bot.db'}") as database, database.read() as connection:
        pragmas = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
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
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO seen_deliveries VALUES ('Ev1', 0)"))
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await fail_half_way()

    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM seen_deliveries"))).scalar_one() == 0


async def test_writers_of_two_processes_take_turns(database: Database, other_database: Database) -> None:
    async def add(where: Database, event: str) -> None:
        async with where.write() as connection:
            count = (await connection.execute(text("SELECT count(*) FROM seen_deliveries"))).scalar_one()
            values = {"event": event, "count": count}
            await connection.execute(text("INSERT INTO seen_deliveries VALUES (:event, :count)"), values)

    await asyncio.gather(
        *(add(where, f"Ev{n}{where is database}") for n in range(10) for where in (database, other_database))
    )

    async with database.read() as connection:
        counts = (await connection.execute(text("SELECT expires_at FROM seen_deliveries ORDER BY 1"))).scalars().all()
    if database.is_sqlite:
        assert counts == list(range(20))
    assert len(counts) == 20


async def test_the_clock_is_the_databases_and_goes_on_inside_a_transaction(database: Database) -> None:
    async with database.read() as connection:
        first = (await connection.execute(select(now()))).scalar_one()
        await asyncio.to_thread(os.stat, "/")
        while (second := (await connection.execute(select(now()))).scalar_one()) == first:
            pass

    assert 1.7e9 < first < second < first + 60


async def test_an_open_database_says_that_it_answers(database: Database) -> None:
    assert await database.answers()


def test_a_closed_database_has_no_thread_left_that_would_speak_to_the_event_loop(tmp_path: Path) -> None:
    release, threads = threading.Event(), set[threading.Thread]()

    async def abandon() -> None:
        async with open_database(f"sqlite:///{tmp_path / 'bot.db'}") as database:
            with suppress(DatabaseUnavailable):
                async with database.read(within=0.1) as connection:
                    driver = (await connection.get_raw_connection()).driver_connection
                    assert driver is not None
                    await driver.create_function("held", 0, release.wait)
                    threads.update(threading.enumerate())
                    await connection.execute(text("SELECT held()"))
            asyncio.get_running_loop().call_later(0.2, release.set)

    try:
        asyncio.run(abandon())
        workers = [thread for thread in threads if "_connection_worker" in thread.name]
        for worker in workers:
            worker.join(timeout=1)
        assert [worker.name for worker in workers if worker.is_alive()] == []
        assert workers
    finally:
        release.set()
