"""A stored plan is carried on after a crash: the step that may have been written is looked for where it was planned."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.delivery.handler import Decision, Drop, Fail
from bot.domain.deliveries import Delivery, Edit, NewDelivery, Post
from bot.storage.tables import conversation_queues
from tests.notifications.replica import PARTS, STEPS, TIMEOUTS, at_work, posts
from tests.notifications.replicas import replica
from tests.notifications.stage import POST, Stage, stage
from tests.notifications.watched import WatchedHandler, steps, stored
from tests.transactions import writing

ALL = [f"a {part}" for part in PARTS]
HISTORY = "conversations.history"
UNHURRIED = replace(TIMEOUTS, lease=30.0, margin=15.0, write=10.0)
"""Long enough to be killed before it gives the step up."""


@pytest.fixture
async def scene(migrated_url: str) -> AsyncIterator[Stage]:
    async with stage(migrated_url, channels=2) as set_up:
        new = NewDelivery(idempotency_key="a", conversation=set_up.channels[0], kind=STEPS, subject="a")
        async with writing(set_up.database) as connection:
            set_up.outbox.enqueue(connection, new)
        yield set_up
        assert set_up.slack.complaints == []


async def finish(scene: Stage, decision: object = None) -> list[tuple[str, str]]:
    """Deliver the rest; return what became of the steps."""
    handler = WatchedHandler(decision if callable(decision) else lambda delivery: posts(delivery, *PARTS))
    async with at_work(scene.orders, {STEPS: handler}):
        await handler.until(lambda: any(why == PARTS[-1] for _, _, why in handler.happened))
    return [(what, why) for _, what, why in handler.happened]


async def killed_while_posting(scene: Stage, number: int) -> None:
    """Let a process post so many messages, and kill it before it hears of the last."""
    scene.wire.hold(POST, after=number - 1)
    async with replica(replace(scene.orders, timeouts=UNHURRIED)) as killed:
        await scene.wire.holds()
        await killed.kill()
    scene.wire.release()
    async with writing(scene.database) as connection:  # its lease ends
        connection.execute(update(conversation_queues).values(due_at=0.0))


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_message_whose_process_was_killed_is_found_and_the_rest_follows(scene: Stage, number: int) -> None:
    await killed_while_posting(scene, number)

    became = await finish(scene)

    assert became == [("sent", part) for part in PARTS[number - 1 :]]
    assert scene.posted(scene.channels[0]) == ALL
    assert scene.slack.calls_to(HISTORY)


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_message_whose_answer_was_lost_is_found_and_not_posted_again(scene: Stage, number: int) -> None:
    scene.slack.fail_next(POST, drop=True, performed=True, after=number - 1)

    became = await finish(scene)

    retried = [("retry", "Failed")]
    assert became == [("sent", part) for part in PARTS[: number - 1]] + retried + [
        ("sent", part) for part in PARTS[number - 1 :]
    ]
    assert scene.posted(scene.channels[0]) == ALL


async def test_a_plan_that_would_be_another_by_now_is_carried_on_as_it_was_stored(scene: Stage) -> None:
    """The message in doubt is looked for in the channel that it was planned for, and nothing is told twice."""
    await killed_while_posting(scene, 2)

    def elsewhere(delivery: Delivery) -> Decision:
        return steps(delivery, *(Post(name=part, channel=scene.channels[1]) for part in PARTS))

    became = await finish(scene, elsewhere)

    assert became == [("sent", part) for part in PARTS[1:]]
    assert scene.posted(scene.channels[0]) == ["a one", "a two", "a"]
    assert scene.posted(scene.channels[1]) == []


async def test_without_a_doubt_the_plan_is_made_anew(scene: Stage) -> None:
    scene.slack.fail_next(POST, status=429, retry_after=1, after=1)

    def changing(delivery: Delivery) -> Decision:
        if "one" not in delivery.sent:
            return posts(delivery, *PARTS)
        root = scene.slack.messages(scene.channels[0])[0].ts
        return steps(
            delivery,
            Edit(name="edit", channel=scene.channels[0], ts=root),
            Post(name="three", channel=scene.channels[0]),
        )

    became = await finish(scene, changing)

    assert became == [("sent", "one"), ("sent", "edit"), ("sent", "three")]


@pytest.mark.parametrize(("number", "state"), [(1, None), (3, "sent")])
@pytest.mark.parametrize("decision", [Drop("closed"), Fail("shared")], ids=repr)
async def test_what_stands_is_written_down_also_where_nothing_is_to_be_written_any_more(
    scene: Stage, decision: Drop | Fail, number: int, state: str | None
) -> None:
    """Its sender does not hear that it could not be posted, and what closes it later finds it."""
    await killed_while_posting(scene, number)

    failed = [("failed", "shared")] if state is None and isinstance(decision, Fail) else []
    handler = WatchedHandler(lambda _delivery: decision)
    async with at_work(scene.orders, {STEPS: handler}):
        await handler.until(lambda: len(handler.happened) > len(failed))

    assert [(what, why) for _, what, why in handler.happened] == [("sent", PARTS[number - 1]), *failed]
    assert scene.posted(scene.channels[0]) == ALL[:number]
    reason = None if state else decision.reason
    assert (await stored(scene, "a"))[:2] == (state or ("dead" if failed else "dropped"), reason)
