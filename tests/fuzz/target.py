"""What is fuzzed: a target invents cases and tries them on a running bot."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Protocol

from tests.fuzz.mutations import Edit
from tests.world import World

Case = Mapping[str, Any]
"""JSON: everything that a target needs to try the same again."""


class Target(Protocol):
    """A way into the bot."""

    name: ClassVar[str]
    """The name under which its cases are kept."""

    def invent(self, chance: random.Random) -> Case:
        """Return a new case."""
        ...

    async def begin(self, world: World) -> None:
        """Prepare a world whose bot runs, before the first case."""
        ...

    async def attempt(self, world: World, case: Case) -> list[str]:
        """Try the case; return what went wrong, in words."""
        ...

    async def end(self, world: World) -> list[str]:
        """Look back after the bot has stopped and everything it had begun is done; return what went wrong."""
        ...


def written(edits: Sequence[Edit]) -> list[dict[str, Any]]:
    """Return edits as a case keeps them."""
    return [asdict(edit) for edit in edits]


def read(edits: Sequence[Mapping[str, Any]]) -> list[Edit]:
    """Return the edits that a case keeps."""
    return [Edit(tuple(edit["walk"]), edit["odd"]) for edit in edits]


def shown(case: Case) -> str:
    """Return the case on one line."""
    return json.dumps(case, sort_keys=True)
