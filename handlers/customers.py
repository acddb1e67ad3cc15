"""Look a customer up: the command, the window that asks, the choice, sharing a card, and the message shortcut."""

import asyncio
from collections.abc import Sequence

from bot.arguments import customer_query, customers_in
from bot.contacts import BOT_ADMINS
from bot.context import Context, Explained, Role
from bot.finding import CustomerQuery, Domain, TenantId, find_customer
from bot.language import deferred
from bot.partner_center.errors import CustomerNotFound, NoRelationship, PartnerCenterError, SearchRefused
from bot.partner_center.models import Customer, CustomerMatches, CustomerSummary
from bot.reply import Answer, FieldErrors, Message, OpenModal, Reply, Run, Share
from bot.routing import Form, PointedMessage, Router
from bot.views import customers as views
from bot.views import failures
from bot.vocabulary import FINDING

router = Router(role=Role.VIEWER, doing=deferred("Looking up customers"))


@router.command(
    "customer",
    parse=customer_query,
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
async def show_customer(ctx: Context, query: CustomerQuery | None) -> Reply:
    """Answer with the card, a choice of customers, or what was searched for in vain."""
    if query is None:
        modal = views.find_modal(ctx.language, purpose="customer")
        return OpenModal(modal, otherwise=views.which_customer(ctx.language))
    found = await find_customer(ctx.partner_center, query)
    if isinstance(found, CustomerMatches):
        return Answer(message=views.not_one(ctx.language, query, found, may_invite=ctx.may_invite))
    return Answer(message=_card(ctx, found))


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
    query = customer_query(form["query"])
    if query is None:
        return FieldErrors({"query": views.nothing_typed(ctx.language)})
    return Run(command=f"{form.memory} {query.value}")


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
        return Answer(message=views.nothing_in_message(ctx.language))
    known, failed = await _all_known(ctx, queries)
    match known:
        case []:
            if failed:
                raise next(iter(failed.values()))
            return Answer(message=views.no_hit(ctx.language, queries[0], may_invite=ctx.may_invite))
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
            came = views.choice(ctx.language, "", CustomerMatches(items=summaries))
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


async def _all_known(
    ctx: Context, queries: Sequence[TenantId | Domain]
) -> tuple[list[Customer], dict[str, PartnerCenterError]]:
    """Return the customers among what a message names, each once, in its order; and what of it could not be read."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_known(ctx, query)) for query in queries]
    results = [task.result() for task in tasks]
    customers = {result.id: result for result in results if isinstance(result, Customer)}
    failed = {
        query.value: result
        for query, result in zip(queries, results, strict=True)
        if isinstance(result, PartnerCenterError)
    }
    return list(customers.values()), failed


async def _known(ctx: Context, query: TenantId | Domain) -> Customer | PartnerCenterError | None:
    """Return the customer if there is exactly one, or why it cannot be read: one must not hide the others.

    A message names many domains that are nobody's.
    """
    try:
        found = await find_customer(ctx.partner_center, query)
    except (CustomerNotFound, NoRelationship, SearchRefused):
        return None
    except PartnerCenterError as error:
        return error
    return found if isinstance(found, Customer) else None


def _card(ctx: Context, customer: Customer, shared_in: str | None = None) -> Message:
    """Return the full card, or in a thread that everyone reads the reduced one."""
    portal_url = ctx.services.cloud.customer_page(customer.id)
    if ctx.public:
        return views.reduced_card(ctx.language, customer, read_at=ctx.services.now(), portal_url=portal_url)
    return views.card(
        ctx.language,
        customer,
        read_at=ctx.services.now(),
        may_invite=ctx.may_invite,
        may_share=ctx.place.channel_id is not None,
        portal_url=portal_url,
        shared_in=shared_in,
    )
