"""See what channels follow, and test, pause, resume, remove or restore it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace

from bot import carried_values
from bot.arguments import plain
from bot.contacts import BOT_ADMINS
from bot.context import Context, Explained, Outdated, Role
from bot.domain.event_kind import Topic
from bot.follow_arguments import UnknownTopic, topics_typed
from bot.language import deferred
from bot.reply import Announce, Answer, Done, Message, Reply
from bot.routing import Router
from bot.storage.errors import DatabaseUnavailable
from bot.storage.follow import Follow, FollowState
from bot.views import follows as views

DOING = deferred("Following topics")

router = Router(role=Role.OPERATOR, doing=DOING)

EVERYTHING = frozenset({Topic.ALL})


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowsPage:
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
    """Stop what follows these topics and no others; without any, the one thing that the channel follows."""
    if isinstance(topics, UnknownTopic):
        return Answer(message=views.unknown_topic(ctx.language, topics.typed, topics.nearest), private=True)
    channel_id = str(ctx.place.channel_id)
    followed = await ctx.services.following.of_channel(channel_id)
    if not topics and len(followed) == 1:
        topics = EVERYTHING
    meant = [follow for follow in followed if topics >= EVERYTHING or follow.topics <= topics]
    if 0 < len(meant) <= views.PAGE:
        by = ctx.caller.user_id
        gone = await ctx.services.following.remove(*(each.id for each in meant), by=by)
        if not gone:
            raise await _outdated(ctx, meant[0].id)
        return Announce(message=views.stopped(ctx.language, *gone, by=by), channel_id=channel_id)
    if meant or any(not topics or follow.topics & (topics | EVERYTHING) for follow in followed):
        listing = await _listing(ctx, FollowsPage(channel_id=channel_id))  # for the person to choose
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
async def list_follows(ctx: Context, everywhere: bool) -> Reply:  # noqa: FBT001 - what the parser returns
    """Answer with what this channel follows, or every channel."""
    channel_id = None if everywhere else str(ctx.place.channel_id)
    return Answer(message=await _listing(ctx, FollowsPage(channel_id=channel_id)), private=True)


@router.action("follows_page")
async def show_page(ctx: Context, value: str) -> Reply:
    """Show the next rows."""
    return Answer(message=await _listing(ctx, _page(value)), private=True, replaces=True)


@router.action("follow_test", saves=True)
async def test(ctx: Context, value: str) -> Reply:
    """Send a message the whole way of a notice; the channel sees it, and who is elsewhere is told."""
    follow, _ = await _pressed(ctx, value)
    if await ctx.services.following.test(follow.id, by=ctx.caller.user_id) is None:
        raise await _outdated(ctx, follow.id)
    if follow.channel_id == ctx.place.channel_id:
        return Done()
    return Answer(message=views.test_on_its_way(ctx.language, follow.channel_id), private=True)


@router.action("follow_pause", saves=True)
async def pause(ctx: Context, value: str) -> Reply:
    """Hold what comes."""
    follow, page = await _pressed(ctx, value)
    channel = await ctx.services.channels.channel(follow.channel_id)
    resuming = await _resuming(ctx, replace(follow, state=FollowState.PAUSED))
    paused = await ctx.services.following.pause(follow.id, by=ctx.caller.user_id)
    if paused is None:
        raise await _outdated(ctx, follow.id)
    hindrance = views.before_resuming(ctx.language, channel, resuming)
    return await _told(
        ctx, paused, views.paused(ctx.language, paused, by=ctx.caller.user_id, hindrance=hindrance), page
    )


@router.action("follow_resume", saves=True)
async def resume(ctx: Context, value: str) -> Reply:
    """Let go what was held, if the channel can be told of it now."""
    follow, page = await _pressed(ctx, value)
    if refusal := await _refusal(ctx, follow, FollowState.PAUSED):
        return Answer(message=refusal, private=True)
    channel = await ctx.services.channels.channel(follow.channel_id)
    if hindrance := views.before_resuming(ctx.language, channel, await _resuming(ctx, follow)):
        return Answer(message=views.not_resumed(hindrance), private=True)
    standing = await ctx.services.following.resume(follow.id, by=ctx.caller.user_id)
    if standing is None:
        raise await _outdated(ctx, follow.id)
    message = views.resumed(ctx.language, standing.follow, by=ctx.caller.user_id, kept=standing.waiting)
    return await _told(ctx, standing.follow, message, page)


@router.action("follow_remove", saves=True)
async def remove(ctx: Context, value: str) -> Reply:
    """Stop following; it can be restored."""
    follow, page = await _pressed(ctx, value)
    gone = await ctx.services.following.remove(follow.id, by=ctx.caller.user_id)
    if not gone:
        raise await _outdated(ctx, follow.id)
    (removed,) = gone
    return await _told(ctx, removed, views.stopped(ctx.language, removed, by=ctx.caller.user_id), page)


@router.action("follow_restore", saves=True)
async def restore(ctx: Context, value: str) -> Reply:
    """Follow again what was removed, if the channel can be told of it now."""
    follow, page = await _pressed(ctx, value)
    if refusal := await _refusal(ctx, follow, FollowState.REMOVED):
        return Answer(message=refusal, private=True)
    restored = await ctx.services.following.restore(follow.id, by=ctx.caller.user_id)
    if restored is None:
        raise await _outdated(ctx, follow.id)
    return await _told(ctx, restored, views.restored(ctx.language, restored, by=ctx.caller.user_id), page)


async def _pressed(ctx: Context, value: str) -> tuple[Follow, FollowsPage | None]:
    """Return what a button is about, and the page of the list that it stands on, if any."""
    follow_id, on_list, rest = value.partition(":")
    page = _page(rest) if on_list else None  # read before anything is done
    follow = await ctx.services.following.find(follow_id)
    if follow is None:
        raise Outdated
    await ctx.require_role_in(follow.channel_id, Role.OPERATOR, doing=DOING)
    return follow, page


async def _outdated(ctx: Context, follow_id: str) -> Outdated:
    """Return why a press changed nothing: by what somebody else has done meanwhile."""
    return Outdated(await ctx.services.following.find(follow_id))


async def _refusal(ctx: Context, follow: Follow, state: FollowState) -> Message | None:
    """Return why notices cannot come again there, if there is a reason; in another ``state`` they do already."""
    if follow.state is not state:
        raise Outdated(follow)
    channel = await ctx.services.channels.channel(follow.channel_id)
    refusal = views.refusal(ctx.language, channel)
    if refusal is None:
        channel.require_postable()
    return refusal


async def _resuming(ctx: Context, *follows: Follow) -> views.Resuming:
    """Return what resuming depends on, asking only where something is paused."""
    paused = {follow.channel_id for follow in follows if follow.state is FollowState.PAUSED}
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


async def _told(ctx: Context, follow: Follow, message: Message, page: FollowsPage | None) -> Reply:
    """Tell the channel, and show the list anew where the button stood on it."""
    instead = None
    if page is not None:
        with suppress(DatabaseUnavailable):  # it is done all the same, and the channel hears of it
            instead = await _listing(ctx, page)
    return Announce(message=message, channel_id=follow.channel_id, instead=instead)


def _page(text: str) -> FollowsPage:
    where, _, first = text.partition(":")
    return FollowsPage(channel_id=None if where == views.EVERYWHERE else where, first=carried_values.number(first))


async def _listing(ctx: Context, page: FollowsPage) -> Message:
    following, channel_id, first = ctx.services.following, page.channel_id, page.first
    standings, total = await following.page(channel_id=channel_id, limit=views.PAGE, offset=first)
    if not standings and total:  # the last row of a page was removed
        first = (total - 1) // views.PAGE * views.PAGE
        standings, total = await following.page(channel_id=channel_id, limit=views.PAGE, offset=first)
    ids = sorted({standing.follow.channel_id for standing in standings})
    described = await asyncio.gather(*map(ctx.services.channels.channel, ids))
    return views.listing(
        ctx.language,
        standings,
        channel_id=channel_id,
        total=total,
        first=first,
        may_change=True,
        channels=dict(zip(ids, described, strict=True)),
        resuming=await _resuming(ctx, *(standing.follow for standing in standings)),
    )
