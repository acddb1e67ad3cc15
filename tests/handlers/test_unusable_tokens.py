"""A token from Entra that no header can carry: not kept, not sent, not logged, and said as a sign-in that fails."""

import json
from collections.abc import AsyncIterator

import pytest

from sandbox.microsoft.companies import CONTOSO
from sandbox.microsoft.entra import TOKEN_PATH
from tests.world import World

MARKER = "Zq7Hunter2Xw9"
UNUSABLE = {
    "empty": "",
    "line break": f"{MARKER}\r\nX-Other: 1",
    "trailing line break": f"{MARKER}\n",
    "null": f"{MARKER}\0",
    "control": f"{MARKER}\x7f",
    "space": f"{MARKER} {MARKER}",
    "tab": f"\t{MARKER}",
    "not ascii": f"{MARKER}é",
    "lone surrogate": f"{MARKER}\ud800",
    "endless": MARKER * 2000,
}
CARD = f"/partner customer {CONTOSO.tenant_id}"


@pytest.fixture
async def world(quiet_world: World) -> AsyncIterator[World]:
    async with quiet_world.bot():
        yield quiet_world


def sent(world: World) -> str:
    """Return all that Microsoft was sent."""
    asked = (*world.microsoft.entra.requests, *world.microsoft.partner_center.requests)
    return str([(request.headers, request.body) for request in asked])


@pytest.mark.parametrize(
    ("which", "token"),
    [
        pytest.param(which, token, id=f"{which}, {name}")
        for which in ("access_token", "refresh_token")
        for name, token in UNUSABLE.items()
        if which == "access_token" or token
    ],
)
async def test_it_is_said_as_a_failed_sign_in_and_the_next_token_is_taken(
    world: World, capsys: pytest.CaptureFixture[str], which: str, token: str
) -> None:
    good = {"access_token": "good", "refresh_token": world.microsoft.tokens.refresh_token()}
    answer = {"token_type": "Bearer", "expires_in": 3600, **good, which: token}
    world.microsoft.entra.answer_next(TOKEN_PATH, status=200, body=json.dumps(answer))
    capsys.readouterr()

    refused = await (await world.maya.types(CARD)).answer()
    lines = [line for line in capsys.readouterr().out.splitlines() if "TokenUnusable" in line]
    shown = await (await world.maya.types(CARD)).answer()

    assert "Microsoft no longer accepts the bot’s sign-in" in refused.plain
    assert len(lines) == 1
    assert "Tenant ID" in shown.plain
    assert MARKER not in sent(world)
    assert MARKER not in "".join(capsys.readouterr()) + "".join(lines) + refused.plain
