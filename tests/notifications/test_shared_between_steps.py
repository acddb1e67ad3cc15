"""A channel that becomes shared before any step of a plan: nothing of the bot's is written there from then on.

No event tells of it. The last look at the channel is too old by then: those of one delivery serve it for five seconds.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.delivery import channel_lookups
from sandbox.microsoft.companies import TAILSPIN
from tests.handlers.test_acceptances import SKI
from tests.handlers.test_invitations import invitation
from tests.loop_time import pass_time
from tests.notifications.test_shared_channels import LOOK, owner_is_told, share_unheard, subscribe, told
from tests.slack.test_kills import nothing_waits
from tests.world import World

WRITES = {"chat.postMessage", "chat.update", "reactions.add"}


@dataclass
class Sharing:
    """Shares #sales once so many more steps are written; none: once the channel was looked at."""

    world: World
    pass_time: Callable[[], None]
    left: int
    looks: int = 0
    before: list[object] = field(default_factory=list)
    shared: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self, *, looks: int = 1) -> None:
        """Begin to count; the delivery is the one that looks at the channel after so many ``looks``."""
        self.looks = looks
        self.world.slack.workspace.alter = self._after

    def _after(self, method: str, answer: bytes) -> bytes:
        if method == LOOK:
            self.looks -= 1
            if self.looks == 0 and self.left == 0:
                self._share()
        if method in WRITES and not self.shared.is_set():
            self.left -= 1
            if self.left == 0:
                self._share()
        return answer

    def _share(self) -> None:
        share_unheard(self.world)
        self.pass_time()
        self.before = self.standing()
        self.shared.set()

    def standing(self) -> list[object]:
        """Return what everyone reads in the channel."""
        return [(m.ts, m.text, str(m.blocks), sorted(m.reactions)) for m in self.world.said()]

    async def end(self) -> None:
        """Wait until everything is delivered; nothing may have changed in the channel."""
        async with asyncio.timeout(60):
            await self.shared.wait()
        await nothing_waits(self.world.directory / "bot.db")
        assert self.standing() == self.before


@pytest.fixture
def sharing(world: World, monkeypatch: pytest.MonkeyPatch, number: int) -> Sharing:
    return Sharing(world, lambda: pass_time(monkeypatch, channel_lookups.FRESH + 0.1), number)


async def command(world: World, company: str = SKI) -> None:
    """Send an invitation that hangs on a line of its own."""
    await world.maya.submits(await (await world.maya.types(f"/partner invite {company}")).modal())


def whispers(world: World, words: str = "") -> int:
    """Return how many messages with these words the sender alone was shown."""
    mine = [*(m for m in world.slack.messages("sales") if m.only_for == world.maya.id), *world.maya.direct_messages]
    return sum(words in world.reads(message) for message in mine)


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4])
async def test_of_an_acceptance_only_the_sender_hears_then(world: World, sharing: Sharing, number: int) -> None:
    await command(world)
    await invitation(world)
    await nothing_waits(world.directory / "bot.db")

    sharing.begin()
    await world.hears(*world.microsoft.happenings.accept_invitation(SKI, "Alpine Ski House"))
    await sharing.end()

    publicly = sum("accepted your invitation" in world.reads(message) for message in world.said())
    assert (publicly, whispers(world, "accepted your invitation")) == ((1, 0) if number >= 3 else (0, 1))


@pytest.mark.parametrize("number", [0, 1])
async def test_of_a_change_only_the_owner_hears_that_the_subscription_is_paused(
    world: World, sharing: Sharing, number: int
) -> None:
    await subscribe(world)
    await world.hears(*world.microsoft.happenings.grant_access(TAILSPIN.tenant_id))
    await told(world, "Delegated access granted: Tailspin Toys")
    await nothing_waits(world.directory / "bot.db")

    sharing.begin()
    await world.hears(*world.microsoft.happenings.end_access(TAILSPIN.tenant_id))
    await sharing.end()

    await owner_is_told(world)
    assert sum("Delegated access ended" in world.reads(message) for message in world.said()) == number


@pytest.mark.parametrize("number", [0, 1])
async def test_an_invitation_is_posted_no_more_and_its_sender_hears_why(
    world: World, sharing: Sharing, number: int
) -> None:
    modal = await (await world.maya.types(f"/partner invite {SKI}")).modal()
    sharing.begin(looks=2)  # the first is the window's
    await world.maya.submits(modal)
    await sharing.end()

    assert len(world.said()) == number  # the line that it was to hang on
    assert whispers(world, "Other organisations can read #sales since you sent the invitation") == 1
