"""What falls due by the calendar comes in the morning, where people are, and once."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.domain import event_kinds
from bot.domain.events import Source
from bot.storage.tables import deliveries
from sandbox.microsoft.companies import CONTOSO
from sandbox.people import ALINE, MAYA
from tests.notifications.beginnings import channel, invite, subscribe
from tests.notifications.newsroom import Newsroom, newsroom
from tests.transactions import read, reading, write
from tests.world import World

PARIS = ZoneInfo(ALINE.tz)


async def enqueued(news: Newsroom, kind: str) -> list[tuple[str, str]]:
    """Return lane and subject of what is promised of a kind, in order."""
    statement = select(deliveries.c.conversation, deliveries.c.subject).where(deliveries.c.kind == kind)
    async with reading(news.database) as connection:
        rows = connection.execute(statement.order_by(deliveries.c.number))
        return [(row.conversation, row.subject) for row in rows]


async def test_a_digest_is_promised_in_the_morning_of_its_owner_and_once(quiet_world: World) -> None:
    quiet_world.clock.move_to(datetime(2027, 3, 27, 12, tzinfo=PARIS))  # the day before clocks go forward
    async with newsroom(quiet_world) as news:
        subscription = await subscribe(news)
        await news.poll()
        news.happen.change_subscription(CONTOSO.tenant_id)
        await news.poll()
        await news.run("digests")
        too_early = await enqueued(news, "digest")
    quiet_world.clock.move_to(datetime(2027, 3, 28, 9, 0, 1, tzinfo=PARIS))

    async with newsroom(quiet_world) as news:
        await news.run("digests")
        await news.run("digests")

        found = await read(news.database, news.repositories.subscriptions.find, subscription)
        assert too_early == []
        assert [lane for lane, _ in await enqueued(news, "digest")] == [channel(quiet_world)]
        assert found is not None
        assert found.next_digest_at == datetime(2027, 3, 29, 9, tzinfo=PARIS)


async def test_days_that_were_missed_make_one_digest(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await subscribe(news)
        await news.poll()
        news.happen.change_subscription(CONTOSO.tenant_id)
        await news.poll()
    quiet_world.clock.move(timedelta(days=4))

    async with newsroom(quiet_world) as news:
        await news.run("digests")
        await news.run("digests")

        assert len(await enqueued(news, "digest")) == 1


async def test_a_day_on_which_nothing_happened_has_no_digest(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await subscribe(news)
    quiet_world.clock.move(timedelta(days=1))

    async with newsroom(quiet_world) as news:
        await news.run("digests")

        assert await enqueued(news, "digest") == []


async def test_a_sender_is_reminded_once_and_then_left_alone_for_ten_working_days(quiet_world: World) -> None:
    quiet_world.clock.move_to(datetime(2027, 3, 24, 9, 30, tzinfo=ZoneInfo(MAYA.tz)))  # clocks go forward meanwhile
    async with newsroom(quiet_world) as news:
        waiting = await invite(news)

        await news.run("nudges")
        await news.run("nudges")

        found = await read(news.database, news.repositories.invitations.find, waiting.id)
        assert await enqueued(news, "nudge") == [(waiting.channel_id, waiting.id)]
        assert found is not None
        assert found.reminders == 1
        assert found.remind_at == datetime(2027, 4, 7, 9, tzinfo=ZoneInfo(MAYA.tz))


async def test_two_replicas_remind_once(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news, newsroom(quiet_world) as replica:
        await invite(news)

        await asyncio.gather(news.run("nudges"), replica.run("nudges"))

        assert len(await enqueued(news, "nudge")) == 1


async def test_nobody_is_reminded_of_what_is_over(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        waiting = await invite(news)
        await write(news.database, news.repositories.invitations.close, waiting.id, by=MAYA.id)

        await news.run("nudges")

        assert await enqueued(news, "nudge") == []


async def test_the_end_of_access_is_announced_once_a_fortnight_before(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
        news.happen.grant_access(CONTOSO.tenant_id, days=30)
        await news.poll()
        await news.run("ends of access")
        too_early = [kind for kind, _ in await news.told()]
    quiet_world.clock.move(timedelta(days=17))

    async with newsroom(quiet_world) as news:
        await news.run("ends of access")
        await news.run("ends of access")

        granted, expiring = await news.events()
        assert too_early == ["access_granted"]
        assert (expiring.kind, expiring.source, expiring.notified) == (event_kinds.ACCESS_EXPIRING, Source.BOT, True)
        assert (expiring.customer_name, expiring.ends_at) == ("Contoso", granted.ends_at)


async def test_access_that_ended_before_does_not_end_soon(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
        news.happen.grant_access(CONTOSO.tenant_id, days=10)
        news.happen.end_access(CONTOSO.tenant_id)
        await news.poll()

        await news.run("ends of access")

        assert [kind for kind, _ in await news.told()] == ["access_granted", "access_ended"]
