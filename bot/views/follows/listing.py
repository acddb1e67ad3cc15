"""The list of what a channel, or every channel, follows: each with its owner, its filters and its account."""

from collections.abc import Sequence
from datetime import datetime

from bot.language import Language
from bot.reply import Block, Message
from bot.storage.follow import Follow, FollowState, Rhythm, Standing
from bot.views.blocks import MESSAGE, actions, button, context, header, section, weight
from bot.views.follows.told import stop_question
from bot.views.follows.words import described, named, reason
from bot.views.foreign import channel, day_stamp, person, stamp

PAGE = 10
EVERYWHERE = "all"
"""Stands in a button's value for every channel."""
_FRAME = 600
"""Characters that the header, the line about the page and its button may take."""


def listing(
    lang: Language,
    standings: Sequence[Standing],
    *,
    channel_id: str | None,
    total: int,
    first: int = 0,
    may_change: bool,
) -> Message:
    """Return up to ten of ``total`` follows, of which the list holds the ``first`` and following.

    Without ``channel_id`` they are of every channel. ``may_change`` puts the buttons below each. A page is shorter
    where its texts are long, and its button goes on from there.
    """
    title = header(lang.text("What channels follow") if channel_id is None else lang.text("What this channel follows"))
    if not standings:
        return _empty(lang, title, everywhere=channel_id is None, may_change=may_change)
    page = f"{channel_id or EVERYWHERE}:"
    rows: list[Block] = []
    shown = 0
    for index, standing in enumerate(standings[:PAGE]):
        row = _row(lang, standing, everywhere=channel_id is None)
        row += actions(*_buttons(lang, standing.follow, index, f"{page}{first}")) if may_change else ()
        if shown and weight((*rows, *row)) > MESSAGE - _FRAME:
            break
        rows += row
        shown += 1
    after = first + shown
    line = lang.text("Rows {first}–{last} of {count}.").format(
        first=lang.number(first + 1), last=lang.number(after), count=lang.number(total)
    )
    following = button(lang.text("Next page"), "follows_page", f"{page}{after}")
    return Message(
        text=_text(lang, standings, total, everywhere=channel_id is None),
        blocks=(
            title,
            *rows,
            *((context(line),) if first or after < total else ()),
            *actions(following if after < total else None),
        ),
    )


def _empty(lang: Language, title: Block, *, everywhere: bool, may_change: bool) -> Message:
    text = (
        lang.text("No channel follows anything yet.") if everywhere else lang.text("This channel follows nothing yet.")
    )
    follow = button(lang.text("Follow topics"), "follow_topics", style="primary")
    return Message(text=text, blocks=(title, section(text), *actions(follow if may_change else None)))


def _text(lang: Language, standings: Sequence[Standing], total: int, *, everywhere: bool) -> str:
    """Return how many there are, and how many are paused where all of them are on the page."""
    if everywhere:
        counted = lang.plural("{count} set of topics is followed", "{count} sets of topics are followed", total)
    else:
        counted = lang.plural(
            "This channel follows {count} set of topics", "This channel follows {count} sets of topics", total
        )
    text = counted.format(count=lang.number(total))
    paused = sum(standing.follow.state is FollowState.PAUSED for standing in standings)
    if not paused or len(standings) < total:
        return f"{text}."
    resting = lang.plural("{count} paused", "{count} paused", paused).format(count=lang.number(paused))
    return f"{text}, {resting}."


def _row(lang: Language, standing: Standing, *, everywhere: bool) -> tuple[Block, ...]:
    follow = standing.follow
    what = described(lang, follow)
    where = f"{channel(follow.channel_id)}\n" if everywhere else ""
    return (
        section(f"{where}*{lang.text('Topics')}*\n{what[:1].upper()}{what[1:]}"),
        context(*_account(lang, standing)),
    )


def _account(lang: Language, standing: Standing) -> list[str]:
    """Return who set it and how it goes, a line each for its life, its digests and its pause."""
    follow = standing.follow
    lines = [
        lang.text(
            "Owner: {owner}. Since: {since}. Last event: {event}. Last delivered: {delivered}. "
            "Waiting: {waiting}. Given up: {given_up}."
        ).format(
            owner=person(follow.owner_id),
            since=day_stamp(lang, follow.created_at).mrkdwn,
            event=_at(lang, follow.last_event_at),
            delivered=_at(lang, follow.last_delivered_at),
            waiting=lang.number(standing.waiting),
            given_up=lang.number(standing.given_up),
        )
    ]
    if follow.rhythm is not Rhythm.NOW:
        digest = lang.text("Last digest: {last}. Next: {next}.")
        lines.append(digest.format(last=_at(lang, follow.last_digest_at), next=_at(lang, follow.next_digest_at)))
    if follow.state is FollowState.PAUSED:
        paused = lang.text("Paused: {when}. Reason: {reason}.")
        lines.append(
            paused.format(when=stamp(lang, follow.changed_at).mrkdwn, reason=reason(lang, follow.reason).mrkdwn)
        )
    return lines


def _at(lang: Language, at: datetime | None) -> str:
    return lang.text("never") if at is None else stamp(lang, at).mrkdwn


def _buttons(lang: Language, follow: Follow, index: int, page: str) -> tuple[Block, ...]:
    """Return what can be done about a follow; what is pressed names the ``page``, which is shown anew afterwards."""

    def each(label: str, action: str, question: Block | None = None) -> Block:
        return button(
            label,
            f"{action}:{index}",
            f"{follow.id}:{page}",
            style=None if question is None else "danger",
            confirm=question,
            accessibility_label=named(lang, label, follow),
        )

    if follow.state is FollowState.PAUSED:
        rest = each(lang.text("Resume"), "follow_resume")
    else:
        rest = each(lang.text("Pause"), "follow_pause")
    return (
        each(lang.text("Test"), "follow_test"),
        rest,
        each(lang.text("Change"), "change_follow"),
        each(lang.text("Remove"), "follow_remove", stop_question(lang)),
    )
