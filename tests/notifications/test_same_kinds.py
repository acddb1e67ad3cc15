"""What the poller and the webhook both tell of is one event."""

from bot.domain import event_kinds
from bot.domain.event_kind import Actor
from bot.domain.events import Source
from sandbox.microsoft.companies import CONTOSO
from tests.notifications.newsroom import Newsroom, newsroom
from tests.world import World

CUSTOMER = CONTOSO.tenant_id


async def test_a_request_to_end_access_is_told_once_with_the_end_that_follows(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        news.happen.grant_access(CUSTOMER)
        await news.poll()
        news.happen.end_access(CUSTOMER, "partner")
        ended = news.world.microsoft.partner_center.audit.records.pop()

        await news.poll()
        news.world.microsoft.partner_center.audit.records.append(ended)
        await news.poll()

        (event,) = await news.events()
        assert event.name == "granular_admin_relationship_termination_requested"
        assert (event.kind, event.actor, event.notified) == (event_kinds.ACCESS_ENDED, Actor.PARTNER, True)


async def test_a_migration_that_both_tell_of_is_told_once(news: Newsroom) -> None:
    await news.deliver(*news.happen.migration(CUSTOMER, "created"))
    await news.poll()

    assert [(event.kind, event.source) for event in await news.events()] == [
        (event_kinds.MIGRATION_CREATED, Source.WEBHOOK)
    ]
