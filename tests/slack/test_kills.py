"""kill -9 at every step between the press on **Send** and the posted message: the invitation is posted exactly once."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sandbox.slack.model import Message
from tests.slack import child
from tests.world import World

MOST = 60
"""More points than there are on the way."""


async def killed_at(world: World, point: int) -> bool:
    """Press **Send** at a bot that dies at this point, start another, and say whether there was such a point.

    A window whose submission was not taken still stands, and is submitted once more.
    """
    company, file = f"Adatum {point}", world.directory / f"killed-{point}.db"
    environment = world.environment() | {"DATABASE_URL": f"sqlite:///{file}"}
    async with child.running(environment | {"KILL_AT": str(point)}, module="tests.slack.killed") as (bot, port):
        world.slack.bot_url = f"http://127.0.0.1:{port}"
        said = await world.priya.says("Go")
        modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
        submitted = await world.maya.submits(modal, {"company": company})
        ended = asyncio.ensure_future(bot.ended())
        delivered = asyncio.ensure_future(bot.logged("delivered"))
        await asyncio.wait({ended, delivered}, return_when=asyncio.FIRST_COMPLETED)
        was_killed = ended.done()
        assert was_killed or delivered.exception() is None, f"at point {point} neither killed nor done"
        for waiting in (ended, delivered):
            waiting.cancel()
    if was_killed:
        async with child.running(environment) as (_, port):
            world.slack.bot_url = f"http://127.0.0.1:{port}"
            if not submitted.ok:
                assert (await world.maya.submits(modal, {"company": company})).ok
            await world.slack.wait_for(lambda: invitations(world, company))
            await nothing_waits(file)

    assert len(invitations(world, company)) == 1, f"killed at point {point}"
    return was_killed


async def nothing_waits(file: Path) -> None:
    """Wait until every delivery is done with: one that was in doubt has been looked for."""
    async with asyncio.timeout(60):
        while await asyncio.to_thread(waiting, file):
            pass


def waiting(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM deliveries WHERE state = 'waiting'").fetchone()[0])


def invitations(world: World, company: str) -> list[Message]:
    """Return the invitations for a company that stand."""
    posted = [message for message in world.said() if "Open invitation" in str(message.blocks)]
    return [message for message in posted if f"Invitation for {company}\n" in world.reads(message)]


async def test_an_invitation_is_posted_once_wherever_the_process_is_killed(quiet_world: World) -> None:
    point = 1
    while point < MOST and await killed_at(quiet_world, point):
        point += 1

    assert 10 < point < MOST
