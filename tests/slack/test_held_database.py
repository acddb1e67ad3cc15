"""A database that another program holds, or that does not answer: Send is refused in time, and nothing comes later."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.storage.database import open_database
from bot.storage.tables import deliveries, invitations
from sandbox.slack.conversation import Submission
from sandbox.slack.model import Message
from tests.held import Line, sqlite_held, table_held
from tests.transactions import reading
from tests.world import World

REFUSED = "This cannot be saved right now. Nothing was sent."


async def send(world: World, company: str) -> Submission:
    """Open the window by the command and press Send."""
    modal = await (await world.maya.types(f"/partner invite {company}")).modal()
    return await world.maya.submits(modal)


async def status(world: World, page: str) -> int:
    """Return how the bot answers for its state."""
    async with aiohttp.ClientSession() as session, session.get(f"{world.url}/{page}") as answer:
        return answer.status


def is_refused(submission: Submission) -> bool:
    """Say whether the window says why not; a machine under load may reach the deadline of the window itself."""
    return any(REFUSED in said or "That took too long." in said for said in submission.errors.values())


def posted(world: World) -> list[Message]:
    """Return the invitations that stand in the channel."""
    return [message for message in world.said() if "admin.microsoft.com" in str(message.blocks)]


async def recorded(address: str) -> tuple[int, int]:
    """Return how many invitations and deliveries are stored."""
    async with open_database(address) as database, reading(database) as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (invitations, deliveries)
        ]
    return counts[0], counts[1]


async def sends_once(world: World, address: str) -> None:
    """Press Send on a database that answers again; what was refused before must not come along."""
    assert await recorded(address) == (0, 0)
    assert (await send(world, "Fabrikam")).ok
    message = await world.slack.wait_for(lambda: next(iter(posted(world)), None))
    assert "Fabrikam" in world.reads(message)
    assert await recorded(address) == (1, 1)


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
async def test_send_is_refused_while_another_program_writes_and_works_after_it(world: World, begin: str) -> None:
    file = world.directory / "bot.db"
    async with sqlite_held(file, begin):
        refused = await send(world, "Adatum")
        again = await send(world, "Adatum")

    assert is_refused(refused)
    assert is_refused(again)
    await sends_once(world, f"sqlite:///{file}")


async def test_many_who_press_send_in_vain_do_not_keep_the_next_one_waiting(world: World) -> None:
    file = world.directory / "bot.db"
    windows = []
    for _ in range(12):
        modal = await (await world.maya.types("/partner invite Adatum")).modal()
        view = world.slack.world.view(modal.id)
        assert view is not None
        windows.append((view, world.maya.fills(modal, {})))
    async with sqlite_held(file):
        submit = world.slack.modals.submit
        refused = await asyncio.gather(*(submit(world.maya.person, view, state) for view, state in windows))

    assert all(is_refused(each) for each in refused)
    await sends_once(world, f"sqlite:///{file}")


async def test_readiness_says_no_while_nothing_can_be_saved(world: World) -> None:
    async with sqlite_held(world.directory / "bot.db"):
        assert await status(world, "readyz") == 503
        assert await status(world, "healthz") == 200
    assert await status(world, "readyz") == 200


@pytest.fixture
async def line(migrated_postgresql_url: str) -> AsyncIterator[Line]:
    async with Line(migrated_postgresql_url).open() as line:
        yield line


async def test_send_is_refused_while_postgresql_holds_the_table(
    quiet_world: World, migrated_postgresql_url: str
) -> None:
    async with quiet_world.bot(DATABASE_URL=migrated_postgresql_url):
        async with table_held(migrated_postgresql_url, "invitations"):
            refused = await send(quiet_world, "Adatum")

        assert is_refused(refused)
        await sends_once(quiet_world, migrated_postgresql_url)


async def test_send_is_refused_while_the_line_to_postgresql_carries_nothing(
    quiet_world: World, migrated_postgresql_url: str, line: Line
) -> None:
    async with quiet_world.bot(DATABASE_URL=line.address):
        line.stop()
        refused = await send(quiet_world, "Adatum")
        line.resume()

        assert is_refused(refused)
        await sends_once(quiet_world, migrated_postgresql_url)


async def test_a_change_is_refused_as_not_saved_while_nothing_can_be_read_either(
    quiet_world: World, migrated_postgresql_url: str, line: Line
) -> None:
    async with quiet_world.bot(DATABASE_URL=line.address):
        told = await (await quiet_world.maya.types("/partner subscribe customers")).answer()
        modal = await (await quiet_world.maya.presses(told, "Change")).modal()
        line.stop()
        refused = await quiet_world.maya.submits(modal, {"rhythm": "daily"})
        line.resume()

    assert [REFUSED in said for said in refused.errors.values()] == [True]
