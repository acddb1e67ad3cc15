"""The list of subscriptions of a channel, or of every channel: each with its owner, its filters and its account."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.context import Channel
from bot.domain.channel_subscriptions import ChannelSubscription, Rhythm, SubscriptionState, SubscriptionStats
from bot.language import Language
from bot.reply import Block, Message
from bot.views.blocks import MESSAGE, actions, button, context, divider, header, section, weight
from bot.views.foreign import Words, channel, day_stamp, person, stamp
from bot.views.paging import page_buttons
from bot.views.subscriptions.resuming import FREE, Resuming, before_resuming
from bot.views.subscriptions.told import stop_question
from bot.views.subscriptions.words import described, named, reason

PAGE = 10
NO_CHANNELS: Mapping[str, Channel] = MappingProxyType({})
EVERYWHERE = "all"
"""Stands in a button's value for every channel."""
_FRAME = 600
"""Characters that the header, the line about the page and its button may take."""


def listing(
    lang: Language,
    all_stats: Sequence[SubscriptionStats],
    *,
    channel_id: str | None,
    total: int,
    first: int = 0,
    may_change: bool,
    channels: Mapping[str, Channel] = NO_CHANNELS,
    resuming: Resuming = FREE,
) -> Message:
    """Return up to ten of ``total`` subscriptions, of which the list holds the ``first`` and following.

    Without ``channel_id`` they are of every channel. ``may_change`` puts the buttons below each; ``channels`` are as
    Slack describes them now, by id: what is paused can be resumed where neither they nor ``resuming`` are against it.
    A page is shorter where its texts are long, and its button goes on from there.
    """
    title = header(lang.text("What channels follow") if channel_id is None else lang.text("What this channel follows"))
    if not all_stats:
        return _empty(lang, title, everywhere=channel_id is None, may_change=may_change)
    page = f"{channel_id or EVERYWHERE}:"
    rows: list[Block] = []
    shown = 0
    for index, stats in enumerate(all_stats[:PAGE]):
        there = channels.get(stats.subscription.channel_id)
        hindrance = _hindrance(lang, stats.subscription, there, resuming)
        row = _row(lang, stats, hindrance, everywhere=channel_id is None)
        where = there.name if there is not None and (channel_id or not there.private) else ""
        buttons = _buttons(lang, stats.subscription, index, f"{page}{first}", where, resumable=hindrance is None)
        row += actions(*buttons) if may_change else ()
        row = (divider(), *row) if shown else row
        if shown and weight((*rows, *row)) > MESSAGE - _FRAME:
            break
        rows += row
        shown += 1
    after = first + shown
    line = lang.text("Rows {first}–{last} of {count}.").format(
        first=lang.number(first + 1), last=lang.number(after), count=lang.number(total)
    )
    paging = page_buttons(
        lang, "follows_page", lambda row: f"{page}{row}", first=first, after=after, total=total, page=PAGE
    )
    return Message(
        text=_text(lang, all_stats, total, everywhere=channel_id is None),
        blocks=(
            title,
            *rows,
            *((context(line),) if first or after < total else ()),
            *actions(*paging),
        ),
    )


def _empty(lang: Language, title: Block, *, everywhere: bool, may_change: bool) -> Message:
    text = (
        lang.text("No channel follows anything yet.") if everywhere else lang.text("This channel follows nothing yet.")
    )
    subscription = button(lang.text("Follow topics"), "follow_topics", style="primary")
    return Message(text=text, blocks=(title, section(text), *actions(subscription if may_change else None)))


def _text(lang: Language, all_stats: Sequence[SubscriptionStats], total: int, *, everywhere: bool) -> str:
    """Return how many there are, and how many are paused where all of them are on the page."""
    if everywhere:
        counted = lang.plural("{count} set of topics is followed", "{count} sets of topics are followed", total)
    else:
        counted = lang.plural(
            "This channel follows {count} set of topics", "This channel follows {count} sets of topics", total
        )
    text = counted.format(count=lang.number(total))
    paused = sum(stats.subscription.state is SubscriptionState.PAUSED for stats in all_stats)
    if not paused or len(all_stats) < total:
        return f"{text}."
    resting = lang.plural("{count} paused", "{count} paused", paused).format(count=lang.number(paused))
    return f"{text}, {resting}."


