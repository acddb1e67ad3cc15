"""Members of enumerations are stored by name: order and position mean nothing, and unknown names harm nobody."""

from dataclasses import replace
from enum import EnumType, StrEnum
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.domain import event_kinds
from bot.domain.channel_subscriptions import NewChannelSubscription, Rhythm, SubscriptionState
from bot.domain.event_kind import Actor, Topic
from bot.domain.events import Event, Source
from bot.domain.invitations import InvitationState
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.database import Database
from bot.storage.enum_names import members, stored
from bot.storage.events import Events
from bot.storage.invitations import Invitations
from bot.storage.outbox import Outbox
from bot.storage.tables import channel_subscriptions, events, invitations
from tests.storage.observations import accepted
from tests.storage.test_invitations import NEW as INVITED
from tests.transactions import writing

NEW = NewChannelSubscription(
    submission_key="V1",
    workspace_id="T1",
    channel_id="C1",
    owner_id="U1",
    language="en",
    tz="Europe/London",
    topics=frozenset({Topic.ALL}),
)
INVOICE = accepted(kind=event_kinds.INVOICE_READY, name="invoice-ready", resource="I1")


@pytest.fixture
def kept(database: Database, outbox: Outbox) -> ChannelSubscriptions:
    return ChannelSubscriptions(database, outbox)


def begin(connection: Connection, kept: ChannelSubscriptions, new: NewChannelSubscription = NEW) -> str:
    begun = kept.set(connection, new, next_digest_at=None)
    assert begun is not None
    return begun.id


@pytest.mark.parametrize("names", list(permutations(("customers", "invoices", "all"))))
def test_a_set_means_the_same_in_every_order_of_the_members_and_beside_new_ones(names: tuple[str, ...]) -> None:
    reordered: Any = EnumType.__call__(StrEnum, "Reordered", [(name, name) for name in ("newcomers", *names)])
    words = stored([Topic.ALL, Topic.INVOICES])

    assert words == stored([reordered("invoices"), reordered("all")]) == ",all,invoices,"
    assert members(reordered, words) == {reordered("all"), reordered("invoices")}


async def test_a_topic_that_a_newer_release_has_stored_is_left_out_and_the_rest_is_read(
    database: Database, kept: ChannelSubscriptions
) -> None:
    async with writing(database) as connection:
        subscription_id = begin(connection, kept)
        connection.execute(
            update(channel_subscriptions).values(topics=",all,weather,", rhythm="hourly", state="asleep")
        )

    found = await kept.find(subscription_id)

    assert found is not None
    assert (found.topics, found.rhythm) == (frozenset({Topic.ALL}), Rhythm.NOW)
    assert found.state is SubscriptionState.PAUSED


async def test_a_rhythm_that_a_newer_release_has_stored_keeps_nobody_from_being_told(
    database: Database, kept: ChannelSubscriptions
) -> None:
    events_kept = Events(database)
    async with writing(database) as connection:
        begin(connection, kept)
        connection.execute(update(channel_subscriptions).values(rhythm="hourly"))
        event = events_kept.record(connection, INVOICE)
        assert isinstance(event, Event)
        matches = kept.matching(connection, event)

    assert [match.rhythm for match in matches] == [Rhythm.NOW]


async def test_a_topic_whose_name_holds_another_is_not_taken_for_it(
    database: Database, kept: ChannelSubscriptions
) -> None:
    events_kept = Events(database)
    async with writing(database) as connection:
        begin(connection, kept)
        connection.execute(update(channel_subscriptions).values(topics=",all invoices,invoices_late,small,"))
        event = events_kept.record(connection, INVOICE)
        assert isinstance(event, Event)

        assert kept.matching(connection, event) == ()


async def test_an_event_of_a_kind_that_a_newer_release_has_stored_is_one_of_an_unknown_kind(
    database: Database,
) -> None:
    kept = Events(database)
    async with writing(database) as connection:
        event = kept.record(connection, INVOICE)
        assert isinstance(event, Event)
        connection.execute(update(events).values(kind="invoice_paid", source="telepathy", actor="nobody"))

    found = await kept.find(event.id)

    assert found is not None
    assert (found.kind, found.source, found.actor) == (event_kinds.UNKNOWN, Source.BOT, None)


async def test_an_actor_is_read_by_its_name(database: Database) -> None:
    kept = Events(database)
    async with writing(database) as connection:
        for actor in Actor:
            kept.record(connection, replace(INVOICE, resource=actor.name, actor=actor))
        rows = connection.execute(select(events.c.id, events.c.actor)).all()

    for event_id, word in rows:
        found = await kept.find(event_id)
        assert found is not None
        assert found.actor == word


async def test_an_invitation_in_a_state_that_a_newer_release_has_stored_waits_for_nobody(
    database: Database, outbox: Outbox
) -> None:
    kept = Invitations(database, outbox)
    recorded = await kept.record(INVITED)
    async with writing(database) as connection:
        connection.execute(update(invitations).values(state="snoozed"))

    found = await kept.find(recorded.id)

    assert found is not None
    assert found.state == InvitationState.CLOSED
    assert await kept.tally() == {InvitationState.CLOSED: 1}
    assert await kept.waiting() == ()
