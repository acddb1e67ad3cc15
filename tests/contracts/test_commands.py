"""What holds for every command, those of tomorrow included."""

from pathlib import Path

import pytest

from bot import bootstrap
from bot.context import Role
from bot.language import LANGUAGES, language
from bot.routing import CommandRoute
from bot.views import help as views
from sandbox.slack.actor import Actor
from sandbox.slack.conversation import Invocation
from tests.views.reading import everything
from tests.world import World

TOP = Path(__file__).parents[2]
ROUTER = bootstrap.routes()

each_command = pytest.mark.parametrize("command", ROUTER.commands.values(), ids=lambda command: command.name)
each_guarded_command = pytest.mark.parametrize(
    "command",
    [command for command in ROUTER.commands.values() if command.role is not Role.NOBODY],
    ids=lambda command: command.name,
)
each_language = pytest.mark.parametrize("code", LANGUAGES)


def entitled(world: World, command: CommandRoute) -> Actor:
    """Return somebody who may."""
    return world.tom if command.role is Role.ADMIN else world.maya


async def settled(world: World) -> None:
    """Wait until the bot has dealt with what came before."""
    await (await world.priya.types("/partner help")).answer()


async def outcome(world: World, asked: Invocation) -> tuple[int, int]:
    """Return how many answers and windows came of it, once something has."""
    opened = world.slack.world.views[asked.person]
    await world.slack.wait_for(lambda: asked.answers or opened)
    await settled(world)
    return len(asked.answers), len(opened)


@each_command
@each_language
def test_it_says_what_it_does_in_every_language(command: CommandRoute, code: str) -> None:
    lang = language(code)

    summary, group = lang.text(command.summary), lang.text(command.group)

    assert summary
    assert summary.endswith(".")
    assert group
    if code != "en":
        assert summary != command.summary
        assert group != command.group


@each_command
def test_its_name_is_one_plain_word(command: CommandRoute) -> None:
    assert command.name.isascii()
    assert command.name.isalpha()
    assert command.name.islower()


@each_command
def test_its_example_parses(command: CommandRoute) -> None:
    assert bool(command.example) == bool(command.argument)
    assert command.parse(command.example) or not command.argument


@each_command
@pytest.mark.parametrize("text", ["", " ", "\u202e\x00", "*" * 4000, "<@U1> <#C1|x> <!here> <", "é" * 400, "{}[]%s\\"])
def test_its_parser_takes_anything(command: CommandRoute, text: str) -> None:
    command.parse(text)


@each_command
@each_language
def test_help_shows_it(command: CommandRoute, code: str) -> None:
    commands = ROUTER.help()
    mine = next(each for each in commands if each.name == command.name)

    overview = "\n".join(everything(views.overview(language(code), commands, role=Role.ADMIN, hidden=0)))
    alone = "\n".join(everything(views.one(language(code), mine)))

    assert f"/partner {command.name}" in overview
    assert f"/partner {command.name} {command.example}".strip() in alone
    assert language(code).text(command.summary).rstrip(".").casefold() in alone.casefold()


@each_command
@pytest.mark.parametrize("page", ["docs/commands.md", "README.md"])
def test_the_documents_show_it(command: CommandRoute, page: str) -> None:
    assert f"`/partner {command.name}" in (TOP / page).read_text(encoding="utf-8")


@each_guarded_command
async def test_it_is_refused_to_those_without_the_role(world: World, command: CommandRoute) -> None:
    person = world.priya if command.role > Role.VIEWER else world.rosa

    for text in (f"/partner {command.name} {command.example}", f"/partner {command.name}"):
        asked = await person.types(text)
        assert await outcome(world, asked) == (1, 0)
        assert asked.answers[0].only_for == person.id

    assert world.microsoft.partner_center.requests == []


@each_guarded_command
async def test_it_is_refused_while_nobody_has_a_role(quiet_world: World, command: CommandRoute) -> None:
    async with quiet_world.bot(BOT_VIEWERS="", BOT_OPERATORS="", BOT_ADMINS=""):
        answer = await (await quiet_world.maya.types(f"/partner {command.name} {command.example}")).answer()

    assert "is open to nobody yet.* Ask the person who set Partner Bot up to open it." in answer.plain
    assert "BOT_" not in answer.plain


@each_command
async def test_its_example_is_answered_once(world: World, command: CommandRoute) -> None:
    asked = await entitled(world, command).types(f"/partner {command.name} {command.example}")

    answers, windows = await outcome(world, asked)

    assert answers + windows == 1


@each_command
async def test_without_an_argument_it_answers_or_asks_once(world: World, command: CommandRoute) -> None:
    asked = await entitled(world, command).types(f"/partner {command.name}")

    answers, windows = await outcome(world, asked)

    assert answers + windows == 1


@each_command
async def test_capitals_and_spaces_make_no_difference(world: World, command: CommandRoute) -> None:
    asked = await entitled(world, command).types(f"/partner   {command.name.upper()}   {command.example} ")

    answers, windows = await outcome(world, asked)

    assert answers + windows == 1
    assert all("Did you mean" not in answer.plain for answer in asked.answers)


@each_command
async def test_what_nobody_sees_makes_no_difference(world: World, command: CommandRoute) -> None:
    unseen = "\u200b\u00ad\u2066\ufeff"
    halves = command.name[:2], command.name[2:]
    example = command.example.replace("o", f"o{unseen}")
    asked = await entitled(world, command).types(f"/partner {unseen}{halves[0]}{unseen}{halves[1]} {example}{unseen}")

    answers, windows = await outcome(world, asked)

    assert answers + windows == 1
    assert all("Did you mean" not in answer.plain for answer in asked.answers)


@each_command
@pytest.mark.parametrize("example", [True, False], ids=["with its example", "bare"])
async def test_a_mention_is_answered_once(world: World, command: CommandRoute, *, example: bool) -> None:
    words = f"{command.name} {command.example}" if example else command.name
    asked = await entitled(world, command).says(f"@Partner Bot {words}")

    assert await outcome(world, asked) == (1, 0)


@each_command
async def test_where_other_organisations_read_nobody_else_sees_the_answer(world: World, command: CommandRoute) -> None:
    asked = await world.maya.says(f"@Partner Bot {command.name} {command.example}", channel="northwind")

    await outcome(world, asked)

    assert {answer.only_for for answer in asked.answers} == {world.maya.id}
