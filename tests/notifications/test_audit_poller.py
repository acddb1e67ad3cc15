"""The poller: what it finds in audit records or in the customer list, once each, also after a long absence."""

from datetime import timedelta
from typing import Literal

import pytest

from bot.domain import event_kinds
from bot.domain.event_kind import Actor
from bot.domain.events import Source
from bot.errors import PartnerBotError
from bot.notifications.webhook_events import WebhookEvent, observation
from bot.partner_center.errors import SignInRefused, Unavailable
from bot.storage.checkpoints import Checkpoint
from sandbox.microsoft.audit import AUDIT_RECORDS_PATH
from sandbox.microsoft.companies import CONTOSO
from sandbox.microsoft.entra import DISCOVERY_PATH
from sandbox.microsoft.faults import DOWN, MFA_MISSING
from sandbox.microsoft.happenings import Happenings
from sandbox.microsoft.partner_center import CUSTOMERS_PATH
from tests.notifications.newsroom import Newsroom, newsroom
from tests.transactions import read
from tests.world import World

CUSTOMER = CONTOSO.tenant_id


def queries(world: World) -> list[dict[str, str]]:
    """Return what was asked of audit records, oldest first."""
    return [dict(asked.query) for asked in world.microsoft.partner_center.asked(AUDIT_RECORDS_PATH)]


async def test_what_happened_before_the_first_poll_is_neither_told_nor_kept(quiet_world: World) -> None:
    quiet_world.microsoft.happenings.accept_invitation("alpineskihouse.com", "Alpine Ski House")

    async with newsroom(quiet_world) as news:
        await news.poll()
        await news.poll()

        assert await news.events() == []


