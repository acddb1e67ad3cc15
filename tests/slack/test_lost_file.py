"""A SQLite file that is lost, replaced or full under the running bot: nothing is saved into nothing, and it mends."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from sandbox.slack.conversation import Modal, Submission
from tests.slack import child
from tests.world import World

NOT_SAVED = "This cannot be saved right now. Nothing was sent."


def delete(file: Path) -> Callable[[], object]:
    """Take the file and its companions away; what is open stays open."""
    kept = file.parent / "kept"
    kept.mkdir()
    for each in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        (kept / each.name).hardlink_to(each)
        each.unlink()

    def back() -> None:
        for each in kept.iterdir():
            each.rename(file.parent / each.name)

    return back


def move(file: Path) -> Callable[[], object]:
    """Move the file alone away."""
    elsewhere = file.with_name("elsewhere.db")
    file.rename(elsewhere)
    return lambda: elsewhere.replace(file)


def replace(file: Path) -> Callable[[], object]:
    """Put another database, with all tables, in its place."""
    elsewhere, other = file.with_name("elsewhere.db"), file.with_name("other.db")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(other)) as copy:
        source.backup(copy)
    elsewhere.hardlink_to(file)
    other.replace(file)
    return lambda: elsewhere.replace(file)


def lose_journal(file: Path) -> Callable[[], object]:
    """Take the journal away."""
    journal, kept = Path(f"{file}-wal"), file.with_name("kept")
    journal.rename(kept)
    return lambda: kept.replace(journal)


def replace_journal(file: Path) -> Callable[[], object]:
    """Put another journal in its place, as a backup does that is played back."""
    journal, kept = Path(f"{file}-wal"), file.with_name("kept")
    kept.hardlink_to(journal)
    shutil.copy(journal, copied := file.with_name("copied"))
    copied.replace(journal)
    return lambda: kept.replace(journal)


async def window(world: World, company: str) -> Modal:
    return await (await world.maya.types(f"/partner invite {company}")).modal()


def is_refused(submission: Submission) -> bool:
    """Say whether the window says why not; a machine under load may reach the deadline of the window itself."""
    return any(NOT_SAVED in said or "That took too long." in said for said in submission.errors.values())


async def ready(world: World) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{world.url}/readyz") as answer:
        return answer.status


@pytest.mark.parametrize("lose", [delete, move, replace, lose_journal, replace_journal])
async def test_send_is_refused_while_the_file_is_lost_and_works_once_it_is_back(
    world: World, capsys: pytest.CaptureFixture[str], lose: Callable[[Path], Callable[[], object]]
) -> None:
    assert await ready(world) == 200
    modal = await window(world, "Adatum")
    bring_back = lose(world.directory / "bot.db")
    capsys.readouterr()

    refused = await world.maya.submits(modal)
    states = [await ready(world) for _ in range(3)]
    told = [line for line in capsys.readouterr().out.splitlines() if "database not usable" in line]
    bring_back()

    assert is_refused(refused)
    assert states == [503, 503, 503]
    assert len(told) == 1
    assert "while the bot runs" in told[0]
    assert await ready(world) == 200
    assert (await world.maya.submits(await window(world, "Fabrikam"))).ok
    posted = await world.slack.wait_for(lambda: next(iter(world.said()), None))
    assert "Fabrikam" in world.reads(posted)
    with closing(sqlite3.connect(world.directory / "bot.db")) as stored:
        assert stored.execute("SELECT company FROM invitations").fetchall() == [("Fabrikam",)]


@asynccontextmanager
async def own_process(world: World) -> AsyncIterator[child.Child]:
    """Run the bot as a process, whose files can be limited."""
    async with child.running(world.environment()) as (process, port):
        world.port = port
        world.slack.bot_url = world.url
        yield process


async def test_send_is_refused_while_the_disk_is_full_and_works_once_there_is_room(quiet_world: World) -> None:
    async with own_process(quiet_world) as process:
        assert await ready(quiet_world) == 200
        modal = await window(quiet_world, "Adatum")
        with process.without_room():
            refused = await quiet_world.maya.submits(modal)
            states = [await ready(quiet_world) for _ in range(3)]
        told = await process.logged("database not usable")

        assert is_refused(refused)
        assert states == [503, 503, 503]
        assert process.output.count("database not usable") == 1
        assert "Traceback" not in process.output
        assert told["why"]
        assert await ready(quiet_world) == 200
        assert (await quiet_world.maya.submits(await window(quiet_world, "Fabrikam"))).ok
        posted = await quiet_world.slack.wait_for(lambda: next(iter(quiet_world.said()), None))
        assert "Fabrikam" in quiet_world.reads(posted)
        assert quiet_world.said() == [posted]
