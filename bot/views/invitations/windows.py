"""The windows around an invitation: to write one, to confirm a channel that others read, to copy the text."""

from bot.context import Channel
from bot.language import LANGUAGES, Language
from bot.reply import Block, Modal
from bot.views.blocks import (
    alert,
    channel_select,
    context,
    input_block,
    option,
    radio_buttons,
    section,
    text_input,
)
from bot.views.foreign import channel as channel_reference
from bot.views.foreign import clean
from bot.views.foreign import person as mention
from bot.views.invitations.message import LONGEST_NOTE
from bot.views.modals import text_modal

LONGEST_COMPANY = 300


def invite_modal(
    lang: Language,
    *,
    channel: Channel | None,
    person: str | None = None,
    in_thread: bool = False,
    company: str = "",
    note: str = "",
    language: str | None = None,
    memory: str = "",
) -> Modal:
    """Return the window that asks for whom; without a ``channel`` it asks for that too."""
    external = channel is not None and channel.external
    return Modal(
        callback_id="send_invitation",
        title=lang.text("Invite a customer"),
        submit=lang.text("Post invitation"),
        close=lang.text("Cancel"),
        memory=memory,
        blocks=(
            section(_destination(lang, channel, person, in_thread=in_thread)),
            *((_external_alert(lang),) if external else ()),
            input_block(
                "company",
                lang.text("Company or main domain"),
                text_input(initial=clean(company), longest=LONGEST_COMPANY),
                hint=lang.text("A domain lets the bot tell for sure who accepted."),
            ),
            *(() if external else (_note(lang, note),)),
            _language(lang, language or lang.code),
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
        blocks=(_external_alert(lang), section(where.format(channel=channel_reference(channel.id)))),
    )


def copy_modal(lang: Language, text: str) -> Modal:
    """Return the customer's text in a box, because a phone cannot select part of a message."""
    return text_modal(
        lang,
        title=lang.text("Text for the customer"),
        label=lang.text("Copy into an e-mail; changes stay here"),
        text=text,
    )


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


def _external_alert(lang: Language) -> Block:
    text = lang.text(
        "Other organisations can read this channel. Only the text for the customer and the link will be posted."
    )
    return alert(text, "warning")


def _note(lang: Language, note: str) -> Block:
    return input_block(
        "note",
        lang.text("Note for colleagues"),
        text_input(initial=note, multiline=True, longest=LONGEST_NOTE),
        hint=lang.text("Stays in Slack; not part of the customer’s text."),
        optional=True,
    )


def _language(lang: Language, chosen: str) -> Block:
    options = {each: option(lang.language(each), each) for each in LANGUAGES}
    return input_block(
        "language",
        lang.text("Language of the customer’s text"),
        radio_buttons(list(options.values()), options.get(chosen, options[LANGUAGES[0]])),
    )


def _channel(lang: Language) -> Block:
    return input_block("channel", lang.text("Channel to post in"), channel_select())
