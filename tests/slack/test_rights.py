"""Rights that are taken away: at every door, at once by Slack's event, and after 15 seconds without it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot import retry
from bot.slack import directory
from sandbox.people import MAYA, PRIYA, ROSA
from sandbox.slack.actor import Actor
from sandbox.slack.calls import METHODS, Call
from sandbox.slack.conversation import Invocation
from sandbox.slack.workspace import Failures
from tests.loop_time import pass_time
from tests.world import World

DESK = "S01DESK"
REFUSED = "members of this workspace only"
SILENT = "Slack is not answering the bot"
LOOKS = ("/partner customer contoso.com", "Tenant ID")


async def looks_up(person: Actor) -> str:
    return (await (await person.types(LOOKS[0])).answer()).plain


async def mentions(person: Actor) -> str:
    return (await (await person.says("@Partner Bot customer contoso.com")).answer()).plain


async def uses_a_shortcut(person: Actor) -> str:
    said = await person.says("What of contoso.com?")
    return (await (await person.message_shortcut("look_up_customer", said)).answer()).plain


DOORS: dict[str, Callable[[Actor], Awaitable[str]]] = {
    "a command": looks_up,
    "a mention": mentions,
    "a message shortcut": uses_a_shortcut,
}


def deaf(world: World) -> None:
    """Have the app installed without the events, or have them lost."""
    events = world.slack.installed.events - {"user_change", "subteam_members_changed", "subteam_updated"}
    world.slack.install(replace(world.slack.installed, events=events))


def asked(world: World, method: str = "users.info") -> int:
    return len(world.slack.calls_to(method))


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
@pytest.mark.parametrize("named", [False, True], ids=["by a star", "by name"])
async def test_a_person_who_was_deactivated_is_refused_at_once_at_every_door(
    quiet_world: World, door: Callable[[Actor], Awaitable[str]], *, named: bool
) -> None:
    world = quiet_world
    async with world.bot(BOT_VIEWERS=world.priya.id if named else "*"):
        before = await door(world.priya)
        await world.tom.deactivates(world.priya)
        after = await door(world.priya)

    assert "Contoso" in before
    assert REFUSED in after


async def test_buttons_and_windows_refuse_a_person_who_was_deactivated(world: World) -> None:
    card = await (await world.maya.types("/partner customer contoso.com")).answer()
    window = await (await world.maya.types("/partner invite Contoso")).modal()
    await world.tom.deactivates(world.maya)

    pressed = await (await world.maya.presses(card, "Share in channel")).answer()
    submitted = await world.maya.submits(window)
    opened = await (await world.maya.shortcut("create_invite")).answer()

    assert REFUSED in pressed.plain
    assert REFUSED in str(submitted.errors)
    assert REFUSED in opened.plain
    assert world.said() == []


async def test_a_member_who_was_made_a_guest_is_refused_at_once(world: World) -> None:
    await looks_up(world.priya)

    await world.tom.makes_guest(world.priya)

    assert REFUSED in await looks_up(world.priya)


async def test_who_left_a_user_group_has_its_role_no_longer(quiet_world: World) -> None:
    world = quiet_world
    world.slack.workspace.user_groups[DESK] = [PRIYA.id, MAYA.id]
    async with world.bot(BOT_VIEWERS=DESK, BOT_OPERATORS=""):
        before = await looks_up(world.priya)
        await world.tom.sets_group(DESK, world.maya)
        after = await looks_up(world.priya)
        other = await looks_up(world.maya)
        await world.tom.disables_group(DESK)
        disabled = await looks_up(world.maya)

    assert "Tenant ID" in before
    assert "is for viewers" in after
    assert "Tenant ID" in other
    assert "is for viewers" in disabled


async def test_without_the_event_rights_hold_for_fifteen_seconds_and_no_longer(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = quiet_world
    deaf(world)
    world.slack.workspace.user_groups[DESK] = [ROSA.id]
    async with world.bot(BOT_VIEWERS=f"*,{DESK}"):
        for person in (world.priya, world.rosa):
            assert "Tenant ID" in await looks_up(person)
        await world.tom.deactivates(world.priya)
        await world.tom.sets_group(DESK)
        for person in (world.priya, world.rosa):
            assert "Tenant ID" in await looks_up(person)

        pass_time(monkeypatch, directory.RIGHTS_SECONDS + 0.1)

        for person in (world.priya, world.rosa):
            assert REFUSED in await looks_up(person)
    assert directory.RIGHTS_SECONDS <= 15


async def test_a_clock_that_is_set_back_prolongs_no_rights(quiet_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = quiet_world
    deaf(world)
    async with world.bot():
        await looks_up(world.priya)
        await world.tom.deactivates(world.priya)
        world.clock.move(-1 * world.clock.ahead)
        pass_time(monkeypatch, directory.RIGHTS_SECONDS + 0.1)

        assert REFUSED in await looks_up(world.priya)


async def test_ten_commands_of_one_person_within_fifteen_seconds_ask_slack_once(world: World) -> None:
    for _ in range(10):
        await looks_up(world.priya)

    assert asked(world) == 1


async def test_while_slack_is_silent_what_was_known_holds_for_fifteen_seconds_and_then_all_are_refused(
    quiet_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = quiet_world
    async with world.bot():
        await looks_up(world.maya)
        world.slack.fail_next("users.info", status=500, times=99)
        still = await looks_up(world.maya)
        pass_time(monkeypatch, directory.RIGHTS_SECONDS + 0.1)
        later = await looks_up(world.maya)  # though she is an operator by name
        world.slack.workspace.failures = Failures(world.slack.faults)
        again = await looks_up(world.maya)

    assert "Tenant ID" in still
    assert SILENT in later
    assert "Tenant ID" in again


FLAGS = ("id", "team_id", "deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
WRONG: list[Any] = [None, 0, 1, "", "false", [], {}]


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("value", WRONG, ids=repr)
async def test_a_malformed_person_is_refused(world: World, flag: str, value: object) -> None:
    world.slack.workspace.people_changes[PRIYA.id] = {flag: value}

    answer = await looks_up(world.priya)

    assert "Contoso" not in answer
    assert SILENT in answer or REFUSED in answer
    assert world.microsoft.partner_center.requests == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"user": None},
        {"user": {}},
        {"user": []},
        {"user": "U03PRIYA9DM"},
        {"user": [{"id": PRIYA.id}]},
        {"user": {"id": PRIYA.id}},
        {"user": {"id": PRIYA.id, "team_id": PRIYA.team_id}},
        {"user": {"id": PRIYA.id, "team_id": PRIYA.team_id, "enterprise_user": {"teams": None}}},
    ],
    ids=repr,
)
@pytest.mark.parametrize("named", [False, True], ids=["by a star", "by name"])
async def test_an_answer_without_a_whole_person_is_refused(
    quiet_world: World, body: dict[str, Any], *, named: bool
) -> None:
    quiet_world.slack.workspace.odd_answers["users.info"] = body
    async with quiet_world.bot(BOT_VIEWERS=PRIYA.id if named else "*"):
        answer = await looks_up(quiet_world.priya)

    assert SILENT in answer
    assert quiet_world.microsoft.partner_center.requests == []


@pytest.mark.parametrize("users", [None, "U03PRIYA9DM", {PRIYA.id: True}, [PRIYA.id, None], [[PRIYA.id]], 5], ids=repr)
async def test_a_malformed_user_group_has_nobody_in_it(quiet_world: World, users: object) -> None:
    quiet_world.slack.workspace.odd_answers["usergroups.users.list"] = {"users": users}
    async with quiet_world.bot(BOT_VIEWERS=DESK, BOT_OPERATORS="", BOT_ADMINS=""):
        answer = await looks_up(quiet_world.priya)

    assert "is for viewers" in answer


@pytest.mark.parametrize(
    "changes",
    [
        {"team_id": "T09ELSEWHERE"},
        {"is_workflow_bot": True},
        {"is_connector_bot": True},
        {"is_stranger": True},
        {"team_id": "T09ELSEWHERE", "enterprise_user": {"teams": ["T09ELSEWHERE"]}},
    ],
    ids=repr,
)
async def test_a_star_covers_neither_other_workspaces_nor_workflows(world: World, changes: dict[str, Any]) -> None:
    world.slack.workspace.people_changes[PRIYA.id] = changes

    assert REFUSED in await looks_up(world.priya)


async def test_a_member_of_the_organisation_who_is_in_this_workspace_too_is_a_full_member(world: World) -> None:
    teams = ["T09ELSEWHERE", PRIYA.team_id]
    world.slack.workspace.people_changes[PRIYA.id] = {"team_id": teams[0], "enterprise_user": {"teams": teams}}

    assert "Tenant ID" in await looks_up(world.priya)


@pytest.mark.parametrize("grant", ["*", "USLACKBOT"])
async def test_slackbot_is_nobody(quiet_world: World, grant: str) -> None:
    async with quiet_world.bot(BOT_VIEWERS=grant):
        body = (
            b"command=%2Fpartner&text=customer+contoso.com&user_id=USLACKBOT&channel_id=C01SALES4KD&trigger_id=1.2.3"
            b"&response_url=" + f"{quiet_world.slack.url}/commands/T01SANDBOX1/1/x".encode()
        )
        await quiet_world.slack.deliver_signed(body)
        await quiet_world.slack.wait_for(
            lambda: [call for call in quiet_world.slack.calls_to("chat.postEphemeral") if REFUSED in str(call)]
        )

    assert quiet_world.microsoft.partner_center.requests == []


class HeldUp:
    """Slack's users.info, held up after it has looked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looked, self.go_on = asyncio.Event(), asyncio.Event()
        known = METHODS["users.info"]

        async def hold(call: Call) -> dict[str, Any]:
            answer = await known.perform(call)
            self.looked.set()
            await self.go_on.wait()
            return answer

        monkeypatch.setitem(METHODS, "users.info", replace(known, perform=hold))


