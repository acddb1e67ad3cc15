"""What a bot that starts and waits has imported: no library that only other bots, or other commands, need."""

from tests.slack import child
from tests.world import World

NOT_NEEDED = {
    "alembic": "migrations",
    "cryptography.x509": "webhooks, and app registrations with a certificate",
    "msal": "access tokens",
    "psycopg": "PostgreSQL",
    "requests": "access tokens",
    "sqlalchemy.dialects.postgresql": "PostgreSQL",
    "yaml": "the manifest",
}
"""Libraries, and what they are needed for."""


async def test_a_bot_on_sqlite_that_waits_has_loaded_no_library_that_others_need(quiet_world: World) -> None:
    environment = quiet_world.environment()
    assert (await child.run("migrate", environment=environment)).code == 0

    async with child.running(environment | {"PYTHONPROFILEIMPORTTIME": "1"}) as (bot, _):
        said = [line for line in bot.lines if line.startswith("import time:")]

    imported = {line.rpartition("|")[2].strip() for line in said}
    assert "sqlalchemy.dialects.sqlite" in imported
    assert imported & set(NOT_NEEDED) == set()
