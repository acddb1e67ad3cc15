"""Windows that several views share."""

from bot.language import Language
from bot.reply import Modal
from bot.views.blocks import input_block, text_input

TO_COPY = "copy"
"""The window only shows a text to copy: submitting it does nothing."""


def text_modal(lang: Language, *, title: str, label: str, text: str) -> Modal:
    """Return a window with a text in a box to copy from; Slack wants a submit button where there is a box."""
    return Modal(
        callback_id=TO_COPY,
        title=title,
        submit=lang.text("Done"),
        close=lang.text("Cancel"),
        blocks=(input_block("text", label, text_input(initial=text, multiline=True), optional=True),),
    )
