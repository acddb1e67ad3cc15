"""Finding a customer by what a person typed: a tenant ID, any domain of theirs, or the start of a name."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.partner_center.errors import CustomerNotFound, NoRelationship, SearchRefused, Unavailable
from bot.partner_center.models import Customer, CustomerMatches
from bot.tenant_ids import DamagedTenantId, damaged_tenant_id
from bot.typed_text import host_of, same_domain, same_name


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
    """Without the marks around it."""
    spellings: tuple[str, ...] = field(default=(), compare=False)
    """How it may stand in Partner Center, likeliest first: as typed, then cleaned."""

    @property
    def typed(self) -> str:
        """Return the name as it was typed."""
        return self.spellings[0] if self.spellings else self.value


CustomerQuery = TenantId | Domain | Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Customers beside the one that was found, whose names begin as its name does."""

    prefix: str
    """What finds them all."""
    count: int
    more: bool = False
    """There are more than were counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCustomer:
    """The customer that was meant."""

    customer: Customer
    others: Others | None = None
    not_by_domain: str | None = None
    """The domain that was typed and is nobody's; found by name instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralCustomers:
    """Customers of whom a person must choose."""

    matches: CustomerMatches
    query: Domain | Name
    """What finds them again: the domain, or the spelling of the name that found them."""
    not_by_domain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCustomer:
    """No customer, and what is known all the same."""

    query: CustomerQuery
    tenant_id: str | None = None
    """Of the tenant that has the domain, and is no customer."""
    nobodys: bool = False
    """The sign-in service says that no tenant has the domain."""
    damaged: DamagedTenantId | None = None
    """What was typed looks like a tenant ID and is none; nobody was asked."""


Finding = OneCustomer | SeveralCustomers | NoCustomer


class Source(Protocol):
    """What finding needs of Partner Center."""

    async def customer(self, customer_id: str) -> Customer: ...
    async def find_by_name(self, prefix: str) -> CustomerMatches: ...
    async def find_by_domain(self, domain: str) -> CustomerMatches: ...
    async def tenant_id_of(self, domain: str) -> str | None: ...


async def find_customer(source: Source, query: CustomerQuery, *, also_by_name: bool = True) -> Finding:
    """Return the one customer that the query means, or the several that it may mean, or none.

    ``also_by_name`` searches for a domain that finds nothing as a name, which is one call more.
    A tenant ID that is no customer raises CustomerNotFound or NoRelationship.
    """
    match query:
        case TenantId(value):
            return OneCustomer(customer=await source.customer(value))
        case Domain():
            return await _by_domain(source, query, also_by_name=also_by_name)
        case Name(value):
            damaged = damaged_tenant_id(value)
            if damaged is not None:
                return NoCustomer(query=query, damaged=damaged)
            return await _by_name(source, query) or NoCustomer(query=query)


async def _by_domain(source: Source, query: Domain, *, also_by_name: bool) -> Finding:
    """Microsoft's own filter knows the default domain alone; the sign-in service knows the tenant of any domain.

    The filter also finds what only begins like the domain: another company's, so that is for the person to choose.
    Some companies are called like a domain, so one that finds nothing is searched for as a name.
    """
    tenant_id, nobodys = await _tenant_of(source, query.value)
    if tenant_id is not None:
        try:
            return OneCustomer(customer=await source.customer(tenant_id))
        except (CustomerNotFound, NoRelationship):
            pass  # a domain may have moved to another tenant since Partner Center last looked
    matches = await source.find_by_domain(query.value)
    exact = [match for match in matches.items if same_domain(match.domain, query.value)]
    if len(exact) == 1:
        return OneCustomer(customer=await source.customer(exact[0].id))
    if matches.items:
        return SeveralCustomers(matches=matches, query=query)
    found = await _by_name(source, Name(query.value), instead_of=query.value) if also_by_name else None
    return found or NoCustomer(query=query, tenant_id=tenant_id, nobodys=nobodys)


async def _tenant_of(source: Source, domain: str) -> tuple[str | None, bool]:
    """Return the tenant of a domain, and whether the sign-in service says that nobody has it."""
    if host_of(domain) is None:  # nobody is asked about what is no host
        return None, False
    try:
        tenant_id = await source.tenant_id_of(domain)
    except Unavailable:
        return None, False  # the filter may still know it
    return tenant_id, tenant_id is None


async def _by_name(
    source: Source, query: Name, *, instead_of: str | None = None
) -> OneCustomer | SeveralCustomers | None:
    """Search for each spelling in turn; a customer with exactly that name is the one, whoever's begins with it."""
    refused = None
    for spelling in query.spellings or (query.value,):
        try:
            matches = await source.find_by_name(spelling)
        except SearchRefused as error:  # another spelling may be taken
            refused = error
            continue
        refused = None
        if matches.items:
            return await _chosen(source, spelling, matches, instead_of)
    if refused is not None:
        raise refused
    return None


async def _chosen(
    source: Source, spelling: str, matches: CustomerMatches, instead_of: str | None
) -> OneCustomer | SeveralCustomers:
    exact = [match for match in matches.items if match.name and same_name(match.name, spelling)]
    whole = matches.gap is None  # of a list that is not, others may fit as well
    if whole and len(matches.items) == 1 and not matches.more:
        return OneCustomer(customer=await source.customer(matches.items[0].id), not_by_domain=instead_of)
    if whole and len(exact) == 1:
        others = Others(prefix=spelling, count=len(matches.items) - 1, more=matches.more)
        return OneCustomer(customer=await source.customer(exact[0].id), others=others, not_by_domain=instead_of)
    return SeveralCustomers(matches=matches, query=Name(spelling), not_by_domain=instead_of)
