"""Slack asks for odd waits: no channel waits longer than an hour, and a person is answered all the same."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import create_engine, text

from sandbox.microsoft.companies import CONTOSO
from tests.world import World

POST, WHISPER = "chat.postMessage", "chat.postEphemeral"
LONG = {
    "eleven digits": "99999999999",
    "400 digits": "9" * 400,
    "an hour and a second": "3601",
    "a far date": format_datetime(datetime.now(UTC) + timedelta(days=400), usegmt=True),
}
"""What asks for more than an hour, by a name that is the same in every process that collects the tests."""
NOTHING = (
    "inf",
    "nan",
    "1e300",
    "-5",
    "",
    " ",
    "soon",
    "0x10",
    "１２",
    "12;é",
    "Mon, 99 Foo 2099 99:99:99 GMT",
    format_datetime(datetime(1990, 1, 1, tzinfo=UTC), usegmt=True),
)
"""What asks for no readable wait, or for one that is over."""


def waits(world: World) -> list[tuple[str, float, float]]:
    """Return each conversation of Slack's with how many seconds from now it waits, and for how long it was to."""
    engine = create_engine(f"sqlite:///{world.directory / 'bot.db'}")
    now = "(julianday('now') - 2440587.5) * 86400.0"
    queues = "FROM conversation_queues WHERE conversation LIKE 'C%' AND delivery_number IS NULL"
    asked = f"SELECT conversation, open_at - {now}, open_wait {queues}"
    try:
        with engine.connect() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(text(asked))]
    finally:
        engine.dispose()


async def subscriptions(world: World) -> None:
    await (await world.maya.types("/partner subscribe all")).answer()
    await world.slack.wait_for(lambda: world.said() or None)


@pytest.mark.parametrize("asked", LONG.values(), ids=LONG)
async def test_a_channel_waits_an_hour_at_most_and_the_status_says_so(world: World, asked: str) -> None:
    await subscriptions(world)
    world.slack.fail_next(POST, status=429, retry_after=asked)
    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))

    answer = await (await world.priya.types("/partner status")).answer()
    while answer.plain == "Partner Bot is working.":
        answer = await (await world.priya.types("/partner status")).answer()

    ((_, left, whole),) = waits(world)
    assert 3000 < left <= 3600
    assert whole <= 3600
    assert "because Slack asked for a pause" in answer.plain


@pytest.mark.parametrize("asked", NOTHING, ids=ascii)
async def test_a_wait_that_cannot_be_read_is_a_moment(world: World, asked: str) -> None:
    await subscriptions(world)
    world.slack.fail_next(POST, status=429, retry_after=asked)
    await world.hears(*world.microsoft.happenings.invoice_ready("G1"))

    await world.slack.wait_for(lambda: [m for m in world.said() if "G1" in world.reads(m)] or None)

    assert all(left <= 60 for _, left, _ in waits(world))


@pytest.mark.parametrize("asked", [*LONG.values(), *NOTHING], ids=[*LONG, *map(ascii, NOTHING)])
async def test_a_person_is_answered_whatever_wait_slack_asks_for(world: World, asked: str) -> None:
    world.slack.break_response_urls()
    world.slack.fail_next(WHISPER, status=429, retry_after=asked)

    answer = await (await world.maya.types("/partner customer contoso.com")).answer()

    assert CONTOSO.tenant_id in answer.plain
    assert answer.way in {WHISPER, POST}
