"""What Slack's Web API answers to the bot's own calls, with a few of its nodes or all of its bytes replaced."""

import json
import random
from typing import ClassVar

from tests.fuzz import mutations, target
from tests.fuzz.answers import Asked
from tests.fuzz.target import Case
from tests.world import World

LOOK_UPS = ("users.info", "conversations.info", "conversations.members")
"""Calls that change nothing: whatever they answer, the person is answered once."""
POSTS = ("chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.update")
"""Calls that have acted when their answer comes: after an odd one the bot cannot know, and may say it again."""


class SlackAnswers:
    """Answers of the Web API."""

    name: ClassVar = "slack_answers"

    def __init__(self) -> None:
        self._asked = Asked()

    def invent(self, chance: random.Random) -> Case:
        return {
            "method": chance.choice((*LOOK_UPS, *POSTS)),
            "how": chance.choice(("command", "mention", "window")),
            "edits": target.written(mutations.invent(chance)),
            "body": chance.choice([*mutations.BODIES]) if chance.random() < 0.3 else "as it is",
        }

    async def begin(self, world: World) -> None:
        pass

    async def attempt(self, world: World, case: Case) -> list[str]:
        def alter(method: str, body: bytes) -> bytes:
            if method != case["method"]:
                return body
            changed = mutations.mutated(json.loads(body), target.read(case["edits"]))
            return mutations.garbled(json.dumps(changed).encode(), case["body"])

        world.slack.workspace.alter = alter
        try:
            match case["how"]:
                case "mention":
                    asked = await world.maya.says("@Partner Bot customer contoso.com")
                case "window":
                    asked = await world.maya.types("/partner customer")
                case _:
                    asked = await world.maya.types("/partner customer contoso.com")
            wrong = [] if asked.status == 200 else [f"status {asked.status}"]
            if case["method"] in POSTS:
                return wrong
            return wrong + await self._asked.wait(world, asked, target.shown(case))
        finally:
            world.slack.workspace.alter = None

    async def end(self, world: World) -> list[str]:
        return self._asked.twice(world)
