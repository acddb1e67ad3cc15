"""Messages to a channel about its subscriptions, and to the owner when notices are paused."""

from html import unescape

from bot.contacts import BOT_ADMINS, Contacts
from bot.domain.channel_subscriptions import (
    EXTERNAL_CHANNEL,
    PAUSED_BY_HAND,
    TOO_MANY_ATTEMPTS,
    ChannelSubscription,
    SubscriptionStats,
)
from bot.language import Language, deferred
from bot.reply import Block, Message
from bot.slack_errors import FEW_MAY_POST, TOKEN_REFUSED
from bot.views.blocks import actions, button, confirm, section
from bot.views.contacts import to_ask
from bot.views.foreign import Words, channel, clean, person, sentence, span
from bot.views.subscriptions.words import described, named, reason

_INVITE_BOT = deferred("Type {invite} there and resume, or remove.")
_TELL_ADMIN = deferred("Tell {people}, and resume once that is mended.")
_LET_POST = deferred("Ask who manages the channel to let Partner Bot post there; then resume, or remove.")
_INSTALL = deferred("Ask {people} to install the app again; then resume.")
NEXT_STEPS = {
    PAUSED_BY_HAND: deferred("Resume when they should come again, or remove."),
    TOO_MANY_ATTEMPTS: deferred("Check the channel, then resume, or remove."),
    EXTERNAL_CHANNEL: deferred("Remove, and follow in a channel of your own."),
    "channel_not_found": _INVITE_BOT,
    "not_in_channel": _INVITE_BOT,
    "is_archived": deferred("Unarchive it and resume, or remove."),
    **dict.fromkeys(FEW_MAY_POST, _LET_POST),
    **dict.fromkeys(TOKEN_REFUSED, _INSTALL),
}
"""What to do about each reason for a pause; any other is for a bot admin."""


def set_up(lang: Language, subscription: ChannelSubscription, *, by: str) -> Message:
    """Say in the channel what it has subscribed to."""
    words = _done(lang, lang.text("{person} set this channel to follow: {topics}."), subscription, by)
    return _message(
        words,
        button(lang.text("Test"), "follow_test", subscription.id),
        button(lang.text("Change"), "change_follow", subscription.id),
    )


def stopped(lang: Language, *gone: ChannelSubscription, by: str) -> Message:
    """Say which subscriptions were removed, with the way back for each."""
    template = lang.text("{person} stopped: {topics}. It can be restored for 30 days.")
    blocks: list[Block] = []
    for place, subscription in enumerate(gone):
        restore = button(
            lang.text("Restore"),
            f"follow_restore:{place}",
            subscription.id,
            accessibility_label=named(lang, lang.text("Restore"), subscription),
        )
        blocks += (section(_done(lang, template, subscription, by).mrkdwn), *actions(restore))
    return Message(text=" ".join(_done(lang, template, each, by).plain for each in gone), blocks=tuple(blocks))


def restored(lang: Language, subscription: ChannelSubscription, *, by: str) -> Message:
    """Say that a removed subscription is restored."""
    template = lang.text("{person} restored: {topics}. What happens from now on is told here again.")
    return _message(_done(lang, template, subscription, by))


def paused(lang: Language, subscription: ChannelSubscription, *, by: str, hindrance: Words | None = None) -> Message:
    """Say that notices wait; a ``hindrance`` keeps them from being resumed for now."""
    words = _done(lang, lang.text("{person} paused: {topics}. What happens meanwhile is kept."), subscription, by)
    if hindrance is not None:
        return _message(words + hindrance)
    return _message(words, button(lang.text("Resume"), "follow_resume", subscription.id))


def resumed(lang: Language, subscription: ChannelSubscription, *, by: str, kept: int) -> Message:
    """Say that notices come again, and how many had waited."""
    words = _done(lang, lang.text("{person} resumed: {topics}."), subscription, by)
    if kept:
        count = lang.plural("{count} notice was kept and comes now.", "{count} notices were kept and come now.", kept)
        words += sentence(count, count=lang.number(kept))
    return _message(words)


def owner_told(lang: Language, stats: SubscriptionStats, *, contacts: Contacts = BOT_ADMINS) -> Message:
    """Tell the owner once why notices are paused, what is kept, and what to do."""
    subscription = stats.subscription
    words = sentence(
        lang.text("Notices for {channel} are paused: {reason}."),
        channel=Words(mrkdwn=channel(subscription.channel_id), plain=lang.text("the channel")),
        reason=reason(lang, subscription.reason),
    )
    if stats.waiting:
        kept = lang.plural("{count} is kept.", "{count} are kept.", stats.waiting)
        words += sentence(kept, count=lang.number(stats.waiting))
    step = lang.text(NEXT_STEPS.get(subscription.reason or PAUSED_BY_HAND, _TELL_ADMIN))
    words += sentence(step, invite=span("/invite @Partner Bot"), people=to_ask(lang, contacts))
    resume = button(lang.text("Resume"), "follow_resume", subscription.id, style="primary")
    remove = button(
        lang.text("Remove"), "follow_remove", subscription.id, style="danger", confirm=stop_question(lang, subscription)
    )
    return _message(words, None if subscription.reason == EXTERNAL_CHANNEL else resume, remove)


def stop_question(lang: Language, subscription: ChannelSubscription, where: str | None = None) -> Block:
    """Return the question before a subscription is removed; ``where`` is its name, where the reader may know it."""
    topics = unescape(described(lang, subscription).plain)
    if where is None:
        text = lang.text("The channel will hear no more of: {topics}. It can be restored for 30 days.")
    else:
        text = lang.text("#{channel} will hear no more of: {topics}. It can be restored for 30 days.")
    return confirm(
        lang.text("Stop these notices?"),
        text.format(channel=clean(where or "", 80), topics=clean(topics, 120)),
        lang.text("Remove"),
        lang.text("Keep"),
    )


def _done(lang: Language, template: str, subscription: ChannelSubscription, by: str) -> Words:
    """Fill in who did it, and to what."""
    return sentence(
        template,
        person=Words(mrkdwn=person(by), plain=lang.text("A colleague")),
        topics=described(lang, subscription),
    )


def _message(words: Words, *buttons: Block | None) -> Message:
    return Message(text=words.plain, blocks=(section(words.mrkdwn), *actions(*buttons)))
