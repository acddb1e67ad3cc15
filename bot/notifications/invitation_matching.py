"""Match a new customer with the invitation it accepted: sure by tenant or domain, a question by name, never a guess."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain.events import Event
from bot.domain.invitations import Invitation, invited_words, name_words
from bot.partner_center.models import Customer
from bot.storage.waiting_invitations import candidates
from bot.typed_text import comparable


@dataclass(frozen=True, slots=True)
class Match:
    """What fits: one for sure, or some of which a person must say whether it is one."""

    sure: Invitation | None = None
    perhaps: tuple[Invitation, ...] = ()


def find_match(connection: Connection, event: Event, customer: Customer | None) -> Match:
    """Compare a new customer with those of the invitations that wait which may be its own."""
    first_words = {words[0] for words in map(name_words, _names(event, customer)) if words}
    rows = candidates(
        connection, tenant_id=event.customer_id, domains=_domains(customer), first_words=frozenset(first_words)
    )
    return match(rows, event, customer)


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
    names = _names(event, customer)
    return Match(perhaps=tuple(row for row in waiting if _is_alike(row, names)))


def _is_expected(row: Invitation, tenant_id: str | None, domains: frozenset[str]) -> bool:
    if row.expected_tenant_id is not None and tenant_id is not None and row.expected_tenant_id.lower() == tenant_id:
        return True
    return row.expected_domain is not None and comparable(row.expected_domain) in domains


def _names(event: Event, customer: Customer | None) -> list[str]:
    return [name for name in (customer.name if customer else None, event.customer_name) if name]


def _domains(customer: Customer | None) -> frozenset[str]:
    if customer is None:
        return frozenset()
    every = (customer.domain, *(customer.custom_domains or ()))
    return frozenset(comparable(domain) for domain in every if domain)


def _is_alike(row: Invitation, names: Sequence[str]) -> bool:
    """Say whether one of the names begins with the other, word by word: "Northwind" and "Northwind Traders"."""
    invited = invited_words(company=row.company, expected_name=row.expected_name)
    for name in names:
        accepted = name_words(name)
        shorter = min(len(invited), len(accepted))
        if shorter and invited[:shorter] == accepted[:shorter]:
            return True
    return False
