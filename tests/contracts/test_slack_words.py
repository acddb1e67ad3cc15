"""Slack's words for what it refuses are for the log: people read a sentence that says what to do."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.context import CannotPost, Channel
from bot.domain.channel_subscriptions import SubscriptionState, SubscriptionStats
from bot.language import LANGUAGES, Language, language
from bot.reply import Message
from bot.slack.api import SlackRefused
from bot.slack_errors import ALREADY_REACTED, MEANINGS, TRIGGER_OVER, VIEW_GONE
from bot.views import invitations, status, subscriptions
from bot.views.failures import failure
from bot.views.outdated import outdated
from tests.views import event_samples
from tests.views.every import over
from tests.views.reading import everything
from tests.world import World

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
SALES = Channel(id="C0SALES", name="sales", external=False, member=True)
FAMILIES = ("file_not_shared", "slack_connect_canvas_sharing_blocked", "duplicate_channel_not_found", "draft_expired")
WORDS = (*MEANINGS, *FAMILIES, *TRIGGER_OVER, VIEW_GONE, ALREADY_REACTED, "a_word_of_tomorrow", "a-word:of*tomorrow")


def listed(lang: Language, word: str) -> Message:
    paused = SubscriptionStats(subscription=event_samples.subscription(state=SubscriptionState.PAUSED, reason=word))
    return subscriptions.listing(lang, [paused], channel_id="C0SALES", total=1, may_change=True)


def owner_told(lang: Language, word: str) -> Message:
    paused = event_samples.subscription(state=SubscriptionState.PAUSED, reason=word)
    return subscriptions.owner_told(lang, SubscriptionStats(subscription=paused, waiting=2))


def pressed_late(lang: Language, word: str) -> Message:
    return outdated(lang, event_samples.subscription(state=SubscriptionState.PAUSED, reason=word))


def failed(error: Callable[[str], Exception]) -> Callable[[Language, str], Message]:
    return lambda lang, word: failure(lang, error(word), reference="r-7k2m4q", at=AT)


VIEWS: Mapping[str, Callable[[Language, str], Message]] = {
    "an invitation": lambda lang, word: invitations.cannot_post(lang, SALES, "i1", reason=word),
    "a card": failed(lambda word: CannotPost(SALES, word)),
    "a failure": failed(SlackRefused),
    "a pause, to the owner": owner_told,
    "a pause, in the list": listed,
    "a pause, to a late press": pressed_late,
    "the status, to everyone": lambda lang, word: status.line(lang, event_samples.status(slack_refuses=word)),
    "the status, to bot admins": lambda lang, word: status.full(lang, event_samples.status(slack_refuses=word)),
}
SAY_WHAT_TO_DO = ("an invitation", "a card", "a failure", "a pause, to the owner")


@over((word, where, code) for word in WORDS for where in VIEWS for code in LANGUAGES)
def test_no_word_of_slacks_reaches_people(word: str, where: str, code: str) -> None:
    message = VIEWS[where](language(code), word)

    read = "\n".join((message.text, *everything(message)))

    assert word not in read
    assert "{" not in message.text


@over((word, where) for word in WORDS for where in SAY_WHAT_TO_DO)
def test_what_slack_refuses_says_what_to_do(word: str, where: str) -> None:
    said = VIEWS[where](language("en"), word).text

    advice = ("Choose", "Type", "Tell", "Try", "Ask", "try again", "Check", "resume", "Look")
    assert said.count(".") >= 2
    assert any(each in said for each in advice)


@pytest.mark.parametrize("word", ["restricted_action", "a_word_of_tomorrow"])
async def test_the_word_stands_in_the_log(world: World, word: str) -> None:
    card = await (await world.maya.types("/partner customer contoso.com")).answer()
    world.slack.fail_next("chat.postMessage", word, times=3)

    with capture_logs() as logs:
        said = await (await world.maya.presses(card, "Share in channel")).answer(
            where=lambda answer: answer.only_for is not None
        )

    assert word not in said.plain
    assert [line["word"] for line in logs if line.get("word")] == [word]
