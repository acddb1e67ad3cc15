"""A start that cannot succeed: one readable line for each thing to put right, a meaningful exit code, no traceback."""

import re

from cryptography.fernet import Fernet

from tests.slack import child
from tests.world import World


def lines(ended: child.Ended) -> list[str]:
    """Return what was said, which must all be for people."""
    assert "Traceback" not in ended.err
    assert ended.out == ""
    return ended.err.splitlines()


async def test_without_encryption_keys_the_bot_offers_a_fresh_one(quiet_world: World) -> None:
    environment = quiet_world.environment() | {"ENCRYPTION_KEYS": ""}

    ended = await child.run("run", environment=environment)

    assert ended.code == 78
    assert len(lines(ended)) == 1
    offered = re.search(r"ENCRYPTION_KEYS=(\S+)", ended.err)
    assert offered is not None
    assert Fernet(offered[1]).decrypt(Fernet(offered[1]).encrypt(b"text")) == b"text"


async def test_each_wrong_setting_has_its_line(quiet_world: World) -> None:
    wrong = {
        "SLACK_BOT_TOKEN": "",
        "PORT": "many",
        "PARTNER_CENTER_TENANT_ID": "contoso",
        "ENTRA_URL": "http://login.example.com",
        "BOT_ADMINS": "*",
        "LOG_LEVEL": "LOUD",
        "BOT_VIEWERS": "maya",
    }

    ended = await child.run("run", environment=quiet_world.environment() | wrong)

    said = lines(ended)
    assert ended.code == 78
    assert sorted(line.partition(" ")[0].rstrip(":") for line in said) == sorted(wrong)
    assert all(line.endswith(".") for line in said)


async def test_a_token_that_slack_refuses_is_said(quiet_world: World) -> None:
    token = "xoxb-not-the-token"

    ended = await child.run("run", environment=quiet_world.environment() | {"SLACK_BOT_TOKEN": token})

    said = [line for line in lines(ended) if not line.startswith("{")]
    assert ended.code == 78
    assert said == ["Slack does not accept SLACK_BOT_TOKEN (invalid_auth). Install the app again."]
    assert token not in ended.err


async def test_an_app_token_that_slack_refuses_is_said(quiet_world: World) -> None:
    environment = quiet_world.environment() | quiet_world.slack.environment(socket_mode=True)

    ended = await child.run("run", environment=environment | {"SLACK_APP_TOKEN": "xapp-not-the-token"})

    said = [line for line in lines(ended) if not line.startswith("{")]
    assert ended.code == 78
    assert said == ["Slack does not accept SLACK_APP_TOKEN (invalid_auth). Create a new one."]


async def test_a_certificate_that_cannot_be_read_is_said(quiet_world: World) -> None:
    environment = quiet_world.environment() | {"PARTNER_CENTER_CLIENT_CERTIFICATE": "/nowhere/bot.pem"}

    ended = await child.run("run", environment=environment)

    said = [line for line in lines(ended) if not line.startswith("{")]
    assert ended.code == 78
    assert said == ["PARTNER_CENTER_CLIENT_CERTIFICATE cannot be read: No such file or directory."]


async def test_a_bot_that_is_stopped_while_it_starts_ends_at_once(quiet_world: World) -> None:
    quiet_world.slack.fail_next("auth.test", status=429, retry_after=14, times=9)

    async with child.started(environment=quiet_world.environment()) as process:
        await quiet_world.slack.wait_for(lambda: quiet_world.slack.calls_to("auth.test"))
        process.terminate()

        assert await process.ended() == 0


async def test_a_port_in_use_is_said(quiet_world: World) -> None:
    taken = quiet_world.slack.url.rpartition(":")[2]

    ended = await child.run("run", environment=quiet_world.environment() | {"PORT": taken})

    said = [line for line in lines(ended) if not line.startswith("{")]
    assert ended.code == 78
    assert len(said) == 1
    assert "change PORT" in said[0]


async def test_keys_that_are_none_are_said_without_showing_them(quiet_world: World) -> None:
    ended = await child.run("run", environment=quiet_world.environment() | {"ENCRYPTION_KEYS": "hunter2-hunter2"})

    assert ended.code == 78
    assert len([line for line in lines(ended) if not line.startswith("{")]) == 1
    assert "hunter2" not in ended.err
