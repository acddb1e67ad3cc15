"""``/partner subscribe``: subscribe a channel to topics, by words or in a window, and change a subscription."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import uuid4

from bot.arguments import customer_query, escaped, plain
from bot.context import Context, Explained, Outdated, Role
from bot.domain.channel_subscriptions import ChannelSubscription, NewChannelSubscription, Rhythm, SubscriptionState
from bot.domain.event_kind import Topic
from bot.errors import PartnerBotError
from bot.finding import Domain, Name, NoCustomer, OneCustomer, TenantId, find_customer
from bot.language import Language, deferred
from bot.reply import Announce, Answer, Done, FieldErrors, Message, Modal, OpenModal, Reply, Run
from bot.routing import Form, Router
from bot.subscription_arguments import (
    USAGE,
    BadValue,
    Option,
    Problem,
    SubscriptionArguments,
    UnknownOption,
    UnknownTopic,
    listed,
    subscription_arguments,
)
from bot.tenant_ids import damaged_tenant_id
from bot.views import modals
from bot.views import subscriptions as views
from bot.views.no_customer import damaged_tenant_id as damaged_id
from bot.views.no_customer import tenant_id_problem

DOING = deferred("Following topics")
EXPLAINED = (
    Explained(typed="customers", meaning=deferred("new customers, removed ones, accepted invitations")),
    Explained(typed="relationships", meaning=deferred("delegated access: granted, ended, about to end")),
    Explained(typed="subscriptions", meaning=deferred("Microsoft subscriptions: changes, usage, migration")),
    Explained(typed="invoices", meaning=deferred("invoices that are ready")),
    Explained(typed="security", meaning=deferred("fraud alerts")),
    Explained(typed="all", meaning=deferred("everything, referrals too")),
    Explained(
        typed="customers --customer contoso.com",
        meaning=deferred("only this customer, by tenant ID, domain or name"),
    ),
    Explained(
        typed="customers --country FR, Belgium", meaning=deferred("only customers in these countries, by code or name")
    ),
    Explained(
        typed="customers --thread-only", meaning=deferred("everything in one thread, without new lines in the channel")
    ),
    Explained(
        typed="customers --digest daily",
        meaning=deferred("one message at 9:00 in your time zone; weekly brings it on Mondays"),
    ),
)
"""Every topic and every option."""

router = Router(role=Role.OPERATOR, doing=DOING)


@router.command(
    "subscribe",
    parse=subscription_arguments,
    argument=USAGE,
    summary=deferred("lets this channel follow topics."),
    group=deferred("Follow"),
    example="customers",
    also=("follow", "abonner", "s'abonner", "abonne", "suivre"),
    explained=EXPLAINED,
    saves=True,
)
async def subscribe(ctx: Context, wanted: SubscriptionArguments | Problem) -> Reply:
    """Subscribe to what is named; ask in a window where nothing is."""
    if not isinstance(wanted, SubscriptionArguments):
        return Answer(message=_explained(ctx.language, wanted), private=True)
    if wanted == SubscriptionArguments():
        return await _window(ctx)
    before = None if wanted.changes is None else await _existing(ctx, wanted.changes)
    channel = await ctx.services.channels.channel(before.channel_id if before else str(ctx.place.channel_id))
    if refusal := views.refusal(ctx.language, channel):
        return Answer(message=refusal, private=True)
    channel.require_postable()
    if unknown := _unknown_country(ctx.language, wanted.countries):
        return Answer(message=views.bad_option(ctx.language, f"--{Option.COUNTRY}", unknown), private=True)
    only = None
    if wanted.customer is not None:
        found = await find_customer(ctx.partner_center, wanted.customer)
        if isinstance(found, NoCustomer) and found.damaged is not None:
            return Answer(message=damaged_id(ctx.language, found.damaged), private=True)
        if not isinstance(found, OneCustomer):
            return Answer(message=views.customer_not_one(ctx.language, wanted.customer.value), private=True)
        customer = found.customer
        countries = _codes(ctx.language, wanted.countries)
        if countries and customer.country and customer.country.upper() not in countries:
            return Answer(message=views.elsewhere(ctx.language, customer, countries), private=True)
        only = customer.id.lower(), customer.name
    return await _set(ctx, _new(ctx, wanted, channel.id, before, only), before)


@router.action("follow_topics", opens_window=True)
async def choose_topics(ctx: Context, _value: str) -> Reply:
    """Open the window that asks."""
    return await _window(ctx)


@router.action("change_follow", opens_window=True)
async def change_subscription(ctx: Context, value: str) -> Reply:
    """Open the window filled in with the subscription."""
    subscription = await _existing(ctx, value.partition(":")[0])
    if subscription.customer_id is None or subscription.customer_name is not None:
        return OpenModal(views.subscription_modal(ctx.language, channel=None, subscription=subscription))
    tenant_id = subscription.customer_id

    async def named() -> Modal:
        try:
            name = (await ctx.partner_center.customer(tenant_id)).name
        except PartnerBotError:
            name = None  # then the ID has to do
        return views.subscription_modal(
            ctx.language, channel=None, subscription=replace(subscription, customer_name=name)
        )

    return OpenModal(modals.loading(ctx.language, title=views.modal_title(ctx.language)), then=named)


@router.submission("set_follow", saves=True)
async def set_subscription(ctx: Context, form: Form) -> Reply:
    """Take the window's content; a customer told by name or domain is looked up afterwards, which may take long."""
    lang = ctx.language
    which, _, shown = form.memory.partition(":")
    subscription_id, _, edited = which.partition(" ")
    before = await _existing(ctx, subscription_id) if subscription_id else None
    if before is not None and edited and edited != views.edit_of(before):
        return OpenModal(views.subscription_modal(lang, channel=None, subscription=before, changed_meanwhile=True))
    channel_id = before.channel_id if before else form["channel"] or str(ctx.place.channel_id)
    await ctx.require_role_in(channel_id, Role.OPERATOR, doing=DOING)
    wanted = _filled_in(form, before, shown)
    if errors := _errors(lang, form, wanted):
        return FieldErrors(errors)
    field = "channel" if form["channel"] else "topics"
    channel = await ctx.services.channels.channel(channel_id)
    if channel.external:
        return FieldErrors({field: views.choose_own_channel(lang)})
    if channel.archived or channel.member is False:
        return FieldErrors({field: views.choose_channel(lang)})
    if isinstance(wanted.customer, Domain | Name) or (wanted.customer and wanted.countries):
        wanted = replace(wanted, countries=_codes(lang, wanted.countries))
        return Run(command=f"subscribe {wanted.typed()}", channel_id=channel_id)
    only = None
    if wanted.customer is not None:  # by ID, which needs no look-up
        tenant_id = wanted.customer.value
        unchanged = before is not None and before.customer_id == tenant_id
        only = tenant_id, shown if unchanged and shown != tenant_id else None
    return await _set(ctx, _new(ctx, wanted, channel_id, before, only), before)