def _row(lang: Language, stats: SubscriptionStats, hindrance: Words | None, *, everywhere: bool) -> tuple[Block, ...]:
    subscription = stats.subscription
    what = described(lang, subscription).mrkdwn
    where = f"{channel(subscription.channel_id)}\n" if everywhere else ""
    return (
        section(f"{where}*{lang.text('Topics')}*\n{what[:1].upper()}{what[1:]}"),
        context(*_account(lang, stats), *((hindrance.mrkdwn,) if hindrance else ())),
    )


def _account(lang: Language, stats: SubscriptionStats) -> list[str]:
    """Return who set it and how it goes, a line each for its life, its digests and its pause."""
    subscription = stats.subscription
    lines = [
        _present(
            _filled(lang.text("Owner: {owner}."), owner=person(subscription.owner_id)),
            _filled(lang.text("Since: {since}."), since=day_stamp(lang, subscription.created_at).mrkdwn),
            _filled(lang.text("Last event: {event}."), event=_at(lang, subscription.last_event_at)),
            _filled(lang.text("Last delivered: {delivered}."), delivered=_at(lang, subscription.last_delivered_at)),
            _filled(lang.text("Waiting: {waiting}."), waiting=_count(lang, stats.waiting)),
            _filled(lang.text("Given up: {given_up}."), given_up=_count(lang, stats.given_up)),
        )
    ]
    if subscription.rhythm is not Rhythm.NOW:
        lines.append(
            _present(
                _filled(lang.text("Last digest: {last}."), last=_at(lang, subscription.last_digest_at)),
                _filled(lang.text("Next digest: {next}."), next=_at(lang, subscription.next_digest_at)),
            )
        )
    if subscription.state is SubscriptionState.PAUSED:
        paused = lang.text("Paused: {when}. Reason: {reason}.")
        lines.append(
            paused.format(
                when=stamp(lang, subscription.changed_at).mrkdwn, reason=reason(lang, subscription.reason).mrkdwn
            )
        )
    return [line for line in lines if line]


def _filled(template: str, **value: str) -> str:
    """Return a template filled in; nothing where there is nothing to say."""
    return template.format(**value) if all(value.values()) else ""


def _present(*texts: str) -> str:
    return " ".join(filter(None, texts))


def _count(lang: Language, count: int) -> str:
    return lang.number(count) if count else ""


def _at(lang: Language, at: datetime | None) -> str:
    return "" if at is None else stamp(lang, at).mrkdwn


def _hindrance(
    lang: Language, subscription: ChannelSubscription, there: Channel | None, resuming: Resuming
) -> Words | None:
    """Return what must be done before paused notices can be resumed, if anything."""
    if subscription.state is not SubscriptionState.PAUSED or there is None:
        return None
    return before_resuming(lang, there, resuming)


def _buttons(
    lang: Language, subscription: ChannelSubscription, index: int, page: str, where: str, *, resumable: bool
) -> tuple[Block | None, ...]:
    """Return the buttons of a subscription; each names the ``page``, which is shown anew afterwards."""

    def each(label: str, action: str, question: Block | None = None) -> Block:
        return button(
            label,
            f"{action}:{index}",
            f"{subscription.id}:{page}",
            style=None if question is None else "danger",
            confirm=question,
            accessibility_label=named(lang, label, subscription),
        )

    if subscription.state is SubscriptionState.PAUSED:
        rest = each(lang.text("Resume"), "follow_resume") if resumable else None
    else:
        rest = each(lang.text("Pause"), "follow_pause")
    return (
        each(lang.text("Test"), "follow_test"),
        rest,
        each(lang.text("Change"), "change_follow"),
        each(lang.text("Remove"), "follow_remove", stop_question(lang, subscription, where or None)),
    )
