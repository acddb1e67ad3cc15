"""The world of the tests in another time."""

from datetime import UTC, datetime, timedelta

from tests.world import World


async def test_days_later_everybody_agrees_on_the_time(world: World) -> None:
    real = datetime.now(UTC)
    await (await world.maya.types("/partner customer contoso.com")).answer()

    await world.later(days=5)
    answer = await (await world.maya.types("/partner customer contoso.com")).answer()

    assert datetime.now(UTC) - real >= timedelta(days=5)
    assert float(answer.ts) - real.timestamp() >= timedelta(days=5).total_seconds()
    assert world.microsoft.tokens.access_tokens_issued == 2  # the first has expired


async def test_a_restarted_bot_remembers_what_it_promised(world: World) -> None:
    window = await (await world.maya.types("/partner invite adatum.com")).modal()
    await world.maya.submits(window)

    await world.restart()
    listing = await (await world.maya.types("/partner invites")).answer()

    assert "adatum.com" in listing.plain
