"""Conversations are not about Slack's three seconds: a busy machine may take longer for a window than people wait."""

from dataclasses import replace

import pytest

from bot import retry
from sandbox.slack import credentials, delivery

UNHURRIED = 30.0


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give windows time, the bot's and Slack's; what is due when is tested in ``tests/slack``."""
    monkeypatch.setattr(retry, "SLACK", replace(retry.SLACK, submission=UNHURRIED))
    monkeypatch.setattr(retry, "DATABASE", replace(retry.DATABASE, window=UNHURRIED))
    monkeypatch.setattr(delivery, "ACK_SECONDS", UNHURRIED)
    monkeypatch.setattr(credentials, "TRIGGER_SECONDS", UNHURRIED)
