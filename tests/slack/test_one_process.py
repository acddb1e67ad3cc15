"""One process runs the bot on a SQLite file; a second one waits for its end, and then gives up."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import pytest

from tests.slack import child
from tests.world import World

IMPATIENT = "tests.slack.impatient"


def has_open(process: child.Child, file: Path) -> bool:
    """Say whether the process has the file open."""
    with contextlib.suppress(FileNotFoundError):  # one that was closed while we looked
        return any(os.path.realpath(each) == str(file) for each in Path(f"/proc/{process.process.pid}/fd").iterdir())
    return False


async def waits_for_the_lock(process: child.Child, lock: Path) -> None:
    """Return once the process has the lock file open."""
    async with asyncio.timeout(20):
        while not has_open(process, lock):  # noqa: ASYNC110 - a process tells nobody what it opens
            await asyncio.sleep(0.01)


async def test_a_second_process_ends_with_one_line_while_the_first_lives(quiet_world: World) -> None:
    environment = quiet_world.environment()
    async with child.running(environment) as (first, _), child.started(environment, module=IMPATIENT) as second:
        assert await second.ended() == 75
        assert first.process.returncode is None

    [line] = second.lines
    assert line == "Another bot is running on the database file of DATABASE_URL. Stop it, then start this one.\n"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_a_second_process_starts_once_the_first_has_ended_however_it_ends(
    quiet_world: World, end: signal.Signals
) -> None:
    environment = quiet_world.environment()
    async with child.running(environment) as (first, _), child.started(environment) as second:
        await waits_for_the_lock(second, quiet_world.directory / "bot.db.lock")
        assert second.lines == []

        first.process.send_signal(end)
        await first.ended()
        listens = await second.logged("running")

        quiet_world.slack.bot_url = f"http://127.0.0.1:{listens['port']}"
        assert (await (await quiet_world.maya.types("/partner help")).answer()).plain


async def test_a_process_that_waits_for_the_first_stops_at_once(quiet_world: World) -> None:
    environment = quiet_world.environment()
    async with child.running(environment), child.started(environment) as second:
        await waits_for_the_lock(second, quiet_world.directory / "bot.db.lock")
        second.terminate()

        assert await second.ended() == 0
        assert second.lines == []


@pytest.mark.parametrize("way", ["link", "linked folder", "dots"])
async def test_other_paths_to_the_same_file_are_the_same_database(quiet_world: World, way: str) -> None:
    folder = quiet_world.directory / "elsewhere"
    folder.mkdir()
    async with child.running(quiet_world.environment()):
        match way:
            case "link":
                other = folder / "other.db"
                other.symlink_to(quiet_world.directory / "bot.db")
            case "linked folder":
                (folder / "back").symlink_to(quiet_world.directory)
                other = folder / "back" / "bot.db"
            case _:
                other = folder / ".." / "bot.db"
        environment = quiet_world.environment() | {"DATABASE_URL": f"sqlite:///{other}"}
        async with child.started(environment, module=IMPATIENT) as second:
            assert await second.ended() == 75


async def test_a_path_relative_to_the_working_folder_is_the_same_database(quiet_world: World) -> None:
    relative = "../" * (len(child.TOP.parts) - 1) + str(quiet_world.directory / "bot.db").lstrip("/")
    environment = quiet_world.environment() | {"DATABASE_URL": f"sqlite:///{relative}"}
    async with child.running(quiet_world.environment()), child.started(environment, module=IMPATIENT) as second:
        assert await second.ended() == 75


async def test_other_commands_work_beside_a_running_bot(quiet_world: World) -> None:
    environment = quiet_world.environment()
    async with child.running(environment):
        migrated = await child.run("migrate", environment=environment)
        shown = await child.run("webhook", "show", environment=environment)
        printed = await child.run("manifest", environment=environment)

    assert (migrated.code, printed.code) == (0, 0)
    assert shown.code == 0, shown.err


async def test_the_lock_is_a_file_beside_the_database_for_its_owner_alone(quiet_world: World) -> None:
    async with child.running(quiet_world.environment()):
        lock = quiet_world.directory / "bot.db.lock"

        assert lock.stat().st_mode & 0o777 == 0o600


async def test_a_lock_that_cannot_be_made_is_told_without_the_path(quiet_world: World) -> None:
    (quiet_world.directory / "bot.db.lock").mkdir()
    async with child.started(quiet_world.environment()) as refused:
        assert await refused.ended() == 78

    assert refused.lines == ["The database file of DATABASE_URL cannot be locked: Is a directory.\n"]
