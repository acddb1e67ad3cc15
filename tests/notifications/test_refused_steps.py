"""Slack refuses one call of a plan for good: nothing is told twice, nothing hangs, and the channel goes on."""

import pytest

from sandbox.microsoft.companies import TAILSPIN
from sandbox.slack.model import Message
from tests.handlers.test_acceptances import SKI
from tests.handlers.test_invitations import invitation
from tests.notifications.test_shared_between_steps import command, whispers
from tests.notifications.test_shared_channels import subscribe
from tests.notifications.test_shared_channels import told as until_told
from tests.slack.test_kills import invitations, nothing_waits
from tests.world import World

POST, EDIT, REACT = "chat.postMessage", "chat.update", "reactions.add"
CHANNEL, MESSAGE, CONTENT = WORDS = ("channel_not_found", "message_not_found", "msg_too_long")
"""The channel is at fault, the message that is replied to or edited, the message that is written."""


def refuse(world: World, method: str, after: int, word: str) -> None:
    """Have Slack refuse a call, and the same message in a plainer form."""
    world.slack.fail_next(method, word, after=after, times=2 if word == CONTENT else 1)


async def refused(world: World, method: str, word: str) -> None:
    """Wait until it has, and until everything is delivered that can be."""
    await world.slack.wait_for(lambda: [c for c in world.slack.calls if (c.method, c.answer) == (method, word)])
    await settled(world)


async def settled(world: World) -> None:
    await nothing_waits(world.directory / "bot.db")


def about(world: World, words: str) -> list[Message]:
    """Return what everyone reads with these words."""
    return [message for message in world.said() if words in world.reads(message)]


async def the_next_goes_on(world: World) -> None:
    """Another invitation is posted in the channel, once."""
    await command(world, "relecloud.com")
    await world.slack.wait_for(lambda: invitations(world, "relecloud.com"))
    await settled(world)
    assert len(invitations(world, "relecloud.com")) == 1


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("method", "after"), [(EDIT, 0), (EDIT, 1), (POST, 0), (REACT, 0)], ids=["message", "line", "reply", "reaction"]
)
async def test_of_an_acceptance(world: World, method: str, after: int, word: str) -> None:
    await command(world)
    posted = await invitation(world)
    await settled(world)

    refuse(world, method, after, word)
    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House"))
    await refused(world, method, word)

    replies = about(world, "accepted your invitation")
    told = method != POST or word == MESSAGE  # beside the thread that takes no replies
    assert len(replies) == told
    assert bool(posted.reactions) == (told and method != REACT)
    await the_next_goes_on(world)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(("method", "after"), [(POST, 0), (EDIT, 0)], ids=["reply", "card"])
async def test_of_a_change(world: World, method: str, after: int, word: str) -> None:
    await subscribe(world)
    await world.hears(*world.microsoft.happenings.grant_access(TAILSPIN.tenant_id))
    await until_told(world, "Delegated access granted: Tailspin Toys")
    await settled(world)

    refuse(world, method, after, word)
    await world.hears(*world.microsoft.happenings.end_access(TAILSPIN.tenant_id))
    await refused(world, method, word)

    replies = about(world, "Before that: Delegated access granted")
    assert len(replies) == (method != POST or word == MESSAGE)
    assert len(world.maya.direct_messages) == (method == POST and word == CHANNEL)  # the subscription is paused
    await the_next_goes_on(world)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("after", [0, 1], ids=["line", "invitation"])
async def test_of_an_invitation(world: World, after: int, word: str) -> None:
    refuse(world, POST, after, word)
    await command(world)
    await refused(world, POST, word)

    posted = after == 1 and word == MESSAGE  # beside its line
    assert (len(invitations(world, SKI)), whispers(world)) == ((1, 0) if posted else (0, 1))
    await the_next_goes_on(world)
