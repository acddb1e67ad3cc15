"""A wrong signing secret is named, for it refuses all that Slack sends; a stranger's noise is not taken for it."""

import time

import pytest
from structlog.testing import capture_logs

from bot.language import LANGUAGES, language
from bot.slack.http import MANY
from bot.views import status
from tests.views import event_samples as samples
from tests.views.reading import shown
from tests.world import World

BODY = b"command=%2Fpartner&text=status&user_id=U1"
OF_ANOTHER_SECRET = "v0=" + "0a" * 32
NAMED = "signing secret fits no delivery"


def forged(world: World, *, signature: str = OF_ANOTHER_SECRET, age: int = 0) -> dict[str, str]:
    return world.slack.signed(BODY, timestamp=int(time.time()) - age) | {"X-Slack-Signature": signature}


async def named(world: World, headers: dict[str, str], times: int) -> list[str]:
    """Deliver so often what is refused; return the settings that the log names."""
    with capture_logs() as entries:
        for _ in range(times):
            assert (await world.slack.deliver_raw(BODY, headers)).status == 401
    return [entry["setting"] for entry in entries if entry["event"] == NAMED]


async def test_a_secret_that_fits_no_delivery_is_named_at_the_tenth_and_once(world: World) -> None:
    assert await named(world, forged(world), MANY - 1) == []
    assert await named(world, forged(world), 1) == ["SLACK_SIGNING_SECRET"]
    assert await named(world, forged(world), 2 * MANY) == []


async def test_one_delivery_that_fits_ends_the_suspicion(world: World) -> None:
    await (await world.tom.types("/partner status")).answer()

    assert await named(world, forged(world), 2 * MANY) == []
    assert "SLACK_SIGNING_SECRET" not in (await (await world.tom.types("/partner status")).answer()).plain


async def test_what_lacks_slacks_headers_or_is_stale_raises_no_suspicion(world: World) -> None:
    for noise in (
        {"Content-Type": "application/x-www-form-urlencoded"},
        forged(world, age=3600),
        forged(world, signature="v0=short"),
        forged(world, signature="v1=" + "0a" * 32),
        {**forged(world), "X-Slack-Request-Timestamp": "soon"},
    ):
        assert await named(world, noise, MANY) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_bot_admins_alone_are_told_the_name_of_the_setting(code: str) -> None:
    lang, well = language(code), samples.status()
    failing = samples.status(signing_secret_fails=True)

    assert "SLACK_SIGNING_SECRET" in "\n".join(shown(status.full(lang, failing).blocks))
    assert "SLACK_SIGNING_SECRET" not in "\n".join(shown(status.full(lang, well).blocks))
    assert status.line(lang, failing) == status.line(lang, well)
