"""An app as a process of its own: started as in production, with its CPU time and its memory read from outside."""

import asyncio
import contextlib
import ctypes
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from sandbox.bot import TOP, free_port, inherited

READY_SECONDS = 30.0
STOP_SECONDS = 10.0


class ChildFailed(Exception):
    """The app did not start or ended on its own; the message holds the end of what it wrote."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running app."""

    url: str
    pid: int
    ready: float = 0.0
    """Seconds from its start until it answered."""

    def cpu(self) -> float:
        """Return the seconds of CPU that the process has used, all of its threads together.

        https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html: of any process, and in nanoseconds where
        ``/proc/<pid>/stat`` counts hundredths of a second.
        """
        clock = ctypes.c_int()
        if error := ctypes.CDLL(None).clock_getcpuclockid(self.pid, ctypes.byref(clock)):
            raise OSError(error, os.strerror(error))
        return time.clock_gettime(clock.value)

    def memory(self) -> float:
        """Return the resident memory in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(kilobytes) / 1024


@asynccontextmanager
async def running(module: str, *arguments: str, environment: Mapping[str, str], folder: Path) -> AsyncIterator[Child]:
    """Run ``python -m module`` while the block lasts; yield it once it answers."""
    port = free_port()
    written = folder / f"{module}.log"
    began = time.monotonic()
    with written.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", module, *arguments),
            cwd=TOP,
            env=inherited() | dict(environment) | {"PORT": str(port)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        await _ready(process, url, written)
        yield Child(url, process.pid, time.monotonic() - began)
        if process.returncode is not None:
            raise ChildFailed(_end_of(written))
    finally:
        await _stop(process)


async def _ready(process: asyncio.subprocess.Process, url: str, written: Path) -> None:
    """Wait until the app answers; the plain one has nothing at this address, and says so."""
    async with aiohttp.ClientSession() as session:
        began = time.monotonic()
        while time.monotonic() - began < READY_SECONDS and process.returncode is None:
            with contextlib.suppress(aiohttp.ClientConnectionError):
                async with session.get(f"{url}/readyz") as answer:
                    if answer.status in {200, 404}:
                        return
            await asyncio.sleep(0.01)
    raise ChildFailed(_end_of(written))


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def _end_of(written: Path) -> str:
    return "\n".join(written.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
