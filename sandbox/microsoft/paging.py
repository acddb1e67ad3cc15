"""Searching and paging, as strict as the documentation: ``links.next`` works only with the headers it lists.

https://learn.microsoft.com/partner-center/developer/get-a-customer-by-name — the second form, a token in the body, is
what Microsoft's own migration tool relies on (microsoft/Partner-Center-DotNet-Samples, ``CustomerProvider.cs``).
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Self
from urllib.parse import urlencode

from aiohttp import web

from sandbox.microsoft import wire
from sandbox.microsoft.answers import NO_SUCH_SEARCH, Answer, error
from sandbox.microsoft.company import Company
from sandbox.microsoft.wire import Resource

_LARGEST_PAGE = 500
_TOKEN = "MS-ContinuationToken"


class BadRequest(Exception):
    """Microsoft would answer 400."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Search:
    """The query of ``GET /v1/customers``; an empty ``prefix`` finds all."""

    size: int
    by: str = "CompanyName"
    prefix: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """Understand size and filter; BadRequest where the service would say 400."""
        size_text = query.get("size", "0")
        if not size_text.isdecimal() or int(size_text) > _LARGEST_PAGE:
            raise BadRequest(error(400, "2000", f"The page size must be between 0 and {_LARGEST_PAGE}.", size_text))
        if "filter" not in query:
            return cls(int(size_text))
        try:
            wanted = json.loads(query["filter"])
        except json.JSONDecodeError:
            raise BadRequest(error(400, "3000", "The filter is not valid JSON.")) from None
        match wanted:
            case {"Field": "CompanyName" | "Domain" as by, "Value": str(prefix), "Operator": "starts_with"} if prefix:
                return cls(int(size_text), by, prefix)
            case _:
                raise BadRequest(NO_SUCH_SEARCH)

    def matches(self, company: Company) -> bool:
        """Case does not matter; only the default domain is looked at."""
        text = company.name if self.by == "CompanyName" else company.domain
        return not self.prefix or (text or "").casefold().startswith(self.prefix.casefold())


class Form(Enum):
    """How a page says that there are more."""

    LINKS = "links"
    """``links.next``, with the token among its headers."""
    TOKEN = "token"
    """``continuationToken`` in the body, and no links at all."""
    TOKEN_UNTIL_REFUSED = "token until refused"
    """The same, and the last page has one too: the request after it is refused with 2000."""
    BOTH = "both"


@dataclass(slots=True)
class Paging:
    """How pages are cut and how their links look."""

    customers_page: int = 100
    """What ``size=0`` means."""
    relationships_page: int = 100
    surplus: int = 2
    """How far ``totalCount`` is off: captured ones say 5 over 3 items, 2 over 3."""
    next_prefix: str = ""
    """Links are relative, usually without ``/v1``; set ``/v1`` or a whole origin for the other forms."""
    form: Form = Form.LINKS
    _issued: dict[str, tuple[str, int]] = field(default_factory=dict)

    def customers(self, request: web.Request, items: list[Resource], size: int) -> Answer:
        """A page of search results."""
        return self.page(request, items, size or self.customers_page)

    def relationships(self, request: web.Request, items: list[Resource]) -> Answer:
        """A page of a customer's relationships."""
        return self.page(request, items, self.relationships_page)

    def page(self, request: web.Request, items: list[Resource], size: int) -> Answer:
        """The page of a list that is asked for."""
        kept = {name: value for name, value in request.query.items() if name != "seekOperation"}
        uri = request.path.removeprefix("/v1") + (f"?{urlencode(kept)}" if kept else "")
        start = self._start(request, uri)
        chosen = items[start : start + size]
        if start >= len(items) and start:
            raise BadRequest(error(400, "2000", "There are no more items."))
        more = start + size < len(items) or self.form is Form.TOKEN_UNTIL_REFUSED
        total = len(chosen) + (self.surplus if chosen else 0)
        token = self._token(uri, start + size) if more else None
        following = self._following(uri, token) if token and self.form in {Form.LINKS, Form.BOTH} else None
        body = wire.collection(chosen, total=total, uri=uri, following=following)
        if token and self.form is not Form.LINKS:
            body["continuationToken"] = token
        return Answer(body=body)

    def _start(self, request: web.Request, uri: str) -> int:
        operation, token = request.query.get("seekOperation"), request.headers.get(_TOKEN)
        if operation is None and token is None:
            return 0
        if (operation or "").lower() != "next" or token is None:
            raise BadRequest(error(400, self._mistake, f"seekOperation=Next and the header {_TOKEN} go together."))
        asked, start = self._issued.get(token, ("", 0))
        if asked != uri:
            raise BadRequest(error(400, self._mistake, "The continuation token does not belong to this query."))
        return start

    @property
    def _mistake(self) -> str:
        """A caller's mistake must not look like the end of a list, where 2000 means that."""
        return "2000" if self.form is Form.LINKS else "3000"

    def _token(self, uri: str, start: int) -> str:
        token = base64.b64encode(f"{len(self._issued)}:{start}".encode()).decode()
        self._issued[token] = (uri, start)
        return token

    def _following(self, uri: str, token: str) -> Resource:
        separator = "&" if "?" in uri else "?"
        return {
            "uri": f"{self.next_prefix}{uri}{separator}seekOperation=Next",
            "method": "GET",
            "headers": [{"key": _TOKEN, "value": token}],
        }
