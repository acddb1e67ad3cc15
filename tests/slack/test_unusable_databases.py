"""A database that no subcommand can use: one line that names no part of the setting, exit 78 or 75, no trace."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.slack import child
from tests.world import World

COMMANDS = (("run",), ("connect",), ("migrate",), ("webhook", "show"))
MARKER = "Zq7Hunter2Xw9"


def garbage(file: Path) -> None:
    file.write_bytes(b"Adatum called about the invoice. " * 1000)


def folder(file: Path) -> None:
    file.mkdir()


def truncated(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.executescript("CREATE TABLE a (b); INSERT INTO a VALUES (zeroblob(100000));")
    file.write_bytes(file.read_bytes()[:5000])


async def ends_with_one_line(environment: dict[str, str], *command: str, code: int) -> None:
    end = await child.run(*command, environment=environment)
    said = end.out + end.err
    assert end.code == code, said
    assert said.count("\n") == 1, said
    assert "Traceback" not in said
    assert MARKER not in said


@pytest.mark.parametrize("command", COMMANDS, ids="-".join)
async def test_a_file_that_is_no_database_is_said_by_every_subcommand(
    quiet_world: World, command: tuple[str, ...]
) -> None:
    file = quiet_world.directory / f"{MARKER}.db"
    garbage(file)

    await ends_with_one_line(quiet_world.environment() | {"DATABASE_URL": f"sqlite:///{file}"}, *command, code=78)


@pytest.mark.parametrize("make", [folder, truncated], ids=lambda make: make.__name__)
async def test_whatever_else_stands_in_its_place_is_said(quiet_world: World, make: Callable[[Path], None]) -> None:
    file = quiet_world.directory / f"{MARKER}.db"
    make(file)

    await ends_with_one_line(quiet_world.environment() | {"DATABASE_URL": f"sqlite:///{file}"}, "run", code=78)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (f"postgresql://bot:{MARKER}@127.0.0.1:port/db", 78),
        (f"mysql://bot:{MARKER}@127.0.0.1/db", 78),
        (f"postgresql://bot:{MARKER}@127.0.0.1:1/db", 75),
    ],
)
async def test_an_address_that_cannot_be_used_is_said(quiet_world: World, address: str, code: int) -> None:
    await ends_with_one_line(quiet_world.environment() | {"DATABASE_URL": address}, "run", code=code)
