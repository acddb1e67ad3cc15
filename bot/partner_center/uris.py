"""The ids that stand in the addresses of webhook events; they are read, and the addresses themselves not followed.

https://learn.microsoft.com/partner-center/developer/partner-center-webhook-events — some are http, some of a third
host, and one (``/v1/customers/usagerecords``) names nobody.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from bot.partner_center.wire import GUID, OPAQUE, canonical

_AUDIT_OF_CUSTOMER = re.compile(rf"{GUID.pattern}_(?P<customer>{GUID.pattern})_[a-z0-9_-]+")
_MOST_PARAMETERS = 50
_PORTS = MappingProxyType({"http": 80, "https": 443})

# https://learn.microsoft.com/partner-center/developer/partner-center-rest-urls; the other two are of referrals and of
# granular delegated admin privileges, whose events come with addresses there.
_HOSTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "api.partnercenter.microsoft.com": frozenset(
            {"api.partnercenter.microsoft.com", "api.partner.microsoft.com", "partner.microsoft.com"}
        )
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """What an address names, each None where it does not; ids that begin with a GUID are in lower case."""

    customer_id: str | None = None
    subscription_id: str | None = None
    invoice_id: str | None = None
    referral_id: str | None = None
    relationship_id: str | None = None
    """Of granular delegated admin privileges."""
    migration_id: str | None = None
    validation_event_id: str | None = None
    audit_id: str | None = None
    event_status: str | None = None
    """Of a fraud event."""


def ids_in(uri: str | None) -> Ids:
    """Return the ids in an address of a resource or of an audit record; for any other text, none."""
    link = _split(uri)
    if link is None:
        return Ids()
    named = dict(_pairs(link.path))
    query = {name.lower(): value for name, value in _parameters(link.query)}
    customer = named.get("customers", "").lower()
    audit_id = _opaque(named.get("auditrecords"))
    return Ids(
        customer_id=customer if GUID.fullmatch(customer) else customer_of(audit_id),
        subscription_id=_opaque(named.get("subscriptions") or query.get("subscriptionid")),
        invoice_id=_opaque(named.get("invoices")),
        referral_id=_opaque(named.get("referrals")),
        relationship_id=_opaque(named.get("granularadminrelationships")),
        migration_id=_opaque(named.get("newcommerce")),
        validation_event_id=_opaque(named.get("validationevents")),
        audit_id=audit_id.lower() if audit_id else None,
        event_status=_opaque(query.get("eventstatus")),
    )


def customer_of(audit_id: str | None) -> str | None:
    """Return the customer's id from an audit id such as ``{partner}_{customer}_{operation}_{ticks}``."""
    found = _AUDIT_OF_CUSTOMER.fullmatch((audit_id or "").lower())
    return found["customer"] if found else None


def is_ours(uri: str | None, base_url: str) -> bool:
    """Say whether an address is on the Partner Center that the bot talks to; another REST base stands for itself alone.

    Documented addresses are http in places, so that both schemes do: nothing is sent there.
    """
    link, base = _split(uri), _split(base_url)
    if link is None or base is None or link.scheme not in _PORTS or "@" in link.netloc:
        return False
    hosts = _HOSTS.get(base.hostname or "")
    if hosts is None:
        return (link.hostname, _port(link)) == (base.hostname, _port(base))
    return link.hostname in hosts and _port(link) == _PORTS[link.scheme]


def _split(uri: str | None) -> SplitResult | None:
    """Return the parts of an address, or None for what is none."""
    try:
        link = urlsplit((uri or "").strip())
        _ = link.port  # raises for one that is no number
    except ValueError:
        return None
    return link if link.hostname else None


def _port(link: SplitResult) -> int | None:
    return link.port or _PORTS.get(link.scheme)


def _pairs(path: str) -> Iterator[tuple[str, str]]:
    """Yield each segment of a path with the one after it: a collection and the id in it."""
    segments = [unquote(segment) for segment in path.split("/") if segment]
    for collection, member in pairwise(segments):
        yield collection.lower(), member


def _parameters(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:  # more than anybody needs
        return []


def _opaque(text: str | None) -> str | None:
    """Return an id, in its canonical form, or None for what is none: it may become part of an address of ours."""
    return canonical(text) if text and OPAQUE.fullmatch(text) else None
