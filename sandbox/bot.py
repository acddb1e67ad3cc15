"""The real bot as a child process: started with the contract's environment and nothing else, stopped by SIGTERM."""

import asyncio
import base64
import contextlib
import os
import secrets
import socket
import tempfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from sandbox.clock import Clock
from sandbox.later import command
from sandbox.people import ADMINS, OPERATORS, VIEWERS, Person

TOP = Path(__file__).parent.parent
READY_SECONDS = 30.0
STOP_SECONDS = 25.0
"""The bot may take 20 s to finish what is in flight."""
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class BotDidNotStart(Exception):
    """The child ended or never became ready; the message holds the end of its log."""


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ids(people: tuple[Person, ...]) -> str:
    return ",".join(person.id for person in people)


def inherited() -> dict[str, str]:
    """Return the few variables that any program needs."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


class Bot:
    """``python -m bot run`` while the ``async with`` lasts, by the sandbox's ``clock``.

    ``settings`` are those of Slack and Microsoft; the rest of the contract is filled in here, and ``folder`` (a
    temporary one unless given) holds its database and its log.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        *,
        port: int | None = None,
        folder: Path | None = None,
        module: Sequence[str] = ("bot", "run"),
        clock: Clock | None = None,
    ) -> None:
        self.module = module
        self.clock = clock or Clock()
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="partner-bot-")
        self.folder = folder or Path(self._temporary.name if self._temporary else "")
        self.log = self.folder / "bot.log"
        self.settings = {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "DATABASE_URL": f"sqlite:///{self.folder / 'partner-bot.db'}",
            "ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "BOT_VIEWERS": _ids(VIEWERS),
            "BOT_OPERATORS": _ids(OPERATORS),
            "BOT_ADMINS": _ids(ADMINS),
        } | dict(settings)
        self.process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with self._turn:
            await self._stop()
        if self._temporary:
            self._temporary.cleanup()

    async def restart(self, *, later: timedelta = timedelta()) -> None:
        """Stop the bot in good order, let so much time pass, and start it again where it was."""
        async with self._turn:
            await self._stop()
            if later:
                self.clock.move(later)
            await self._start()

    async def ended(self) -> None:
        """Wait until the process ends by itself."""
        while process := self.process:
            await process.wait()
            async with self._turn:  # after a restart another has taken its place
                if self.process is process:
                    return

    async def _start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command(self.module, self.clock.ahead),
                cwd=TOP,
                env=inherited() | self.settings,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the sandbox, which then stops its child in good order
            )
        try:
            async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as session:
                while not await self._is_ready(session):  # noqa: ASYNC110 - a process tells nobody that it is ready
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise BotDidNotStart(f"The bot was not ready within {READY_SECONDS:.0f} s.\n{self.log_tail()}") from None

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        if self.process and self.process.returncode is not None:
            raise BotDidNotStart(f"The bot ended with exit code {self.process.returncode}.\n{self.log_tail()}")
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        return False

    async def _stop(self) -> None:
        if self.process and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    def log_tail(self, lines: int = 40) -> str:
        """Return the last lines of the bot's log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
