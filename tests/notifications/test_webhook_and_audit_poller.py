"""The webhook with the poller under it: one thing that happened is told once, whichever sees it first."""

import pytest

from sandbox.microsoft.audit import AUDIT_RECORDS_PATH
from sandbox.microsoft.authority import Authority
from sandbox.microsoft.companies import CONTOSO
from tests.notifications.newsroom import Newsroom, newsroom
from tests.world import World

CUSTOMER = CONTOSO.tenant_id


async def test_the_webhook_and_then_the_poller_tell_of_one_event(news: Newsroom) -> None:
    announced = [
        *news.happen.accept_invitation("alpineskihouse.com", "Alpine Ski House"),
        *news.happen.change_subscription(CUSTOMER),
        *news.happen.invoice_ready(),
        *news.happen.fraud_detected(CUSTOMER),
        *news.happen.grant_access(CUSTOMER)[:1],
        *news.happen.referral_created(),
    ]
    assert await news.deliver(*announced) == [200] * len(announced)
    by_webhook = await news.events()

    await news.poll()

    assert len(by_webhook) == len(announced)
    assert [event.id for event in await news.events()] == [event.id for event in by_webhook]


async def test_the_poller_and_then_the_webhook_tell_of_one_event(news: Newsroom) -> None:
    announced = [
        *news.happen.accept_invitation("alpineskihouse.com", "Alpine Ski House"),
        *news.happen.change_subscription(CUSTOMER),
        *news.happen.invoice_ready(),
        *news.happen.fraud_detected(CUSTOMER),
        *news.happen.grant_access(CUSTOMER)[:1],
        *news.happen.referral_created(),
    ]
    await news.poll()
    by_poller = await news.events()

    assert await news.deliver(*announced) == [200] * len(announced)

    assert len(by_poller) == len(announced)
    assert [event.id for event in await news.events()] == [event.id for event in by_poller]


async def test_events_that_come_in_the_wrong_order_are_the_same_events(news: Newsroom) -> None:
    granted = news.happen.grant_access(CUSTOMER)
    ended = news.happen.end_access(CUSTOMER)

    await news.deliver(*reversed((*granted, *ended)))
    await news.poll()

    assert sorted(kind for kind, _ in await news.told()) == ["access_ended", "access_granted"]


async def test_what_the_customer_list_noticed_is_not_told_again(quiet_world: World, authority: Authority) -> None:
    async with newsroom(quiet_world, audited=False) as news:
        await news.poll()
        announced = news.happen.accept_invitation("alpineskihouse.com", "Alpine Ski House")
        await news.poll()

        await news.deliver(*announced)
        await news.poll()

        assert await news.told() == [("customer_added", "Alpine Ski House")]


# Events that do not say whom they are about


async def test_an_event_about_somebody_is_told_by_its_record(news: Newsroom) -> None:
    microsoft = news.world.microsoft.partner_center
    news.happen.names_records = False
    polls = microsoft.calls(AUDIT_RECORDS_PATH)

    async with news.sources.at_work():
        await microsoft.until_called(AUDIT_RECORDS_PATH, polls + 1)  # the slot that was due; the next is far away
        announced = [*news.happen.grant_access(CUSTOMER, "dap"), *news.happen.end_access(CUSTOMER)]
        statuses = await news.deliver(*announced)
        await microsoft.until_called(AUDIT_RECORDS_PATH, polls + 2)

    assert statuses == [200, 200]
    assert await news.told() == [("access_granted", "Contoso"), ("access_ended", "Contoso")]


async def test_it_is_told_without_a_name_where_no_record_would_tell(quiet_world: World, authority: Authority) -> None:
    quiet_world.microsoft.happenings.names_records = False
    async with newsroom(quiet_world, audited=False) as news:
        await news.deliver(*news.happen.grant_access(CUSTOMER, "dap"))

        assert await news.told() == [("access_granted", None)]


async def test_it_is_told_without_a_name_where_nobody_polls(quiet_world: World, authority: Authority) -> None:
    quiet_world.microsoft.happenings.names_records = False
    async with newsroom(quiet_world, POLL_SECONDS="0") as news:
        await news.deliver(*news.happen.grant_access(CUSTOMER, "dap"))

        assert await news.told() == [("access_granted", None)]


# All the way to a channel


async def test_a_channel_hears_once_of_what_came_by_webhook_twice_and_by_poll(
    quiet_world: World, authority: Authority
) -> None:
    microsoft = quiet_world.microsoft
    async with quiet_world.bot(POLL_SECONDS="1"):
        microsoft.partner_center.registrations.register(f"{quiet_world.url}/partner-center/webhook")
        await (await quiet_world.maya.types("/partner subscribe customers")).answer()
        announced = microsoft.happenings.accept_invitation("alpineskihouse.com", "Alpine Ski House")
        sent = await microsoft.webhook.deliver_twice(*announced)
        polls = microsoft.partner_center.calls(AUDIT_RECORDS_PATH)
        await quiet_world.slack.wait_for(lambda: notices(quiet_world, "Alpine Ski House"))
        await microsoft.partner_center.until_called(AUDIT_RECORDS_PATH, polls + 2)

    assert [delivery.statuses for delivery in sent] == [[200], [200]]
    (notice,) = notices(quiet_world, "Alpine Ski House")
    assert notice.startswith("Alpine Ski House accepted your invitation")


def notices(world: World, about: str) -> list[str]:
    """Return what #sales was told of somebody."""
    return [world.reads(m) for m in world.slack.messages("sales") if m.by_bot and about in world.reads(m)]


@pytest.mark.parametrize(
    "later", [{}, {"ResourceChangeUtcDate": "2026-11-02T03:04:05.0000000+00:00"}], ids=["same", "redated"]
)
async def test_a_fraud_alert_that_microsoft_sends_twice_is_told_once(world: World, later: dict[str, str]) -> None:
    await (await world.maya.types("/partner subscribe security")).answer()
    (alert,) = world.microsoft.happenings.fraud_detected(CUSTOMER)

    await world.hears(alert, {**alert, **later})
    told = await world.slack.wait_for(
        lambda: next((m for m in world.said() if "raud" in world.reads(m) and m.thread_ts is None), None)
    )
    await world.restart()
    await world.hears(alert)
    await world.restart()  # after which whatever was promised is sent

    assert [m.ts for m in world.said()][1:] == [told.ts]
    assert not told.edited
