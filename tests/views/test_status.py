"""The bot's state: one sentence for everyone, the account for those who run it."""

import pytest

from bot.context import Status
from bot.language import language
from bot.reply import Message
from bot.views import status as views
from tests.views.event_samples import status, waits
from tests.views.reading import of_type, shown

ENGLISH = language("en")


def fields(message: Message) -> dict[str, str]:
    """Return what stands under each label."""
    pairs = (text["text"].partition("*\n") for text in of_type(message.blocks, "mrkdwn"))
    return {label.removeprefix("*"): value for label, mark, value in pairs if mark}


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (status(), "Partner Bot is working."),
        (status(poll=False), "the last check of Partner Center failed"),
        (status(sign_in=False), "Microsoft does not accept its sign-in"),
        (status(sign_in=False, poll=False), "Microsoft does not accept its sign-in"),
        (status(waits=waits(2)), "Messages to 2 channels wait until about 14:10 UTC because Slack asked for a pause."),
        (status(waits=waits(1, slack_asked=False)), "Messages to 1 channel wait until about 14:10 UTC."),
        (status(poll=False, waits=waits(2)), "the last check of Partner Center failed"),
        (status(poll=False, waits=waits(2)), "Messages to 2 channels wait until about 14:10 UTC"),
    ],
    ids=["works", "poll fails", "sign-in dead", "both", "slack asked", "trouble", "poll fails, too", "waits, too"],
)
def test_everyone_is_told_in_one_sentence_what_does_not_work(now: Status, words: str) -> None:
    for message in (views.line(ENGLISH, now), views.full(ENGLISH, now)):
        assert words in message.text
    assert len(views.line(ENGLISH, now).blocks) == 1


def test_an_admin_sees_every_figure() -> None:
    seen = fields(views.full(ENGLISH, status()))
    assert seen["Sign-in"].startswith("<!date^")
    assert "{ago}" in seen["Sign-in"]
    assert seen["Sign-in"].endswith(", with MFA")
    assert (seen["Waiting"], seen["Given up"], seen["Paused"]) == ("1,204", "0", "1 channel")
    assert seen["Requests left"] == "461 of 500 this minute"
    assert len(seen) == 8


def test_what_never_happened_and_what_is_switched_off_are_told_apart() -> None:
    assert fields(views.full(ENGLISH, status(fresh=True)))["Last check"] == "None yet"
    assert fields(views.full(ENGLISH, status(polls=False)))["Last check"] == "Switched off"
    assert fields(views.full(ENGLISH, status(poll=False)))["Last check"].endswith(", failed")


def test_what_is_not_as_it_should_be_comes_with_what_to_do() -> None:
    assert not list(of_type(views.full(ENGLISH, status()).blocks, "context"))
    bad = status(sign_in=False, poll=False, history=False, unknown=("a-new-event",))
    text = "\n".join(shown(views.full(ENGLISH, bad).blocks))
    for words in ("`python -m bot connect`", "its log names the cause", "`channels:history`", "`a-new-event`"):
        assert words in text


def test_it_does_not_say_that_it_is_working_where_messages_wait() -> None:
    for now in (status(waits=waits(1)), status(waits=waits(9, slack_asked=False)), status(poll=False, waits=waits(1))):
        assert "is working" not in views.line(ENGLISH, now).text
        assert not now.works
    assert status().works


def test_only_an_admin_reads_which_channels_wait_and_until_when() -> None:
    now = status(waits=waits(1200))
    assert "C0001" not in str(views.line(ENGLISH, now))
    text = "\n".join(shown(views.full(ENGLISH, now).blocks))
    assert "Messages wait: <@U0MAYA> until <!date^" in text
    assert "<#C0001> until <!date^" in text
    assert "and 1,195 others." in text


def test_many_unknown_events_are_counted_beyond_five() -> None:
    text = "\n".join(shown(views.full(ENGLISH, status(unknown=tuple("abcdefg"))).blocks))
    assert "`e`, and 2 others." in text
