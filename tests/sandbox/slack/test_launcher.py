"""Starting the bot as a child, and its answers in a terminal."""

import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox.bot import Bot, BotDidNotStart
from sandbox.slack.terminal import drawn

READY = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
print(sorted(os.environ), flush=True)
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""


async def test_the_bot_gets_the_contracts_environment_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_SECRET_OF_THE_HOST", "x")
    command = (sys.executable, "-c", READY)
    async with Bot({"SLACK_BOT_TOKEN": "xoxb"}, folder=tmp_path, command=command) as bot:
        assert bot.process is not None
        assert bot.process.returncode is None
        log = bot.log_tail()

    assert bot.process.returncode == -15
    for name in ("HOST", "PORT", "DATABASE_URL", "ENCRYPTION_KEYS", "BOT_ADMINS", "SLACK_BOT_TOKEN"):
        assert f"'{name}'" in log
    assert "BOT_SECRET_OF_THE_HOST" not in log


async def test_a_bot_that_ends_shows_its_log(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "print('ENCRYPTION_KEYS is missing'); raise SystemExit(78)")
    with pytest.raises(BotDidNotStart, match=r"exit code 78.\nENCRYPTION_KEYS is missing"):
        async with Bot({}, folder=tmp_path, command=command):
            pass


def test_answers_read_well_in_a_terminal() -> None:
    row = [{"type": "raw_text", "text": "Fabrikam"}, {"type": "raw_text", "text": "Active"}]
    head = [{"type": "raw_text", "text": "Name"}, {"type": "raw_text", "text": "State"}]
    button = {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": "https://contoso.com"}
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Contoso"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Tenant ID*\n`8f1d`"}]},
        {"type": "data_table", "caption": "Partners", "rows": [head, row]},
        {"type": "actions", "elements": [button]},
    ]

    expected = """\
Contoso
=======

Tenant ID  `8f1d`

Partners
Name      State
--------  ------
Fabrikam  Active

[Open ↗]"""
    assert drawn(blocks, {}) == expected
