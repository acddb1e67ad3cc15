"""The card of one event, and what follows on it in its thread.

Whole channels read it, so it holds the reduced card: never a person, e-mail, phone, street or billing.
"""

from bot.domain.channel_subscriptions import ChannelSubscription
from bot.domain.event_kind import REFERRAL
from bot.domain.event_kinds import FRAUD_ALERT
from bot.domain.events import Event
from bot.language import Language
from bot.partner_center.models import Customer
from bot.reply import Block, Message
from bot.views.blocks import HEADER, actions, button, context, field, fields, header, plain_section, section
from bot.views.customer_blocks import portal_button, see_customer_button
from bot.views.foreign import Words, name, person, sentence, stamp
from bot.views.notices.facts import (
    CAUSES,
    Late,
    MicrosoftSubscriptionFacts,
    of_customer,
    of_event,
    shows_customer,
)
from bot.views.notices.headings import heading, subject
from bot.views.subscriptions.words import subscribed_here


def notice(
    lang: Language,
    event: Event,
    customer: Customer | None,
    *,
    subscription: ChannelSubscription,
    portal_url: str | None,
    microsoft_subscription: MicrosoftSubscriptionFacts | None = None,
    unlinked: bool = False,
    late: Late | None = None,
    earlier: int = 0,
    awaited: bool = True,
) -> Message:
    """Return the card of an event.

    ``unlinked`` offers to link a new customer to an invitation; ``earlier`` counts the changes of the same thing that
    are in the card's thread. Without the customer's record, ``awaited`` says whether it is still to come.
    """
    facts = tuple(field(fact.label, fact.value) for fact in of_event(lang, event, microsoft_subscription))
    meaning = event.kind.meaning
    incomplete = awaited and customer is None and shows_customer(event)
    return Message(
        text=_text(lang, event, customer),
        blocks=(
            *_header(lang, event, customer),
            fields(*facts, *of_customer(lang, event, customer, awaited=awaited)),
            *(() if meaning is None else (section(lang.text(meaning)),)),
            context(
                *_about_notice(lang, event, late=late, earlier=earlier, incomplete=incomplete),
                subscribed_here(lang, subscription),
            ),
            *actions(*_buttons(lang, event, portal_url, unlinked=unlinked)),
        ),
    )


def reply(
    lang: Language,
    event: Event,
    customer: Customer | None,
    *,
    portal_url: str | None,
    microsoft_subscription: MicrosoftSubscriptionFacts | None = None,
    late: Late | None = None,
    before: Event | None = None,
    overtaken: bool = False,
) -> Message:
    """Return another change, for the thread of a card, which showed another event ``before``.

    ``overtaken``: it happened before what the card shows, and arrived after it.
    """
    pair = lang.text("{label}: {value}")
    facts = " · ".join(
        pair.format(label=fact.label, value=fact.value) for fact in of_event(lang, event, microsoft_subscription)
    )
    about, text = heading(lang, event, name(subject(event, customer)).mrkdwn), _text(lang, event, customer)
    if overtaken:
        about, text = (lang.text("Before that: {heading}").format(heading=each) for each in (about, text))
    around = [*_before(lang, before, customer), *_about_notice(lang, event, late=late)]
    return Message(
        text=text,
        blocks=(
            section(f"{about}\n{facts}", accessory=portal_button(lang, portal_url)),
            *((context(*around),) if around else ()),
        ),
    )


def thread_root(lang: Language, subscription: ChannelSubscription) -> Message:
    """Return the one message of a channel that keeps everything in its thread."""
    text = lang.text("Partner Center: everything this channel follows is in this thread.")
    return Message(text=text, blocks=(section(text), context(subscribed_here(lang, subscription))))


def test(lang: Language, *, asked_by: str, subscription: ChannelSubscription) -> Message:
    """Return the notice that somebody asked for to see whether notices arrive."""
    words = sentence(
        lang.text("Test asked for by {person}: notices reach this channel."),
        person=Words(mrkdwn=person(asked_by), plain=lang.text("a colleague")),
    )
    return Message(text=words.plain, blocks=(section(words.mrkdwn), context(subscribed_here(lang, subscription))))


def _text(lang: Language, event: Event, customer: Customer | None) -> str:
    return heading(lang, event, name(subject(event, customer)).plain)


def _header(lang: Language, event: Event, customer: Customer | None) -> tuple[Block, ...]:
    """Return the heading; a name too long for it follows in full."""
    about = subject(event, customer)
    whole = heading(lang, event, about)
    return (header(whole), *((plain_section(about),) if len(whole) > HEADER else ()))


def _about_notice(
    lang: Language, event: Event, *, late: Late | None, earlier: int = 0, incomplete: bool = False
) -> list[str]:
    """Return what is to be said about the notice itself."""
    lines = []
    if incomplete:
        lines.append(lang.text("Microsoft does not answer just now; what is missing will follow."))
    if late is not None:
        template = lang.text("Happened: {when}. Late because {cause}.")
        lines.append(template.format(when=stamp(lang, event.happened_at).mrkdwn, cause=lang.text(CAUSES[late])))
    if earlier:
        counted = lang.plural(
            "{count} earlier change is in the thread.", "{count} earlier changes are in the thread.", earlier
        )
        lines.append(counted.format(count=lang.number(earlier)))
    return lines


def _before(lang: Language, event: Event | None, customer: Customer | None) -> list[str]:
    """Return what the card said until now: it shows the latest alone, so the thread keeps the rest."""
    if event is None:
        return []
    change = heading(lang, event, name(subject(event, customer)).mrkdwn)
    line = lang.text("Before that: {change}, {when}.")
    return [line.format(change=change, when=stamp(lang, event.happened_at).mrkdwn)]


def _buttons(lang: Language, event: Event, portal_url: str | None, *, unlinked: bool) -> tuple[Block | None, ...]:
    """Return the buttons that make sense: an alert leads to Microsoft first, anything else to the card."""
    if event.kind is FRAUD_ALERT:
        return portal_button(lang, portal_url, style="primary"), _card_button(lang, event)
    link = button(lang.text("Link an invitation"), "match_acceptance", event.id) if unlinked else None
    return _card_button(lang, event), link, portal_button(lang, portal_url)


def _card_button(lang: Language, event: Event) -> Block | None:
    if event.customer_id is None or not shows_customer(event) or event.kind.subject is REFERRAL:
        return None
    return see_customer_button(lang, event.customer_id, style="primary" if event.kind.is_new_customer else None)
