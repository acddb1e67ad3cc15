"""Whatever happens to a customer, seen by whatever source in whatever order: the channel reads it in its order.

Each example has a customer and a channel of its own; one real worker delivers to the strict fakes.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import event_kinds
from bot.domain.channel_subscriptions import NewChannelSubscription
from bot.domain.event_kind import EventKind, Topic
from bot.domain.events import Event, Observation, Source
from bot.language import language
from bot.storage.clock import read_now
from bot.storage.delivery_counts import count_deliveries
from bot.views.notices.headings import heading
from sandbox.people import MAYA, Channel
from sandbox.slack.model import Message
from tests.notifications.newsroom import Newsroom, newsroom
from tests.storage.enqueueing import FAST
from tests.transactions import reading
from tests.world import World

STORY = (
    event_kinds.RELATIONSHIP_ACCEPTED,
    event_kinds.ACCESS_GRANTED,
    event_kinds.ACCESS_ENDED,
    event_kinds.CUSTOMER_REMOVED,
)
"""As it happens to a customer, a quarter of an hour apart."""
LISTED = {event_kinds.CUSTOMER_REMOVED}
BEFORE = "Before that: "
EN = language("en")


@dataclass(frozen=True)
class Seen:
    """Something that happened, as a source tells of it; ``pause``: what came until then is delivered before it."""

    kind: EventKind
    minute: int
    source: Source
    pause: bool

    def observation(self, customer_id: str, now: datetime) -> Observation:
        source = self.source if self.kind in LISTED or self.source is not Source.LIST else Source.WEBHOOK
        return Observation(
            kind=self.kind,
            source=source,
            name=self.kind.name,
            happened_at=now - timedelta(minutes=90 - self.minute),
            customer_id=customer_id,
            customer_name="Contoso",
            audit_id=str(uuid4()) if source is Source.AUDIT else None,
        )


SOURCES = st.sampled_from((Source.WEBHOOK, Source.AUDIT, Source.LIST))


@st.composite
def stories(draw: st.DrawFn) -> list[Seen]:
    """Draw what sources tell of a story, some of it twice, in any order and in any batches."""
    told = draw(st.permutations(range(len(STORY)))) + draw(st.lists(st.integers(0, len(STORY) - 1), max_size=2))
    return [Seen(kind=STORY[each], minute=15 * each, source=draw(SOURCES), pause=draw(st.booleans())) for each in told]


@pytest.fixture
async def busy(quiet_world: World) -> AsyncIterator[Newsroom]:
    async with newsroom(quiet_world, rates=FAST) as opened, opened.notifications.running():
        yield opened


async def subscribed(news: Newsroom) -> str:
    """Return a new channel that has subscribed to everything."""
    channel_id = f"C{uuid4().hex[:10].upper()}"
    news.world.slack.world.alter(Channel(id=channel_id, name=channel_id.lower(), members=frozenset({MAYA.id})))
    new = NewChannelSubscription(
        submission_key=channel_id,
        workspace_id="T1",
        channel_id=channel_id,
        owner_id=MAYA.id,
        language="en",
        tz="UTC",
        topics=frozenset({Topic.ALL}),
    )
    assert await news.notifications.subscription_service.subscribe(new) is not None
    return channel_id


async def delivered(news: Newsroom) -> None:
    """Wait until nothing is to come."""
    end = asyncio.get_running_loop().time() + 60
    while (await news.database.read(count_deliveries)).waiting:
        assert asyncio.get_running_loop().time() < end


async def told(news: Newsroom, customer_id: str) -> list[Event]:
    """Return the events that are kept of a customer, as they happened."""
    return sorted((e for e in await news.events() if e.customer_id == customer_id), key=lambda e: e.happened_at)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories())
async def test_a_customers_news_are_read_in_their_order_and_the_card_shows_the_present(
    busy: Newsroom, happened: Sequence[Seen]
) -> None:
    channel_id, customer_id = await subscribed(busy), str(uuid4())
    async with reading(busy.database) as connection:
        now = read_now(connection)
    batch: list[Observation] = []
    for seen in happened:
        batch.append(seen.observation(customer_id, now))
        if seen.pause:
            await busy.notifications.ingest.ingest(*batch)
            batch.clear()
            await delivered(busy)
    await busy.notifications.ingest.ingest(*batch)
    await delivered(busy)

    assert_in_order(busy.world.slack.messages(channel_id), await told(busy, customer_id))


def assert_in_order(messages: Sequence[Message], events: Sequence[Event]) -> None:
    """Check that each event is told once, in order but for what is said to be before, and what the card shows."""
    (card,) = [message for message in messages if message.thread_ts is None]
    replies = [message for message in messages if message.thread_ts is not None]
    assert len(replies) + 1 == len(events)
    headings = [heading(EN, event, "Contoso") for event in events]
    assert card.text == headings[-1]
    in_order = [message.text for message in replies if not message.text.startswith(BEFORE)]
    rest = iter(headings)
    assert all(reply in rest for reply in in_order)
