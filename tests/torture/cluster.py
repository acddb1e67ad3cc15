"""A PostgreSQL server of one's own, which may be restarted while others use the usual one."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.bot import free_port

SERVERS = Path("/usr/lib/postgresql")
"""Where Debian and Ubuntu keep the server's programs, by version."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server."""

    programs: Path
    data: Path
    port: int

    @property
    def address(self) -> str:
        """Return the address of its one database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    async def restart(self) -> None:
        """Restart it as after a crash: connections break, and what was not committed is gone."""
        await self._control("restart", "-m", "immediate")

    async def start(self) -> None:
        """Make the files and start."""
        await _run(self.programs / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync")
        options = f"-p {self.port} -k {self.data} -c listen_addresses=127.0.0.1"
        await self._control("start", "-o", options, "-l", self.data / "log")

    async def stop(self) -> None:
        """End it."""
        await self._control("stop", "-m", "immediate")

    async def _control(self, *arguments: str | Path) -> None:
        await _run(self.programs / "pg_ctl", "-w", "-D", self.data, *arguments)


@asynccontextmanager
async def cluster() -> AsyncIterator[Cluster | None]:
    """Run a server while the block lasts; None where its programs are not installed."""
    found = _servers()
    if not found:
        yield None
        return
    with TemporaryDirectory(prefix="partner-bot-") as name:
        if os.geteuid() == 0:  # a server refuses to run as root
            shutil.chown(name, "postgres")
        server = Cluster(found[-1].parent, Path(name) / "data", free_port())
        await server.start()
        try:
            yield server
        finally:
            await server.stop()


async def _run(*command: str | Path) -> None:
    as_postgres = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    process = await asyncio.create_subprocess_exec(
        *as_postgres,
        *map(str, command),
        cwd="/",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(60):
        assert await process.wait() == 0


def _servers() -> list[Path]:
    return sorted(SERVERS.glob("*/bin/initdb"))
