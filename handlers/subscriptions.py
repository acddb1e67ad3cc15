"""See channel subscriptions, and test, pause, resume, remove or restore it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace

from bot import carried_values
from bot.arguments import plain
from bot.contacts import BOT_ADMINS
from bot.context import Context, Explained, Outdated, Role
from bot.domain.channel_subscriptions import ChannelSubscription, SubscriptionState
from bot.domain.event_kind import Topic
from bot.language import deferred
from bot.reply import Announce, Answer, Done, Message, Reply
from bot.routing import Router
from bot.storage.errors import DatabaseUnavailable
from bot.subscription_arguments import UnknownTopic, topics_typed
from bot.views import subscriptions as views

DOING = deferred("Following topics")

router = Router(role=Role.OPERATOR, doing=DOING)

EVERYTHING = frozenset({Topic.ALL})


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionsPage:
    """A page of the list: of one channel, or of every channel where there is no ``channel_id``."""

    channel_id: str | None
    first: int = 0


@router.command(
    "unsubscribe",
    parse=topics_typed,
    argument="[topics]",
    summary=deferred("stops what this channel follows."),
    group=deferred("Follow"),
    example="customers",
    also=("unfollow", "désabonner", "desabonner", "désabonnement"),
    explained=(
        Explained(typed="customers", meaning=deferred("stops what follows these topics and no others")),
        Explained(typed="all", meaning=deferred("stops everything that the channel follows")),
    ),
    saves=True,
)
async def unsubscribe(ctx: Context, topics: frozenset[Topic] | UnknownTopic) -> Reply:
    """Remove subscriptions to these topics and no others; without any, the channel's only one."""
    if isinstance(topics, UnknownTopic):
        return Answer(message=views.unknown_topic(ctx.language, topics.typed, topics.nearest), private=True)
    channel_id = str(ctx.place.channel_id)
    subscriptions = await ctx.services.subscriptions.of_channel(channel_id)
    if not topics and len(subscriptions) == 1:
        topics = EVERYTHING
    meant = [subscription for subscription in subscriptions if topics >= EVERYTHING or subscription.topics <= topics]
    if 0 < len(meant) <= views.PAGE:
        by = ctx.caller.user_id
        gone = await ctx.services.subscriptions.remove(*(each.id for each in meant), by=by)
        if not gone:
            raise await _outdated(ctx, meant[0].id)
        return Announce(message=views.stopped(ctx.language, *gone, by=by), channel_id=channel_id)
    if meant or any(not topics or subscription.topics & (topics | EVERYTHING) for subscription in subscriptions):
        listing = await _listing(ctx, SubscriptionsPage(channel_id=channel_id))  # for the person to choose
        return Answer(message=listing, private=True)
    return Answer(message=views.nothing_to_stop(ctx.language, channel_id), private=True)


@router.command(
    "subscriptions",
    parse=lambda text: plain(text).lower().lstrip("-") == "all",
    argument="[--all]",
    summary=deferred("shows what this channel follows, or every channel."),
    group=deferred("Follow"),
    example="--all",
    also=("follows", "following", "abonnements"),
    explained=(Explained(typed="--all", meaning=deferred("what every channel follows")),),
)
async def list_subscriptions(ctx: Context, everywhere: bool) -> Reply:  # noqa: FBT001 - what the parser returns
    """Answer with the subscriptions of this channel, or of every channel."""
    channel_id = None if everywhere else str(ctx.place.channel_id)
    return Answer(message=await _listing(ctx, SubscriptionsPage(channel_id=channel_id)), private=True)


@router.action("follows_page")
async def show_page(ctx: Context, value: str) -> Reply:
    """Show the next rows."""
    return Answer(message=await _listing(ctx, _page(value)), private=True, replaces=True)


@router.action("follow_test", saves=True)
async def test(ctx: Context, value: str) -> Reply:
    """Send a message the whole way of a notice; the channel sees it, and who is elsewhere is told."""
    subscription, _ = await _pressed(ctx, value)
    if await ctx.services.subscriptions.test(subscription.id, by=ctx.caller.user_id) is None:
        raise await _outdated(ctx, subscription.id)
    if subscription.channel_id == ctx.place.channel_id:
        return Done()
    return Answer(message=views.test_on_its_way(ctx.language, subscription.channel_id), private=True)


@router.action("follow_pause", saves=True)
async def pause(ctx: Context, value: str) -> Reply:
    """Hold what comes."""
    subscription, page = await _pressed(ctx, value)
    channel = await ctx.services.channels.channel(subscription.channel_id)
    resuming = await _resuming(ctx, replace(subscription, state=SubscriptionState.PAUSED))
    paused = await ctx.services.subscriptions.pause(subscription.id, by=ctx.caller.user_id)
    if paused is None:
        raise await _outdated(ctx, subscription.id)
    hindrance = views.before_resuming(ctx.language, channel, resuming)
    return await _told(
        ctx, paused, views.paused(ctx.language, paused, by=ctx.caller.user_id, hindrance=hindrance), page
    )


