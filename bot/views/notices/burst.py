"""The summary that stands for many notices at once; each of them is in its thread."""

from collections.abc import Mapping

from bot.domain.channel_subscriptions import ChannelSubscription
from bot.domain.event_kind import EventKind
from bot.language import Language
from bot.reply import Message
from bot.views.blocks import actions, button, context, header, section
from bot.views.notices.headings import counted


def burst(
    lang: Language,
    counts: Mapping[EventKind, int],
    *,
    minutes: int,
    subscription: ChannelSubscription | None = None,
    limit: int = 20,
    within: int = 10,
) -> Message:
    """Return how many changes of each kind came in so many minutes.

    More than ``limit`` ``within`` so many minutes make a burst. [Change topics] leads to the ``subscription``, where
    it is one alone that brings them.
    """
    total, minutes = sum(counts.values()), max(1, minutes)
    time = lang.plural("{count} minute", "{count} minutes", minutes).format(count=lang.number(minutes))
    title = lang.plural("{count} change in {time}", "{count} changes in {time}", total)
    title = title.format(count=lang.number(total), time=time)
    kinds = sorted((kind for kind in counts if counts[kind]), key=lambda kind: -counts[kind])
    each = ", ".join(counted(lang, kind, counts[kind]) for kind in kinds)
    returning = lang.text("Single messages return below {count} changes in {minutes} minutes.")
    change = ("follow_topics", None) if subscription is None else ("change_follow", subscription.id)
    return Message(
        text=f"{title}.",
        blocks=(
            header(title),
            section(lang.text("{changes}. Each is in this thread.").format(changes=each or title)),
            context(returning.format(count=lang.number(limit), minutes=lang.number(within))),
            *actions(button(lang.text("Change topics"), *change)),
        ),
    )
