"""An answer takes one way after another until one works; one that none takes is in the log, by its reference."""

from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
import structlog
from aiohttp import web
from structlog.testing import capture_logs

from bot import retry
from bot.retry import RetryPolicy
from sandbox.microsoft import answers
from sandbox.microsoft.companies import CONTOSO
from sandbox.slack import response_urls
from sandbox.slack.model import Message
from tests.world import World

Log = list[MutableMapping[str, Any]]


@contextmanager
def logged() -> Iterator[Log]:
    """Keep what is logged meanwhile, with the references."""
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as entries:
        yield entries


@asynccontextmanager
async def stranger() -> AsyncIterator[tuple[str, list[str]]]:
    """Run a server that is not Slack; yield its address and the bodies it was sent."""
    taken: list[str] = []

    async def take(request: web.Request) -> web.Response:
        taken.append(await request.text())
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", taken
    finally:
        await runner.cleanup()


def from_bot(world: World, channel: str = "sales") -> list[Message]:
    return [message for message in world.slack.messages(channel) if message.by_bot]


async def test_the_first_way_is_the_response_url(world: World) -> None:
    answer = await (await world.maya.types("/partner customer contoso.com")).answer()

    assert answer.way == "response_url"


async def test_a_broken_response_url_makes_it_an_only_you_message(world: World) -> None:
    world.slack.break_response_urls()

    answer = await (await world.maya.types("/partner customer contoso.com")).answer()

    assert answer.way == "chat.postEphemeral"
    assert answer.only_for == world.maya.id
    assert CONTOSO.tenant_id in answer.plain


async def test_where_that_fails_too_it_comes_as_a_direct_message(world: World) -> None:
    world.slack.break_response_urls()
    world.slack.fail_next("chat.postEphemeral", "user_not_in_channel")

    answer = await (await world.maya.types("/partner customer contoso.com")).answer()

    assert answer.way == "chat.postMessage"
    assert answer.message in world.maya.direct_messages or world.maya.direct_messages[-1].text == answer.text
    assert from_bot(world) == []


async def test_a_failure_travels_the_same_ways(world: World) -> None:
    world.slack.break_response_urls()
    world.slack.fail_next("chat.postEphemeral", "user_not_in_channel")
    world.microsoft.partner_center.answer_next("/v1/customers/{id}", answers.throttled(57))

    told = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    assert told.way == "chat.postMessage"
    assert "Microsoft asks the bot to wait 57 seconds." in told.plain


async def test_an_answer_that_no_way_takes_is_logged_under_its_reference(world: World) -> None:
    world.slack.break_response_urls()
    world.slack.fail_next("chat.postEphemeral", "user_not_in_channel")
    world.slack.fail_next("chat.postMessage", "cannot_dm_bot")

    with logged() as entries:
        asked = await world.maya.types("/partner customer contoso.com")
        await world.slack.wait_for(lambda: [call for call in world.slack.calls if call.answer == "cannot_dm_bot"])
        world.slack.break_response_urls(broken=False)
        await (await world.maya.types("/partner help")).answer()

    lost = next(entry for entry in entries if entry["event"] == "answer lost")
    assert lost["log_level"] == "error"
    assert lost["reference"].startswith("r-")
    assert lost["error"] == "cannot_dm_bot"
    assert asked.answers == []


async def test_a_mention_whose_thread_is_closed_to_the_bot_is_answered_to_the_asker_alone(world: World) -> None:
    world.slack.fail_next("chat.postMessage", "restricted_action")

    answer = await (await world.maya.says("@Partner Bot customer contoso.com")).answer()

    assert answer.way == "chat.postEphemeral"
    assert answer.only_for == world.maya.id


async def test_after_five_uses_of_a_response_url_the_answer_still_comes(world: World) -> None:
    asked = await world.maya.types("/partner customer")
    modal = await asked.modal()
    for address in world.slack.workspace.response_urls._given.values():
        address.uses = 5

    await world.maya.submits(modal, {"query": "contoso.com"})
    answer = await asked.answer()

    assert answer.way == "chat.postEphemeral"


async def test_a_response_url_elsewhere_is_never_posted_to(world: World) -> None:
    known = (await world.maya.types("/partner help")).payload

    async with stranger() as (address, taken):
        for url in (f"{address}/commands/T1/1/x", "file:///etc/passwd", "https://hooks.slack.com.evil.example/x", ""):
            await world.slack.deliver("slash_commands", known | {"response_url": url, "text": "customer contoso.com"})
        await world.slack.wait_for(lambda: len(world.slack.calls_to("chat.postEphemeral")) == 4)

    assert taken == []