@router.action("follow_resume", saves=True)
async def resume(ctx: Context, value: str) -> Reply:
    """Let go what was held, if the channel can be told of it now."""
    subscription, page = await _pressed(ctx, value)
    if refusal := await _refusal(ctx, subscription, SubscriptionState.PAUSED):
        return Answer(message=refusal, private=True)
    channel = await ctx.services.channels.channel(subscription.channel_id)
    if hindrance := views.before_resuming(ctx.language, channel, await _resuming(ctx, subscription)):
        return Answer(message=views.not_resumed(hindrance), private=True)
    stats = await ctx.services.subscriptions.resume(subscription.id, by=ctx.caller.user_id)
    if stats is None:
        raise await _outdated(ctx, subscription.id)
    message = views.resumed(ctx.language, stats.subscription, by=ctx.caller.user_id, kept=stats.waiting)
    return await _told(ctx, stats.subscription, message, page)


@router.action("follow_remove", saves=True)
async def remove(ctx: Context, value: str) -> Reply:
    """Unsubscribe; it can be restored."""
    subscription, page = await _pressed(ctx, value)
    gone = await ctx.services.subscriptions.remove(subscription.id, by=ctx.caller.user_id)
    if not gone:
        raise await _outdated(ctx, subscription.id)
    (removed,) = gone
    return await _told(ctx, removed, views.stopped(ctx.language, removed, by=ctx.caller.user_id), page)


@router.action("follow_restore", saves=True)
async def restore(ctx: Context, value: str) -> Reply:
    """Restore what was removed, if the channel can be told of it now."""
    subscription, page = await _pressed(ctx, value)
    if refusal := await _refusal(ctx, subscription, SubscriptionState.REMOVED):
        return Answer(message=refusal, private=True)
    restored = await ctx.services.subscriptions.restore(subscription.id, by=ctx.caller.user_id)
    if restored is None:
        raise await _outdated(ctx, subscription.id)
    return await _told(ctx, restored, views.restored(ctx.language, restored, by=ctx.caller.user_id), page)


async def _pressed(ctx: Context, value: str) -> tuple[ChannelSubscription, SubscriptionsPage | None]:
    """Return what a button is about, and the page of the list that it stands on, if any."""
    subscription_id, on_list, rest = value.partition(":")
    page = _page(rest) if on_list else None  # read before anything is done
    subscription = await ctx.services.subscriptions.find(subscription_id)
    if subscription is None:
        raise Outdated
    await ctx.require_role_in(subscription.channel_id, Role.OPERATOR, doing=DOING)
    return subscription, page


async def _outdated(ctx: Context, subscription_id: str) -> Outdated:
    """Return why a press changed nothing: by what somebody else has done meanwhile."""
    return Outdated(await ctx.services.subscriptions.find(subscription_id))


async def _refusal(ctx: Context, subscription: ChannelSubscription, state: SubscriptionState) -> Message | None:
    """Return why notices cannot come again there, if there is a reason; in another ``state`` they do already."""
    if subscription.state is not state:
        raise Outdated(subscription)
    channel = await ctx.services.channels.channel(subscription.channel_id)
    refusal = views.refusal(ctx.language, channel)
    if refusal is None:
        channel.require_postable()
    return refusal


async def _resuming(ctx: Context, *subscriptions: ChannelSubscription) -> views.Resuming:
    """Return what resuming depends on, asking only where something is paused."""
    paused = {
        subscription.channel_id for subscription in subscriptions if subscription.state is SubscriptionState.PAUSED
    }
    if not paused:
        return views.FREE
    status = await ctx.services.status()
    works = status.sign_in_works and status.slack_refuses is None
    return views.Resuming(
        sign_in_works=status.sign_in_works,
        slack_takes=status.slack_refuses is None,
        forbidden=frozenset([each for each in paused if await ctx.role_in(each) < Role.OPERATOR]),
        contacts=BOT_ADMINS if works else await ctx.services.contacts(),
    )


async def _told(
    ctx: Context, subscription: ChannelSubscription, message: Message, page: SubscriptionsPage | None
) -> Reply:
    """Tell the channel, and show the list anew where the button stood on it."""
    instead = None
    if page is not None:
        with suppress(DatabaseUnavailable):  # it is done all the same, and the channel hears of it
            instead = await _listing(ctx, page)
    return Announce(message=message, channel_id=subscription.channel_id, instead=instead)


def _page(text: str) -> SubscriptionsPage:
    where, _, first = text.partition(":")
    return SubscriptionsPage(
        channel_id=None if where == views.EVERYWHERE else where, first=carried_values.number(first)
    )


async def _listing(ctx: Context, page: SubscriptionsPage) -> Message:
    subscriptions, channel_id, first = ctx.services.subscriptions, page.channel_id, page.first
    all_stats, total = await subscriptions.page(channel_id=channel_id, limit=views.PAGE, offset=first)
    if not all_stats and total:  # the last row of a page was removed
        first = (total - 1) // views.PAGE * views.PAGE
        all_stats, total = await subscriptions.page(channel_id=channel_id, limit=views.PAGE, offset=first)
    ids = sorted({stats.subscription.channel_id for stats in all_stats})
    described = await asyncio.gather(*map(ctx.services.channels.channel, ids))
    return views.listing(
        ctx.language,
        all_stats,
        channel_id=channel_id,
        total=total,
        first=first,
        may_change=True,
        channels=dict(zip(ids, described, strict=True)),
        resuming=await _resuming(ctx, *(stats.subscription for stats in all_stats)),
    )
