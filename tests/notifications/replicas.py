"""Replicas as processes of their own, which can be killed and frozen."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.child import Child
from tests.notifications.replica import Orders
from tests.slack.child import TOP, inherited

STARTING, STOPPING = 120.0, 120.0
"""Seconds that a replica may take."""


@dataclass(frozen=True, slots=True)
class Process:
    """A replica that has begun to deliver."""

    process: asyncio.subprocess.Process

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        await self.process.wait()

    def freeze(self) -> None:
        """Make it stand still."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    async def stop(self) -> None:
        """Let it finish what it is at, and end."""
        self.process.terminate()
        async with asyncio.timeout(STOPPING):
            assert await self.process.wait() == 0

    def cpu(self) -> float:
        """Return the seconds of CPU that it has used."""
        return Child("", self.process.pid).cpu()


@asynccontextmanager
async def replica(orders: Orders) -> AsyncIterator[Process]:
    """Run a replica while the block lasts; what is left of it then is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.notifications.replica", orders.as_json()),
        cwd=TOP,
        env=inherited(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(STARTING):
            assert await process.stdout.readline() == b"ready\n"
        yield Process(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
