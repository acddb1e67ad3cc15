"""The world that tests converse in: the whole bot, in this process, between the sandbox's fakes."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bot import bootstrap
from bot.settings import Settings
from sandbox.clock import Clock
from sandbox.microsoft import Microsoft
from sandbox.slack import Slack, reading
from sandbox.slack.actor import Actor
from sandbox.slack.model import Message

KEY = Fernet.generate_key().decode()


@dataclass
class World:
    """Slack, Microsoft and the bot between them; all of them go by ``clock``."""

    slack: Slack
    microsoft: Microsoft
    directory: Path
    clock: Clock = field(default_factory=Clock)
    overrides: dict[str, str] = field(default_factory=dict)
    port: int = 0
    _at_work: AsyncExitStack = field(default_factory=AsyncExitStack)

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

    async def hears(self, *events: Mapping[str, object]) -> None:
        """Let Microsoft deliver events to the bot's webhook, one after the other; each must be taken."""
        for delivery in await self.microsoft.webhook.deliver(*events, url=f"{self.url}/partner-center/webhook"):
            assert delivery.taken

    def said(self, channel: str = "sales") -> list[Message]:
        """Return what the bot has said in a channel for everyone, in order."""
        return [m for m in self.slack.messages(channel) if m.by_bot and m.only_for is None]

    def reads(self, message: Message) -> str:
        """Return what people read of a message."""
        return reading.of_message(message, self.slack.names)

    def environment(self) -> dict[str, str]:
        """Return the bot's environment, as the contract has it."""
        return {
            "HOST": "127.0.0.1",
            "PORT": "0",
            "DATABASE_URL": f"sqlite:///{self.directory / 'bot.db'}",
            "ENCRYPTION_KEYS": KEY,
            "BOT_VIEWERS": "*",
            "BOT_OPERATORS": f"{self.maya.id},{self.aline.id}",
            "BOT_ADMINS": self.tom.id,
            "POLL_SECONDS": "0",  # Partner Center is asked when a test has it asked
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
        """Run the bot while the block lasts; within another such block, a second one beside it."""
        self.overrides |= overrides
        other, self._at_work = self._at_work, AsyncExitStack()
        try:
            yield await self._start()
        finally:
            await self._at_work.aclose()
            self._at_work = other

    async def _start(self) -> bootstrap.Bot:
        bot = await self._at_work.enter_async_context(bootstrap.running(self.settings()))
        self.port = bot.port
        self.slack.bot_url = self.url
        return bot

    async def restart(
        self, *, after: timedelta = timedelta(), meanwhile: Callable[[], None] | None = None, **overrides: str
    ) -> None:
        """Stop the running bot, let so much time pass for everybody, and start it again with the same database."""
        await self._at_work.aclose()
        self.overrides |= overrides
        if meanwhile is not None:
            meanwhile()
        if after:
            self.clock.move(after)
        await self._start()

    async def later(self, **passes: float) -> None:
        """Restart the bot after so many ``days``, ``hours`` or ``minutes``."""
        await self.restart(after=timedelta(**passes))
