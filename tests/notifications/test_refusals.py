"""What becomes of a delivery for each of Slack's error words, by each way of writing."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.delivery.handler import Decision
from bot.domain.deliveries import Delivery, DeliveryState, Edit, React, Show
from bot.slack_errors import MEANINGS, REPEATABLE, Meaning, meaning_of
from sandbox.people import MAYA
from tests.notifications.replica import POLICY, TIMEOUTS
from tests.notifications.stage import POST, Stage, stage
from tests.notifications.watched import Delivering, delivering, post, steps, stored

PATIENT = replace(TIMEOUTS, refused=0.1, preparation=30.0, write=30.0, lease=60.0)
UNLISTED = ("a_word_of_tomorrow", "file_not_shared", "draft_expired", "slack_connect_canvas_sharing_blocked")
WORDS = {meaning: [word for word in MEANINGS if MEANINGS[word] is meaning] for meaning in Meaning}
WORDS[Meaning.CONTENT] += UNLISTED
METHODS = {"post": POST, "reply": POST, "edit": "chat.update", "whisper": "chat.postEphemeral"}
DELIVERED, NO_TS = ("sent", "note"), ("no ts", "note")


@pytest.fixture
async def scene(migrated_sqlite_url: str) -> AsyncIterator[Stage]:
    async with stage(migrated_sqlite_url) as set_up:
        yield set_up
        assert set_up.slack.complaints == []


def step(way: str, root: str, delivery: Delivery) -> Decision:
    """Return the plan of that way, about what the delivery is about."""
    match way:
        case "edit":
            return steps(delivery, Edit(name="note", channel=delivery.conversation, ts=root))
        case "whisper":
            return steps(delivery, Show(name="note", channel=delivery.conversation, user=MAYA.id))
        case _:
            return post(delivery, thread_ts=root if way == "reply" else None)


def expected(way: str, word: str) -> list[tuple[str, str]]:
    """Return what is to become of a delivery of which the first call is refused with that word."""
    meaning, done = meaning_of(word), NO_TS if way == "whisper" else DELIVERED
    if meaning in {Meaning.CONTENT, Meaning.MISTAKE, Meaning.WORKSPACE}:
        return [done]
    if meaning is Meaning.NOT_NOW:
        at_once = word.startswith("rate") or (way == "edit" and word in REPEATABLE)
        return [done] if at_once else [("retry", "Failed"), done]
    if way == "edit":
        return [NO_TS]
    elsewhere = {
        "whisper": {Meaning.CHANNEL, Meaning.PERSON, Meaning.THREAD},
        "reply": {Meaning.THREAD},
        "post": set[Meaning](),
    }[way]
    if meaning in elsewhere or (way == "reply" and word == "message_not_found"):
        return [done]
    return [("failed", word if meaning is Meaning.CHANNEL else f"{word} Refused")]


async def root_of(scene: Stage, here: Delivering) -> str:
    """Post what the others reply to or edit, and return its ``ts``."""
    await here.enqueue("root")
    await here.ended("root")
    return scene.slack.messages("C0000")[0].ts


@pytest.mark.parametrize("meaning", Meaning)
@pytest.mark.parametrize("way", METHODS)
async def test_a_refusal_does_what_its_word_means_and_the_next_delivery_goes_on(
    scene: Stage, way: str, meaning: Meaning
) -> None:
    roots: list[str] = []

    def decision(delivery: Delivery) -> Decision:
        return post(delivery) if not roots else step(way, roots[0], delivery)

    async with delivering(scene, decision, timeouts=PATIENT) as here:
        roots.append(await root_of(scene, here))
        for word in WORDS[meaning]:
            outcome = expected(way, word)
            scene.slack.fail_next(METHODS[way], word)
            so_far = len(here.handler.happened)
            await here.enqueue(f"about {word}")
            await here.happened(so_far + len(outcome))
            assert here.of(f"about {word}") == outcome, word
        await here.enqueue("the next")
        await here.ended("the next")

    assert here.of("the next") == [NO_TS if way == "whisper" else DELIVERED]
    for word in WORDS[meaning]:
        attempts = 1 + (("retry", "Failed") in expected(way, word))
        dead = expected(way, word)[-1][0] == "failed"
        assert await stored(scene, f"about {word}") == ("dead" if dead else "sent", word if dead else None, attempts)


async def test_a_thread_that_takes_no_replies_is_answered_in_the_channel_with_a_link(scene: Stage) -> None:
    roots: list[str] = []

    def decision(delivery: Delivery) -> Decision:
        return post(delivery, thread_ts=roots[0] if roots else None)

    async with delivering(scene, decision, timeouts=PATIENT) as here:
        roots.append(await root_of(scene, here))
        scene.slack.fail_next(POST, "cannot_reply_to_message")
        await here.enqueue("a")
        await here.ended("a")

    root, news = scene.slack.messages("C0000")
    assert news.thread_ts is None
    assert news.text == f"a ↪ <{scene.slack.url}/archives/C0000/p{root.ts.replace('.', '')}>"


async def test_what_was_posted_beside_its_thread_is_found_there_and_not_posted_again(scene: Stage) -> None:
    roots: list[str] = []

    def decision(delivery: Delivery) -> Decision:
        return post(delivery, thread_ts=roots[0] if roots else None)

    async with delivering(scene, decision, timeouts=PATIENT) as here:
        roots.append(await root_of(scene, here))
        scene.slack.fail_next(POST, "thread_locked")
        scene.slack.fail_next(POST, drop=True, performed=True)
        await here.enqueue("a")
        await here.happened(3)

    assert here.of("a") == [("retry", "Failed"), DELIVERED]
    assert [message.text.split(" ")[0] for message in scene.slack.messages("C0000")] == ["root", "a"]


@pytest.mark.parametrize("word", ["internal_error", "fatal_error"])
async def test_an_error_after_which_slack_may_have_acted_is_looked_into(scene: Stage, word: str) -> None:
    scene.slack.fail_next(POST, word, performed=True)
    async with delivering(scene, timeouts=PATIENT) as here:
        await here.enqueue("a", "b")
        await here.ended("b")

    assert scene.posted("C0000") == ["a", "b"]


async def test_what_is_refused_in_every_form_is_given_up_as_the_message_and_not_as_the_channel(scene: Stage) -> None:
    scene.slack.fail_next(POST, "invalid_blocks", times=2)
    async with delivering(scene, timeouts=PATIENT) as here:
        await here.enqueue("a", "b")
        await here.ended("b")

    assert here.of("a") == [("failed", "invalid_blocks Refused")]
    assert scene.posted("C0000") == ["b"]


async def test_while_slack_takes_nothing_at_all_everything_is_kept_and_little_is_tried(scene: Stage) -> None:
    scene.slack.fail_next(POST, "token_revoked", times=3)
    async with delivering(scene, timeouts=PATIENT) as here:
        await here.enqueue("a", "b", "c")
        await scene.slack.wait_for(lambda: scene.slack.calls_to(POST))
        await here.ended("a", "b", "c")
        assert here.worker.refused is None

    assert scene.posted("C0000") == ["a", "b", "c"]
    assert [here.of(subject) for subject in "abc"] == [[DELIVERED]] * 3
    assert len(scene.slack.calls_to(POST)) == 6
    assert await stored(scene, "a") == ("sent", None, 1)


async def test_a_refusal_of_the_token_is_known_while_it_lasts(scene: Stage) -> None:
    scene.slack.fail_next(POST, "account_inactive", times=1)
    async with delivering(scene, timeouts=replace(PATIENT, refused=600.0)) as here:
        await here.enqueue("a", "b")
        await scene.until_stored(DeliveryState.WAITING, "account_inactive")

        assert here.worker.refused == "account_inactive"
        assert here.worker.alive

    assert await stored(scene, "a") == ("waiting", "account_inactive", 0)
    assert await stored(scene, "b") == ("waiting", None, 0)


async def test_one_channel_that_an_administrator_closed_to_apps_stops_no_other(migrated_sqlite_url: str) -> None:
    async with stage(migrated_sqlite_url, channels=2) as scene:
        scene.slack.fail_next(POST, "access_denied")
        async with delivering(scene, timeouts=replace(PATIENT, refused=600.0)) as here:
            await here.enqueue("a")
            await scene.until_stored(DeliveryState.WAITING, "access_denied")
            await here.enqueue("b", channel=1)
            await here.ended("b")

            assert here.worker.refused is None
            assert await stored(scene, "a") == ("waiting", "access_denied", 0)


async def test_a_second_channel_that_meets_it_stops_all(migrated_sqlite_url: str) -> None:
    async with stage(migrated_sqlite_url, channels=2) as scene:
        scene.slack.fail_next(POST, "ekm_access_denied", times=2)
        async with delivering(scene, timeouts=replace(PATIENT, refused=600.0)) as here:
            await here.enqueue("a")
            await scene.until_stored(DeliveryState.WAITING, "ekm_access_denied")
            await here.enqueue("b", channel=1)
            await scene.slack.wait_for(lambda: len(scene.slack.calls_to(POST)) == 2 or None)
        assert here.worker.refused == "ekm_access_denied"


@pytest.mark.parametrize("word", ["missing_scope", "no_permission", "is_archived", "message_not_found"])
async def test_a_reaction_that_is_refused_is_left_out(scene: Stage, word: str) -> None:
    roots: list[str] = []

    def decision(delivery: Delivery) -> Decision:
        return (
            steps(delivery, React(name="note", reaction="eyes", channel=delivery.conversation, ts=roots[0]))
            if roots
            else post(delivery)
        )

    async with delivering(scene, decision, timeouts=PATIENT) as here:
        roots.append(await root_of(scene, here))
        scene.slack.fail_next("reactions.add", word)
        await here.enqueue("a")
        await here.ended("a")

    assert here.of("a") == [NO_TS]
    assert here.worker.refused is None


async def test_an_edit_that_keeps_failing_is_left_out_in_the_end(scene: Stage) -> None:
    roots: list[str] = []

    def decision(delivery: Delivery) -> Decision:
        return step("edit", roots[0], delivery) if roots else post(delivery)

    async with delivering(scene, decision, timeouts=replace(PATIENT, policy=replace(POLICY, attempts=2))) as here:
        roots.append(await root_of(scene, here))
        scene.slack.fail_next("chat.update", "message_limit_exceeded", times=9)
        await here.enqueue("a")
        await here.happened(3)

    assert here.of("a") == [("retry", "Failed"), NO_TS]


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("msg_too_long", Meaning.CONTENT),
        ("edit_window_closed", Meaning.EDIT),
        ("cannot_reply_to_message", Meaning.THREAD),
        ("is_archived", Meaning.CHANNEL),
        ("restricted_action_read_only_channel", Meaning.CHANNEL),
        ("cannot_dm_bot", Meaning.PERSON),
        ("ekm_access_denied", Meaning.WORKSPACE),
        ("message_limit_exceeded", Meaning.NOT_NOW),
        ("invalid_arguments", Meaning.MISTAKE),
        ("duplicate_message_not_found", Meaning.CONTENT),
        ("a_word_of_tomorrow", Meaning.CONTENT),
    ],
)
def test_a_word_means_what_slack_documents(word: str, meaning: Meaning) -> None:
    assert meaning_of(word) is meaning
