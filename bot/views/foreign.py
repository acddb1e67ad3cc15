"""Text that others wrote, made harmless: a customer called ``<!channel>`` is shown, never obeyed.

Every value from Microsoft or from a person passes through here on its way into a message.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from string import Formatter

from babel.dates import format_datetime

from bot.language import Language
from bot.views.marks import drawn, entities, heard

IN_SENTENCE = 60
IN_FIELD = 300
ESCAPED = 2
"""How many times as long a name may become by escaping."""
SLACK_ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
SLACK_TS = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")
"""Of a message: https://docs.slack.dev/messaging/retrieving-messages#individual_messages"""
_WORDS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+(?:[.,]\d+)*|[^\w\s]+")
"""The words inside ``someThing_new``, ``OCPIsNew`` and the like."""
SPACES = re.compile(r"[^\S\u00a0\u202f]+")
"""Any run of white space but the no-break spaces, which French sets before its marks."""
UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Unicode's control, format (bidi marks among them) and surrogate characters."""
LEARNT = 4096
"""Characters whose category is remembered."""
CAPACITY = 256
"""Formatted minutes kept, of all languages and forms."""


class _Seen(dict[int, int | None]):
    """Table for ``str.translate`` that drops what nobody sees; it grows as characters come."""

    def __missing__(self, code_point: int) -> int | None:
        mark = chr(code_point)
        kept = code_point if mark.isspace() or unicodedata.category(mark) not in UNSEEN else None
        if len(self) < LEARNT:
            self[code_point] = kept
        return kept


_SEEN = _Seen()


def clean(text: str, limit: int | None = None) -> str:
    """Return the text on one line, without characters that cannot be seen; cut to ``limit`` characters with "…"."""
    if text.isprintable():  # so its only white space is the space itself
        text = " ".join(text.split()) if "  " in text else text.strip()
    else:
        text = SPACES.sub(" ", text.translate(_SEEN)).strip()
    return text if limit is None or len(text) <= limit else text[: limit - 1].rstrip() + "…"


def escape(text: str, limit: int = IN_FIELD) -> str:
    """Return the text for ``mrkdwn``, shown as typed; the limit holds after escaping: no name can burst a message."""
    return _cut(clean(text), limit, drawn)


def code(text: str, limit: int = IN_FIELD) -> str:
    """Return a code span: IDs, domains and commands, which are copied whole; no mark counts in it but its own."""
    return f"`{_cut(clean(text).replace('`', '’'), limit - 2, entities) or ' '}`"