@pytest.mark.parametrize(
    "trick", ["{host}@{stranger}/x", "{stranger}/{host}", "{host}.evil.example/x", "{stranger}#{host}"]
)
async def test_a_response_url_that_only_looks_like_slacks_is_never_posted_to(world: World, trick: str) -> None:
    known = (await world.maya.types("/partner help")).payload

    async with stranger() as (address, taken):
        host, port = world.slack.url.removeprefix("http://"), address.removeprefix("http://")
        url = "http://" + trick.format(host=host, stranger=port)
        await world.slack.deliver("slash_commands", known | {"response_url": url})
        await world.slack.wait_for(lambda: world.slack.calls_to("chat.postEphemeral"))

    assert taken == []


async def test_a_response_url_that_leads_on_is_not_followed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stranger() as (address, taken):

        async def lead_on(*_: object) -> web.Response:
            return web.Response(status=307, headers={"Location": address})

        monkeypatch.setattr(response_urls, "answer", lead_on)
        answer = await (await world.maya.types("/partner customer contoso.com")).answer()

    assert answer.way == "chat.postEphemeral"
    assert taken == []


async def test_slack_asking_to_wait_is_waited_out(world: World) -> None:
    world.slack.fail_next("chat.postMessage", status=429, retry_after=0, times=2)

    answer = await (await world.maya.says("@Partner Bot customer contoso.com")).answer()

    assert answer.only_for is None
    assert [call.answer for call in world.slack.calls_to("chat.postMessage")] == ["internal_error"] * 2 + ["ok"]


async def test_slack_asking_to_wait_longer_than_a_person_would_sends_the_answer_another_way(world: World) -> None:
    world.slack.fail_next("chat.postMessage", status=429, retry_after=int(retry.SLACK.longest_wait) + 1)

    answer = await (await world.maya.says("@Partner Bot customer contoso.com")).answer()

    assert answer.way == "chat.postEphemeral"


async def test_looking_up_a_person_is_tried_again_after_a_broken_answer(world: World) -> None:
    world.slack.fail_next("users.info", status=500)

    answer = await (await world.aline.types("/partner customer contoso.com")).answer()

    assert "Domaine principal" in answer.plain


async def test_a_person_whom_slack_does_not_describe_is_told_so_and_asks_again(world: World) -> None:
    world.slack.fail_next("users.info", "internal_error", times=9)
    refused = await (await world.priya.types("/partner customer contoso.com")).answer()
    world.slack.workspace.failures = type(world.slack.workspace.failures)(world.slack.faults)

    answer = await (await world.priya.types("/partner customer contoso.com")).answer()

    assert "Slack is not answering the bot." in refused.plain
    assert "Tenant ID" in answer.plain


async def test_posting_is_not_repeated_when_the_connection_drops_after_slack_has_posted(world: World) -> None:
    world.slack.fail_next("chat.postMessage", drop=True, performed=True)

    said = await world.maya.says("@Partner Bot customer contoso.com")
    await said.answer()
    await (await world.priya.types("/partner help")).answer()

    assert len([message for message in from_bot(world) if message.only_for is None]) == 1
    assert len(world.slack.calls_to("chat.postMessage")) == 1


async def test_an_invitation_whose_posting_was_cut_off_stands_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RetryPolicy, "after", lambda *_: 0.02)
    said = await world.priya.says("Go")
    modal = await (await world.maya.message_shortcut("invite_in_thread", said)).modal()
    world.slack.fail_next("chat.postMessage", drop=True, performed=True)

    await world.maya.submits(modal, {"company": "Adatum"})
    await world.slack.wait_for(lambda: world.slack.calls_to("conversations.replies"))
    await world.slack.wait_for(lambda: from_bot(world))
    listing = await (await world.maya.types("/partner invites")).answer()

    assert len([message for message in from_bot(world) if message.only_for is None]) == 1
    assert "Adatum" in listing.plain


async def test_a_window_that_slack_no_longer_opens_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.slack.fail_next("views.open", "expired_trigger_id")

    answer = await (await world.maya.types("/partner customer")).answer()

    assert answer.only_for == world.maya.id
    assert answer.plain


async def test_a_dropped_window_is_said_and_not_opened_twice(world: World) -> None:
    world.slack.fail_next("views.open", drop=True, performed=True)

    answer = await (await world.maya.types("/partner customer")).answer()

    assert "Slack is not answering the bot." in answer.plain
    assert len(world.slack.calls_to("views.open")) == 1


async def test_every_failure_in_words_carries_the_reference_of_its_log_line(world: World) -> None:
    world.microsoft.partner_center.answer_next("/v1/customers/{id}", answers.throttled(57))

    with logged() as entries:
        told = await (await world.maya.types(f"/partner customer {CONTOSO.tenant_id}")).answer()

    failed = next(entry for entry in entries if entry["event"] == "failed")
    assert failed["reference"] in told.plain
    assert failed["error"] == "Throttled"
