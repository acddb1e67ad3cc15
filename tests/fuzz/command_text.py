"""What people type behind the command: words the bot knows between everything that a keyboard or a clipboard gives."""

import random
from typing import ClassVar

from sandbox.microsoft.companies import CONTOSO
from tests.fuzz import target
from tests.fuzz.answers import Asked
from tests.fuzz.mutations import MARK
from tests.fuzz.target import Case
from tests.world import World

WORDS: tuple[str, ...] = (
    "customer",
    "customers",
    "relationships",
    "products",
    "invite",
    "invites",
    "subscribe",
    "unsubscribe",
    "help",
    "subscriptions",
    "status",
    "connect",
    "roles",
    "alerts",
    "contoso.com",
    CONTOSO.tenant_id,
    "Contoso",
    "mine",
    "--customer",
    "--country",
    "--digest",
    "daily",
    "--csv",
    "--",
    "-h",
    "--help",
    "all",
    "none",
    "FR",
    "*",
    "\\",
    '"',
    "'",
    "“",
    "”",
    "`",
    "<@U01MAYA4K2P>",
    "<!channel>",
    "<#C1|sales>",
    "<https://contoso.com|contoso.com>",
    "&amp;",
    "&lt;",
    "<",
    ">",
    "|",
    "=",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\0",
    "\u200b",
    "\u202e",
    "\ufeff",
    "\u00ad",
    "É",
    "漢字",
    "🤖",
    "\U000e0001",
    "a\u0301",
    "0",
    "-1",
    "1e999",
    "٣",
    "۱۲",
    "x" * 3_000,
    MARK,
    f"{MARK}.example",
)


class CommandText:
    """Slash commands of any text."""

    name: ClassVar = "command_text"

    def __init__(self) -> None:
        self._asked = Asked()

    def invent(self, chance: random.Random) -> Case:
        words = [chance.choice(WORDS) for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 8)))]
        return {"text": chance.choice((" ", " ", " ", "", "  ")).join(words)}

    async def begin(self, world: World) -> None:
        pass

    async def attempt(self, world: World, case: Case) -> list[str]:
        invocation = await world.maya.types(f"/partner {case['text']}")
        if invocation.status != 200:
            return [f"status {invocation.status}"]
        return await self._asked.wait(world, invocation, target.shown(case))

    async def end(self, world: World) -> list[str]:
        return self._asked.twice(world) + [f"complaint: {complaint}" for complaint in world.slack.complaints]
