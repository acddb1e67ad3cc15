"""Slack's markup: what typing becomes, and what a person reads (https://docs.slack.dev/messaging/formatting-message-text)."""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.people import Person
from sandbox.slack.blocks import Block
from sandbox.slack.model import BOT_HANDLE, BOT_NAME, BOT_USER

_ENDINGS = "com|net|org|io|dev|fr|de|uk|in|cn|jp|ch|es|it|nl|eu|us|gov|edu|info|biz"
# Every repetition is bounded: a long text would cost its square.
_LINKABLE = re.compile(
    r"(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)"
    r"|(?P<address>https?://[^\s<>]*[^\s<>.,;:!?)'\"])"
    rf"|(?P<domain>(?<![\w@./-])(?:[a-z0-9](?:[\w-]{{0,61}}[a-z0-9])?\.)+(?:{_ENDINGS})(?![\w-])(?:/[^\s<>]*)?)",
    re.IGNORECASE,
)
_ANGLED = re.compile(r"<([^<>]*)>")


def escape(text: str) -> str:
    """Return text with the three characters that Slack keeps for itself written out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def from_typing(text: str, people: Iterable[Person]) -> str:
    """Return what Slack stores for what a person typed: escaped, mentions as ids, links in angle brackets."""
    ids = {f"@{BOT_NAME}": BOT_USER, f"@{BOT_HANDLE}": BOT_USER} | {f"@{person.name}": person.id for person in people}
    names = re.compile("|".join(re.escape(escape(name)) for name in sorted(ids, key=len, reverse=True)), re.IGNORECASE)
    lowered = {escape(name).lower(): user for name, user in ids.items()}

    pieces = []
    for piece in re.split(r"(<[@#!][^<>]*>)", text):
        if piece.startswith("<"):
            pieces.append(piece)
            continue
        mentioned = names.sub(lambda found: f"<@{lowered[found.group().lower()]}>", escape(piece))
        pieces += [part if part.startswith("<@") else _LINKABLE.sub(_link, part) for part in _split(mentioned)]
    return "".join(pieces)


def from_command(text: str, people: Iterable[Person], channels: Mapping[str, str]) -> str:
    """Return what an app gets of a slash command with ``should_escape``: people, channels and links by id and address.

    https://docs.slack.dev/interactivity/implementing-slash-commands#creating_commands; ``channels`` are ids by name.
    """
    named = {
        f"@{each}": f"<@{person.id}|{person.handle}>" for person in people for each in (person.name, person.handle)
    }
    named |= {f"@{BOT_NAME}": f"<@{BOT_USER}|{BOT_HANDLE}>", f"@{BOT_HANDLE}": f"<@{BOT_USER}|{BOT_HANDLE}>"}
    named |= {f"#{name}": f"<#{channel}|{name}>" for name, channel in channels.items()}
    named |= {f"@{everyone}": f"<!{everyone}>" for everyone in ("channel", "here", "everyone")}
    names = re.compile(
        "|".join(rf"(?<!\w){re.escape(name)}(?![\w-])" for name in sorted(named, key=len, reverse=True)), re.IGNORECASE
    )
    lowered = {name.lower(): marked for name, marked in named.items()}
    marked = names.sub(lambda found: lowered[found.group().lower()], escape_typed(text))
    return "".join(
        part if part.startswith("<") else _LINKABLE.sub(_link, part) for part in re.split(r"(<[^<>]*>)", marked)
    )


def escape_typed(text: str) -> str:
    """Return text with its special characters written out, but for the markup of people, channels and groups."""
    pieces = re.split(r"(<[@#!][^<>]*>)", text)
    return "".join(piece if piece[:2] in {"<@", "<#", "<!"} else escape(piece) for piece in pieces)


def _link(found: re.Match[str]) -> str:
    whole = found.group()
    if found["mail"]:
        return f"<mailto:{whole}|{whole}>"
    return f"<{whole}>" if found["address"] else f"<http://{whole}|{whole}>"


def _split(text: str) -> list[str]:
    return re.split(r"(<@\w+>)", text)


def rich_text_of(text: str) -> Block:
    """Return the rich_text block that Slack adds to a message a person typed."""
    inline: list[dict[str, Any]] = []
    for piece in re.split(r"(<[^<>]*>)", text):
        if piece.startswith("<@"):
            inline.append({"type": "user", "user_id": piece[2:-1]})
        elif piece.startswith("<"):
            url, _, label = piece[1:-1].partition("|")
            inline.append({"type": "link", "url": url} | ({"text": label} if label else {}))
        elif piece:
            inline.append({"type": "text", "text": html.unescape(piece)})
    return {
        "type": "rich_text",
        "block_id": "typed",
        "elements": [{"type": "rich_text_section", "elements": inline}],
    }


def readable(text: str, names: Mapping[str, str]) -> str:
    """Return mrkdwn as a person reads it: names for ids, labels for links, a date's spare text; markers stay."""

    def plain(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        match target[:1]:
            case "@" | "#":
                return f"{target[0]}{names.get(target[1:], label or target[1:])}"
            case "!":
                return label or f"@{target[1:]}"
            case _:
                return label or target

    return html.unescape(_ANGLED.sub(plain, text))
