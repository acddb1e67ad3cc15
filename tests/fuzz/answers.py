"""Exactly one answer: what reached a person for each thing that they did."""

from dataclasses import dataclass, field

from sandbox.slack.conversation import Invocation
from tests.world import World

PATIENCE = 20.0
"""Seconds until an answer counts as lost; there are machines that are busy."""


@dataclass(slots=True)
class Asked:
    """Invocations of one session, to be counted when everything is done."""

    invocations: dict[int, str] = field(default_factory=dict)

    async def wait(self, world: World, invocation: Invocation, case: str) -> list[str]:
        """Wait for the answer; say so where none comes."""
        self.invocations[invocation.number] = case
        try:
            await world.slack.wait_for(
                lambda: (
                    count(world, invocation.number)
                    or [each for each in invocation.answers if not each.is_working]  # a mention's, in its thread
                ),
                PATIENCE,
            )
        except TimeoutError:
            return ["no answer"]
        return []

    def watch(self, invocation: Invocation, case: str) -> None:
        """Count its answers at the end, of which there may be none."""
        self.invocations[invocation.number] = case

    def twice(self, world: World) -> list[str]:
        """Return the cases that were answered more than once."""
        counts = {number: count(world, number) for number in self.invocations}
        return [
            f"{counts[number]} answers to {case}" for number, case in self.invocations.items() if counts[number] > 1
        ]


def count(world: World, number: int) -> int:
    """Return how many answers an invocation has: messages, lines that only say "asking" aside, and windows."""
    state = world.slack.world
    standing = {h.message.ts for h in state.happenings if h.invocation == number and not h.message.working}
    windows = sum(view.invocation == number for stack in state.views.values() for view in stack)
    return len(standing) + windows
