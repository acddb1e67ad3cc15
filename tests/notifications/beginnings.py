"""What stands before a test begins: a channel that follows, an invitation that waits."""

from bot.domain.channel_subscriptions import NewChannelSubscription, Rhythm
from bot.domain.event_kind import Topic
from bot.domain.invitations import Invitation, NewInvitation
from bot.storage.clock import read_now
from sandbox.people import ALINE, MAYA, TEAM_ID
from tests.notifications.newsroom import Newsroom
from tests.transactions import write, writing
from tests.world import World


def channel(world: World, name: str = "sales") -> str:
    return world.slack.world.channel_named(name)


async def subscribe(news: Newsroom, rhythm: Rhythm = Rhythm.DAILY, *, key: str = "V1") -> str:
    """Have #sales follow everything, in Aline's time zone; return the subscription's id."""
    new = NewChannelSubscription(
        submission_key=key,
        workspace_id=TEAM_ID,
        channel_id=channel(news.world),
        owner_id=ALINE.id,
        language="fr",
        tz=ALINE.tz,
        topics=frozenset({Topic.ALL}),
        rhythm=rhythm,
    )
    return (await news.subscribe(new)).id


async def invite(news: Newsroom, *, key: str = "V1", where: str = "sales") -> Invitation:
    """Have an invitation of Maya's stand in a channel since now, with a reminder due."""
    said = await news.world.maya.says("Contoso?", where)
    assert said.message is not None
    new = NewInvitation(
        submission_key=key,
        workspace_id=TEAM_ID,
        sender_id=MAYA.id,
        sender_name=MAYA.name,
        sender_locale=MAYA.locale,
        sender_tz=MAYA.tz,
        channel_id=channel(news.world, where),
        company="Contoso",
        language="en",
        external_channel=False,
    )
    table = news.repositories.invitations
    recorded = await write(news.database, table.record, new)
    async with writing(news.database) as connection:
        ts, now = said.message.ts, await news.database.read(read_now)
        posted = table.posted(connection, recorded.id, ts=ts, kind="reseller", expected_tenant_id=None, remind_at=now)
    assert posted is not None
    return posted
