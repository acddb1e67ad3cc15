"""``python -m bot`` as a process of its own, as the contract starts it; its whole output is kept."""

import asyncio
import json
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[2]
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


def inherited() -> dict[str, str]:
    """Return the few variables that any program needs."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | {"NO_COLOR": "1"}


@dataclass(slots=True)
class Child:
    """A running bot; both of its streams are read as they come."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self) -> None:
        """Keep what the process writes until it ends."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            async with self._news:
                self.lines.append(line.decode())
                self._news.notify_all()

    @property
    def output(self) -> str:
        """All that the process has written."""
        return "".join(self.lines)

    async def logged(self, event: str, *, within: float = 120) -> dict[str, Any]:
        """Wait for a log line and return it."""
        try:
            async with asyncio.timeout(within), self._news:
                await self._news.wait_for(lambda: self._found(event))
        except TimeoutError:
            raise TimeoutError(f"no line {event!r} within {within} s in:\n{self.output}") from None
        return self._found(event)[0]

    def _found(self, event: str) -> list[dict[str, Any]]:
        entries = [json.loads(line) for line in self.lines if line.startswith("{")]
        return [entry for entry in entries if entry.get("event") == event]

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    @contextmanager
    def without_room(self) -> Iterator[None]:
        """Let the process write to no file while the block lasts, as on a full disk."""
        limit = resource.RLIMIT_FSIZE
        soft, hard = resource.prlimit(self.process.pid, limit)
        resource.prlimit(self.process.pid, limit, (0, hard))
        try:
            yield
        finally:
            resource.prlimit(self.process.pid, limit, (soft, hard))

    async def ended(self, *, within: float = 120) -> int:
        """Wait for the end and return the exit code."""
        async with asyncio.timeout(within):
            return await self.process.wait()


@asynccontextmanager
async def started(environment: Mapping[str, str], *, module: str = "bot") -> AsyncIterator[Child]:
    """Start the bot; what is left of it at the end of the block is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", module, "run"),
        cwd=TOP,
        env=inherited() | dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    child = Child(process)
    reader = asyncio.create_task(child.read())
    try:
        yield child
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reader


@asynccontextmanager
async def running(environment: Mapping[str, str], *, module: str = "bot") -> AsyncIterator[tuple[Child, int]]:
    """Run the bot while the block lasts; yield it and its port once it listens."""
    async with started(environment, module=module) as child:
        listens = await child.logged("running")
        yield child, int(listens["port"])


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process that ended left behind."""

    code: int
    out: str
    err: str


async def run(*arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
    """Run ``python -m bot`` with these arguments to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        cwd=TOP,
        env=inherited() | dict(environment or {}),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(120):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Ended(process.returncode or 0, out.decode(), err.decode())
