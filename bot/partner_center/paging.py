"""Pages of a list, and the two ways from one to the next: ``links.next``, or a ``continuationToken`` in the body.

https://learn.microsoft.com/partner-center/developer/paging — the link's headers carry the continuation token, so a
link followed without them starts over. Microsoft's own migration tool never looks at links: it asks the same address
with ``seekOperation=next`` and the body's token in ``MS-ContinuationToken``, and takes a 400/2000 for the end.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar
from urllib.parse import SplitResult, quote, urlsplit

from pydantic import Field

from bot.partner_center.wire import LENIENT, Resource

T = TypeVar("T")
Item = TypeVar("Item", bound=Resource)

_DEFAULT_PORTS = {"http": 80, "https": 443}
CONTINUATION = "MS-ContinuationToken"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x20-\x7e\t]*")
_NOT_THEIRS = frozenset(
    {"authorization", "host", "connection", "content-length", "cookie", "expect", "te", "transfer-encoding", "upgrade"}
)
"""Headers that a link may not set: who we are, where the request goes, and how it is framed."""
_KEPT = "%!$&'()*+,;=:@/?-._~"
"""What stays as it is in a link; all else (spaces, braces, line breaks) gets encoded."""
_SECOND_QUESTION_MARK = re.compile(r"\?(?=\w+=)")


class HostileLink(ValueError):
    """A link that leads away from the service, or that no careful client follows."""


class _Header(Resource):
    key: str
    value: str


class _Link(Resource):
    uri: str | None = None
    """Not lenient: a link that cannot be read is no last page."""
    headers: tuple[_Header, ...] | None = None


class _Links(Resource):
    next: _Link | None = None


@dataclass(frozen=True, slots=True)
class NextPage:
    """Where the list goes on; without a uri, at the same address once more."""

    uri: str | None
    headers: tuple[tuple[str, str], ...]
    by_token: bool = False
    """It stood as a token in the body: only then the service may say afterwards that nothing was left."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list; ``next`` is None on the last page."""

    items: tuple[T, ...]
    next: NextPage | None


class Listing(Resource, Generic[Item]):
    """A collection as it comes; ``totalCount`` is read only to tell an empty list from something else."""

    items: tuple[Annotated[Item | None, LENIENT], ...] | None = None
    """One that cannot be read (null, or without its id) is left out: it must not hide the others."""
    links: _Links | None = None
    continuation_token: Annotated[str | None, Field(repr=False)] = None
    total_count: Annotated[int | None, LENIENT, Field(repr=False)] = None

    @classmethod
    def page(cls, body: bytes, *, tolerant: bool = False) -> Page[Item]:
        """Read a page; raise ValueError where the body is no collection, or none of its items can be read.

        ``tolerant`` takes even a page without a readable item for one: what follows it must not be hidden.
        """
        listing = cls.model_validate_json(body)
        if listing.items is None and listing.total_count != 0 and "items" not in listing.model_fields_set:
            raise ValueError("not a collection")
        items = tuple(item for item in listing.items or () if item is not None)
        if listing.items and not items and not tolerant:
            raise ValueError("no item can be read")
        return Page(items, listing.following)

    @property
    def following(self) -> NextPage | None:
        """The link where there is one, with the body's token where its headers lack it; else the token; else None."""
        link = self.links.next if self.links else None
        token = ((CONTINUATION, self.continuation_token),) if self.continuation_token else ()
        if link is None or not (link.uri or link.headers):
            return NextPage(None, token, by_token=True) if token else None
        headers = tuple((header.key, header.value) for header in link.headers or ())
        known = any(key.strip().lower() == CONTINUATION.lower() for key, _ in headers)
        return NextPage(link.uri, headers if known else (*headers, *token))


def resolve(uri: str, base_url: str) -> tuple[str, str]:
    """Return the path and the query, from ``/v1`` on, that a link means under the REST base; raise HostileLink.

    Links come relative or absolute, with or without ``/v1``, and have been seen with ``//``, with ``/v1`` twice and
    with a second question mark.
    """
    try:
        link, base = urlsplit(uri.strip()), urlsplit(base_url)
        elsewhere = bool(link.scheme or link.netloc) and _origin(link) != _origin(base)
    except ValueError:  # such as a port that is no number
        raise HostileLink from None
    if elsewhere:
        raise HostileLink
    segments = [segment for segment in link.path.split("/") if segment]
    above = [segment for segment in base.path.split("/") if segment]
    if above and segments[: len(above)] == above:
        segments = segments[len(above) :]
    while segments and segments[0].lower() == "v1":
        del segments[0]
    if not segments or any(segment in {".", ".."} for segment in segments):
        raise HostileLink
    path = quote("/".join(("", "v1", *segments)), safe=_KEPT, errors="replace")
    return path, quote(_SECOND_QUESTION_MARK.sub("&", link.query), safe=_KEPT, errors="replace")


def allowed_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the headers of a link that may be sent; raise HostileLink for ones that would break the request."""
    allowed = tuple((key, value) for key, value in headers if key.strip().lower() not in _NOT_THEIRS)
    if not all(_TOKEN.fullmatch(key) and _VALUE.fullmatch(value) for key, value in allowed):
        raise HostileLink
    return allowed


def _origin(url: SplitResult) -> tuple[str, str | None, int | None, bool]:
    """Scheme, host and port, and whether there is a user in front of them (a host in disguise)."""
    return url.scheme, url.hostname, url.port or _DEFAULT_PORTS.get(url.scheme), "@" in url.netloc