async def _window(ctx: Context) -> Reply:
    """Ask what this channel subscribes to; in direct messages, which one."""
    channel = await ctx.services.channels.channel(str(ctx.place.channel_id))
    if channel.direct:
        return OpenModal(views.subscription_modal(ctx.language, channel=None))
    if refusal := views.refusal(ctx.language, channel):
        return Answer(message=refusal, private=True)
    channel.require_postable()
    modal = views.subscription_modal(ctx.language, channel=channel)
    return OpenModal(modal, otherwise=views.which_topics(ctx.language))


async def _existing(ctx: Context, subscription_id: str) -> ChannelSubscription:
    """Return a subscription in a channel in which the person may change it, or raise why not."""
    subscription = await ctx.services.subscriptions.find(subscription_id)
    if subscription is None or subscription.state is SubscriptionState.REMOVED:
        raise Outdated(subscription)
    await ctx.require_role_in(subscription.channel_id, Role.OPERATOR, doing=DOING)
    return subscription


async def _set(ctx: Context, new: NewChannelSubscription, before: ChannelSubscription | None) -> Reply:
    """Subscribe, in the place of what was set before, unless the channel has that subscription already."""
    subscriptions = ctx.services.subscriptions
    others = await subscriptions.of_channel(new.channel_id)
    if any(_terms(each) == _terms(new) for each in others if each.submission_key != new.submission_key):
        already = FieldErrors({"topics": views.subscribed_already(ctx.language)})
        return already if ctx.submission_id else Answer(message=views.already(ctx.language), private=True)
    if before is None:
        subscription = await subscriptions.subscribe(new)
        if subscription is None:
            return Done()  # a second press on the same button
    elif (_terms(before), before.thread_only) == (_terms(new), new.thread_only):
        return Done()
    else:
        subscription = await subscriptions.change(before.id, new)
        if subscription is None:
            raise Outdated(await subscriptions.find(before.id))
    return Announce(
        message=views.set_up(ctx.language, subscription, by=ctx.caller.user_id), channel_id=subscription.channel_id
    )


