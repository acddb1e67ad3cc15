"""What channels follow: the list with its account, the window, and what the owner is told."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.channel_subscriptions import Rhythm, SubscriptionState, SubscriptionStats
from bot.domain.event_kind import Topic
from bot.language import language
from bot.reply import Message, Modal
from bot.views import subscriptions
from bot.views.subscriptions.words import REASONS
from tests.views.event_samples import subscription, subscription_stats
from tests.views.reading import of_type, shown
from tests.views.samples import HOSTILE, SALES
from tests.views.subscription_examples import HINDRANCES

ENGLISH = language("en")


def listing(
    of: tuple[SubscriptionStats, ...],
    *,
    channel_id: str | None = "C0SALES",
    total: int,
    first: int = 0,
    may: bool = True,
) -> Message:
    return subscriptions.listing(ENGLISH, of, channel_id=channel_id, total=total, first=first, may_change=may)


def account(stats: SubscriptionStats) -> str:
    """Return the lines below one subscription of the list."""
    (context,) = of_type(listing((stats,), total=1).blocks, "context")
    return "\n".join(element["text"] for element in context["elements"])


def inputs(modal: Modal) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in modal.blocks if block["type"] == "input"}


def test_each_subscription_shows_its_topics_filters_and_rhythm() -> None:
    shown_subscription = subscription(
        Topic.RELATIONSHIPS, Topic.CUSTOMERS, countries=("FR",), rhythm=Rhythm.DAILY, customer="Contoso"
    )
    text = "\n".join(shown(listing((SubscriptionStats(subscription=shown_subscription),), total=1).blocks))
    assert "*Topics*\nCustomers and relationships · Contoso only · France only · once a day" in text


def test_everything_stands_for_all_topics() -> None:
    message = subscriptions.set_up(ENGLISH, subscription(*Topic), by="U0ALINE")
    assert message.text == "A colleague set this channel to follow: everything."


def test_the_account_leaves_out_what_never_happened() -> None:
    text = account(SubscriptionStats(subscription=subscription(last_event_at=None), waiting=2, given_up=1))
    assert "Waiting: 2. Given up: 1." in text
    assert "digest" not in text


def test_a_digest_says_when_it_last_ran_and_comes_next() -> None:
    text = account(SubscriptionStats(subscription=subscription(rhythm=Rhythm.WEEKLY)))
    assert "Last digest: <!date^" in text
    assert "Next digest: <!date^" in text


@pytest.mark.parametrize("reason", REASONS)
def test_a_pause_is_explained_in_the_list_and_to_the_owner_with_what_to_do(reason: str) -> None:
    stats = SubscriptionStats(subscription=subscription(state=SubscriptionState.PAUSED, reason=reason), waiting=6)
    words = REASONS[reason]
    assert f"Reason: {words}." in account(stats)
    told = subscriptions.owner_told(ENGLISH, stats).text
    assert f"are paused: {words}. 6 are kept. " in told
    assert len(told.partition("are kept. ")[2]) > 20


def test_a_word_of_slacks_that_is_not_known_is_said_in_general() -> None:
    stats = SubscriptionStats(subscription=subscription(state=SubscriptionState.PAUSED, reason="a_word_of_tomorrow"))
    assert "Reason: Slack did not take a message of the bot." in account(stats)


def test_what_is_paused_can_be_resumed_and_what_is_not_can_be_paused_and_the_page_is_kept() -> None:
    buttons = {b["action_id"]: b["value"] for b in of_type(listing(subscription_stats(2), total=2).blocks, "button")}
    active = dict.fromkeys(("follow_test:0", "follow_pause:0", "change_follow:0", "follow_remove:0"), "f0:C0SALES:0")
    paused = dict.fromkeys(("follow_test:1", "follow_resume:1", "change_follow:1", "follow_remove:1"), "f1:C0SALES:0")
    assert buttons == active | paused


def test_a_line_parts_each_subscription_from_the_next() -> None:
    kinds = [block["type"] for block in listing(subscription_stats(3), total=3).blocks]
    each = ["section", "context", "actions"]
    assert kinds == ["header", *each, "divider", *each, "divider", *each]


def test_whoever_may_not_change_anything_gets_no_buttons_but_the_next_page() -> None:
    buttons = list(of_type(listing(subscription_stats(10), channel_id=None, total=12, may=False).blocks, "button"))
    assert [(button["action_id"], button["value"]) for button in buttons] == [("follows_page", "all:10")]
    assert not list(of_type(listing((), total=0, may=False).blocks, "button"))


@pytest.mark.parametrize("channel_id", ["C0SALES", None])
@pytest.mark.parametrize("customer", [None, HOSTILE * 3], ids=["usual", "long"])
def test_pages_meet_without_gap_or_overlap(channel_id: str | None, customer: str | None) -> None:
    many = subscription_stats(43, customer=customer)
    seen: list[str] = []
    first = 0
    while first < len(many):
        page = listing(many[first : first + 10], channel_id=channel_id, total=len(many), first=first)
        buttons = {button["action_id"]: button["value"] for button in of_type(page.blocks, "button")}
        page_of_buttons = f":{channel_id or 'all'}:{first}"
        removed = [value for action, value in buttons.items() if action.startswith("follow_remove:")]
        assert all(value.endswith(page_of_buttons) for value in removed)
        seen += [value.removesuffix(page_of_buttons) for value in removed]
        if "follows_page" not in buttons:
            break
        where, _, after = buttons["follows_page"].partition(":")
        assert where == (channel_id or "all")
        first = int(after)
    assert seen == [stats.subscription.id for stats in many]


def test_the_window_asks_for_a_channel_only_where_none_is_known() -> None:
    asked = ["topics", "customer", "countries", "rhythm", "thread"]
    assert list(inputs(subscriptions.subscription_modal(ENGLISH, channel=SALES))) == asked
    assert list(inputs(subscriptions.subscription_modal(ENGLISH, channel=None))) == ["channel", *asked]
    assert list(inputs(subscriptions.subscription_modal(ENGLISH, channel=None, subscription=subscription()))) == asked


def test_a_new_window_has_customers_ticked_as_it_happens() -> None:
    modal = subscriptions.subscription_modal(ENGLISH, channel=SALES)
    assert [each["value"] for each in inputs(modal)["topics"]["initial_options"]] == ["customers"]
    assert inputs(modal)["rhythm"]["initial_option"]["value"] == "now"
    assert "initial_options" not in inputs(modal)["thread"]
    assert modal.memory == ""


def test_a_window_to_change_a_subscription_is_filled_in_with_it() -> None:
    kept = subscription(
        Topic.SECURITY,
        Topic.INVOICES,
        customer="Contoso",
        countries=("FR", "BE"),
        thread_only=True,
        rhythm=Rhythm.DAILY,
    )
    modal = subscriptions.subscription_modal(ENGLISH, channel=SALES, subscription=kept)
    assert {each["value"] for each in inputs(modal)["topics"]["initial_options"]} == {"security", "invoices"}
    assert inputs(modal)["customer"]["initial_value"] == "Contoso"  # a name, where the ID says nothing to people
    assert inputs(modal)["countries"]["initial_value"] == "FR, BE"
    assert inputs(modal)["rhythm"]["initial_option"]["value"] == "daily"
    assert [each["value"] for each in inputs(modal)["thread"]["initial_options"]] == ["thread"]
    assert modal.memory == f"{kept.id} 0:Contoso"  # what was shown, so that it can be told from what was typed


def test_every_sentence_under_a_field_says_what_to_do() -> None:
    sentences = {
        subscriptions.choose_topic(ENGLISH),
        subscriptions.choose_channel(ENGLISH),
        subscriptions.choose_own_channel(ENGLISH),
        subscriptions.choose_customer(ENGLISH),
        subscriptions.subscribed_already(ENGLISH),
        subscriptions.unknown_country(ENGLISH, "Atlantis"),
    }
    assert len(sentences) == 6
    assert "No country is called Atlantis. Write names or codes, such as FR." in sentences


@pytest.mark.parametrize("hindrance", [None, *HINDRANCES])
def test_what_is_paused_offers_resume_unless_it_could_only_fail(hindrance: str | None) -> None:
    there, resuming = (SALES, subscriptions.FREE) if hindrance is None else HINDRANCES[hindrance]
    paused = SubscriptionStats(subscription=replace(subscription(state=SubscriptionState.PAUSED), channel_id=there.id))

    shown = subscriptions.listing(
        language("en"),
        [paused],
        channel_id=there.id,
        total=1,
        may_change=True,
        channels={there.id: there},
        resuming=resuming,
    )

    offered = {button["text"]["text"] for button in of_type(shown.blocks, "button")}
    assert offered >= {"Test", "Change", "Remove"}
    assert ("Resume" in offered) == (hindrance is None)
