"""Members of enumerations are stored by name: order and position mean nothing, and unknown names harm nobody."""

from dataclasses import replace
from enum import EnumType, StrEnum
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection, Text, literal, select, type_coerce, update
from sqlalchemy.dialects import sqlite

from bot.domain import event_kinds
from bot.domain.channel_subscriptions import NewChannelSubscription, Rhythm, SubscriptionState
from bot.domain.event_kind import Actor, Topic
from bot.domain.events import Event, Source
from bot.domain.invitations import InvitationState
from bot.storage.channel_subscriptions import ChannelSubscriptions
from bot.storage.column_types import Members
from bot.storage.database import Database
from bot.storage.events import Events
from bot.storage.invitations import Invitations
from bot.storage.outbox import Outbox
from bot.storage.tables import channel_subscriptions, events, invitations
from tests.storage.observations import accepted
from tests.storage.test_invitations import NEW as INVITED
from tests.transactions import read, write, writing

NEW = NewChannelSubscription(
    submission_key="V1",
    workspace_id="T1",
    channel_id="C1",
    owner_id="U1",
    language="en",
    tz="Europe/London",
    topics=frozenset({Topic.ALL}),
)
DIALECT = sqlite.dialect()
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
    before, after = Members(Topic), Members(reordered)
    words = before.process_bind_param({Topic.ALL, Topic.INVOICES}, DIALECT)

    assert words == after.process_bind_param([reordered("invoices"), reordered("all")], DIALECT) == ",all,invoices,"
    assert after.process_result_value(words, DIALECT) == frozenset({reordered("all"), reordered("invoices")})


async def test_a_topic_that_a_newer_release_has_stored_is_left_out_and_the_rest_is_read(
    database: Database, kept: ChannelSubscriptions
) -> None:
    async with writing(database) as connection:
        subscription_id = begin(connection, kept)
        connection.execute(
            update(channel_subscriptions).values(
                topics=literal(",all,weather,"), rhythm=literal("hourly"), state=literal("asleep")
            )
        )

    found = await read(database, kept.find, subscription_id)

    assert found is not None
    assert (found.topics, found.rhythm) == (frozenset({Topic.ALL}), Rhythm.NOW)
    assert found.state is SubscriptionState.PAUSED


async def test_a_rhythm_that_a_newer_release_has_stored_keeps_nobody_from_being_told(
    database: Database, kept: ChannelSubscriptions
) -> None:
    events_kept = Events(database)
    async with writing(database) as connection:
        begin(connection, kept)
        connection.execute(update(channel_subscriptions).values(rhythm=literal("hourly")))
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
        connection.execute(update(channel_subscriptions).values(topics=literal(",all invoices,invoices_late,small,")))
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
        connection.execute(
            update(events).values(kind=literal("invoice_paid"), source=literal("telepathy"), actor=literal("nobody"))
        )

    found = await read(database, kept.find, event.id)

    assert found is not None
    assert (found.kind, found.source, found.actor) == (event_kinds.UNKNOWN, Source.BOT, None)


async def test_an_actor_is_read_by_its_name(database: Database) -> None:
    kept = Events(database)
    async with writing(database) as connection:
        for actor in Actor:
            kept.record(connection, replace(INVOICE, resource=actor.name, actor=actor))
        rows = connection.execute(select(events.c.id, type_coerce(events.c.actor, Text))).all()

    for event_id, word in rows:
        found = await read(database, kept.find, event_id)
        assert found is not None
        assert found.actor == word


async def test_an_invitation_in_a_state_that_a_newer_release_has_stored_waits_for_nobody(
    database: Database, outbox: Outbox
) -> None:
    kept = Invitations(database, outbox)
    recorded = await write(database, kept.record, INVITED)
    async with writing(database) as connection:
        connection.execute(update(invitations).values(state=literal("snoozed")))

    found = await read(database, kept.find, recorded.id)

    assert found is not None
    assert found.state == InvitationState.CLOSED
    assert await read(database, kept.tally) == {InvitationState.CLOSED: 1}
    assert await read(database, kept.waiting) == ()
