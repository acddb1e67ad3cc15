"""Which invitations are listed: by a word, by a person, or by none that there is."""

from dataclasses import replace

import pytest

from sandbox.slack.model import Message
from tests.world import World


async def invited(world: World, company: str) -> Message:
    """Let Maya invite a company, and return the message."""
    modal = await (await world.maya.types("/partner invite")).modal()
    await world.maya.submits(modal, {"company": company})
    return await world.slack.wait_for(
        lambda: next((m for m in world.said() if f"Invitation for {company}" in world.reads(m)), None)
    )


def install_without_escaping(world: World) -> None:
    """Install the app as from a manifest without ``should_escape``: names of people come as they are typed."""
    installed = world.slack.installed
    commands = tuple(replace(command, should_escape=False) for command in installed.slash_commands)
    world.slack.install(replace(installed, slash_commands=commands))


@pytest.mark.parametrize("person", ["@maya", "@Maya Okafor", "<@U01MAYA4K2P>", "<@U01MAYA4K2P|maya>"])
@pytest.mark.parametrize("escaped", [True, False])
async def test_the_invitations_of_a_person_are_listed(world: World, person: str, *, escaped: bool) -> None:
    if not escaped:
        install_without_escaping(world)
    await invited(world, "Adatum")

    answer = await (await world.aline.types(f"/partner invites {person}")).answer()

    assert answer.only_for == world.aline.id
    assert "Adatum" in answer.plain


async def test_of_a_person_who_has_sent_none_it_is_said(world: World) -> None:
    answer = await (await world.maya.types("/partner invites @priya")).answer()

    assert "Priya" in answer.plain
    assert "a envoyé" not in answer.plain
    assert "has sent no invitation" in answer.plain


async def test_of_nobody_known_it_is_said_by_the_name_that_was_typed(world: World) -> None:
    install_without_escaping(world)

    answer = await (await world.maya.types("/partner invites @nobody")).answer()

    assert "nobody has sent no invitation." in answer.plain.replace("`", "")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("xyzzy", "There is no list xyzzy. Choose from mine, all, waiting, accepted, @name."),
        ("acepted", "There is no list acepted. Did you mean /partner invites accepted?"),
    ],
)
async def test_an_unknown_word_is_said_with_what_there_is(world: World, word: str, said: str) -> None:
    answer = await (await world.maya.types(f"/partner invites {word}")).answer()

    assert answer.plain.replace("`", "").startswith(said)
    assert answer.only_for == world.maya.id


@pytest.mark.parametrize("word", ["everyone", "toutes", "ALL", "--all", "pending", "me"])
async def test_other_words_for_a_list_are_understood(world: World, word: str) -> None:
    await invited(world, "Adatum")

    assert "Adatum" in (await (await world.maya.types(f"/partner invites {word}")).answer()).plain


async def test_a_viewer_lists_nobodys_invitations(world: World) -> None:
    answer = await (await world.priya.types("/partner invites @maya")).answer()

    assert "for operators" in answer.plain


async def test_what_could_not_be_posted_is_counted(world: World) -> None:
    world.slack.fail_next("chat.postMessage", "restricted_action", times=9)
    modal = await (await world.maya.types("/partner invite")).modal()
    await world.maya.submits(modal, {"company": "Adatum"})
    await world.slack.wait_for(lambda: [m for m in world.maya.reads() if m.only_for == world.maya.id])

    answer = await (await world.maya.types("/partner invites")).answer()

    assert "1 not posted" in answer.plain