async def test_what_happens_after_it_is_told_once(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
        news.happen.accept_invitation("alpineskihouse.com", "Alpine Ski House")
        news.happen.change_subscription(CUSTOMER)

        await news.poll()
        await news.poll()

        assert await news.told() == [("relationship_accepted", "Alpine Ski House"), ("subscription_changed", "Contoso")]


@pytest.mark.parametrize("ahead", [timedelta(hours=26), timedelta(days=3650)])
async def test_a_first_poll_by_a_clock_that_was_ahead_silences_nothing(quiet_world: World, ahead: timedelta) -> None:
    quiet_world.clock.move(ahead)
    async with newsroom(quiet_world) as news:
        await news.poll()
    quiet_world.clock.set_back(ahead)

    async with newsroom(quiet_world) as news:
        news.happen.change_subscription(CUSTOMER)
        await news.poll()
        news.happen.invoice_ready("G1")
        await news.poll()
        await news.poll()

        assert [kind for kind, _ in await news.told()] == ["subscription_changed", "invoice_ready"]


@pytest.mark.parametrize("ahead", [timedelta(hours=26), timedelta(days=3650)])
async def test_a_later_poll_by_a_clock_that_was_ahead_silences_nothing(quiet_world: World, ahead: timedelta) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
    quiet_world.clock.move(ahead)
    async with newsroom(quiet_world) as news:
        await news.poll()
    quiet_world.clock.set_back(ahead)

    async with newsroom(quiet_world) as news:
        news.happen.change_subscription(CUSTOMER)
        await news.poll()

        assert await news.told() == [("subscription_changed", "Contoso")]


KINDS = {
    "accept_invitation": event_kinds.RELATIONSHIP_ACCEPTED,
    "accept_indirectly": event_kinds.RELATIONSHIP_ACCEPTED_INDIRECT,
    "add_customer": event_kinds.CUSTOMER_ADDED,
    "remove_customer": event_kinds.CUSTOMER_REMOVED,
    "grant_access": event_kinds.ACCESS_GRANTED,
    "grant_old_access": event_kinds.ACCESS_GRANTED,
    "change_subscription": event_kinds.SUBSCRIPTION_CHANGED,
    "invoice_ready": event_kinds.INVOICE_READY,
    "fraud_detected": event_kinds.FRAUD_ALERT,
    "referral_created": event_kinds.REFERRAL_CREATED,
    "migration_created": event_kinds.MIGRATION_CREATED,
}


def let_happen(happen: Happenings, what: str) -> None:
    match what:
        case "accept_invitation" | "add_customer":
            getattr(happen, what)("alpineskihouse.com")
        case "accept_indirectly":
            happen.accept_invitation("alpineskihouse.com", indirect=True)
        case "grant_old_access":
            happen.grant_access(CUSTOMER, "dap")
        case "migration_created":
            happen.migration(CUSTOMER, "created")
        case "invoice_ready" | "referral_created":
            getattr(happen, what)()
        case _:
            getattr(happen, what)(CUSTOMER)


@pytest.mark.parametrize("what", KINDS)
async def test_each_kind_of_change_is_found_in_the_records(quiet_world: World, what: str) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
        let_happen(news.happen, what)

        await news.poll()

        (event,) = await news.events()
        assert (event.kind, event.source, event.notified) == (KINDS[what], Source.AUDIT, True)


@pytest.mark.parametrize(
    ("by", "actor"),
    [
        ("customer", Actor.CUSTOMER),
        ("partner", Actor.PARTNER),
        ("end_date", Actor.END_DATE),
        ("microsoft", Actor.MICROSOFT),
    ],
)
async def test_it_is_told_who_ended_the_access(
    quiet_world: World, by: Literal["customer", "partner", "end_date", "microsoft"], actor: Actor
) -> None:
    async with newsroom(quiet_world) as news:
        news.happen.grant_access(CUSTOMER, "dap" if by == "microsoft" else "gdap")
        await news.poll()
        news.happen.end_access(CUSTOMER, by)

        await news.poll()

        (event,) = await news.events()
        assert (event.kind, event.actor) == (event_kinds.ACCESS_ENDED, actor)


async def test_nobody_is_named_where_the_accounts_domain_is_nobodys(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        news.happen.grant_access(CUSTOMER)
        await news.poll()
        news.happen.end_access(CUSTOMER, "customer")
        quiet_world.microsoft.entra.tenants.clear()

        await news.poll()

        (event,) = await news.events()
        assert event.actor is None


async def test_an_event_does_not_wait_for_who_did_it(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        news.happen.grant_access(CUSTOMER)
        await news.poll()
        news.happen.end_access(CUSTOMER, "customer")
        quiet_world.microsoft.entra.answer_next(DISCOVERY_PATH, status=503, times=2)

        await news.poll()

        assert await news.told() == [("access_ended", "Contoso")]


async def test_accounts_are_not_kept(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        news.happen.grant_access(CUSTOMER)
        await news.poll()
        news.happen.end_access(CUSTOMER, "partner")

        await news.poll()

        (event,) = await news.events()
        assert "@" not in repr(event)
        assert "Web App" not in repr(event)


async def test_what_failed_or_is_under_way_is_not_told(quiet_world: World) -> None:
    audit = quiet_world.microsoft.partner_center.audit
    async with newsroom(quiet_world) as news:
        await news.poll()
        for status in ("failed", "progress", ""):
            audit.add("add_customer", "customer", at=audit.instant(), customer=CONTOSO, status=status)

        await news.poll()

        assert await news.events() == []


async def test_a_missed_period_is_caught_up_in_the_order_in_which_it_happened(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
    for number in range(4):
        quiet_world.clock.move(timedelta(days=5))
        quiet_world.microsoft.happenings.accept_invitation(f"company-{number}.example.com", f"Company {number}")

    async with newsroom(quiet_world) as news:
        await news.poll()

        found = sorted(await news.events(), key=lambda event: event.received_at)
        assert [event.customer_name for event in found] == [f"Company {number}" for number in range(4)]
        assert [event.notified for event in found] == [False, True, True, True]  # the first is no news any more


async def test_after_half_a_year_it_asks_for_no_more_than_there_is(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
    quiet_world.clock.move(timedelta(days=180))

    async with newsroom(quiet_world) as news:
        await news.poll()

        assert await read(news.database, news.repositories.checkpoints.get, Checkpoint.POLL_FAILED) is None
        assert len(queries(quiet_world)) == 1 + 90


async def test_an_interrupted_way_is_not_gone_twice(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
    quiet_world.clock.move(timedelta(days=10))
    microsoft = quiet_world.microsoft.partner_center

    async with newsroom(quiet_world) as news:
        before = microsoft.calls(AUDIT_RECORDS_PATH)
        for _ in range(6):  # six days go well, then Microsoft is down
            microsoft.answer_next(AUDIT_RECORDS_PATH, body={"totalCount": 0, "items": [], "links": {}})
        microsoft.answer_next(AUDIT_RECORDS_PATH, status=503, times=3)
        with pytest.raises(Unavailable):
            await news.poll()
        failed_after = microsoft.calls(AUDIT_RECORDS_PATH) - before

        await news.poll()

        assert failed_after == 6 + 3
        assert microsoft.calls(AUDIT_RECORDS_PATH) - before - failed_after < 11


async def test_records_come_page_by_page_and_all_of_them_count(quiet_world: World) -> None:
    audit = quiet_world.microsoft.partner_center.audit
    async with newsroom(quiet_world) as news:
        await news.poll()
        news.happen.change_subscription(CUSTOMER)
        for _ in range(600):
            audit.add("update_customer_user", "customer_user", at=audit.instant(), customer=CONTOSO)
        news.happen.accept_invitation("alpineskihouse.com", "Alpine Ski House")

        await news.poll()

        assert len(queries(quiet_world)) == 1 + 2
        assert await news.told() == [("subscription_changed", "Contoso"), ("relationship_accepted", "Alpine Ski House")]


async def test_a_failed_poll_is_noted_and_made_up_for(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
        news.happen.accept_invitation("alpineskihouse.com", "Alpine Ski House")
        quiet_world.microsoft.faults.switch(DOWN, on=True)
        with pytest.raises(PartnerBotError):
            await news.poll()
        failed = await read(news.database, news.repositories.checkpoints.get, Checkpoint.POLL_FAILED)
        quiet_world.microsoft.faults.switch(DOWN, on=False)

        await news.poll()

        polled = await read(news.database, news.repositories.checkpoints.get, Checkpoint.POLLED)
        assert failed is not None
        assert polled is not None
        assert failed.value == "Unavailable"
        assert polled.at > failed.at
        assert await news.told() == [("relationship_accepted", "Alpine Ski House")]


async def test_a_refused_sign_in_is_no_reason_to_read_the_customer_list(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        quiet_world.microsoft.faults.switch(MFA_MISSING, on=True)

        with pytest.raises(SignInRefused):
            await news.poll()

        assert quiet_world.microsoft.partner_center.calls(CUSTOMERS_PATH) == 0


async def test_it_is_known_until_when_access_lasts_that_the_webhook_told_first(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
        announced, _ = news.happen.grant_access(CUSTOMER, days=30)
        await take(news, announced)
        before = (await news.events())[0].ends_at

        await news.poll()

        (event,) = [event for event in await news.events() if event.kind is event_kinds.ACCESS_GRANTED]
        assert before is None
        assert event.source is Source.WEBHOOK
        assert event.customer_name == "Contoso"
        assert event.ends_at is not None
        assert timedelta(days=29) < event.ends_at - event.happened_at <= timedelta(days=30)


async def take(news: Newsroom, announced: object) -> None:
    """Take an event in as the webhook does once its signature is known to be good."""
    await news.notifications.ingest.ingest(observation(WebhookEvent.model_validate(announced)))


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_records_of_the_pages_that_came_are_told_though_the_next_page_does_not_come(
    news: Newsroom, status: int
) -> None:
    news.happen.change_subscription(CUSTOMER)
    audit = news.world.microsoft.partner_center.audit
    first = {"items": audit.records[-1:], "links": {"next": {"uri": "/auditrecords?page=2", "headers": []}}}
    news.world.microsoft.partner_center.answer_next(AUDIT_RECORDS_PATH, body=first)
    news.world.microsoft.partner_center.answer_next(AUDIT_RECORDS_PATH, status=status, times=3)

    with pytest.raises(PartnerBotError):
        await news.poll()
    told = await news.told()
    news.world.microsoft.partner_center.forget_answers()
    await news.poll()

    assert told == await news.told() == [("subscription_changed", "Contoso")]
    assert await read(news.database, news.repositories.checkpoints.get, Checkpoint.LISTED) is None
