"""Values that Slack brings back may be cut, older or tampered with: one answer in words, by routes of tomorrow too."""

import asyncio
from collections.abc import Iterator

from bot import bootstrap
from bot.language import language
from bot.slack.answering import AGAIN
from sandbox.slack.model import Message
from tests.forged import BROKEN, MISSING, Forger, Outcome, forging
from tests.views.examples import EXAMPLES
from tests.views.reading import nodes
from tests.world import World

ROUTER = bootstrap.routes()
TAMPERED: tuple[object, ...] = (
    *(MISSING, None, "", "x", "[]", "{}", "null", "-1", "1e9", "9" * 400, "\ud800", "\x00", "x" * 3_000),
    *('{"company": 5, "language": [], "channel": null}', '{"company": "\\ud800"}', ":", "a:b:c", "x " * 900),
    *(5, 1e300, True, [], ["x"], {"value": "x"}),
)
PARTS = ("", "x", "-1", "²", "9" * 400, "\x00")
"""In the place of one part of what a button really carries."""
EACH_TAKES = 60
"""Seconds for one name."""


def shown(value: object) -> str:
    return "missing" if value is MISSING else ascii(value)[:60]


def wrong(outcome: Outcome, *, may_be_done: bool = False) -> str | None:
    """Return what is wrong with an answer, if anything; what ``may_be_done`` may do what it does, and say nothing."""
    if may_be_done and outcome.is_done:
        return None
    if outcome.event in BROKEN or "of its own" in " ".join(outcome.said):
        return f"{outcome.event}: {outcome.said}"
    if len(outcome.said) != 1:
        return f"{len(outcome.said)} answers, {outcome.event}: {outcome.said}"
    if not outcome.is_done and len(outcome.said[0].split()) < 5:
        return f"no sentence: {outcome.said}"
    return None


