"""What a channel follows, in words that stand in a sentence: topics, filters, rhythm, and why it is paused."""

from collections.abc import Collection

from bot.domain.event_kind import Topic
from bot.language import Language, deferred
from bot.storage.follow import EXTERNAL_CHANNEL, PAUSED_BY_HAND, TOO_MANY_ATTEMPTS, Follow, Rhythm
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
}
"""Why notices are paused, by our reasons and Slack's words (https://docs.slack.dev/reference/methods/chat.postMessage#errors)."""


def topics(lang: Language, chosen: Collection[Topic]) -> str:
    """Return "customers and relationships", in the order in which they are offered; everything holds the rest."""
    shown = (Topic.ALL,) if Topic.ALL in chosen else tuple(topic for topic in Topic if topic in chosen)
    return lang.join([lang.text(TOPICS[topic]) for topic in shown])


def described(lang: Language, follow: Follow) -> Words:
    """Return topics, filters and rhythm, such as "customers · France only · once a day"."""
    parts = [sentence(topics(lang, follow.topics)), *_filters(lang, follow)]
    if follow.rhythm is not Rhythm.NOW:
        parts.append(sentence(lang.text(RHYTHMS[follow.rhythm])))
    if follow.thread_only:
        parts.append(sentence(lang.text("in one thread")))
    return joined(parts, " · ".join)


def named(lang: Language, label: str, follow: Follow) -> str:
    """Return what a screen reader says of a button in a list: which of several it is."""
    return lang.text("{button}: {topics}").format(button=label, topics=topics(lang, follow.topics))


def followed_here(lang: Language, follow: Follow) -> str:
    """Return why a message came to this channel, and how to change that."""
    template = lang.text("Followed here: {topics}. Change with {command}")
    return template.format(topics=described(lang, follow).mrkdwn, command=code(LIST_COMMAND))


def reason(lang: Language, word: str | None) -> Words:
    """Return why notices are paused; a word of Slack's that the bot does not know is shown as it came."""
    known = REASONS.get(word or PAUSED_BY_HAND)
    if known is not None:
        return sentence(lang.text(known))
    return sentence(lang.text("Slack refuses them with the word {word}"), word=span(word or ""))


def _filters(lang: Language, follow: Follow) -> list[Words]:
    filters = []
    if follow.customer_id is not None:
        only = name(follow.customer_name) if follow.customer_name else span(follow.customer_id)
        filters.append(sentence(lang.text("{customer} only"), customer=only))
    if follow.countries:
        shown = [name(lang.country(country)) for country in follow.countries[:COUNTRIES_SHOWN]]
        rest = len(follow.countries) - len(shown)
        if rest:
            more = lang.plural("{count} other country", "{count} other countries", rest)
            shown.append(sentence(more, count=lang.number(rest)))
        filters.append(sentence(lang.text("{countries} only"), countries=joined(shown, lang.join)))
    return filters
