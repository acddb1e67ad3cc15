"""Whoever delivers: what Slack answers, and what becomes of a delivery then."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.delivery.handler import Decision, Drop, Fail, Wait
from bot.domain.deliveries import Delivery, Edit, NewDelivery, Post, React, Show
from bot.storage.errors import DatabaseUnavailable
from sandbox.people import MAYA
from sandbox.slack.manifest import HISTORY
from tests.notifications.replica import POLICY, TIMEOUTS
from tests.notifications.stage import POST, Outcome, Stage, stage
from tests.notifications.watched import delivering, enqueue, post, steps, stored
from tests.storage.enqueueing import Statements
from tests.transactions import writing

PERMANENT = (
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "is_inactive",
    "restricted_action",
    "posting_to_channel_denied",
)
NEWER = NewDelivery(idempotency_key="newer", conversation="C0000", kind="of a newer release", subject="newer")


@pytest.fixture
async def scene(migrated_url: str) -> AsyncIterator[Stage]:
    async with stage(migrated_url, channels=2) as set_up:
        yield set_up
        assert set_up.slack.complaints == []


async def test_what_was_promised_before_the_start_is_posted_once_in_order_and_in_time(scene: Stage) -> None:
    await scene.enqueue(5)
    async with delivering(scene):
        await scene.until_posted()

    assert scene.outcome() == Outcome()
    assert scene.slack.calls_to("conversations.history") == []


async def test_a_promise_is_kept_at_once_by_whoever_is_told(scene: Stage) -> None:
    async with delivering(scene, timeouts=replace(TIMEOUTS, look=600)) as here:
        await here.enqueue("a")
        await here.ended("a")

    assert scene.posted("C0000") == ["a"]


async def test_a_promise_that_nobody_was_told_of_is_found_soon(scene: Stage) -> None:
    async with delivering(scene) as here:
        await enqueue(scene, "a")
        await here.ended("a")

    assert await stored(scene, "a") == ("sent", None, 1)


async def test_whoever_has_nothing_to_do_asks_three_things_a_look(scene: Stage) -> None:
    async with delivering(scene) as here:
        await here.enqueue("a")
        await here.ended("a")
        await asyncio.sleep(3 * TIMEOUTS.look)  # until that is written down, and its lane rests
        statements = Statements(here.database)
        await asyncio.sleep(5 * TIMEOUTS.look)

    assert 3 <= len(statements.seen) <= 3 * 6
    assert all(statement.startswith("SELECT") for statement in statements.seen)


# Refusals


async def test_what_slack_refuses_for_good_is_given_up_and_the_next_goes_on(scene: Stage) -> None:
    async with delivering(scene) as here:
        for word in PERMANENT:
            scene.slack.fail_next(POST, word)
            await here.enqueue(word, f"after {word}")
            await here.ended(word, f"after {word}")

    for word in PERMANENT:
        assert here.of(word) == [("failed", word)]
        assert await stored(scene, word) == ("dead", word, 1)
    assert scene.posted("C0000") == [f"after {word}" for word in PERMANENT]


@pytest.mark.parametrize("word", ["message_not_found", "is_archived"])
async def test_an_edit_that_is_refused_is_left_out(scene: Stage, word: str) -> None:
    def decision(delivery: Delivery) -> Decision:
        return steps(delivery, Edit(name="note", channel=delivery.conversation, ts="1.000001"))

    scene.slack.fail_next("chat.update", word)
    async with delivering(scene, decision) as here:
        await here.enqueue("a")
        await here.ended("a")

    assert here.of("a") == [("no ts", "note")]
    assert await stored(scene, "a") == ("sent", None, 1)


async def test_trouble_of_slacks_own_is_waited_out_and_the_order_is_kept(scene: Stage) -> None:
    scene.slack.fail_next(POST, "team_added_to_org")
    scene.slack.fail_next(POST, status=500)
    await enqueue(scene, "a", "b")
    async with delivering(scene) as here:
        await here.ended("a", "b")

    assert here.of("a") == [("retry", "Failed")] * 2 + [("sent", "note")]
    assert scene.posted("C0000") == ["a", "b"]


async def test_a_wait_that_slack_asks_for_is_kept_by_the_channel_and_by_no_other(scene: Stage) -> None:
    await enqueue(scene, "a", "b")
    scene.slack.fail_next(POST, status=429, retry_after=1)
    async with delivering(scene) as here:
        await scene.slack.wait_for(lambda: scene.slack.calls_to(POST))
        await here.enqueue("other", channel=1)
        await here.ended("other")
        assert here.of("a") == []
        await here.ended("a", "b")

    assert min(scene.slack.gaps("C0000")[:1]) >= 1
    assert scene.posted("C0000") == ["a", "b"]
    assert await stored(scene, "a") == ("sent", None, 1)


async def test_a_limit_that_says_no_time_is_waited_out_for_a_moment(scene: Stage) -> None:
    scene.slack.fail_next(POST, "rate_limited")
    async with delivering(scene) as here:
        await here.enqueue("a")
        await here.ended("a")

    assert here.of("a") == [("sent", "note")]
    assert min(scene.slack.gaps("C0000")) >= 1


async def test_a_restart_keeps_the_wait_that_slack_asked_for(scene: Stage) -> None:
    await enqueue(scene, "a")
    scene.slack.fail_next(POST, status=429, retry_after=2)
    async with delivering(scene):
        await scene.slack.wait_for(lambda: scene.slack.calls_to(POST))

    assert await stored(scene, "a") == ("waiting", "ratelimited", 0)
    async with delivering(scene) as here:
        await here.ended("a")

    assert min(scene.slack.gaps("C0000")) >= 2


async def test_what_keeps_failing_is_given_up_in_the_end(scene: Stage) -> None:
    scene.slack.fail_next(POST, "internal_error", times=3)
    async with delivering(scene, timeouts=replace(TIMEOUTS, policy=replace(POLICY, attempts=3))) as here:
        await here.enqueue("a")
        await here.happened(3)

    assert here.of("a") == [("retry", "Failed")] * 2 + [("failed", "internal_error Failed")]
    assert await stored(scene, "a") == ("dead", "internal_error", 3)


# What may have been posted already


@pytest.mark.parametrize("read", ["conversations.history", "conversations.replies"])
async def test_a_message_whose_answer_was_lost_is_found_and_not_posted_again(scene: Stage, read: str) -> None:
    async with delivering(scene) as here:
        await here.enqueue("root")
        await here.ended("root")
    root = scene.slack.messages("C0000")[0].ts if read.endswith("replies") else None

    scene.slack.fail_next(POST, drop=True, performed=True)
    async with delivering(scene, lambda delivery: post(delivery, thread_ts=root)) as here:
        await here.enqueue("a", "b")
        await here.ended("b")

    assert scene.posted("C0000") == ["root", "a", "b"]
    assert len(scene.slack.calls_to(read)) == 1


async def test_one_that_never_arrived_is_posted_after_a_look(scene: Stage) -> None:
    scene.slack.fail_next(POST, drop=True)
    async with delivering(scene) as here:
        await here.enqueue("a", "b")
        await here.ended("b")

    assert scene.posted("C0000") == ["a", "b"]
    assert len(scene.slack.calls_to("conversations.history")) == 1


async def test_while_the_channel_cannot_be_read_nothing_is_posted_again(scene: Stage) -> None:
    scene.slack.fail_next(POST, drop=True, performed=True)
    scene.slack.fail_next("conversations.history", status=429, retry_after=1)
    async with delivering(scene) as here:
        await here.enqueue("a", "b")
        await here.ended("b")

    assert scene.posted("C0000") == ["a", "b"]


async def test_without_the_right_to_read_the_channel_it_comes_at_least_once(scene: Stage) -> None:
    scene.slack.install(scene.slack.installed.without(*HISTORY))
    scene.slack.fail_next(POST, drop=True, performed=True)
    async with delivering(scene) as here:
        await here.enqueue("a", "b")
        await here.ended("b")

    assert scene.posted("C0000") == ["a", "a", "b"]
    assert {complaint[:36] for complaint in scene.slack.complaints} == {"conversations.history: missing_scope"}
    scene.slack.complaints.clear()  # one a look: a slow machine looks more than once


# Decisions


async def test_a_mistake_of_ours_delays_one_delivery_and_no_other(scene: Stage) -> None:
    mistakes = iter((ZeroDivisionError(), KeyError("b"), None))

    def decision(delivery: Delivery) -> Decision:
        mistake = next(mistakes) if delivery.subject == "a" else None
        if mistake is not None:
            raise mistake
        return post(delivery)

    await enqueue(scene, "a", "b")
    async with delivering(
        scene, decision, timeouts=replace(TIMEOUTS, policy=replace(POLICY, first=1.0, longest=1.0))
    ) as here:
        await here.ended("b")
        await scene.slack.wait_for(lambda: len(scene.slack.messages("C0000")) == 2)

    assert here.of("a") == [("retry", "ZeroDivisionError"), ("retry", "KeyError"), ("sent", "note")]
    assert scene.posted("C0000") == ["b", "a"]


@pytest.mark.parametrize("number", [0, 1])
async def test_a_step_whose_record_fails_is_looked_for_and_recorded_with_all_that_it_means(
    scene: Stage, number: int
) -> None:
    name = ("one", "two")[number]

    def decision(delivery: Delivery) -> Decision:
        return steps(delivery, *(Post(name=each, channel=delivery.conversation) for each in ("one", "two")))

    async with delivering(scene, decision) as here:
        here.handler.mistakes[name] = [ZeroDivisionError()]
        await here.enqueue("a")
        await here.handler.until(lambda: ("sent", "two") in here.of("a"))

    assert here.of("a") == [*[("sent", "one")] * number, ("retry", "ZeroDivisionError"), *expected_after(number)]
    assert scene.posted("C0000") == ["a", "a"]


def expected_after(number: int) -> list[tuple[str, str]]:
    return [("sent", name) for name in ("one", "two")[number:]]


@pytest.mark.parametrize("trouble", [TimeoutError(), DatabaseUnavailable("it is away")], ids=repr)
async def test_trouble_that_meets_the_next_one_too_keeps_the_order(scene: Stage, trouble: Exception) -> None:
    troubles = iter((trouble, trouble, None))

    def decision(delivery: Delivery) -> Decision:
        error = next(troubles) if delivery.subject == "a" else None
        if error is not None:
            raise error
        return post(delivery)

    await enqueue(scene, "a", "b")
    async with delivering(scene, decision) as here:
        await here.ended("a", "b")

    assert scene.posted("C0000") == ["a", "b"]


async def test_a_decision_that_takes_too_long_is_put_off(scene: Stage) -> None:
    scene.wire.hold("conversations.info")
    async with delivering(scene):
        await scene.enqueue(1, kind="asked note")
        await scene.until_posted()

    assert scene.outcome() == Outcome()


async def test_a_post_that_takes_too_long_is_looked_for(scene: Stage) -> None:
    scene.wire.hold(POST)
    async with delivering(scene) as here:
        await here.enqueue("a", "b")
        await here.ended("a", "b")

    assert scene.posted("C0000") == ["a", "b"]
    assert here.of("a") == [("retry", "Failed"), ("sent", "note")]


async def test_the_decisions_that_send_nothing(scene: Stage) -> None:
    later = iter((Wait(0.3), Wait(0.3)))

    def decision(delivery: Delivery) -> Decision:
        match delivery.subject:
            case "nobody needs it":
                return Drop("gone")
            case "cannot be":
                return Fail("link_refused", ValueError())
            case "not now":
                return next(later, post(delivery))
        return post(delivery)

    await enqueue(scene, "nobody needs it", "cannot be", "not now", "now")
    async with delivering(scene, decision) as here:
        await here.ended("not now", "now")

    assert scene.posted("C0000") == ["now", "not now"]
    assert here.of("cannot be") == [("failed", "link_refused ValueError")]
    assert await stored(scene, "nobody needs it") == ("dropped", "gone", 1)
    assert await stored(scene, "cannot be") == ("dead", "link_refused", 1)
    assert await stored(scene, "not now") == ("sent", None, 1)


async def test_a_kind_that_this_release_does_not_know_waits_for_one_that_does(scene: Stage) -> None:
    await enqueue(scene, "a")
    async with delivering(scene) as here:
        await here.ended("a")
    async with writing(scene.database) as connection:
        scene.outbox.enqueue(connection, NEWER)
    async with delivering(scene) as here:
        await here.enqueue("b")
        await here.ended("b")

    assert scene.posted("C0000") == ["a", "b"]
    assert (await stored(scene, "newer"))[:2] == ("waiting", "unknown kind")


async def test_a_delivery_of_several_steps_takes_them_one_after_the_other(scene: Stage) -> None:
    def decision(delivery: Delivery) -> Decision:
        channel, root = delivery.conversation, scene.slack.messages("C0000")[0].ts
        return steps(
            delivery,
            Post(name="parent", channel=channel),
            Post(name="reply", channel=channel, thread_of="parent"),
            Edit(name="edit", channel=channel, ts=root),
            React(name="react", reaction="eyes", channel=channel, ts=root),
            Show(name="show", channel=channel, user=MAYA.id),
        )

    async with delivering(scene) as here:
        await here.enqueue("root")
        await here.ended("root")
    async with delivering(scene, decision) as here:
        await here.enqueue("a", "b")
        await here.happened(10)

    root, parent, reply, shown = scene.slack.messages("C0000")[:4]
    taken = [("sent", name) for name in ("parent", "reply", "edit", "react")]
    assert here.of("a") == [*taken, ("no ts", "show")]
    assert (root.text, root.reactions, reply.thread_ts) == ("b", {"eyes": [root.user]}, parent.ts)
    assert (shown.text, shown.only_for) == ("a", MAYA.id)
    assert await stored(scene, "a") == ("sent", None, 1)


# The end


async def test_what_was_begun_is_written_down_before_the_end_and_nothing_more_is_begun(scene: Stage) -> None:
    scene.wire.hold(POST)
    await enqueue(scene, "a", "b")
    async with delivering(scene) as here:
        await scene.wire.holds()
        scene.wire.release()

    assert here.of("a") == [("sent", "note")]
    assert await stored(scene, "a") == ("sent", None, 1)
    assert await stored(scene, "b") == ("waiting", None, 0)