def _cut(text: str, limit: int, form: Callable[[str], str]) -> str:
    """Return the form of as much of the text as fits."""
    if len(whole := form(text)) <= limit:
        return whole
    best, fits, too_much = "", 0, min(len(text), limit)
    while too_much - fits > 1:
        middle = (fits + too_much) // 2
        each = form(text[:middle].rstrip())
        if len(each) < limit:
            best, fits = each, middle
        else:
            too_much = middle
    return best + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text in two forms that say the same: for blocks, and without markup for ``text``."""

    mrkdwn: str
    plain: str

    def __add__(self, other: "Words") -> "Words":
        return Words(mrkdwn=f"{self.mrkdwn} {other.mrkdwn}", plain=f"{self.plain} {other.plain}")

    @property
    def strong(self) -> "Words":
        """Return the same in bold; only for our own words, foreign text could end it."""
        return Words(mrkdwn=f"*{self.mrkdwn}*", plain=self.plain)


def name(text: str, limit: int = IN_SENTENCE) -> Words:
    """Return the name of a company or a person, as it stands in a sentence; the limit is what a person reads of it."""
    shown = clean(text, limit)
    return Words(mrkdwn=escape(shown, ESCAPED * limit), plain=_cut(shown, ESCAPED * limit, heard))


def humanised(word: str, limit: int = IN_SENTENCE) -> str:
    """Return a word of a wire format as a person would write it: ``pendingApproval`` as "Pending approval"."""
    parts = _WORDS.findall(clean(word, limit)) or [clean(word, limit).replace("_", "-")]
    text = " ".join(part if part.isupper() and len(part) > 1 else part.lower() for part in parts)
    return text[:1].upper() + text[1:]


def span(text: str, limit: int = IN_FIELD) -> Words:
    """Return an ID, domain, command or setting, as it stands in a sentence."""
    return Words(mrkdwn=code(text, limit), plain=_cut(clean(text), limit, heard))


def sentence(template: str, /, **values: Words | str) -> Words:
    """Fill in a translated template; what is no ``Words`` must be our own or a number."""
    fields = {field for _, field, _, _ in Formatter().parse(template) if field}
    chosen = {key: values[key] for key in fields}
    return Words(
        mrkdwn=template.format(
            **{key: value.mrkdwn if isinstance(value, Words) else value for key, value in chosen.items()}
        ),
        plain=template.format(
            **{key: value.plain if isinstance(value, Words) else value for key, value in chosen.items()}
        ),
    )


def identified(text: str, exact: str | None, limit: int = IN_FIELD) -> str:
    """Return a name with the ID or domain behind it, which stands alone where it is the name."""
    shown = clean(text)
    if exact is None or not clean(exact):
        return escape(shown, limit)
    same = not shown or shown.casefold() == clean(exact).casefold()
    return code(exact, limit) if same else f"{escape(shown, limit)} {code(exact, limit)}"


def joined(values: Sequence[Words], join: Callable[[list[str]], str]) -> Words:
    """Return several as one, both forms put together in the same way."""
    return Words(mrkdwn=join([each.mrkdwn for each in values]), plain=join([each.plain for each in values]))


def person(user_id: str) -> str:
    """Return a mention that Slack draws as the person's name; only ids of Slack's own make one."""
    return f"<@{user_id}>" if SLACK_ID.fullmatch(user_id) else escape(user_id, IN_SENTENCE)


def channel(channel_id: str) -> str:
    """Return a reference that Slack draws as the channel's name."""
    return f"<#{channel_id}>" if SLACK_ID.fullmatch(channel_id) else escape(channel_id, IN_SENTENCE)


def link(url: str, label: str) -> str:
    """Return a link in ``mrkdwn``; the address is ours."""
    return f"<{url.replace('&', '&amp;')}|{label}>"


def stamp(lang: Language, at: datetime) -> Words:
    """Return day and time, which Slack draws in the reader's zone; for ``mrkdwn`` alone."""
    shown = lang.text("{day} at {time}").format(day="{date_short_pretty}", time="{time}")
    return _stamp(at, shown, utc(lang, at))


def date_stamp(lang: Language, at: datetime) -> Words:
    """Return day and time as "Nov 23, 2026 at 2:05 PM", which may follow "on": Slack never draws "yesterday" here."""
    shown = lang.text("{day} at {time}").format(day="{date_short}", time="{time}")
    return _stamp(at, shown, utc(lang, at))


def day_stamp(lang: Language, at: datetime) -> Words:
    """Return the day alone; it follows a colon, a comma or a line break, for Slack may draw "yesterday"."""
    return _stamp(at, "{date_short_pretty}", utc_day(lang, at))


def ago_stamp(lang: Language, at: datetime) -> Words:
    """Return how long ago that is, which Slack counts whenever it draws it."""
    return _stamp(at, "{ago}", utc_day(lang, at))


def clock_stamp(lang: Language, at: datetime) -> Words:
    """Return the time alone."""
    return _stamp(at, "{time}", _formatted(lang, at, "HH:mm 'UTC'"))


def utc(lang: Language, at: datetime) -> str:
    """Return day and time as "23 Nov 2026, 14:05 UTC"."""
    return _formatted(lang, at, "d MMM y, HH:mm 'UTC'")


def utc_day(lang: Language, at: datetime) -> str:
    """Return the day as "23 Nov 2026 (UTC)"."""
    return _formatted(lang, at, "d MMM y '(UTC)'")


def _formatted(lang: Language, at: datetime, form: str) -> str:
    return _formatted_minute(lang.code, at.astimezone(UTC).replace(second=0, microsecond=0), form)


@lru_cache(maxsize=CAPACITY)
def _formatted_minute(language_code: str, minute: datetime, form: str) -> str:
    return str(format_datetime(minute, form, locale=language_code))


def _stamp(at: datetime, shown: str, fallback: str) -> Words:
    # https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    return Words(mrkdwn=f"<!date^{int(at.timestamp())}^{shown}|{fallback}>", plain=fallback)
