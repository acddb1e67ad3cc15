"""The window in which a person sets a channel subscription."""

from bot.context import Channel
from bot.domain.channel_subscriptions import ChannelSubscription, Rhythm
from bot.domain.event_kind import Topic
from bot.language import Language, deferred
from bot.reply import Block, Modal
from bot.views.blocks import option, section
from bot.views.foreign import channel as channel_reference
from bot.views.foreign import clean, date_stamp, person
from bot.views.inputs import channel_select, checkboxes, input_block, radio_buttons, text_input
from bot.views.subscriptions.words import described

LONGEST_FILTER = 300
DEFAULT_TOPICS = frozenset({Topic.CUSTOMERS})
IN_ONE_THREAD = "thread"
"""The value of the box that keeps everything in one thread."""

TOPICS = {
    Topic.CUSTOMERS: deferred("Customers (new, removed, accepted)"),
    Topic.RELATIONSHIPS: deferred("Relationships (delegated access)"),
    Topic.SUBSCRIPTIONS: deferred("Microsoft subscriptions (changes, usage, migration)"),
    Topic.INVOICES: deferred("Invoices"),
    Topic.SECURITY: deferred("Security (fraud alerts)"),
    Topic.ALL: deferred("Everything"),
}
RHYTHMS = {
    Rhythm.NOW: deferred("As it happens"),
    Rhythm.DAILY: deferred("Once a day (9:00, your time zone)"),
    Rhythm.WEEKLY: deferred("Once a week (Monday 9:00, your time zone)"),
}


def subscription_modal(
    lang: Language,
    *,
    channel: Channel | None,
    subscription: ChannelSubscription | None = None,
    changed_meanwhile: bool = False,
) -> Modal:
    """Return the window; without a ``channel`` it asks for that too, and a ``subscription`` fills it in to be changed.

    ``changed_meanwhile`` says who has changed it while somebody filled in the window.
    """
    where = subscription.channel_id if subscription is not None else channel.id if channel is not None else None
    heading = (
        lang.text("The channel will follow:")
        if where is None
        else lang.text("{channel} will follow:").format(channel=channel_reference(where))
    )
    return Modal(
        callback_id="set_follow",
        title=modal_title(lang),
        submit=lang.text("Follow") if subscription is None else lang.text("Save"),
        close=lang.text("Cancel"),
        memory="" if subscription is None else f"{subscription.id} {edit_of(subscription)}:{_customer(subscription)}",
        blocks=(
            *((input_block("channel", lang.text("Channel"), channel_select()),) if where is None else ()),
            *((section(_meanwhile(lang, subscription)),) if subscription is not None and changed_meanwhile else ()),
            section(heading),
            _topics(lang, DEFAULT_TOPICS if subscription is None else subscription.topics),
            *_filters(lang, subscription),
            _rhythm(lang, Rhythm.NOW if subscription is None else subscription.rhythm),
            _thread(lang, chosen=subscription is not None and subscription.thread_only),
        ),
    )


def modal_title(lang: Language) -> str:
    """Return the title of the window, also while it is being filled in."""
    return lang.text("Follow Partner Center")


def edit_of(subscription: ChannelSubscription) -> str:
    """Return what tells one change of a subscription from the next; the window remembers it."""
    return "0" if subscription.edited_at is None else str(subscription.edited_at.timestamp())


def _meanwhile(lang: Language, subscription: ChannelSubscription) -> str:
    template = lang.text("{person} changed this on {when}: {topics}. Save once more to replace that, or cancel.")
    return template.format(
        person=person(subscription.edited_by or ""),
        when=date_stamp(lang, subscription.edited_at or subscription.changed_at).mrkdwn,
        topics=described(lang, subscription).mrkdwn,
    )


def _customer(subscription: ChannelSubscription) -> str:
    """Return the customer as the window shows it: by name where that is known."""
    return clean(subscription.customer_name or subscription.customer_id or "", LONGEST_FILTER)


def _topics(lang: Language, chosen: frozenset[Topic]) -> Block:
    options = {topic: option(lang.text(label), topic) for topic, label in TOPICS.items()}
    return input_block(
        "topics",
        lang.text("Topics"),
        checkboxes(list(options.values()), [options[topic] for topic in Topic if topic in chosen]),
        hint=lang.text(
            "Customers are enough to hear who becomes a customer, who leaves, and who accepts an invitation. "
            "Everything also brings referrals."
        ),
    )


def _filters(lang: Language, subscription: ChannelSubscription | None) -> tuple[Block, Block]:
    customer = "" if subscription is None else _customer(subscription)
    countries = () if subscription is None else subscription.countries
    return (
        input_block(
            "customer",
            lang.text("Only this customer"),
            text_input(initial=customer, placeholder="contoso.com", longest=LONGEST_FILTER),
            hint=lang.text("Tenant ID, domain or name. Empty: every customer."),
            optional=True,
        ),
        input_block(
            "countries",
            lang.text("Only these countries"),
            text_input(initial=clean(", ".join(countries)), placeholder="FR, BE"),
            hint=lang.text("Names or codes with commas between them. Empty: every country."),
            optional=True,
        ),
    )


def _rhythm(lang: Language, chosen: Rhythm) -> Block:
    options = {rhythm: option(lang.text(label), rhythm) for rhythm, label in RHYTHMS.items()}
    return input_block(
        "rhythm",
        lang.text("When"),
        radio_buttons(list(options.values()), options[chosen]),
        hint=lang.text("Once a day or a week: one message for all changes, none where nothing changed."),
    )


def _thread(lang: Language, *, chosen: bool) -> Block:
    box = option(lang.text("Keep everything in one thread"), IN_ONE_THREAD)
    return input_block("thread", lang.text("Thread"), checkboxes([box], [box] if chosen else ()), optional=True)
