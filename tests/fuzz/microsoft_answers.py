"""What Partner Center and Entra answer, with a few of its nodes, its status, its headers or its bytes replaced."""

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from sandbox.microsoft.answers import Answer
from sandbox.microsoft.companies import CONTOSO, FABRIKAM
from sandbox.microsoft.service import FakeService
from tests.fuzz import mutations, target
from tests.fuzz.answers import Asked
from tests.fuzz.mutations import MARK
from tests.fuzz.target import Case
from tests.world import World

COMMANDS = (
    f"customer {CONTOSO.tenant_id}",
    "customer contoso.com",
    "customer contoso",
    "customers",
    f"relationships {FABRIKAM.tenant_id}",
    f"products {CONTOSO.tenant_id}",
    "invite adatum.com",
    "status",
)
STATUSES = (200, 200, 200, 200, 204, 301, 302, 400, 401, 403, 404, 408, 429, 500, 502, 503)
HEADERS: tuple[Mapping[str, str], ...] = (
    {},
    {},
    {"Retry-After": "inf"},
    {"Retry-After": "9" * 400},
    {"Retry-After": "-1"},
    {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"},
    {"Content-Type": "text/html"},
    {"Content-Type": f"application/json; charset={MARK}"},
    {"Content-Encoding": "gzip"},
    {"Content-Encoding": MARK},
    {"Location": f"https://{MARK}.example/"},
    {"WWW-Authenticate": MARK * 500},
    {"X-Padding": "x" * 9_000},
    {"MS-RequestId": f"{MARK} {MARK}"},
)


class Altered:
    """A service whose next answers are altered as a case says."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._skip: int = case["skip"]

    def __call__(self, answer: Answer) -> Answer:
        if self._skip:
            self._skip -= 1
            return answer
        return altered(answer, self._case)


def altered(answer: Answer, case: Case) -> Answer:
    """Return the answer as the case wants it."""
    body = answer.payload()
    try:
        changed = mutations.mutated(json.loads(body), target.read(case["edits"]))
        body = json.dumps(changed).encode()
    except ValueError:
        pass
    body = mutations.garbled(body, case["body"])
    status = case["status"] if case["status"] != 200 else answer.status
    return replace(answer, body=body, status=status, headers={**answer.headers, **case["headers"]})


def invented(chance: random.Random) -> dict[str, Any]:
    """Return how an answer is altered."""
    return {
        "edits": target.written(mutations.invent(chance)),
        "body": chance.choice([*mutations.BODIES]) if chance.random() < 0.2 else "as it is",
        "status": chance.choice(STATUSES),
        "headers": chance.choice(HEADERS),
        "skip": chance.choice((0, 0, 0, 1)),
    }


class MicrosoftAnswers:
    """Answers of Partner Center to what a command asks it."""

    name: ClassVar = "partner_center_answers"

    def __init__(self) -> None:
        self._asked = Asked()

    def invent(self, chance: random.Random) -> Case:
        return {"command": chance.choice(COMMANDS), **invented(chance)}

    async def begin(self, world: World) -> None:
        pass

    async def attempt(self, world: World, case: Case) -> list[str]:
        service = self._service(world)
        service.alter = Altered(case)
        try:
            invocation = await world.maya.types(f"/partner {case['command']}")
            wrong = [] if invocation.status == 200 else [f"status {invocation.status}"]
            return wrong + await self._asked.wait(world, invocation, target.shown(case))
        finally:
            service.alter = None

    async def end(self, world: World) -> list[str]:
        return self._asked.twice(world) + [f"complaint: {complaint}" for complaint in world.slack.complaints]

    def _service(self, world: World) -> FakeService:
        return world.microsoft.partner_center


class EntraAnswers(MicrosoftAnswers):
    """Answers of Entra to a sign-in that is due."""

    name: ClassVar = "entra_answers"

    async def attempt(self, world: World, case: Case) -> list[str]:
        world.microsoft.tokens.revoke_access_tokens()
        return await super().attempt(world, case)

    def _service(self, world: World) -> FakeService:
        return world.microsoft.entra
