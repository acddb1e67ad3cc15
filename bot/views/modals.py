"""Windows that several views share."""

from bot.language import Language
from bot.reply import Message, Modal
from bot.views.blocks import context
from bot.views.inputs import input_block, text_input

TO_COPY = "copy"
"""The window only shows a text to copy: submitting it does nothing."""
LOADING = "loading"
"""The window holds nothing to submit: it waits to be replaced, or says why that did not come."""


def text_modal(lang: Language, *, title: str, label: str, text: str) -> Modal:
    """Return a window with a text in a box to copy from; Slack wants a submit button where there is a box."""
    return Modal(
        callback_id=TO_COPY,
        title=title,
        submit=lang.text("Done"),
        close=lang.text("Cancel"),
        blocks=(input_block("text", label, text_input(initial=text, multiline=True), optional=True),),
    )


def loading(lang: Language, *, title: str) -> Modal:
    """Return the window to show at once while its content is fetched: Slack lets one open for three seconds only."""
    return Modal(
        callback_id=LOADING,
        title=title,
        close=lang.text("Cancel"),
        blocks=(context(lang.text("Asking Microsoft…")),),
    )


def failed(lang: Language, *, title: str, message: Message) -> Modal:
    """Return that window with the words of a failure, without the buttons, which answer in the channel."""
    return Modal(
        callback_id=LOADING,
        title=title,
        close=lang.text("Done"),
        blocks=tuple(block for block in message.blocks if block["type"] != "actions"),
    )
