"""Finding a customer by what a person typed: a tenant ID, any domain of theirs, or the start of a name."""

from dataclasses import dataclass
from typing import Protocol

from bot.partner_center.errors import CustomerNotFound, NoRelationship, Unavailable
from bot.partner_center.models import Customer, CustomerMatches


@dataclass(frozen=True, slots=True)
class TenantId:
    """A tenant ID in its canonical form."""

    value: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain in lower case."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """The start of a company's name."""

    value: str


CustomerQuery = TenantId | Domain | Name


class Source(Protocol):
    """What finding needs of Partner Center."""

    async def customer(self, customer_id: str) -> Customer: ...
    async def find_by_name(self, prefix: str) -> CustomerMatches: ...
    async def find_by_domain(self, domain: str) -> CustomerMatches: ...
    async def tenant_id_of(self, domain: str) -> str | None: ...


async def find_customer(source: Source, query: CustomerQuery) -> Customer | CustomerMatches:
    """Return the one customer that the query means, or the matches there are (none, or several).

    A tenant ID that is no customer raises CustomerNotFound or NoRelationship.
    """
    match query:
        case TenantId(value):
            return await source.customer(value)
        case Domain(value):
            return await _by_domain(source, value)
        case Name(value):
            return await _only(source, await source.find_by_name(value))


async def _by_domain(source: Source, domain: str) -> Customer | CustomerMatches:
    """Microsoft's own filter knows the default domain alone; the sign-in service knows the tenant of any domain.

    The filter also finds what only begins like the domain: another company's, so that is for the person to choose.
    """
    try:
        tenant_id = await source.tenant_id_of(domain)
    except Unavailable:
        tenant_id = None  # the filter may still know it
    if tenant_id is not None:
        try:
            return await source.customer(tenant_id)
        except (CustomerNotFound, NoRelationship):
            pass  # a domain may have moved to another tenant since Partner Center last looked
    matches = await source.find_by_domain(domain)
    exact = [match for match in matches.items if match.domain == domain]
    return await source.customer(exact[0].id) if len(exact) == 1 else matches


async def _only(source: Source, matches: CustomerMatches) -> Customer | CustomerMatches:
    if len(matches.items) == 1 and not matches.more and matches.gap is None:
        return await source.customer(matches.items[0].id)
    return matches