async def test_a_look_up_that_is_under_way_when_the_event_comes_is_not_believed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldUp(monkeypatch)
    first = await world.priya.types(LOOKS[0])
    second = await world.priya.types(LOOKS[0])
    await asyncio.wait_for(held.looked.wait(), 60)
    await world.tom.deactivates(world.priya)
    held.go_on.set()

    assert REFUSED in (await first.answer()).plain
    assert REFUSED in (await second.answer()).plain
    assert asked(world) == 2  # each time one for both


async def test_a_person_who_is_deactivated_while_microsoft_is_slow_gets_no_answer_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "SLACK", replace(retry.SLACK, progress=0.1))
    world.microsoft.partner_center.hold()
    slow = await world.priya.types(LOOKS[0])
    await world.slack.wait_for(lambda: [m for m in world.slack.messages("sales") if m.only_for == PRIYA.id])
    await world.tom.deactivates(world.priya)
    world.microsoft.partner_center.release()

    answer = await slow.answer()

    assert REFUSED in answer.plain
    assert "Tenant ID" not in str([m.blocks for m in world.slack.messages("sales")])


@pytest.mark.parametrize("user", [None, [], {}, {"id": None}, {"id": ""}], ids=repr)
async def test_an_event_that_names_nobody_ends_what_is_remembered_of_all(world: World, user: object) -> None:
    await looks_up(world.priya)
    world.slack.workspace.people_changes[PRIYA.id] = {"deleted": True}
    inner = {"type": "user_change", "user": user, "event_ts": "1.2"}
    await world.slack.interactions.event(
        Invocation(world.slack.world, world.slack.names, person=MAYA.id), "user_change", inner
    )

    assert REFUSED in await looks_up(world.priya)


async def test_the_event_of_somebody_else_ends_nothing(world: World) -> None:
    await looks_up(world.priya)
    await world.tom.deactivates(world.rosa)
    await looks_up(world.priya)

    assert asked(world) == 1
