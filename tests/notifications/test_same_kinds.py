"""The poller and the webhook know the same kinds of events; where only one of them can, the reason stands here."""

import pytest

from bot.notifications import announcements, audit
from bot.storage.event import TOPICS, Actor, EventKind, Source
from sandbox.microsoft.companies import CONTOSO
from tests.notifications.newsroom import Newsroom, newsroom
from tests.world import World

CUSTOMER = CONTOSO.tenant_id

OF_EVENTS_ALONE = {
    EventKind.TEST: "Microsoft keeps no record of a test",
    EventKind.USAGE_THRESHOLD: "there is no such operation",
    EventKind.MIGRATION_COMPLETED: "there is no such operation",
    EventKind.MIGRATION_FAILED: "there is no such operation",
    EventKind.QUIET: "records of no interest are not kept",
}
OF_RECORDS_ALONE = {
    EventKind.CUSTOMER_ADDED: "there is no such event",
    EventKind.CUSTOMER_REMOVED: "there is no such event",
}
OTHER_NAMES = {
    "subscription-updated": {"update_subscription", "upgrade_subscription", "convert_trial_subscription"},
    "invoice-ready": {"ready_invoice"},
    "referral-created": {"create_referral"},
    "referral-updated": {"update_referral"},
    "related-referral-created": {"create_related_referral"},
    "related-referral-updated": {"update_related_referral"},
    "new-commerce-migration-created": {"create_new_commerce_migration"},
}
"""Events whose operation is not their own name in snake case."""


def test_whatever_kind_the_webhook_tells_the_poller_tells_too() -> None:
    assert set(announcements.KINDS.values()) - set(audit.KINDS.values()) == set(OF_EVENTS_ALONE)


def test_whatever_kind_the_poller_tells_the_webhook_tells_too() -> None:
    assert set(audit.KINDS.values()) - set(announcements.KINDS.values()) == set(OF_RECORDS_ALONE)


def test_every_kind_that_channels_hear_of_has_a_source_in_at_least_one_table() -> None:
    assert set(TOPICS) - {EventKind.ACCESS_EXPIRING} <= {*announcements.KINDS.values(), *audit.KINDS.values()}


@pytest.mark.parametrize("name", sorted(set(announcements.KINDS) - {"test-created"}))
def test_an_event_and_its_operation_mean_one_kind_and_are_by_the_same_actor(name: str) -> None:
    kind = announcements.KINDS[name]
    for operation in OTHER_NAMES.get(name, {name.replace("-", "_")}):
        assert audit.KINDS.get(operation, kind) is kind
        if kind not in OF_EVENTS_ALONE:
            assert operation in audit.KINDS
            assert audit.ACTORS.get(operation) == announcements.ACTORS.get(name)


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
        assert (event.kind, event.actor, event.told) == (EventKind.ACCESS_ENDED, Actor.PARTNER, True)


async def test_a_migration_that_both_tell_of_is_told_once(news: Newsroom) -> None:
    await news.deliver(*news.happen.migration(CUSTOMER, "created"))
    await news.poll()

    assert [(event.kind, event.source) for event in await news.events()] == [
        (EventKind.MIGRATION_CREATED, Source.WEBHOOK)
    ]
