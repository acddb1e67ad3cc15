"""The command line, as scripts and people use it."""

import asyncio
import json
from pathlib import Path

import yaml

from bot import bootstrap
from tests.slack import child
from tests.world import World

ROLES = {"everyone", "viewer", "operator", "bot admin"}


async def test_the_commands_are_printed_as_json_without_any_settings() -> None:
    ended = await child.run("commands")

    rows = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert [row["name"] for row in rows] == list(bootstrap.routes().commands)
    assert {frozenset(row) for row in rows} == {frozenset({"name", "argument", "summary", "role", "example"})}
    assert {row["role"] for row in rows} <= ROLES


async def test_the_manifest_is_printed_for_either_mode_without_any_settings() -> None:
    socket, http = await asyncio.gather(
        child.run("manifest"), child.run("manifest", "--public-url", "https://bot.example.com")
    )

    assert yaml.safe_load(socket.out)["settings"]["socket_mode_enabled"] is True
    assert yaml.safe_load(http.out)["settings"]["interactivity"]["request_url"] == (
        "https://bot.example.com/slack/events"
    )
    assert (socket.err, http.err) == ("", "")


async def test_a_manifest_for_what_is_no_https_origin_is_refused_in_one_line() -> None:
    ended = await child.run("manifest", "--public-url", "http://user:hunter2@bot.example.com/slack?x=1")

    assert (ended.code, ended.out) == (78, "")
    assert len(ended.err.splitlines()) == 1
    assert "hunter2" not in ended.err


async def test_generated_files_are_checked_without_being_written() -> None:
    files = [child.TOP / name for name in ("manifest.yml", "README.md", ".env.example")]
    before = [path.stat().st_mtime_ns for path in files if path.exists()]

    ended = await child.run("generate", "--check")

    assert (ended.code, ended.out) == (0, "")
    assert [path.stat().st_mtime_ns for path in files if path.exists()] == before


async def test_a_mistyped_command_names_the_known_ones() -> None:
    ended = await child.run("rnu")

    assert ended.code == 2
    assert "connect" in ended.err
    assert "Traceback" not in ended.err


async def test_settings_come_from_a_file_where_the_environment_has_none(quiet_world: World, tmp_path: Path) -> None:
    environment = quiet_world.environment()
    file = tmp_path / "settings.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in environment.items()), encoding="utf-8")

    ended = await child.run("--env-file", str(file), "migrate")

    assert ended.code == 0, ended.err
    assert ended.out == "The database is up to date.\n"
    assert (tmp_path / "bot.db").stat().st_mode & 0o777 == 0o600


async def test_a_settings_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    ended = await child.run("--env-file", str(tmp_path / "nowhere.env"), "run")

    assert ended.code == 78
    assert ended.err == f"There is no settings file {tmp_path / 'nowhere.env'}.\n"


async def test_without_settings_each_missing_one_is_named() -> None:
    ended = await child.run()

    assert ended.code == 78
    assert ended.out == ""
    assert "SLACK_BOT_TOKEN is missing." in ended.err.splitlines()
    assert "PARTNER_CENTER_TENANT_ID is missing." in ended.err.splitlines()
    assert "Traceback" not in ended.err
