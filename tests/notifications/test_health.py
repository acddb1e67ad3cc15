"""How the bot says it is doing: the same facts for people and for machines, and the truth when something is broken."""

from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from bot.domain.channel_subscriptions import Rhythm
from bot.errors import PartnerBotError
from bot.partner_center.errors import SignInRefused
from bot.storage.clock import read_now
from sandbox.microsoft.companies import CONTOSO
from sandbox.microsoft.faults import DOWN, MFA_MISSING
from tests.notifications.beginnings import subscribe
from tests.notifications.newsroom import newsroom, trusted
from tests.world import World

AHEAD = timedelta(hours=26)


def gauge(name: str) -> float | None:
    return REGISTRY.get_sample_value(f"partner_bot_{name}")


async def test_a_bot_that_has_just_started_is_well(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        status = await news.sources.health.status()

    assert status.works
    assert status.polls
    assert (status.polled_at, status.webhook_at) == (None, None)
    assert (status.waiting, status.given_up, status.paused, status.unknown_events) == (0, 0, 0, ())


async def test_it_knows_when_it_last_polled_and_heard_from_microsoft(quiet_world: World) -> None:
    async with trusted(quiet_world), newsroom(quiet_world) as news:
        before = await news.database.read(read_now)
        await news.poll()
        await news.deliver(*news.happen.unknown_event("customer-renamed"))

        status = await news.sources.health.status()

        assert status.polled_at is not None
        assert status.webhook_at is not None
        assert before <= status.polled_at <= status.webhook_at
        assert status.unknown_events == ("customer-renamed",)


async def test_a_failed_poll_is_bad_news_until_the_next_one(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await news.poll()
        quiet_world.microsoft.faults.switch(DOWN, on=True)
        with pytest.raises(PartnerBotError):
            await news.poll()
        failed = await news.sources.health.status()
        quiet_world.microsoft.faults.switch(DOWN, on=False)

        await news.poll()

        assert (failed.poll_works, failed.sign_in_works) == (False, True)
        assert failed.polled_at is not None
        assert (await news.sources.health.status()).works


async def test_where_nobody_polls_nothing_can_be_wrong_with_it(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        quiet_world.microsoft.faults.switch(DOWN, on=True)
        with pytest.raises(PartnerBotError):
            await news.poll()

    async with newsroom(quiet_world, POLL_SECONDS="0") as news:
        status = await news.sources.health.status()

    assert (status.polls, status.poll_works) == (False, True)


async def test_a_sign_in_that_microsoft_refuses_does_not_work(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        quiet_world.microsoft.faults.switch(MFA_MISSING, on=True)
        with pytest.raises(SignInRefused):
            await news.partner_center.errand(deadline=5).customer(CONTOSO.tenant_id)
        refused = await news.sources.health.status()
        quiet_world.microsoft.faults.switch(MFA_MISSING, on=False)

        await news.partner_center.errand(deadline=5).customer(CONTOSO.tenant_id)

        assert not refused.sign_in_works
        assert (await news.sources.health.status()).sign_in_works


async def test_without_a_sign_in_it_does_not_work(quiet_world: World) -> None:
    async with newsroom(quiet_world, PARTNER_CENTER_REFRESH_TOKEN="") as news:
        status = await news.sources.health.status()

    assert (status.sign_in_works, status.signed_in_at, status.mfa) == (False, None, None)


async def test_the_age_of_the_sign_in_is_that_of_the_persons(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        signed_in_at = (await news.sources.health.status()).signed_in_at
    quiet_world.clock.move(timedelta(days=12))

    async with newsroom(quiet_world) as news:
        await news.poll()  # which renews the token

        assert (await news.sources.health.status()).signed_in_at == signed_in_at


async def test_it_counts_what_waits_and_what_is_paused(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        subscription = await subscribe(news, Rhythm.NOW)
        await news.poll()
        news.happen.change_subscription(CONTOSO.tenant_id)
        await news.poll()
        await news.notifications.subscription_service.pause(subscription)

        status = await news.sources.health.status()

        assert (status.waiting, status.paused) == (1, 1)


@pytest.mark.parametrize("history", [True, False])
async def test_it_knows_whether_it_may_look_back(quiet_world: World, *, history: bool) -> None:
    async with newsroom(quiet_world, history=history) as news:
        assert (await news.sources.health.status()).history is history


async def test_a_check_noted_by_a_clock_that_was_ahead_says_nothing_of_a_later_sign_in(quiet_world: World) -> None:
    quiet_world.clock.move(AHEAD)
    async with newsroom(quiet_world) as news:
        await news.sources.health.check_sign_in()
        checked = (await news.sources.health.status()).mfa
    quiet_world.clock.set_back(AHEAD)

    async with newsroom(quiet_world, PARTNER_CENTER_REFRESH_TOKEN="of another sign-in") as news:
        later = (await news.sources.health.status()).mfa

    assert (checked, later) == (True, None)


async def test_a_sign_in_noted_by_a_clock_that_was_ahead_is_checked_all_the_same(quiet_world: World) -> None:
    quiet_world.clock.move(AHEAD)
    async with newsroom(quiet_world) as news:
        assert (await news.sources.health.status()).mfa is None
    quiet_world.clock.set_back(AHEAD)

    async with newsroom(quiet_world) as news:
        await news.sources.health.check_sign_in()

        assert (await news.sources.health.status()).mfa is True


async def test_machines_are_told_the_same(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        await subscribe(news, Rhythm.NOW)
        await news.poll()
        news.happen.change_subscription(CONTOSO.tenant_id)
        await news.poll()

        status = await news.sources.health.status()
        await news.sources.health.measure()

        assert status.signed_in_at is not None
        assert status.polled_at is not None
        assert gauge("deliveries_waiting") == 1
        assert gauge("deliveries_given_up") == 0
        assert gauge("follows_paused") == 0
        assert gauge("sign_in_works") == 1
        assert gauge("poll_works") == 1
        assert gauge("signed_in_timestamp_seconds") == status.signed_in_at.timestamp()
        assert gauge("last_poll_timestamp_seconds") == status.polled_at.timestamp()
        assert gauge("last_webhook_timestamp_seconds") == 0


async def test_microsoft_is_asked_how_the_sign_in_was_made(quiet_world: World) -> None:
    async with newsroom(quiet_world) as news:
        unknown = (await news.sources.health.status()).mfa
        await news.sources.health.check_sign_in()
        compliant = (await news.sources.health.status()).mfa
        quiet_world.microsoft.faults.switch(MFA_MISSING, on=True)
        await news.sources.health.check_sign_in()
        lacking = (await news.sources.health.status()).mfa
        quiet_world.microsoft.faults.switch(MFA_MISSING, on=False)

    assert (unknown, compliant, lacking) == (None, True, False)
