"""Match a new customer with the invitation it accepted: sure by tenant or domain, a question by name, never a guess."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.events import Event
from bot.domain.invitations import Invitation
from bot.partner_center.discovery import comparable
from bot.partner_center.models import Customer
from bot.typed_text import identifier

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Match:
    """What fits: one for sure, or some of which a person must say whether it is one."""

    sure: Invitation | None = None
    perhaps: tuple[Invitation, ...] = ()


def match(waiting: Sequence[Invitation], event: Event, customer: Customer | None) -> Match:
    """Compare a new customer with the invitations that wait.

    Its own tenant, or a domain of its that was expected, makes it sure; custom domains are withheld without delegated
    access, which invitations no longer grant. Where two are sure, or the name alone fits, a person decides.
    """
    domains = _domains(customer)
    exact = tuple(row for row in waiting if _is_expected(row, event.customer_id, domains))
    if len(exact) == 1:
        return Match(sure=exact[0])
    if exact:
        return Match(perhaps=exact)
    names = [name for name in (customer.name if customer else None, event.customer_name) if name]
    return Match(perhaps=tuple(row for row in waiting if _is_alike(row, names)))


def _is_expected(row: Invitation, tenant_id: str | None, domains: frozenset[str]) -> bool:
    if row.expected_tenant_id is not None and tenant_id is not None and row.expected_tenant_id.lower() == tenant_id:
        return True
    return row.expected_domain is not None and comparable(row.expected_domain) in domains


def _domains(customer: Customer | None) -> frozenset[str]:
    if customer is None:
        return frozenset()
    every = (customer.domain, *(customer.custom_domains or ()))
    return frozenset(comparable(domain) for domain in every if domain)


def _is_alike(row: Invitation, names: Sequence[str]) -> bool:
    """Say whether one of the names begins with the other, word by word: "Northwind" and "Northwind Traders"."""
    invited = _words(row.expected_name or row.company.partition(".")[0])
    for name in names:
        accepted = _words(name)
        shorter = min(len(invited), len(accepted))
        if shorter and invited[:shorter] == accepted[:shorter]:
            return True
    return False


def _words(name: str) -> list[str]:
    return _WORDS.findall(identifier(name).casefold())
