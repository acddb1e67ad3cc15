"""Pages of a list, and the two ways from one to the next: ``links.next``, or a ``continuationToken`` in the body.

https://learn.microsoft.com/partner-center/developer/paging — the link's headers carry the continuation token, so a
link followed without them starts over. Microsoft's own migration tool never looks at links: it asks the same address
with ``seekOperation=next`` and the body's token in ``MS-ContinuationToken``, and takes a 400/2000 for the end.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Generic, TypeVar
from urllib.parse import SplitResult, quote, urlsplit

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

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


class Gap(StrEnum):
    """Why a list may lack items; what came is shown all the same."""

    ENTRY = "entry"  # some items cannot be read
    LINK = "link"  # the page does not say, in a way that can be followed, whether others come after it
    NO_ANSWER = "no_answer"  # to the question for the next page, within the time there was
    REFUSED = "refused"  # the next page, with whatever status
    UNREADABLE = "unreadable"  # the next page


class _Header(Resource):
    key: str
    value: str


class _Link(Resource):
    uri: str | None = None
    """Not lenient: a link that cannot be read is no last page."""
    headers: tuple[Annotated[_Header | None, LENIENT], ...] | None = None


class _Links(Resource):
    next: _Link | None = None


_UNREADABLE, _NONE_AS_A_LIST = _Links(), _Links()
"""Stand for links of another kind, the second for ``[]``, which an empty list may well have: whether the list goes on
is not known, and its items are none the worse for it."""


def _links(value: object, handler: ValidatorFunctionWrapHandler) -> _Links | None:
    try:
        found: _Links | None = handler(value)
    except ValidationError:
        return _NONE_AS_A_LIST if value == [] else _UNREADABLE
    return found


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
    gap: Gap | None = field(default=None, compare=False)
    """Why items may be missing, of this page or after it."""


class Listing(Resource, Generic[Item]):
    """A collection as it comes; ``totalCount`` is read only to tell an empty list from something else."""

    items: tuple[Annotated[Item | None, LENIENT], ...] | None = None
    """One that cannot be read (null, or without its id) is left out: it must not hide the others."""
    links: Annotated[_Links | None, WrapValidator(_links)] = None
    continuation_token: Annotated[object, Field(repr=False)] = None
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
        try:
            following, gap = listing.following, None
        except HostileLink:
            following = None
            gap = None if listing.links is _NONE_AS_A_LIST and not items else Gap.LINK
        if gap is None and len(items) < len(listing.items or ()):
            gap = Gap.ENTRY
        return Page(items, following, gap)

    @property
    def following(self) -> NextPage | None:
        """The link where there is one, with the body's token where its headers lack it; else the token; else None.

        Raises HostileLink for what cannot be read; a header that cannot is passed over where the token is known.
        """
        if (
            self.links is _UNREADABLE
            or self.links is _NONE_AS_A_LIST
            or not isinstance(self.continuation_token, str | None)
        ):
            raise HostileLink
        link = self.links.next if self.links else None
        token = ((CONTINUATION, self.continuation_token),) if self.continuation_token else ()
        if link is None or not (link.uri or link.headers):
            return NextPage(None, token, by_token=True) if token else None
        headers = tuple((header.key, header.value) for header in link.headers or () if header is not None)
        known = any(key.strip().lower() == CONTINUATION.lower() for key, _ in headers)
        if not (known or token) and len(headers) < len(link.headers or ()):
            raise HostileLink  # the header that cannot be read is the token: without it the list would start over
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
