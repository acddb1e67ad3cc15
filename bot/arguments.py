"""Command text to typed arguments: freed of what Slack and keyboards put around it, never guessed at in handlers."""

import difflib
import re
from collections.abc import Iterable
from uuid import UUID

from bot.finding import CustomerQuery, Domain, Name, TenantId

LONGEST = 300
"""More than any domain (253) or company name that can be searched for; the rest is cut."""

GUID = re.compile(r"(?<![0-9a-z-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z-])", re.IGNORECASE)
UNDASHED = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
DOMAIN = re.compile(
    r"(?<![\w@.-])(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{2,59})(?![\w-])", re.IGNORECASE
)
# https://api.slack.com/reference/surfaces/formatting: <http://a.b|a.b>, <mailto:a@b.c|a@b.c>, <#C1|name>, <@U1>
MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
# https://docs.slack.dev/messaging/formatting-message-text#escaping: these three, and no other of HTML's
ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
ESCAPED = re.compile("|".join(ESCAPES))
SMART = str.maketrans(
    dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("‘’‚‹›", "'")  # the right one is the apostrophe of phones: O’Neil
    | {"\u00a0": " ", "\u202f": " ", "–": "-", "—": "-"}
)
WRAPPING = "\"'`*{}()[]<>,;:!?"


def plain(text: str) -> str:
    """Return the words a person meant, without Slack's markup, smart quotes and odd spaces."""
    unescaped = ESCAPED.sub(lambda found: ESCAPES[found[0]], MARKUP.sub(_shown, text))
    return " ".join(unescaped.translate(SMART).split())


def _shown(found: re.Match[str]) -> str:
    target, label = found[1], found[2]
    if target[:1] in {"@", "#", "!"}:
        return f"#{label}" if target.startswith("#") and label else ""
    hidden = GUID.search(target)  # a link to a customer says which, whatever it is called
    return label if label and not hidden else target.removeprefix("mailto:")


def customer_query(text: str) -> CustomerQuery | None:
    """Read a tenant ID (bare, in braces or quotes, or inside a pasted link), a domain, or the start of a name.

    Returns None where nothing was given.
    """
    words = plain(text)[:LONGEST].strip(WRAPPING + " ")
    if not words:
        return None
    if guid := GUID.search(words):
        return TenantId(guid[0].lower())
    if UNDASHED.fullmatch(words):
        return TenantId(str(UUID(words)))
    host = _host(words)
    return Domain(host) if host else Name(words)


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
    words = plain(text)
    found: list[tuple[int, TenantId | Domain]] = [(at.start(), TenantId(at[0].lower())) for at in GUID.finditer(words)]
    spread = words.replace("@", " ")  # an e-mail address names its domain
    found += [(at.start(), Domain(at[0].lower())) for at in DOMAIN.finditer(spread) if not GUID.search(at[0])]
    return tuple(dict.fromkeys(query for _, query in sorted(found, key=lambda entry: entry[0])))[:most]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` was probably meant to be."""
    close = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return close[0] if close else None
