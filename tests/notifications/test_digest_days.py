"""A digest is headed by the days it tells of, as they are where its owner lives, and not by the day it is sent."""

from datetime import UTC, datetime, timedelta

from sandbox.slack.actor import Actor
from sandbox.slack.model import Message
from tests.world import World

THURSDAY = datetime(2036, 10, 23, tzinfo=UTC)
"""In Paris, where Aline lives, two hours ahead of UTC until Sunday."""
PLACE = "contoso-project"


async def wait(world: World, moment: datetime) -> None:
    """Let time pass until this moment; the bot is stopped meanwhile."""
    await world.restart(after=moment - datetime.now(UTC))


async def subscribe(world: World, person: Actor, rhythm: str, moment: datetime) -> None:
    await wait(world, moment)
    answer = await person.types(f"/partner subscribe all --digest {rhythm}", channel=PLACE)
    await answer.answer()


async def invoice(world: World, moment: datetime) -> None:
    """An invoice is ready at this moment, and Microsoft says so at once."""
    await wait(world, moment)
    await world.hears(*world.microsoft.happenings.invoice_ready(f"G{moment:%d%H}"))


async def heading(world: World, moment: datetime) -> str:
    """Return the heading of the one digest that has come by this moment."""
    await wait(world, moment)

    def digests() -> list[Message]:
        return [message for message in world.said(PLACE) if message.blocks and message.blocks[0]["type"] == "header"]

    (digest,) = await world.slack.wait_for(digests)
    return str(digest.blocks[0]["text"]["text"])


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


async def test_what_happened_yesterday_is_headed_by_yesterday(world: World) -> None:
    await subscribe(world, world.aline, "daily", THURSDAY + hours(9))
    await invoice(world, THURSDAY + hours(12))

    assert await heading(world, THURSDAY + hours(24 + 7.1)) == "Espace partenaires, 23 octobre 2036"


async def test_what_happened_before_nine_is_headed_by_today(world: World) -> None:
    await subscribe(world, world.aline, "daily", THURSDAY + hours(4))
    await invoice(world, THURSDAY + hours(5))

    assert await heading(world, THURSDAY + hours(7.1)) == "Espace partenaires, 23 octobre 2036"


async def test_the_day_is_that_of_the_owner_and_not_of_greenwich(world: World) -> None:
    await subscribe(world, world.aline, "daily", THURSDAY + hours(9))
    await invoice(world, THURSDAY + hours(23))  # one in the morning, on Friday

    assert await heading(world, THURSDAY + hours(24 + 7.1)) == "Espace partenaires, 24 octobre 2036"


async def test_two_days_in_one_digest_are_both_named(world: World) -> None:
    await subscribe(world, world.aline, "daily", THURSDAY + hours(9))
    await invoice(world, THURSDAY + hours(12))
    await invoice(world, THURSDAY + hours(24 + 5))

    assert await heading(world, THURSDAY + hours(24 + 7.1)) == "Espace partenaires, 23–24 octobre 2036"


async def test_a_digest_that_comes_late_names_the_day_on_which_it_happened(world: World) -> None:
    await subscribe(world, world.maya, "daily", THURSDAY + hours(9))
    await invoice(world, THURSDAY + hours(12))

    assert await heading(world, THURSDAY + hours(4 * 24 + 12)) == "Partner Center, 23 October 2036"


async def test_a_weekly_digest_is_headed_by_the_week_before_it(world: World) -> None:
    await subscribe(world, world.aline, "weekly", THURSDAY + hours(9))
    await invoice(world, THURSDAY + hours(48))

    assert await heading(world, THURSDAY + hours(4 * 24 + 8.1)) == "Espace partenaires, 20–26 octobre 2036"


async def test_a_weekly_digest_names_monday_too_where_it_tells_of_it(world: World) -> None:
    await subscribe(world, world.aline, "weekly", THURSDAY + hours(9))
    await invoice(world, THURSDAY + hours(4 * 24 + 6))

    assert await heading(world, THURSDAY + hours(4 * 24 + 8.1)) == "Espace partenaires, 20–27 octobre 2036"
