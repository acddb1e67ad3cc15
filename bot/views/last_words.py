"""What is said when the words for a failure fail too: made when the bot starts, so that nothing is left to go wrong."""

from bot.language import LANGUAGES, deferred, language
from bot.reply import Message

TEXT = deferred("The bot stopped on an error of its own. Give a bot admin this reference:")
SAID = {code: language(code).text(TEXT) for code in LANGUAGES}


def said(code: str, reference: str) -> Message:
    """Return the last sentence in the reader's language, and the reference under which the log knows more."""
    text = f"{SAID.get(code, TEXT)} {reference}"
    return Message(
        text=text, blocks=({"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}},)
    )
