"""The window in which a person says what a channel follows."""

from bot.context import Channel
from bot.domain.event_kind import Topic
from bot.language import Language, deferred
from bot.reply import Block, Modal
from bot.storage.follow import Follow, Rhythm
from bot.views.blocks import option, section
from bot.views.follows.words import described
from bot.views.foreign import channel as channel_reference
from bot.views.foreign import clean, date_stamp, person
from bot.views.inputs import channel_select, checkboxes, input_block, radio_buttons, text_input

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


def follow_modal(
    lang: Language, *, channel: Channel | None, follow: Follow | None = None, changed_meanwhile: bool = False
) -> Modal:
    """Return the window; without a ``channel`` it asks for that too, and a ``follow`` fills it in to be changed.

    ``changed_meanwhile`` says who has changed it while somebody filled in the window.
    """
    where = follow.channel_id if follow is not None else channel.id if channel is not None else None
    heading = (
        lang.text("The channel will follow:")
        if where is None
        else lang.text("{channel} will follow:").format(channel=channel_reference(where))
    )
    return Modal(
        callback_id="set_follow",
        title=modal_title(lang),
        submit=lang.text("Follow") if follow is None else lang.text("Save"),
        close=lang.text("Cancel"),
        memory="" if follow is None else f"{follow.id} {edit_of(follow)}:{_customer(follow)}",
        blocks=(
            *((input_block("channel", lang.text("Channel"), channel_select()),) if where is None else ()),
            *((section(_meanwhile(lang, follow)),) if follow is not None and changed_meanwhile else ()),
            section(heading),
            _topics(lang, DEFAULT_TOPICS if follow is None else follow.topics),
            *_filters(lang, follow),
            _rhythm(lang, Rhythm.NOW if follow is None else follow.rhythm),
            _thread(lang, chosen=follow is not None and follow.thread_only),
        ),
    )


def modal_title(lang: Language) -> str:
    """Return the title of the window, also while it is being filled in."""
    return lang.text("Follow Partner Center")


def edit_of(follow: Follow) -> str:
    """Return what tells one change of a follow from the next; the window remembers it."""
    return "0" if follow.edited_at is None else str(follow.edited_at.timestamp())


def _meanwhile(lang: Language, follow: Follow) -> str:
    template = lang.text("{person} changed this on {when}: {topics}. Save once more to replace that, or cancel.")
    return template.format(
        person=person(follow.edited_by or ""),
        when=date_stamp(lang, follow.edited_at or follow.changed_at).mrkdwn,
        topics=described(lang, follow).mrkdwn,
    )


def _customer(follow: Follow) -> str:
    """Return the customer as the window shows it: by name where that is known."""
    return clean(follow.customer_name or follow.customer_id or "", LONGEST_FILTER)


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


def _filters(lang: Language, follow: Follow | None) -> tuple[Block, Block]:
    customer = "" if follow is None else _customer(follow)
    countries = () if follow is None else follow.countries
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