def _terms(subscription: ChannelSubscription | NewChannelSubscription) -> tuple[object, ...]:
    """Return what makes two subscriptions of a channel the same."""
    return subscription.topics, subscription.customer_id, frozenset(subscription.countries), subscription.rhythm


def _new(
    ctx: Context,
    wanted: SubscriptionArguments,
    channel_id: str,
    before: ChannelSubscription | None,
    only: tuple[str, str | None] | None,
) -> NewChannelSubscription:
    """Return what is to be kept, ``only`` being a customer's ID and name.

    Language and time zone of what is changed stay its owner's.
    """
    customer_id, customer_name = only or (None, None)
    return NewChannelSubscription(
        submission_key=before.submission_key if before else ctx.submission_id or str(uuid4()),
        workspace_id=ctx.services.workspace_id,
        channel_id=channel_id,
        owner_id=ctx.caller.user_id,
        language=before.language if before else ctx.language.code,
        tz=before.tz if before else ctx.caller.tz,
        topics=wanted.topics or views.DEFAULT_TOPICS,
        customer_id=customer_id,
        customer_name=customer_name,
        countries=_codes(ctx.language, wanted.countries),
        thread_only=wanted.thread_only,
        rhythm=wanted.rhythm,
    )


def _filled_in(form: Form, before: ChannelSubscription | None, shown: str) -> SubscriptionArguments:
    """Read what the window holds; the name that it showed means the customer of the subscription."""
    ticked = form.ticked("topics")
    customer = customer_query(escaped(form["customer"]))
    if (
        before is not None
        and before.customer_id is not None
        and plain(escaped(form["customer"])) == plain(escaped(shown))
    ):
        customer = TenantId(before.customer_id)
    return SubscriptionArguments(
        topics=frozenset(topic for topic in Topic if topic in ticked),
        customer=customer,
        countries=listed(plain(escaped(form["countries"]))),
        thread_only=views.IN_ONE_THREAD in form.ticked("thread"),
        rhythm=next((rhythm for rhythm in Rhythm if rhythm == form["rhythm"]), Rhythm.NOW),
        changes=None if before is None else before.id,
    )


def _errors(lang: Language, form: Form, wanted: SubscriptionArguments) -> dict[str, str]:
    """Return what is wrong, by field."""
    errors = {}
    if not wanted.topics:
        errors["topics"] = views.choose_topic(lang)
    if wanted.customer is None and form["customer"].strip():
        errors["customer"] = views.choose_customer(lang)
    elif isinstance(wanted.customer, Name) and (damaged := damaged_tenant_id(wanted.customer.value)):
        errors["customer"] = tenant_id_problem(lang, damaged).plain
    if unknown := _unknown_country(lang, wanted.countries):
        errors["countries"] = views.unknown_country(lang, unknown)
    return errors


def _codes(lang: Language, countries: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(lang.country_code, countries))))


def _unknown_country(lang: Language, countries: Iterable[str]) -> str | None:
    return next((each for each in countries if lang.country_code(each) is None), None)


def _explained(lang: Language, problem: Problem) -> Message:
    match problem:
        case UnknownTopic(typed, nearest):
            return views.unknown_topic(lang, typed, nearest)
        case UnknownOption(typed=typed, nearest=nearest, known=known):
            return views.unknown_option(lang, typed, nearest, known)
        case BadValue(option=option, typed=typed, allowed=allowed):
            return views.bad_option(lang, option, typed, allowed)
