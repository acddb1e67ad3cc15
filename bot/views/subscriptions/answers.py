"""Error messages of ``/partner subscribe`` and ``unsubscribe``, shown to the caller only."""

from collections.abc import Sequence
from functools import partial

from babel.lists import format_list

from bot.context import Channel
from bot.domain.event_kind import Topic
from bot.language import Language
from bot.partner_center.models import Customer
from bot.reply import Message
from bot.views.blocks import actions, button, section
from bot.views.foreign import IN_SENTENCE, Words, channel, clean, joined, name, sentence, span
from bot.views.subscriptions.words import LIST_COMMAND

LONGEST_LIST = 300
"""Letters of a list of countries in a sentence."""


def refusal(lang: Language, where: Channel) -> Message | None:
    """Return why a conversation cannot subscribe, if there is a reason."""
    if where.direct:
        return no_channel(lang)
    return external(lang, known=where.known) if where.external else None


def external(lang: Language, *, known: bool = True) -> Message:
    """Say that a channel which others read, or may, cannot subscribe: ``known`` says whether Slack told."""
    if known:
        template = lang.text(
            "Other organisations can read this channel, so it cannot follow Partner Center. "
            "Type the command in a channel of your own."
        )
    else:
        template = lang.text(
            "The bot cannot see who reads this channel, so it cannot follow Partner Center. "
            "Type {invite} there, then try again."
        )
    return _message(sentence(template, invite=span("/invite @Partner Bot")))


def unknown_topic(lang: Language, typed: str, nearest: Topic | None) -> Message:
    """Say that there is no such topic; ``nearest`` is the one that was probably meant."""
    unknown = sentence(lang.text("There is no topic {topic}."), topic=span(typed, 100))
    if nearest is not None:
        return _message(unknown + sentence(lang.text("Did you mean {command}?"), command=span(nearest)))
    return _message(unknown + sentence(lang.text("Choose from {topics}."), topics=_either(lang, list(Topic))))


def unknown_option(lang: Language, typed: str, nearest: str | None, known: Sequence[str]) -> Message:
    """Say that there is no such option; ``nearest`` is the one that was probably meant, ``known`` are all."""
    unknown = sentence(lang.text("There is no option {option}."), option=span(typed, 100))
    if nearest is not None:
        return _message(unknown + sentence(lang.text("Did you mean {command}?"), command=span(nearest)))
    return _message(unknown + sentence(lang.text("Choose from {values}."), values=_either(lang, known)))


def bad_option(lang: Language, option: str, value: str | None, allowed: Sequence[str] = ()) -> Message:
    """Say what an option takes; ``value`` is what was typed after it, ``allowed`` all there is where that is fixed."""
    named = span(option, 100)
    if not value:
        words = sentence(lang.text("{option} needs a value."), option=named)
        if allowed:
            words += sentence(lang.text("Choose from {values}."), values=_either(lang, allowed))
        return _message(words)
    typed = span(value, 100)
    if not allowed:
        return _message(sentence(lang.text("{option} does not take {value}."), option=named, value=typed))
    template = lang.text("{option} takes {values}, not {value}.")
    return _message(sentence(template, option=named, values=_either(lang, allowed), value=typed))


def which_topics(lang: Language) -> Message:
    """Offer the window by a button, where none can open by itself: behind a mention."""
    text = lang.text("Which topics? Name them, or choose them in a window.")
    return Message(
        text=text,
        blocks=(
            section(text),
            *actions(button(lang.text("Follow topics"), "follow_topics", style="primary")),
        ),
    )


def test_on_its_way(lang: Language, channel_id: str) -> Message:
    """Say to somebody who is elsewhere that the channel gets the message they asked for."""
    where = Words(mrkdwn=channel(channel_id), plain=lang.text("the channel"))
    return _message(sentence(lang.text("A test message is on its way to {channel}."), channel=where))


def no_channel(lang: Language) -> Message:
    """Say that only a channel can subscribe."""
    return _message(sentence(lang.text("Only a channel can follow Partner Center. Type the command in one.")))


def nothing_to_stop(lang: Language, channel_id: str) -> Message:
    """Say that the channel has no subscription of that kind."""
    where = Words(mrkdwn=channel(channel_id), plain=lang.text("The channel"))
    words = sentence(
        lang.text("{channel} follows nothing like that. {command} shows what it follows."),
        channel=where,
        command=span(LIST_COMMAND),
    )
    return _message(words)


def customer_not_one(lang: Language, typed: str) -> Message:
    """Say that a filter fits no customer, or several."""
    return _message(
        sentence(
            lang.text("{customer} fits no customer of yours, or several. Give the tenant ID or the domain."),
            customer=span(typed, 100),
        )
    )


def elsewhere(lang: Language, customer: Customer, countries: Sequence[str]) -> Message:
    """Say that a customer and countries in which it is not, taken together, let nothing through."""
    only = lang.join([lang.country(country) for country in countries])
    words = sentence(
        lang.text(
            "{customer}’s country is {country}. With only {countries}, nothing would come. "
            "Leave out the customer or the country."
        ),
        customer=name(customer.name) if customer.name else span(customer.id),
        country=name(lang.country(customer.country or "")),
        countries=name(only, LONGEST_LIST),
    )
    return _message(words)


def already(lang: Language) -> Message:
    """Say that the channel has just that subscription."""
    words = sentence(
        lang.text("This channel already follows these topics. Change the filter, or look at {command}."),
        command=span(LIST_COMMAND),
    )
    return _message(words)


def choose_topic(lang: Language) -> str:
    """Return what stands under topics of which none is ticked."""
    return lang.text("Choose at least one topic.")


def choose_channel(lang: Language) -> str:
    """Return what stands under a channel that is missing, or in which the bot is not."""
    return lang.text("Choose a channel Partner Bot is in.")


def choose_own_channel(lang: Language) -> str:
    """Return what stands under a channel that others read, or may."""
    return lang.text("Other organisations can read this channel, or may. Choose one of your own.")


def unknown_country(lang: Language, typed: str) -> str:
    """Return what stands under countries of which one is unknown."""
    template = lang.text("No country is called {typed}. Write names or codes, such as FR.")
    return template.format(typed=clean(typed, IN_SENTENCE))


def choose_customer(lang: Language) -> str:
    """Return what stands under a customer that fits none, or several."""
    return lang.text("No customer of yours fits, or several do. Give the tenant ID or the domain.")


def subscribed_already(lang: Language) -> str:
    """Return what stands under topics to which the channel has subscribed just like that."""
    return lang.text("The channel already follows these topics. Change the filter, or cancel.")


def _either(lang: Language, values: Sequence[str]) -> Words:
    """Return "daily or weekly", each in a code span."""
    return joined([span(value, 100) for value in values], partial(format_list, style="or", locale=lang.code))


def _message(words: Words) -> Message:
    return Message(text=words.plain, blocks=(section(words.mrkdwn),))