def mutated(value: str) -> Iterator[str]:
    """Yield a value with one of its parts replaced, or cut."""
    for mark in (":", " "):
        parts = value.split(mark)
        if len(parts) > 1:
            yield from (mark.join((*parts[:n], part, *parts[n + 1 :])) for n in range(len(parts)) for part in PARTS)
            yield from (mark.join(parts[:n]) for n in range(1, len(parts)))
    yield value[: len(value) // 2]


def carried(blocks: object) -> Iterator[tuple[str, str]]:
    """Yield the action and the value of each button and option."""
    for node in nodes(blocks):
        if "action_id" in node:
            options = node.get("options", ())
            values = [node["value"]] if "value" in node else [each["value"] for each in options if "value" in each]
            yield from ((str(node["action_id"]).partition(":")[0], str(value)) for value in values)


async def controls(world: World) -> set[tuple[str, str]]:
    """Do what people do; return what buttons and options carry then, or in an example: one of each shape."""
    for country in ("FR", "DE", "GB", "BE", "IT", "ES", "PT", "NL", "DK", "SE", "NO"):
        await (await world.maya.types(f"/partner subscribe customers --country {country}")).answer()
    said = await world.priya.says("Please invite them.")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    await world.maya.submits(modal, {"company": "adatum.com"})
    await world.slack.wait_for(lambda: [m for m in world.said() if "Open invitation" in str(m.blocks)])
    for text in ("subscriptions", "invites", "relationships litware.com", "customer conto"):
        await (await world.maya.types(f"/partner {text}")).answer()
    examples = (example(language("en")).blocks for example in EXAMPLES.values())
    found = {each for blocks in (*examples, *(m.blocks for m in world.maya.reads())) for each in carried(blocks)}
    shapes = {(name, value.count(":"), value.count(" ")): (name, value) for name, value in sorted(found)}
    return {each for each in shapes.values() if each[0] in ROUTER.actions}


async def private(world: World) -> Message:
    """Return a message that Maya alone sees."""
    return (await (await world.maya.types("/partner help")).answer()).message


async def public(world: World) -> Message:
    """Return a message that everybody in the channel sees."""
    return (await (await world.maya.types("/partner subscribe customers")).answer()).message


async def pressed(forger: Forger, name: str, *values: object, **how: bool) -> dict[str, str]:
    """Press one name with each value; return what is wrong."""
    found = {}
    async with asyncio.timeout(EACH_TAKES):
        for value in values:
            outcome = await forger.press(name, value, option=how.get("option", False))
            if problem := wrong(outcome, may_be_done=how.get("may_be_done", False)):
                found[f"{name} {shown(value)}"] = problem
    return found


async def test_every_press_is_answered_whatever_it_carries(world: World) -> None:
    found: dict[str, str] = {}
    with forging(world, await private(world)) as forger:
        for name in (*ROUTER.actions, *AGAIN, "of_an_older_release"):
            found |= await pressed(forger, name, *TAMPERED)
            found |= await pressed(forger, name, *TAMPERED, option=True)

    assert found == {}


async def test_every_press_in_a_channel_is_answered_whatever_it_carries(world: World) -> None:
    found: dict[str, str] = {}
    with forging(world, await public(world)) as forger:
        for name in (*ROUTER.actions, *AGAIN, "of_an_older_release"):
            found |= await pressed(forger, name, *TAMPERED)

    assert found == {}


async def test_postgresql_which_stores_no_nul_changes_nothing(quiet_world: World, migrated_postgresql_url: str) -> None:
    found: dict[str, str] = {}
    async with quiet_world.bot(DATABASE_URL=migrated_postgresql_url):
        with forging(quiet_world, await private(quiet_world)) as forger:
            for name in ROUTER.actions:
                found |= await pressed(forger, name, "\x00", "a\x00:b", "all:0\x00")
            for name in ROUTER.submissions:
                for memory in ("\x00", '{"company": "\\u0000", "language": "en", "channel": "C\\u0000"}'):
                    if problem := wrong(await forger.submit(forger.open(name), memory=memory), may_be_done=True):
                        found[f"{name} {memory}"] = problem

    assert found == {}


async def test_what_a_button_really_carries_may_be_damaged(world: World) -> None:
    real = sorted(await controls(world))
    found: dict[str, str] = {}
    with forging(world, await private(world)) as forger:
        for name, value in real:
            found |= await pressed(forger, name, *mutated(value), may_be_done=True)

    assert {"follow_pause", "follows_page", "invitations_page", "relationships_page"} <= {name for name, _ in real}
    assert found == {}


async def test_every_window_is_answered_whatever_it_remembers(world: World) -> None:
    found: dict[str, str] = {}
    with forging(world, await private(world)) as forger:
        for name in (*ROUTER.submissions, "of_an_older_release"):
            async with asyncio.timeout(EACH_TAKES):
                for value in TAMPERED:
                    for place in ("private_metadata", "memory"):
                        outcome = await forger.submit(forger.open(name), **{place: value})
                        if problem := wrong(outcome, may_be_done=True):
                            found[f"{name} {place} {shown(value)}"] = problem

    assert found == {}


async def test_every_window_is_answered_whatever_its_fields_hold(world: World) -> None:
    found: dict[str, str] = {}
    with forging(world, await private(world)) as forger:
        for name in ROUTER.submissions:
            async with asyncio.timeout(EACH_TAKES):
                for value in TAMPERED:
                    for state in filled(forger, name, value):
                        outcome = await forger.submit(forger.open(name), state={"values": state})
                        if problem := wrong(outcome, may_be_done=True):
                            found[f"{name} {shown(value)} {ascii(state)[:200]}"] = problem

    assert found == {}


def filled(forger: Forger, name: str, value: object) -> Iterator[dict[str, object]]:
    """Yield what a window holds, with another value in each of its fields."""
    state = forger.open(name).values
    for block_id, entries in state.items():
        for action_id, entry in entries.items():
            for key in entry.keys() - {"type"}:
                option = {} if value is MISSING else {"value": value}
                changed = {"selected_option": option, "selected_options": [option]}.get(key, value)
                rest = {name: each for name, each in entry.items() if name != key}
                yield state | {block_id: {action_id: rest if changed is MISSING else rest | {key: changed}}}
