"""The windows around an invitation: to write one, to confirm a channel that others read, to copy the text."""

from bot.context import Channel
from bot.language import LANGUAGES, Language
from bot.reply import Block, Modal
from bot.views.blocks import context, option, section
from bot.views.foreign import channel as channel_reference
from bot.views.foreign import clean
from bot.views.foreign import person as mention
from bot.views.inputs import alert, channel_select, input_block, radio_buttons, text_input
from bot.views.invitations.message import LONGEST_NOTE
from bot.views.modals import loading, text_modal

LONGEST_COMPANY = 300


def invite_modal(
    lang: Language,
    *,
    channel: Channel | None,
    person: str | None = None,
    in_thread: bool = False,
    company: str = "",
) -> Modal:
    """Return the window that asks for whom; without a ``channel`` it asks for that too."""
    external = channel if channel is not None and channel.external else None
    return Modal(
        callback_id="send_invitation",
        title=lang.text("Invite a customer"),
        submit=lang.text("Post invitation"),
        close=lang.text("Cancel"),
        blocks=(
            section(_destination(lang, channel, person, in_thread=in_thread)),
            *((_external_alert(lang, external),) if external else ()),
            input_block(
                "company",
                lang.text("Company or main domain"),
                text_input(initial=clean(company), longest=LONGEST_COMPANY),
                hint=lang.text("A domain lets the bot tell for sure who accepted."),
            ),
            *(() if external else (_note(lang),)),
            _language(lang),
            *((_channel(lang),) if channel is None else ()),
            context(lang.text("Microsoft gives one link for all your customers.")),
        ),
    )


def confirm_external_modal(lang: Language, channel: Channel, *, memory: str) -> Modal:
    """Return the window that asks once more before something is posted where other organisations read."""
    where = lang.text("The invitation goes to {channel}, without your note and without its state.")
    return Modal(
        callback_id="send_invitation_external",
        title=lang.text("Invite a customer"),
        submit=lang.text("Post the text"),
        close=lang.text("Cancel"),
        memory=memory,
        blocks=(_external_alert(lang, channel), section(where.format(channel=channel_reference(channel.id)))),
    )


def copying(lang: Language) -> Modal:
    """Return the window that is shown until the customer's text is there."""
    return loading(lang, title=_copy_title(lang))


def copy_modal(lang: Language, text: str) -> Modal:
    """Return the customer's text in a box, because a phone cannot select part of a message."""
    return text_modal(
        lang,
        title=_copy_title(lang),
        label=lang.text("Copy into an e-mail; changes stay here"),
        text=text,
    )


def _copy_title(lang: Language) -> str:
    return lang.text("Text for the customer")


def _destination(lang: Language, channel: Channel | None, person: str | None, *, in_thread: bool) -> str:
    if channel is None:
        return lang.text("Goes into a new thread in the channel you choose.")
    where = channel_reference(channel.id)
    if in_thread and person is not None:
        return lang.text("Goes into the thread of {person}’s message in {channel}.").format(
            person=mention(person), channel=where
        )
    if in_thread:
        return lang.text("Goes into the thread in {channel}.").format(channel=where)
    return lang.text("Goes into a new thread in {channel}.").format(channel=where)


def _external_alert(lang: Language, channel: Channel) -> Block:
    if channel.known:
        text = lang.text(
            "Other organisations can read this channel. Only the text for the customer and the link will be posted."
        )
    else:
        text = lang.text(
            "The bot cannot see who reads this channel. Only the text for the customer and the link will be posted."
        )
    return alert(text, "warning")


def _note(lang: Language) -> Block:
    return input_block(
        "note",
        lang.text("Note for colleagues"),
        text_input(multiline=True, longest=LONGEST_NOTE),
        hint=lang.text("Stays in Slack; not part of the customer’s text."),
        optional=True,
    )


def _language(lang: Language) -> Block:
    options = {each: option(lang.language(each), each) for each in LANGUAGES}
    return input_block(
        "language",
        lang.text("Language of the customer’s text"),
        radio_buttons(list(options.values()), options[lang.code]),
    )


def _channel(lang: Language) -> Block:
    return input_block("channel", lang.text("Channel to post in"), channel_select())
