"""Look a customer up: the command, the window that asks, the choice, sharing a card, and the message shortcut."""

import asyncio
from collections.abc import Sequence

from bot.arguments import NamesNobody, customer_query, customer_typed, customers_in, escaped, plain
from bot.contacts import BOT_ADMINS
from bot.context import Context, Explained, Role
from bot.finding import (
    CustomerQuery,
    Domain,
    Finding,
    Name,
    NoCustomer,
    OneCustomer,
    SeveralCustomers,
    find_customer,
)
from bot.language import deferred
from bot.partner_center.errors import CustomerNotFound, NoRelationship, PartnerCenterError, SearchRefused
from bot.partner_center.models import Customer, CustomerMatches, CustomerSummary
from bot.reply import Answer, FieldErrors, Message, OpenModal, Reply, Run, Share
from bot.routing import Form, PointedMessage, Router
from bot.tenant_ids import damaged_tenant_id
from bot.views import customers as views
from bot.views import failures
from bot.views.customer_choice import ChoicePage, choice
from bot.views.no_customer import damaged_tenant_id as damaged_id
from bot.views.no_customer import no_customer
from bot.vocabulary import FINDING

router = Router(role=Role.VIEWER, doing=deferred("Looking up customers"))


@router.command(
    "customer",
    parse=customer_typed,
    argument="<id | domain | name>",
    summary=deferred("shows a customer. Takes a tenant ID, domain or name."),
    group=deferred("Look up"),
    example="contoso.com",
    also=(*FINDING, "company", "tenant", "client", "entreprise", "société"),
    explained=(
        Explained(typed="contoso.com", meaning=deferred("by any domain of theirs")),
        Explained(typed="8f1d6c1e-3b52-4c8e-9a47-5d20e1c7b903", meaning=deferred("by the tenant ID")),
        Explained(typed="Contoso", meaning=deferred("by the start of the name; a choice where several fit")),
    ),
)
async def show_customer(ctx: Context, query: CustomerQuery | NamesNobody | None) -> Reply:
    """Answer with the card, a choice of customers, or what was searched for in vain."""
    if query is None:
        modal = views.find_modal(ctx.language, purpose="customer")
        return OpenModal(modal, otherwise=views.which_customer(ctx.language))
    if isinstance(query, NamesNobody):
        return Answer(message=views.names_nobody(ctx.language), private=True)
    match await find_customer(ctx.partner_center, query):
        case OneCustomer(customer=customer) as one:
            return Answer(message=_card(ctx, customer, found=one))
        case SeveralCustomers(matches=matches, query=sought, not_by_domain=domain):
            return Answer(message=choice(ctx.language, matches, query=sought, not_by_domain=domain))
        case NoCustomer() as none:
            return Answer(message=no_customer(ctx.language, none, may_invite=ctx.may_invite))


@router.action("choose_customers")
async def show_choice(ctx: Context, value: str) -> Reply:
    """Show a page of the customers that fit; they are searched for again, since they may have changed."""
    page = ChoicePage.read(value)
    lang, sought = ctx.language, page.query
    source = ctx.partner_center
    by_domain = isinstance(sought, Domain)
    matches = await (source.find_by_domain(sought.value) if by_domain else source.find_by_name(sought.value))
    if not matches.items:
        none = NoCustomer(query=sought)
        return Answer(message=no_customer(lang, none, may_invite=ctx.may_invite), replaces=True)
    return Answer(message=choice(lang, matches, query=sought, action=page.action, first=page.first), replaces=True)


@router.action("show_customer")
async def show_chosen(ctx: Context, tenant_id: str) -> Reply:
    """Show one customer of a choice, or go back from a list to the card."""
    return Answer(message=_card(ctx, await ctx.partner_center.customer(tenant_id)), replaces=True)


@router.action("see_customer")
async def see_full_card(ctx: Context, tenant_id: str) -> Reply:
    """Show the full card to whoever pressed on a shared one, by their own role."""
    return Answer(message=_card(ctx, await ctx.partner_center.customer(tenant_id)))


@router.action("share_customer")
async def share_card(ctx: Context, tenant_id: str) -> Reply:
    """Post the reduced card for everyone, unless people of other organisations read the channel."""
    channel = await ctx.services.channels.channel(str(ctx.place.channel_id))
    if channel.external:
        return Answer(message=views.share_refused(ctx.language, known=channel.known))
    customer = await ctx.partner_center.customer(tenant_id)
    reduced = views.reduced_card(
        ctx.language,
        customer,
        read_at=ctx.services.now(),
        shared_by=ctx.caller.user_id,
        portal_url=ctx.services.cloud.customer_page(customer.id),
    )
    return Share(message=reduced, confirmation=_card(ctx, customer, shared_in=channel.id))


