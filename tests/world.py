"""The world that tests converse in: the whole bot, in this process, between the sandbox's fakes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bot import bootstrap
from bot.settings import Settings
from sandbox.microsoft import Microsoft
from sandbox.slack import Slack, reading
from sandbox.slack.actor import Actor
from sandbox.slack.model import Message

KEY = Fernet.generate_key().decode()


@dataclass
class World:
    """Slack, Microsoft and the bot between them."""

    slack: Slack
    microsoft: Microsoft
    directory: Path
    overrides: dict[str, str] = field(default_factory=dict)
    port: int = 0

    @property
    def maya(self) -> Actor:
        """An operator who reads English."""
        return self.slack.person("maya")

    @property
    def aline(self) -> Actor:
        """An operator who reads French."""
        return self.slack.person("aline")

    @property
    def priya(self) -> Actor:
        """A viewer."""
        return self.slack.person("priya")

    @property
    def tom(self) -> Actor:
        """A bot admin."""
        return self.slack.person("tom")

    @property
    def rosa(self) -> Actor:
        """A guest."""
        return self.slack.person("rosa")

    @property
    def ken(self) -> Actor:
        """A person of another organisation."""
        return self.slack.person("ken")

    @property
    def url(self) -> str:
        """Where the bot listens."""
        return f"http://127.0.0.1:{self.port}"

    def reads(self, message: Message) -> str:
        """Return what people read of a message."""
        return reading.of_message(message, self.slack.names)

    def environment(self) -> dict[str, str]:
        """Return the bot's environment, as the contract has it."""
        return {
            "HOST": "127.0.0.1",
            "PORT": "0",
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.directory / 'bot.db'}",
            "ENCRYPTION_KEYS": KEY,
            "BOT_VIEWERS": "*",
            "BOT_OPERATORS": f"{self.maya.id},{self.aline.id}",
            "BOT_ADMINS": self.tom.id,
            **self.slack.environment(),
            **self.microsoft.environment(),
            **self.overrides,
        }

    def settings(self) -> Settings:
        """Return the same as settings, whatever this process's own environment holds."""
        values: dict[str, Any] = {name.lower(): value for name, value in self.environment().items() if value}
        return Settings(_env_file=None, **values)

    @asynccontextmanager
    async def bot(self, **overrides: str) -> AsyncIterator[bootstrap.Bot]:
        """Run the bot while the block lasts."""
        self.overrides |= overrides
        async with bootstrap.running(self.settings()) as bot:
            self.port = bot.port
            self.slack.bot_url = self.url
            yield bot
