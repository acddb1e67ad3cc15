"""What Slack draws of mrkdwn: which marks it obeys, and what a person reads then; the page goes by the same rules.

Slack offers no escape for its marks. A zero-width space beside one is the edge of a word, so the mark counts; the spare
text of a date is drawn as it stands
(https://github.com/yhatt/jsx-slack/blob/main/docs/about-escape-and-exact-mode.md). Strikes pair across spaces
(https://github.com/gastownhall/gascity-packs/pull/337).
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox.slack.markup import readable

_KINDS = {"*": "bold", "＊": "bold", "_": "italic", "＿": "italic", "~": "strike"}
_TOKEN = re.compile(r"<[^<>\n]+>|(?P<tick>[`｀])[^`｀\n]+(?P=tick)|(?P<emoji>:[\w+'-]+:)")
_QUOTE = re.compile(r"(?:&gt;|[>＞]) ?")
_OPENS = re.compile(r"(?<!\w)[*＊~]|(?<![^\W_])[_＿]")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A text as it is seen, and the kind of every mark that was obeyed, in order of appearance."""

    text: str
    obeyed: tuple[str, ...]


def drawn(text: str, names: Mapping[str, str], *, formatted: bool = True) -> Drawn:
    """Return what is seen of a text; ``formatted`` is off where a message says ``mrkdwn: false``."""
    pieces = list(_pieces(text, names, formatted=formatted))
    return Drawn("".join(seen for seen, _ in pieces), tuple(kind for _, kind in pieces if kind))


def _pieces(text: str, names: Mapping[str, str], *, formatted: bool) -> Iterator[tuple[str, str]]:
    for place, line in enumerate(text.split("\n")):
        if place:
            yield "\n", ""
        quote = _QUOTE.match(line) if formatted else None
        if quote:
            yield "", "quote"
        yield from _inline(line[quote.end() :] if quote else line, names, formatted=formatted)


def _inline(line: str, names: Mapping[str, str], *, formatted: bool) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(line):
        token = _TOKEN.match(line, at)
        if token and token["emoji"]:
            yield token[0], "emoji"
        elif token and token["tick"] and formatted:
            yield html.unescape(token[0][1:-1]), "code"
        elif token and line[at] == "<":
            yield readable(token[0], names), ""
        elif formatted and (end := _closes(line, at)):
            yield "", _KINDS[line[at]]
            yield from _inline(line[at + 1 : end], names, formatted=True)
            at = end + 1
            continue
        else:
            entity = re.compile(r"&(?:amp|lt|gt);|.", re.DOTALL).match(line, at)
            yield html.unescape(entity[0]) if entity else "", ""
            at = entity.end() if entity else at + 1
            continue
        at = token.end()


def _closes(line: str, at: int) -> int | None:
    """Return where the mark at this place is closed, if it opens anything."""
    mark = line[at]
    if not _OPENS.match(line, at) or not line[at + 1 : at + 2].strip():
        return None
    for end in range(at + 2, len(line)):
        inside, after = line[at + 1 : end], line[end + 1 : end + 2]
        loose = mark == "~" or not inside[-1].isspace()
        whole = inside.rfind("<") <= inside.rfind(">")
        if line[end] == mark and loose and whole and not after.isalnum():
            return end
    return None
