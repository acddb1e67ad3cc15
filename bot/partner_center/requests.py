"""What can be asked of Partner Center: each request knows its address and the one kind of answer it can read."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

from bot.partner_center.errors import CustomerNotFound, SearchRefused
from bot.partner_center.models import Customer, CustomerSummary, InvitationLink, PartnerRelationship
from bot.partner_center.paging import Listing, Page, allowed_headers, resolve
from bot.partner_center.wire import GUID, OPAQUE

T = TypeVar("T")

Field = Literal["CompanyName", "Domain"]
Method = Literal["GET", "POST", "PUT"]

PAGE_SIZE = 500
"""The largest page the service gives: fewer calls of the 500 a minute, and still one quick answer."""

_CUSTOMERS = Listing[CustomerSummary]
_RELATIONSHIPS = Listing[PartnerRelationship]
_SEEKS = re.compile(r"(?:^|&)seekOperation=", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Generic[T]):
    """Something to ask of the service, whose answer can be understood as a ``T`` and as nothing else."""

    path: str
    """After the REST base; most begin with ``/v1``."""
    decode: Callable[[bytes], T]
    """From JSON; raises ValueError (pydantic's are) for anything else."""
    method: Method = "GET"
    query: str = field(default="", repr=False)
    """Encoded, without the question mark."""
    headers: tuple[tuple[str, str], ...] = ()
    """What this endpoint, or the link to a next page, wants sent along."""
    body: bytes | None = field(default=None, repr=False)
    """JSON."""
    absent: Callable[[], T] | None = None
    """What a 404 stands for, where that is an answer and no failure."""
    ended: Callable[[], T] | None = None
    """What a 400 with code 2000 stands for, where it says that a list has no more pages."""
    customer_tenant_id: str | None = None

    @property
    def operation(self) -> str:
        """What is said of the request in errors and logs: no query, since it holds what somebody searched for."""
        return f"{self.method} {self.path}"

    @property
    def target(self) -> str:
        """What follows the REST base."""
        return f"{self.path}?{self.query}" if self.query else self.path


def canonical_id(customer_id: str) -> str:
    """Return a customer's id in lower case; raise CustomerNotFound for what is no GUID, without asking anybody."""
    canonical = customer_id.strip().lower()
    if not GUID.fullmatch(canonical):
        raise CustomerNotFound
    return canonical


def opaque_id(text: str) -> str:
    """Return an id of any other thing as it is; raise SearchRefused for what cannot stand in an address."""
    if not OPAQUE.fullmatch(text.strip()):
        raise SearchRefused
    return text.strip()


def nothing() -> None:
    """Return None: a 404 says that there is none."""


# https://learn.microsoft.com/partner-center/developer/get-a-customer-by-id
def customer(customer_id: str) -> Request[Customer]:
    """Ask for a customer by its canonical id."""
    return Request(
        path=f"/v1/customers/{customer_id}", decode=Customer.model_validate_json, customer_tenant_id=customer_id
    )


# https://learn.microsoft.com/partner-center/developer/get-a-customer-by-name
# That page's "?size={size}?filter=" and "?filter{…}" are slips; its worked example shows the form used here.
def customers(field: Field, prefix: str) -> Request[Page[CustomerSummary]]:
    """Ask for the customers whose name or default domain begins so; the service has no "contains".

    Raises SearchRefused for an empty prefix, which would mean everybody.
    """
    if not prefix:
        raise SearchRefused
    wanted = {"Field": field, "Value": prefix, "Operator": "starts_with"}
    text = json.dumps(wanted, separators=(",", ":"), ensure_ascii=False)
    return Request(
        path="/v1/customers",
        query=f"size={PAGE_SIZE}&filter={quote(text, safe='', errors='replace')}",
        decode=_CUSTOMERS.page,
    )


# https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers
def all_customers() -> Request[Page[CustomerSummary]]:
    """Ask for every customer."""
    return Request(path="/v1/customers", query=f"size={PAGE_SIZE}", decode=_CUSTOMERS.page)


# https://learn.microsoft.com/rest/api/partner-center/manage-customer-accounts/get-partner-relationships-by-customer-id
def relationships(customer_id: str) -> Request[Page[PartnerRelationship]]:
    """Ask for the indirect resellers of a customer, by its canonical id; only indirect providers are told."""
    return Request(
        path=f"/v1/customers/{customer_id}/relationships",
        decode=_RELATIONSHIPS.page,
        customer_tenant_id=customer_id,
    )


# https://learn.microsoft.com/partner-center/developer/request-reseller-relationship
def invitation_link() -> Request[InvitationLink]:
    """Ask for the partner's one link with which companies become its customers."""
    return Request(path="/v1/customers/relationshiprequests", decode=InvitationLink.model_validate_json)


# https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers
def next_page(request: Request[Page[T]], page: Page[T], base_url: str) -> Request[Page[T]] | None:
    """Return the request for the page after this one, or None after the last; raise HostileLink."""
    link = page.next
    if link is None:
        return None
    if link.uri:
        path, query = resolve(link.uri, base_url)
    else:  # the same address, and the token in the headers
        path = request.path
        seek = "seekOperation=next" if link.by_token else "seekOperation=Next"  # as Microsoft's tool and page have it
        query = request.query if _SEEKS.search(request.query) else f"{request.query}&{seek}".lstrip("&")
    ended = _end_of_list if link.by_token else None
    return replace(request, path=path, query=query, headers=allowed_headers(link.headers), ended=ended)


def _end_of_list() -> Page[Any]:
    return Page((), None)