@router.action("find_customer", opens_window=True)
async def ask_which(ctx: Context, _value: str) -> Reply:
    """Open the window that asks."""
    return OpenModal(views.find_modal(ctx.language, purpose="customer"))


@router.submission("find_customer")
async def search(ctx: Context, form: Form) -> Reply:
    """Search for what the window was given; ``memory`` is the command to run."""
    typed = escaped(form["query"])
    if customer_query(typed) is None:
        return FieldErrors({"query": views.nothing_typed(ctx.language)})
    return Run(command=f"{form.memory} {typed}")


@router.message_shortcut(
    "look_up_customer",
    title="Look up customer",
    description="Shows the Microsoft customers that this message names.",
    for_sentences=True,
)
async def look_up_in_message(ctx: Context, message: PointedMessage) -> Reply:
    """Find the tenant IDs and domains in a message; answer with the card, or with the choice."""
    queries = customers_in(message.text)
    if not queries:
        damaged = damaged_tenant_id(plain(message.text))
        said = views.nothing_in_message(ctx.language) if damaged is None else damaged_id(ctx.language, damaged)
        return Answer(message=said)
    found, failed = await _all(ctx, queries)
    customers = _customers(found)
    if not customers and not failed:  # some companies are called like a domain
        names = [Name(query.value) for query in queries if isinstance(query, Domain)]
        customers = _customers((await _all(ctx, names))[0])
    match customers:
        case []:
            if failed:
                raise next(iter(failed.values()))
            first = found[0]
            none = first if isinstance(first, NoCustomer) else NoCustomer(query=queries[0])
            return Answer(message=no_customer(ctx.language, none, may_invite=ctx.may_invite))
        case [customer]:
            came = _card(ctx, customer)
        case several:
            summaries = tuple(
                CustomerSummary(
                    id=customer.id,
                    company_profile=customer.company_profile,
                    relationship_to_partner=customer.relationship_to_partner,
                )
                for customer in several
            )
            came = choice(ctx.language, CustomerMatches(items=summaries), query=None)
    return Answer(
        message=failures.with_failed(
            ctx.language,
            came,
            failed,
            at=ctx.services.now(),
            admin=ctx.caller.role >= Role.ADMIN and not ctx.public,
            contacts=await ctx.services.contacts() if failed else BOT_ADMINS,
        )
    )


def _customers(found: Sequence[Finding]) -> list[Customer]:
    """Return the customers of whom there is exactly one, each once."""
    each = [one.customer for one in found if isinstance(one, OneCustomer)]
    return list({customer.id: customer for customer in each}.values())


async def _all(ctx: Context, queries: Sequence[CustomerQuery]) -> tuple[list[Finding], dict[str, PartnerCenterError]]:
    """Return what is found of everything that a message names, in its order; and what of it could not be read."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_found(ctx, query)) for query in queries]
    results = [task.result() for task in tasks]
    failed = {
        query.value: result
        for query, result in zip(queries, results, strict=True)
        if isinstance(result, PartnerCenterError)
    }
    return [result for result in results if not isinstance(result, PartnerCenterError)], failed


async def _found(ctx: Context, query: CustomerQuery) -> Finding | PartnerCenterError:
    """Return what is found, or why it cannot be read: one must not hide the others.

    A message names many domains that are nobody's; they are searched for as names only where nothing else is found.
    """
    try:
        return await find_customer(ctx.partner_center, query, also_by_name=False)
    except NoRelationship:
        return NoCustomer(query=query, tenant_id=query.value)
    except (CustomerNotFound, SearchRefused):
        return NoCustomer(query=query)
    except PartnerCenterError as error:
        return error


def _card(ctx: Context, customer: Customer, shared_in: str | None = None, found: OneCustomer | None = None) -> Message:
    """Return the full card, or in a thread that everyone reads the reduced one."""
    portal_url, now = ctx.services.cloud.customer_page(customer.id), ctx.services.now()
    if ctx.public:
        return views.reduced_card(ctx.language, customer, read_at=now, portal_url=portal_url, found=found)
    return views.card(
        ctx.language,
        customer,
        read_at=now,
        may_invite=ctx.may_invite,
        may_share=ctx.place.channel_id is not None,
        portal_url=portal_url,
        shared_in=shared_in,
        found=found,
    )
