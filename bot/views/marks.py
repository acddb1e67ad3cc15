"""Slack's marks in text that others wrote, shown as typed: bold, italic, strike, code, emoji, a leading ``>``.

Slack has no escape for them, and a zero-width space beside a mark is the edge of a word to it, so the mark counts all
the more. What it draws as it stands is the spare text of a date whose format it cannot read; entities in there stay
as they are too, so ``&``, ``<`` and ``>`` stand outside
(https://github.com/yhatt/jsx-slack/blob/main/docs/about-escape-and-exact-mode.md).
"""

import re

ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}  # https://docs.slack.dev/messaging/formatting-message-text#escaping
HIDDEN = "\u00ad"
"""The soft hyphen: nobody sees it, it is no edge of a word, and it is dropped from what people type."""
_EMOJI_COLON = r":(?=[\w+'-]+:)|:(?=[\w+'-]+$)"
"""At the end of a text too: our own colon may follow."""
_EMOJI = re.compile(_EMOJI_COLON)
_MARK = re.compile(rf"[*~`＊＿｀＞]|(?<![^\W_])_|_(?![^\W_])|{_EMOJI_COLON}")
"""Underscores inside a word are letters to Slack."""
_OUTSIDE = re.compile(r"([&<>|^])")
"""What would be read as part of the date's own markup."""
_SPECIAL = re.compile(r"[*~`_:＊＿｀＞&<>|^]")
"""Any character of the above; most texts have none."""


def drawn(text: str) -> str:
    """Return a line for ``mrkdwn``; one without marks comes back with its entities only."""
    if _SPECIAL.search(text) is None:
        return text
    return _unquoted(text) + "".join(ESCAPES.get(piece) or _literal(piece) for piece in _OUTSIDE.split(text))


def heard(text: str) -> str:
    """Return a line for a message's ``text``, which is sent with ``mrkdwn`` off: only emoji would be drawn.

    An edited message cannot switch it off, so the backtick, which would hide the rest of the line in code, becomes ’.
    """
    return _unquoted(text) + entities(_EMOJI.sub(f":{HIDDEN}", text.replace("`", "’")))


def entities(text: str) -> str:
    """Return the text with the three characters written out that Slack keeps for itself everywhere."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # the ampersand first


def _unquoted(text: str) -> str:
    """Return what goes before a text that a line may begin with, lest it become a quotation."""
    return HIDDEN if text.startswith(">") else ""


def _literal(piece: str) -> str:
    """Return the piece with all from its first to its last mark in one date."""
    marks = list(_MARK.finditer(piece))
    if not marks:
        return piece
    first, last = marks[0].start(), marks[-1].end()
    return f"{piece[:first]}<!date^0^{{_}}|{piece[first:last]}>{piece[last:]}"
