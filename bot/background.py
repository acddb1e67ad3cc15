"""Tasks that the bot owns: strongly referenced, their failures logged, drained before the process ends."""

import asyncio
from collections.abc import Coroutine

import structlog

log = structlog.get_logger()


class BackgroundTasks:
    """A registry of running tasks.

    asyncio keeps only weak references to tasks, so one that nobody holds can vanish half-way, and Bolt drops its own
    on shutdown; hence this registry.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[None, None, None], *, name: str) -> asyncio.Task[None]:
        """Run ``work`` beside everything else."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._settle)
        return task

    async def drain(self, *, seconds: float) -> None:
        """Let what runs, and what that starts, finish within ``seconds``; then cancel the rest and see it out."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while self._running and (left := end - loop.time()) > 0:
            await asyncio.wait(set(self._running), timeout=left)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _settle(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background task failed", task=task.get_name(), exc_info=error)
