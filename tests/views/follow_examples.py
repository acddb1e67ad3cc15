"""Examples of what is said about following, and of how the bot is doing."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.context import Channel
from bot.domain.event_kind import Topic
from bot.language import Language
from bot.reply import Message, Modal
from bot.storage.follow import FollowState, Rhythm, Standing
from bot.views import follows, status
from bot.views.follows.told import NEXT_STEPS
from bot.views.follows.words import REASONS
from tests.views import event_samples as samples
from tests.views import samples as people_samples
from tests.views.samples import HOSTILE, SALES

EVERYTHING = samples.follow(
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
    return follows.listing(
        lang,
        samples.standings(count, customer=customer),
        channel_id=channel_id,
        total=count if total is None else total,
        first=first,
        may_change=may_change,
    )


def _owner_told(lang: Language, reason: str | None, waiting: int = 6) -> Message:
    paused = samples.follow(state=FollowState.PAUSED, reason=reason)
    return follows.owner_told(lang, Standing(follow=paused, waiting=waiting))


DEAD = follows.Resuming(sign_in_works=False)
HINDRANCES = {
    "rights": (SALES, follows.Resuming(forbidden=frozenset({SALES.id}))),
    "archived": (replace(SALES, archived=True), follows.FREE),
    "shared": (people_samples.SHARED, follows.FREE),
    "unseen": (people_samples.UNSEEN, follows.FREE),
    "absent": (replace(SALES, member=False), follows.FREE),
    "sign-in": (SALES, DEAD),
    "slack": (SALES, follows.Resuming(slack_takes=False)),
}


def _hindered(there: Channel, resuming: follows.Resuming) -> Callable[[Language], Message]:
    def said(lang: Language) -> Message:
        hindrance = follows.before_resuming(lang, there, resuming)
        assert hindrance is not None
        return follows.not_resumed(hindrance)

    return said


def _of(reason: str) -> Callable[[Language], Message]:
    return lambda lang: _owner_told(lang, reason)


EXAMPLES: Mapping[str, Callable[[Language], Message | Modal]] = {
    "follows.listing": lambda lang: _listing(lang, 2),
    "follows.listing of one": lambda lang: _listing(lang, 1),
    "follows.listing of every channel": lambda lang: _listing(lang, 3, channel_id=None, may_change=False),
    "follows.listing a page of many": lambda lang: _listing(lang, 10, channel_id=None, total=43),
    "follows.listing the last page": lambda lang: _listing(lang, 3, total=43, first=40),
    "follows.listing hostile": lambda lang: _listing(lang, 10, channel_id=None, total=43, customer=HOSTILE),
    "follows.listing none": lambda lang: _listing(lang, 0),
    "follows.listing none of every channel": lambda lang: _listing(lang, 0, channel_id=None, may_change=False),
    "follows.follow_modal": lambda lang: follows.follow_modal(lang, channel=SALES),
    "follows.follow_modal without channel": lambda lang: follows.follow_modal(lang, channel=None),
    "follows.follow_modal to change, hostile": lambda lang: follows.follow_modal(
        lang, channel=SALES, follow=EVERYTHING
    ),
    "follows.follow_modal changed meanwhile": lambda lang: follows.follow_modal(
        lang, channel=None, follow=samples.follow(edited_by="U0ALINE"), changed_meanwhile=True
    ),
    "follows.follow_modal changed meanwhile, hostile": lambda lang: follows.follow_modal(
        lang, channel=None, follow=replace(EVERYTHING, edited_by=HOSTILE), changed_meanwhile=True
    ),
    "follows.set_up": lambda lang: follows.set_up(
        lang, samples.follow(Topic.CUSTOMERS, Topic.RELATIONSHIPS), by="U0ALINE"
    ),
    "follows.set_up hostile": lambda lang: follows.set_up(lang, EVERYTHING, by="U0ALINE"),
    "follows.set_up one customer without name": lambda lang: follows.set_up(
        lang, samples.follow(customer="", countries=("FR",), rhythm=Rhythm.DAILY, thread_only=True), by="U0ALINE"
    ),
    "follows.stopped": lambda lang: follows.stopped(lang, samples.follow(), by="U0ALINE"),
    "follows.stopped several": lambda lang: follows.stopped(
        lang, samples.follow(), samples.follow(Topic.INVOICES, number=2), by="U0ALINE"
    ),
    "follows.stopped hostile": lambda lang: follows.stopped(lang, *[EVERYTHING] * 10, by="U0ALINE"),
    "follows.restored": lambda lang: follows.restored(lang, samples.follow(), by="U0ALINE"),
    "follows.paused": lambda lang: follows.paused(lang, samples.follow(), by="U0ALINE"),
    **{f"follows.not_resumed {name}": _hindered(*hindrance) for name, hindrance in HINDRANCES.items()},
    "follows.paused hindered": lambda lang: follows.paused(
        lang, samples.follow(), by="U0ALINE", hindrance=follows.before_resuming(lang, SALES, DEAD)
    ),
    "follows.resumed": lambda lang: follows.resumed(lang, samples.follow(), by="U0ALINE", kept=6),
    "follows.resumed with one": lambda lang: follows.resumed(lang, samples.follow(), by="U0ALINE", kept=1),
    "follows.resumed with nothing": lambda lang: follows.resumed(lang, samples.follow(), by="U0ALINE", kept=0),
    **{f"follows.owner_told {reason}": _of(reason) for reason in sorted(REASONS.keys() | NEXT_STEPS.keys())},
    "follows.owner_told a word of tomorrow": _of("a_word_of_tomorrow"),
    "follows.owner_told hostile": _of(HOSTILE),
    "follows.owner_told without reason": lambda lang: _owner_told(lang, None, waiting=1),
    "follows.owner_told nothing kept": lambda lang: _owner_told(lang, "is_archived", waiting=0),
    "follows.external": follows.external,
    "follows.external unseen": lambda lang: follows.external(lang, known=False),
    "follows.unknown_topic": lambda lang: follows.unknown_topic(lang, "xyz", None),
    "follows.unknown_topic near miss": lambda lang: follows.unknown_topic(lang, "custmers", Topic.CUSTOMERS),
    "follows.unknown_topic hostile": lambda lang: follows.unknown_topic(lang, HOSTILE, None),
    "follows.bad_option": lambda lang: follows.bad_option(lang, "--digest", "hourly", ("daily", "weekly")),
    "follows.bad_option without value": lambda lang: follows.bad_option(lang, "--digest", None, ("daily", "weekly")),
    "follows.bad_option needs any value": lambda lang: follows.bad_option(lang, "--customer", ""),
    "follows.bad_option of anything": lambda lang: follows.bad_option(lang, "--country", "Atlantis"),
    "follows.bad_option hostile": lambda lang: follows.bad_option(lang, HOSTILE, HOSTILE, (HOSTILE, "weekly")),
    "follows.unknown_option": lambda lang: follows.unknown_option(
        lang, "--dgest", "--digest", ("--digest", "--country")
    ),
    "follows.unknown_option none near": lambda lang: follows.unknown_option(
        lang, "--x", None, ("--digest", "--country")
    ),
    "follows.unknown_option hostile": lambda lang: follows.unknown_option(lang, HOSTILE, HOSTILE, ()),
    "follows.which_topics": follows.which_topics,
    "follows.test_on_its_way": lambda lang: follows.test_on_its_way(lang, "C0SALES"),
    "follows.no_channel": follows.no_channel,
    "follows.nothing_to_stop": lambda lang: follows.nothing_to_stop(lang, "C0SALES"),
    "follows.customer_not_one": lambda lang: follows.customer_not_one(lang, "contoso"),
    "follows.customer_not_one hostile": lambda lang: follows.customer_not_one(lang, HOSTILE),
    "follows.already": follows.already,
    "follows.elsewhere": lambda lang: follows.elsewhere(lang, people_samples.customer(), ("DE",)),
    "follows.elsewhere hostile": lambda lang: follows.elsewhere(
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
