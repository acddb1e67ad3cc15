"""A channel subscription in words that stand in a sentence: topics, filters, rhythm, and why it is paused."""

from collections.abc import Collection

from bot.domain.channel_subscriptions import (
    EXTERNAL_CHANNEL,
    PAUSED_BY_HAND,
    TOO_MANY_ATTEMPTS,
    ChannelSubscription,
    Rhythm,
)
from bot.domain.event_kind import Topic
from bot.language import Language, deferred
from bot.slack_errors import FEW_MAY_POST, Meaning, meaning_of
from bot.views.foreign import Words, code, joined, name, sentence, span

TOPICS = {
    Topic.CUSTOMERS: deferred("customers"),
    Topic.RELATIONSHIPS: deferred("relationships"),
    Topic.SUBSCRIPTIONS: deferred("Microsoft subscriptions"),
    Topic.INVOICES: deferred("invoices"),
    Topic.SECURITY: deferred("security"),
    Topic.ALL: deferred("everything"),
}
RHYTHMS = {
    Rhythm.NOW: deferred("as it happens"),
    Rhythm.DAILY: deferred("once a day"),
    Rhythm.WEEKLY: deferred("once a week"),
}
COUNTRIES_SHOWN = 5
LIST_COMMAND = "/partner subscriptions"

REASONS = {
    PAUSED_BY_HAND: deferred("a person paused them"),
    TOO_MANY_ATTEMPTS: deferred("Slack has not taken them in many attempts"),
    EXTERNAL_CHANNEL: deferred("other organisations can read the channel"),
    "channel_not_found": deferred("the channel is gone, or the bot may not see it"),
    "not_in_channel": deferred("Partner Bot is not in the channel"),
    "is_archived": deferred("the channel is archived"),
    "account_inactive": deferred("the bot is switched off in Slack"),
    "token_revoked": deferred("Slack no longer accepts the bot’s token"),
    "invalid_blocks": deferred("Slack could not draw a message of the bot"),
    "msg_too_long": deferred("a message of the bot was too long for Slack"),
    "restricted_action_thread_only_channel": deferred("the channel takes messages in threads only"),
    "missing_scope": deferred("the app lacks a permission in Slack"),
    **dict.fromkeys(sorted(FEW_MAY_POST), deferred("only some people may post in the channel")),
}
"""Why notices are paused, by our reasons and Slack's words (https://docs.slack.dev/reference/methods/chat.postMessage#errors)."""
BY_MEANING = {
    Meaning.THREAD: deferred("Slack takes no replies in the thread"),
    Meaning.CHANNEL: deferred("Slack does not let the bot post in the channel"),
    Meaning.PERSON: deferred("Slack does not let the bot write to this person"),
    Meaning.WORKSPACE: deferred("Slack does not accept the bot"),
    Meaning.NOT_NOW: deferred("Slack did not answer the bot"),
}
"""The same for any other word; what is not here is about a message alone."""


def topics(lang: Language, chosen: Collection[Topic]) -> str:
    """Return "customers and relationships", in the order in which they are offered; everything holds the rest."""
    shown = (Topic.ALL,) if Topic.ALL in chosen else tuple(topic for topic in Topic if topic in chosen)
    return lang.join([lang.text(TOPICS[topic]) for topic in shown])


def described(lang: Language, subscription: ChannelSubscription) -> Words:
    """Return topics, filters and rhythm, such as "customers · France only · once a day"."""
    parts = [sentence(topics(lang, subscription.topics)), *_filters(lang, subscription)]
    if subscription.rhythm is not Rhythm.NOW:
        parts.append(sentence(lang.text(RHYTHMS[subscription.rhythm])))
    if subscription.thread_only:
        parts.append(sentence(lang.text("in one thread")))
    return joined(parts, " · ".join)


def named(lang: Language, label: str, subscription: ChannelSubscription) -> str:
    """Return what a screen reader says of a button in a list: which of several it is."""
    return lang.text("{button}: {topics}").format(button=label, topics=topics(lang, subscription.topics))


def subscribed_here(lang: Language, subscription: ChannelSubscription) -> str:
    """Return why a message came to this channel, and how to change that."""
    template = lang.text("Followed here: {topics}. Change with {command}")
    return template.format(topics=described(lang, subscription).mrkdwn, command=code(LIST_COMMAND))


def reason(lang: Language, word: str | None) -> Words:
    """Return why notices are paused, or nothing is taken at all; Slack's word itself stands in the log alone."""
    word = word or PAUSED_BY_HAND
    general = BY_MEANING.get(meaning_of(word), deferred("Slack did not take a message of the bot"))
    return sentence(lang.text(REASONS.get(word, general)))


def _filters(lang: Language, subscription: ChannelSubscription) -> list[Words]:
    filters = []
    if subscription.customer_id is not None:
        only = name(subscription.customer_name) if subscription.customer_name else span(subscription.customer_id)
        filters.append(sentence(lang.text("{customer} only"), customer=only))
    if subscription.countries:
        shown = [name(lang.country(country)) for country in subscription.countries[:COUNTRIES_SHOWN]]
        rest = len(subscription.countries) - len(shown)
        if rest:
            more = lang.plural("{count} other country", "{count} other countries", rest)
            shown.append(sentence(more, count=lang.number(rest)))
        filters.append(sentence(lang.text("{countries} only"), countries=joined(shown, lang.join)))
    return filters
