"""Command text to typed arguments: freed of what Slack and keyboards put around it, never guessed at in handlers."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.finding import CustomerQuery, Domain, Name, TenantId
from bot.tenant_ids import GUID, tenant_id_in
from bot.typed_text import identifier, visible

LONGEST = 300
"""More than any domain (253) or company name that can be searched for; the rest is cut."""
SPELLINGS = 4
"""Of one name, each of which is a search; the later ones only where the earlier find nothing."""

DOMAIN = re.compile(
    r"(?<![\w@.-])(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{2,59})(?![\w-])", re.IGNORECASE
)
# https://api.slack.com/reference/surfaces/formatting: <http://a.b|a.b>, <mailto:a@b.c|a@b.c>, <#C1|name>, <@U1>
MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
MENTION = re.compile(r"<[@#!]")
# https://docs.slack.dev/messaging/formatting-message-text#escaping: these three, and no other of HTML's
ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
ESCAPED = re.compile("|".join(ESCAPES))
SMART = str.maketrans(
    dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("‘’‚‹›", "'")  # the right one is the apostrophe of phones: O’Neil
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
)
QUOTES = "\"'`"
WRAPPING = "\"'`*{}()[]<>,;:!?"


def plain(text: str) -> str:
    """Return the words a person meant, without Slack's markup, smart quotes, odd spaces and what nobody sees."""
    meant = _meant(text)
    return meant if meant.isascii() else meant.translate(SMART)


def escaped(text: str) -> str:
    """Return text as Slack sends it in a command, for ``plain`` to read; what stands in a window is not escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _meant(text: str) -> str:
    shown = visible(text)
    if "<" in shown:
        shown = MARKUP.sub(_shown, shown)
    if "&" in shown:
        shown = ESCAPED.sub(lambda found: ESCAPES[found[0]], shown)
    return " ".join(shown.split())


def _shown(found: re.Match[str]) -> str:
    target, label = found[1], found[2]
    if target[:1] in {"@", "#", "!"}:
        return f"#{label}" if target.startswith("#") and label else ""
    hidden = GUID.search(identifier(target))  # a link to a customer says which, whatever it is called
    return label if label and not hidden else target.removeprefix("mailto:")


def customer_query(text: str) -> CustomerQuery | None:
    """Read a tenant ID (bare, in braces or quotes, or inside a pasted link), a domain, or the start of a name.

    Returns None where nothing was given.
    """
    typed = plain(text)[:LONGEST]
    words = typed.strip(WRAPPING + " ")
    if not words:
        return None
    if tenant_id := tenant_id_in(words):
        return TenantId(tenant_id)
    host = _host(identifier(words)[:LONGEST].strip(WRAPPING + " "))
    return Domain(host) if host else Name(words, _spellings(typed, words, _meant(text)[:LONGEST]))


@dataclass(frozen=True, slots=True)
class NamesNobody:
    """What was typed names people or channels of Slack, and no customer."""


def customer_typed(text: str) -> CustomerQuery | NamesNobody | None:
    """Read a customer behind a command; a mention of people or of a channel alone names none."""
    query = customer_query(text)
    return NamesNobody() if query is None and MENTION.search(text) else query


def _spellings(typed: str, cleaned: str, verbatim: str) -> tuple[str, ...]:
    """Return how a name may stand in Partner Center, likeliest first: marks around it may be part of it."""
    inner = typed[1:-1].strip()
    if not (typed[0] in QUOTES and typed[-1] == typed[0] and inner and typed[0] not in inner):
        inner = typed
    half_width = identifier(inner)[:LONGEST].strip()
    each = (inner, inner.strip(WRAPPING + " "), cleaned, typed, verbatim, half_width)
    return tuple(dict.fromkeys(filter(None, each)))[:SPELLINGS]


def _host(words: str) -> str | None:
    """Return the domain in a single word: bare, with a trailing dot, in an e-mail address or a link."""
    if " " in words or "." not in words:
        return None
    address = words.partition("://")[2] or words
    host = re.split(r"[/?#]", address)[0].rpartition("@")[2].partition(":")[0].strip(".").lower()
    host = host.removeprefix("www.") if host.count(".") > 1 else host
    return host if DOMAIN.fullmatch(host) else None


def customers_in(text: str, *, most: int = 10) -> tuple[TenantId | Domain, ...]:
    """Return the tenant IDs and domains that a message mentions, in order, each once."""
    words = identifier(plain(text))
    found: list[tuple[int, TenantId | Domain]] = [(at.start(), TenantId(at[0].lower())) for at in GUID.finditer(words)]
    spread = words.replace("@", " ")  # an e-mail address names its domain
    found += [(at.start(), Domain(at[0].lower())) for at in DOMAIN.finditer(spread) if not GUID.search(at[0])]
    return tuple(dict.fromkeys(query for _, query in sorted(found, key=lambda entry: entry[0])))[:most]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` was probably meant to be."""
    close = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return close[0] if close else None
