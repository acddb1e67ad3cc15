"""Events and audit records whose dates are none: taken in once, told as if they had come undated."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.domain import event_kinds
from bot.storage.clock import read_now
from bot.storage.tables import events
from sandbox.microsoft.companies import CONTOSO
from tests.notifications.newsroom import Newsroom
from tests.transactions import writing

CUSTOMER = CONTOSO.tenant_id
NO_DATES = (
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59.9999999Z",
    "0000-00-00T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "",
    "2023-02-30",
    "9999-12-31T23:59:59.9999999-12:00",
)


async def clock(news: Newsroom) -> datetime:
    return await news.database.read(read_now)


@pytest.mark.parametrize("written", NO_DATES)
async def test_an_event_with_a_date_that_is_none_is_accepted_and_told(news: Newsroom, written: str) -> None:
    news.happen.dated = written

    began = await clock(news)
    statuses = await news.deliver(
        *news.happen.change_subscription(CUSTOMER), *news.happen.invoice_ready(), *news.happen.fraud_detected(CUSTOMER)
    )

    assert statuses == [200, 200, 200]
    kept = await news.events()
    assert {event.kind for event in kept} == {
        event_kinds.SUBSCRIPTION_CHANGED,
        event_kinds.INVOICE_READY,
        event_kinds.FRAUD_ALERT,
    }
    assert all(event.notified for event in kept)
    now = await clock(news)
    assert all(began <= event.happened_at <= now for event in kept)


async def test_a_second_event_about_a_resource_is_told_though_neither_has_a_date(news: Newsroom) -> None:
    news.happen.dated = "9999-12-31T23:59:59.9999999Z"

    await news.deliver(*news.happen.invoice_ready())
    await news.deliver(*news.happen.invoice_ready())

    assert [event.notified for event in await news.events()] == [True, True]


@pytest.mark.parametrize("written", NO_DATES)
async def test_an_audit_record_with_a_date_that_is_none_is_told_once(news: Newsroom, written: str) -> None:
    news.world.microsoft.partner_center.audit.dated = written
    news.happen.accept_invitation("alpineskihouse.com", "Alpine Ski House")
    news.happen.change_subscription(CUSTOMER)

    await news.poll()
    await news.poll()

    assert await news.told() == [("relationship_accepted", "Alpine Ski House"), ("subscription_changed", "Contoso")]


async def test_an_audit_record_without_date_or_ticks_is_told_once(news: Newsroom) -> None:
    audit = news.world.microsoft.partner_center.audit
    audit.dated = "0001-01-01T00:00:00"
    news.happen.change_subscription(CUSTOMER)
    del audit.records[-1]["id"]

    await news.poll()
    await news.poll()

    assert await news.told() == [("subscription_changed", "Contoso")]


async def test_access_granted_without_an_end_is_never_said_to_end(news: Newsroom) -> None:
    await news.deliver(*news.happen.grant_access(CUSTOMER))
    async with writing(news.database) as connection:  # as a bot kept it that did not know such dates yet
        connection.execute(update(events).values(ends_at=253402300800.0))

    await news.run("ends of access")

    (granted,) = [event for event in await news.events() if event.kind is not event_kinds.QUIET]
    assert granted.kind is event_kinds.ACCESS_GRANTED
    assert granted.ends_at is not None
    assert granted.ends_at - granted.happened_at > timedelta(days=365)


async def test_a_kept_event_whose_date_no_calendar_holds_is_read_all_the_same(news: Newsroom) -> None:
    await news.deliver(*news.happen.invoice_ready())
    async with writing(news.database) as connection:
        connection.execute(update(events).values(happened_at=253402300800.0, received_at=-1e15))

    (kept,) = await news.events()

    assert kept.happened_at.year == 9999
    assert kept.received_at.year == 1
