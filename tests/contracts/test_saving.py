"""While the database is away, whatever was to save something says that nothing is saved; tomorrow's routes included."""

import ast
import importlib
import inspect
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap
from bot.notifications.invitations import InvitationService
from bot.notifications.subscriptions import SubscriptionService
from bot.routing import Route
from bot.storage.database import Database, Work
from tests.contracts.test_carried_values import carried, private
from tests.forged import Forger, forging, over
from tests.world import World

ROUTER = bootstrap.routes()
NOT_SAVED = "This cannot be saved right now. Nothing was sent."
NOT_READ = "The bot cannot look this up right now."
SERVICES = (InvitationService, SubscriptionService)
"""What ``bot.context.Services`` holds that is stored."""
COMPANY = {"company": {"company": {"type": "plain_text_input", "value": "adatum.com"}}}
FILLED_IN: Mapping[str, Mapping[str, object]] = {
    "send_invitation": {"state": {"values": COMPANY}},
    "send_invitation_external": {"memory": '{"company": "adatum.com", "language": "en", "channel": "C01SALES4KD"}'},
}
"""What a window holds or remembers where it saves, if its example does not."""


def writes() -> set[str]:
    """Return the methods of the services that write."""
    methods = ((name, each) for service in SERVICES for name, each in vars(service).items() if name[0] != "_")
    return {name for name, each in methods if inspect.isfunction(each) and "atabase.write(" in inspect.getsource(each)}


def called(module: types.ModuleType, function: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the methods that a handler calls, by itself or by functions of its module."""
    functions = {each.name: each for each in ast.parse(inspect.getsource(module)).body if hasattr(each, "name")}
    for node in ast.walk(functions[function]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr
        if isinstance(node, ast.Name) and node.id in functions.keys() - seen - {function}:
            yield from called(module, node.id, seen | {function})


def routes() -> Iterator[Route]:
    yield from (*ROUTER.commands.values(), *ROUTER.actions.values(), *ROUTER.submissions.values())


@contextmanager
def away(world: World) -> Iterator[None]:
    """Take the database's file away while the block lasts."""
    file, elsewhere = world.directory / "bot.db", world.directory / "elsewhere.db"
    file.rename(elsewhere)
    yield
    elsewhere.rename(file)


def test_whatever_saves_says_so() -> None:
    wrong = {
        route.name: found
        for route in routes()
        for found in [writes() & {*called(importlib.import_module(route.handler.__module__), route.handler.__name__)}]
        if bool(found) is not route.saves
    }

    assert {"pause", "record", "is_customer", "post_again", "retry"} <= writes()
    assert wrong == {}


async def said(forger: Forger, route: Route) -> str:
    """Return what a press on a button or in a window is told."""
    if route.name in ROUTER.actions and ROUTER.actions[route.name] is route:
        outcome = await forger.press(route.name, "x")
    else:
        outcome = await forger.submit(forger.open(route.name), **FILLED_IN.get(route.name, {}))
    return " ".join(outcome.said)


async def test_whatever_saves_says_while_the_database_is_away_that_nothing_is_saved(world: World) -> None:
    told = {}
    with forging(world, await private(world)) as forger, away(world):
        for route in (*ROUTER.actions.values(), *ROUTER.submissions.values()):
            told[route.name] = await said(forger, route), route.saves
        for command in ROUTER.commands.values():
            asked = await world.maya.types(f"/partner {command.name} {command.example}")
            await over()
            told[command.name] = " ".join(answer.plain for answer in asked.answers), command.saves

    wrong = {name: words for name, (words, saves) in told.items() if (NOT_SAVED in words.replace("*", "")) is not saves}
    assert wrong == {}
    assert NOT_READ in told["invites"][0].replace("*", "")


@pytest.fixture
def gone_after_the_first_commit(world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database goes away as soon as people have saved something."""
    file, elsewhere = world.directory / "bot.db", world.directory / "elsewhere.db"
    write = Database.write

    async def once(self: Database, work: Work[Any], *, within: float | None = None) -> Any:
        result = await write(self, work, within=within)
        if self.background is not self and file.exists():
            file.rename(elsewhere)
        return result

    monkeypatch.setattr(Database, "write", once)
    return elsewhere


@pytest.mark.parametrize("button", ["Pause", "Resume", "Remove"])
async def test_what_is_saved_is_told_though_the_database_goes_away_right_after(
    world: World, request: pytest.FixtureRequest, button: str
) -> None:
    await (await world.maya.types("/partner subscribe customers")).answer()
    shown = await (await world.maya.types("/partner subscriptions")).answer()
    if button == "Resume":
        await (await world.maya.presses(shown, "Pause")).answer()
        shown = await (await world.maya.types("/partner subscriptions")).answer()
    before = len(world.said())
    elsewhere = request.getfixturevalue("gone_after_the_first_commit")

    with forging(world, shown.message) as forger:
        name, value = next(each for each in carried(shown.blocks) if each[0] == f"follow_{button.lower()}")
        outcome = await forger.press(name, value)

    assert elsewhere.exists()
    assert outcome.event == "answered"
    assert len(world.said()) == before + 1
    assert NOT_SAVED not in world.reads(world.said()[-1])
