"""List the partners that are tied to a customer."""

from bot import carried_values
from bot.arguments import NamesNobody, customer_typed
from bot.context import Context, Role
from bot.finding import CustomerQuery, NoCustomer, OneCustomer, SeveralCustomers, find_customer
from bot.language import deferred
from bot.partner_center.models import Customer
from bot.reply import Answer, Message, OpenModal, Reply
from bot.routing import Router
from bot.views import customers
from bot.views import relationships as views
from bot.views.customer_choice import choice
from bot.views.no_customer import no_customer

router = Router(role=Role.VIEWER, doing=deferred("Looking up customers"))


@router.command(
    "relationships",
    parse=customer_typed,
    argument="<id | domain | name>",
    summary=deferred("lists the customer’s partners."),
    group=deferred("Look up"),
    example="fabrikam.com",
    also=("partners", "reseller", "relations", "partenaires", "revendeurs"),
)
async def list_relationships(ctx: Context, query: CustomerQuery | NamesNobody | None) -> Reply:
    """Answer with the list, a choice of customers, or what was searched for in vain."""
    if query is None:
        modal = customers.find_modal(ctx.language, purpose="relationships")
        return OpenModal(modal, otherwise=customers.which_customer(ctx.language))
    if isinstance(query, NamesNobody):
        return Answer(message=customers.names_nobody(ctx.language), private=True)
    match await find_customer(ctx.partner_center, query):
        case OneCustomer(customer=customer) as one:
            return Answer(message=await _listing(ctx, customer, found=one))
        case SeveralCustomers(matches=matches, query=sought, not_by_domain=domain):
            said = choice(ctx.language, matches, query=sought, action="show_relationships", not_by_domain=domain)
            return Answer(message=said)
        case NoCustomer() as none:
            return Answer(message=no_customer(ctx.language, none, may_invite=ctx.may_invite))


@router.action("show_relationships")
async def show_relationships(ctx: Context, tenant_id: str) -> Reply:
    """Show the list in place of the card or the choice."""
    return Answer(message=await _listing(ctx, await ctx.partner_center.customer(tenant_id)), replaces=True)


@router.action("relationships_page")
async def show_page(ctx: Context, value: str) -> Reply:
    """Show the next rows."""
    tenant_id, _, row = value.partition(":")
    first = carried_values.number(row)
    customer = await ctx.partner_center.customer(tenant_id)
    return Answer(message=await _listing(ctx, customer, first=first), replaces=True)


async def _listing(ctx: Context, customer: Customer, first: int = 0, found: OneCustomer | None = None) -> Message:
    relationships = await ctx.partner_center.relationships(customer.id)
    now = ctx.services.now()
    return views.listing(ctx.language, customer, relationships, read_at=now, first=first, found=found)
