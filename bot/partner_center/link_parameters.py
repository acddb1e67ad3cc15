"""Parameters of an invitation link: those Microsoft is known to use, and what others may not hold.

https://learn.microsoft.com/partner-center/developer/request-reseller-relationship — a known parameter must stand once,
in plain letters and with a value it may have. An unknown one may be Microsoft's next, so it passes unless it could lead
somewhere or name somebody.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import unquote

MOST = 50
_LONGEST_VALUE = 300
_MOST_DECODINGS = 6
_GUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"

KNOWN: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        name: re.compile(value, re.IGNORECASE | re.ASCII)
        for name, value in {
            "invtype": "[a-z]*reseller[a-z]*",
            "type": "[a-z]*reseller[a-z]*",  # until 2020, as are id and csp
            "partnerid": _GUID,
            "id": _GUID,
            "indirectcspid": _GUID,
            "msppid": "[0-9]{1,12}",
            "csp": "[01]",
            "dap": "true|false",
        }.items()
    }
)
"""Every parameter of every generation, by its name in lower case, with the values it may have."""
_TELLING = frozenset(KNOWN) - {"type", "id", "csp"}
"""Names that no parameter of another meaning has as a part."""

_WORDS = re.compile(r"[^a-z0-9]+")
_HARMLESS_NAME = re.compile(r"[A-Za-z][\w.-]{0,40}", re.ASCII)
_SCHEME = re.compile(r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:")
_HOST = re.compile(r"[^\W_][\w-]*\.[^\W\d_][\w-]*\w|\blocalhost\b|\b\d{1,3}(?:\.\d{1,3}){3}\b")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
"""What browsers read as the dot of a host name."""
_BETWEEN = re.compile(r"[\s{}()\[\]_:.-]")
_BARE_GUID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter, as it stands in the link: nothing is decoded."""

    name: str
    value: str

    @property
    def known_as(self) -> str | None:
        """The known name in lower case, where it stands in plain letters."""
        name = self.name.lower()
        return name if name in KNOWN else None

    @property
    def is_sound(self) -> bool:
        """Say whether a known one has a value it may have, and an unknown one leads nowhere and names nobody."""
        if self.known_as is not None:
            return KNOWN[self.known_as].fullmatch(self.value) is not None
        return not (
            _means_a_known_one(self.name)
            or leads_somewhere(self.name, hosts=False)
            or leads_somewhere(self.value)
            or len(self.value) > _LONGEST_VALUE
        )

    @property
    def shown(self) -> str:
        """The name for people and logs: plain and short, or an ellipsis."""
        return self.name if _HARMLESS_NAME.fullmatch(self.name) else "…"


def parameters_in(query: str) -> tuple[Parameter, ...]:
    """Return the parameters of a query in their order; ValueError for more than anybody needs."""
    pairs = [pair for pair in query.split("&") if pair]
    if len(pairs) > MOST:
        raise ValueError("too many parameters")
    return tuple(Parameter(name=name, value=value) for name, _, value in (pair.partition("=") for pair in pairs))


def leads_somewhere(text: str, *, hosts: bool = True) -> bool:
    """Say whether a text holds an address, a host name or a GUID, however often it is encoded."""
    forms = tuple(_forms(text))
    endless = len(forms) > _MOST_DECODINGS
    return endless or any(_is_odd(form) or (hosts and _HOST.search(form)) or guid_in(form) for form in forms)


def guid_in(text: str) -> str | None:
    """Return 32 hexadecimal digits that stand together but for what is written between them, else None."""
    found = _BARE_GUID.search(_BETWEEN.sub("", text))
    return found[0] if found else None


def decoded(text: str) -> str:
    """Return the text in lower case with everything decoded; what has no end of encodings stays encoded."""
    return list(_forms(text))[-1]


def _means_a_known_one(name: str) -> bool:
    """Say whether a server could read the name as a known one: encoded, bracketed, padded, or in two parts."""
    for form in _forms(name):
        if _WORDS.sub("", form) in KNOWN or _WORDS.sub("", re.split(r"[\[({<.]", form)[0]) in KNOWN:
            return True
        if not _TELLING.isdisjoint(_WORDS.split(form)):
            return True
    return False


def _is_odd(form: str) -> bool:
    """Say whether it is an address (but for a bare host name), could hold parameters, or cannot all be seen."""
    hidden = "\ufffd" in form or any(unicodedata.category(character).startswith("C") for character in form)
    leads = form.startswith("/") or any(mark in form for mark in ("//", "\\", "@", *"&?#;")) or _SCHEME.search(form)
    return hidden or bool(leads)


def _forms(text: str) -> Iterator[str]:
    """Yield the text in lower case as it is, and after each decoding that changes it: one more than are usual."""
    for _ in range(_MOST_DECODINGS):
        form = unicodedata.normalize("NFKC", text).translate(_DOTS).lower()
        yield form
        text, former = html.unescape(unquote(text)), text
        if text == former:
            return
    yield text.lower()
