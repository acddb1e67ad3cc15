"""Examples of what is said about following, and of how the bot is doing."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.context import Channel
from bot.domain.channel_subscriptions import Rhythm, SubscriptionState, SubscriptionStats
from bot.domain.event_kind import Topic
from bot.language import Language
from bot.reply import Message, Modal
from bot.views import status, subscriptions
from bot.views.subscriptions.told import NEXT_STEPS
from bot.views.subscriptions.words import REASONS
from tests.views import event_samples as samples
from tests.views import samples as people_samples
from tests.views.samples import HOSTILE, SALES

EVERYTHING = samples.subscription(
    *Topic,
    customer=HOSTILE,
    countries=("FR", "DE", "BE", "CH", "LU", "JP", "IT"),
    thread_only=True,
    rhythm=Rhythm.WEEKLY,
)


def _listing(
    lang: Language,
    count: int,
    *,
    channel_id: str | None = "C0SALES",
    total: int | None = None,
    first: int = 0,
    may_change: bool = True,
    customer: str | None = None,
) -> Message:
    return subscriptions.listing(
        lang,
        samples.subscription_stats(count, customer=customer),
        channel_id=channel_id,
        total=count if total is None else total,
        first=first,
        may_change=may_change,
    )


def _owner_told(lang: Language, reason: str | None, waiting: int = 6) -> Message:
    paused = samples.subscription(state=SubscriptionState.PAUSED, reason=reason)
    return subscriptions.owner_told(lang, SubscriptionStats(subscription=paused, waiting=waiting))


DEAD = subscriptions.Resuming(sign_in_works=False)
HINDRANCES = {
    "rights": (SALES, subscriptions.Resuming(forbidden=frozenset({SALES.id}))),
    "archived": (replace(SALES, archived=True), subscriptions.FREE),
    "shared": (people_samples.SHARED, subscriptions.FREE),
    "unseen": (people_samples.UNSEEN, subscriptions.FREE),
    "absent": (replace(SALES, member=False), subscriptions.FREE),
    "sign-in": (SALES, DEAD),
    "slack": (SALES, subscriptions.Resuming(slack_takes=False)),
}


def _hindered(there: Channel, resuming: subscriptions.Resuming) -> Callable[[Language], Message]:
    def said(lang: Language) -> Message:
        hindrance = subscriptions.before_resuming(lang, there, resuming)
        assert hindrance is not None
        return subscriptions.not_resumed(hindrance)

    return said


def _of(reason: str) -> Callable[[Language], Message]:
    return lambda lang: _owner_told(lang, reason)


EXAMPLES: Mapping[str, Callable[[Language], Message | Modal]] = {
    "subscriptions.listing": lambda lang: _listing(lang, 2),
    "subscriptions.listing of one": lambda lang: _listing(lang, 1),
    "subscriptions.listing of every channel": lambda lang: _listing(lang, 3, channel_id=None, may_change=False),
    "subscriptions.listing a page of many": lambda lang: _listing(lang, 10, channel_id=None, total=43),
    "subscriptions.listing the last page": lambda lang: _listing(lang, 3, total=43, first=40),
    "subscriptions.listing hostile": lambda lang: _listing(lang, 10, channel_id=None, total=43, customer=HOSTILE),
    "subscriptions.listing none": lambda lang: _listing(lang, 0),
    "subscriptions.listing none of every channel": lambda lang: _listing(lang, 0, channel_id=None, may_change=False),
    "subscriptions.subscription_modal": lambda lang: subscriptions.subscription_modal(lang, channel=SALES),
    "subscriptions.subscription_modal without channel": lambda lang: subscriptions.subscription_modal(
        lang, channel=None
    ),
    "subscriptions.subscription_modal to change, hostile": lambda lang: subscriptions.subscription_modal(
        lang, channel=SALES, subscription=EVERYTHING
    ),
    "subscriptions.subscription_modal changed meanwhile": lambda lang: subscriptions.subscription_modal(
        lang, channel=None, subscription=samples.subscription(edited_by="U0ALINE"), changed_meanwhile=True
    ),
    "subscriptions.subscription_modal changed meanwhile, hostile": lambda lang: subscriptions.subscription_modal(
        lang, channel=None, subscription=replace(EVERYTHING, edited_by=HOSTILE), changed_meanwhile=True
    ),
    "subscriptions.set_up": lambda lang: subscriptions.set_up(
        lang, samples.subscription(Topic.CUSTOMERS, Topic.RELATIONSHIPS), by="U0ALINE"
    ),
    "subscriptions.set_up hostile": lambda lang: subscriptions.set_up(lang, EVERYTHING, by="U0ALINE"),
    "subscriptions.set_up one customer without name": lambda lang: subscriptions.set_up(
        lang, samples.subscription(customer="", countries=("FR",), rhythm=Rhythm.DAILY, thread_only=True), by="U0ALINE"
    ),
    "subscriptions.stopped": lambda lang: subscriptions.stopped(lang, samples.subscription(), by="U0ALINE"),
    "subscriptions.stopped several": lambda lang: subscriptions.stopped(
        lang, samples.subscription(), samples.subscription(Topic.INVOICES, number=2), by="U0ALINE"
    ),
    "subscriptions.stopped hostile": lambda lang: subscriptions.stopped(lang, *[EVERYTHING] * 10, by="U0ALINE"),
    "subscriptions.restored": lambda lang: subscriptions.restored(lang, samples.subscription(), by="U0ALINE"),
    "subscriptions.paused": lambda lang: subscriptions.paused(lang, samples.subscription(), by="U0ALINE"),
    **{f"subscriptions.not_resumed {name}": _hindered(*hindrance) for name, hindrance in HINDRANCES.items()},
    "subscriptions.paused hindered": lambda lang: subscriptions.paused(
        lang, samples.subscription(), by="U0ALINE", hindrance=subscriptions.before_resuming(lang, SALES, DEAD)
    ),
    "subscriptions.resumed": lambda lang: subscriptions.resumed(lang, samples.subscription(), by="U0ALINE", kept=6),
    "subscriptions.resumed with one": lambda lang: subscriptions.resumed(
        lang, samples.subscription(), by="U0ALINE", kept=1
    ),
    "subscriptions.resumed with nothing": lambda lang: subscriptions.resumed(
        lang, samples.subscription(), by="U0ALINE", kept=0
    ),
    **{f"subscriptions.owner_told {reason}": _of(reason) for reason in sorted(REASONS.keys() | NEXT_STEPS.keys())},
    "subscriptions.owner_told a word of tomorrow": _of("a_word_of_tomorrow"),
    "subscriptions.owner_told hostile": _of(HOSTILE),
    "subscriptions.owner_told without reason": lambda lang: _owner_told(lang, None, waiting=1),
    "subscriptions.owner_told nothing kept": lambda lang: _owner_told(lang, "is_archived", waiting=0),
    "subscriptions.external": subscriptions.external,
    "subscriptions.external unseen": lambda lang: subscriptions.external(lang, known=False),
    "subscriptions.unknown_topic": lambda lang: subscriptions.unknown_topic(lang, "xyz", None),
    "subscriptions.unknown_topic near miss": lambda lang: subscriptions.unknown_topic(
        lang, "custmers", Topic.CUSTOMERS
    ),
    "subscriptions.unknown_topic hostile": lambda lang: subscriptions.unknown_topic(lang, HOSTILE, None),
    "subscriptions.bad_option": lambda lang: subscriptions.bad_option(lang, "--digest", "hourly", ("daily", "weekly")),
    "subscriptions.bad_option without value": lambda lang: subscriptions.bad_option(
        lang, "--digest", None, ("daily", "weekly")
    ),
    "subscriptions.bad_option needs any value": lambda lang: subscriptions.bad_option(lang, "--customer", ""),
    "subscriptions.bad_option of anything": lambda lang: subscriptions.bad_option(lang, "--country", "Atlantis"),
    "subscriptions.bad_option hostile": lambda lang: subscriptions.bad_option(
        lang, HOSTILE, HOSTILE, (HOSTILE, "weekly")
    ),
    "subscriptions.unknown_option": lambda lang: subscriptions.unknown_option(
        lang, "--dgest", "--digest", ("--digest", "--country")
    ),
    "subscriptions.unknown_option none near": lambda lang: subscriptions.unknown_option(
        lang, "--x", None, ("--digest", "--country")
    ),
    "subscriptions.unknown_option hostile": lambda lang: subscriptions.unknown_option(lang, HOSTILE, HOSTILE, ()),
    "subscriptions.which_topics": subscriptions.which_topics,
    "subscriptions.test_on_its_way": lambda lang: subscriptions.test_on_its_way(lang, "C0SALES"),
    "subscriptions.no_channel": subscriptions.no_channel,
    "subscriptions.nothing_to_stop": lambda lang: subscriptions.nothing_to_stop(lang, "C0SALES"),
    "subscriptions.customer_not_one": lambda lang: subscriptions.customer_not_one(lang, "contoso"),
    "subscriptions.customer_not_one hostile": lambda lang: subscriptions.customer_not_one(lang, HOSTILE),
    "subscriptions.already": subscriptions.already,
    "subscriptions.elsewhere": lambda lang: subscriptions.elsewhere(lang, people_samples.customer(), ("DE",)),
    "subscriptions.elsewhere hostile": lambda lang: subscriptions.elsewhere(
        lang, people_samples.customer(name=HOSTILE), ("DE", HOSTILE)
    ),
    "status.line": lambda lang: status.line(lang, samples.status()),
    "status.line poll fails": lambda lang: status.line(lang, samples.status(poll=False)),
    "status.line sign-in dead": lambda lang: status.line(lang, samples.status(sign_in=False)),
    "status.line slack refuses": lambda lang: status.line(lang, samples.status(slack_refuses="account_inactive")),
    "status.outsiders_line": lambda lang: status.outsiders_line(lang, samples.status()),
    "status.outsiders_line all bad": lambda lang: status.outsiders_line(lang, samples.status(sign_in=False)),
    "status.full slack refuses": lambda lang: status.full(lang, samples.status(slack_refuses="account_inactive")),
    "status.full": lambda lang: status.full(lang, samples.status()),
    "status.full fresh": lambda lang: status.full(lang, samples.status(fresh=True, mfa=None)),
    "status.full without polls": lambda lang: status.full(lang, samples.status(polls=False, mfa=False)),
    "status.full all bad": lambda lang: status.full(
        lang, samples.status(sign_in=False, poll=False, history=False, mfa=None, unknown=("a-new-event",))
    ),
    "status.line a channel waits": lambda lang: status.line(lang, samples.status(waits=samples.waits(1))),
    "status.line sign-in dead, channels wait": lambda lang: status.line(
        lang, samples.status(sign_in=False, waits=samples.waits(3))
    ),
    "status.full channels wait": lambda lang: status.full(
        lang, samples.status(waits=samples.waits(1200, slack_asked=False))
    ),
    "status.full hostile": lambda lang: status.full(lang, samples.status(unknown=(HOSTILE, *"abcdefg"))),
}
