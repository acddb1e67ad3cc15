"""Worker threads for transactions: each runs one at a time, and the event loop waits for none of them.

A job has two parties, the caller on the event loop and the thread that runs it, and one of them has the last word:
the caller may leave until the thread begins to commit, and the thread commits only while the caller has not left. What
a caller has left is interrupted, rolled back and its connection thrown away, or never begun.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any, Generic, Literal, TypeVar

from bot import retry

T = TypeVar("T")


class Left(Exception):
    """The caller has left; nothing may be kept."""


_State = Literal["waiting", "running", "committing", "left", "done"]
_TOO_LATE = ("committing", "done")


class Job(Generic[T]):
    """One transaction on its way from the event loop through a thread and back."""

    def __init__(self, work: Callable[["Job[T]"], T]) -> None:
        self._loop = asyncio.get_running_loop()
        self._context = copy_context()  # so that what is logged in the thread is logged as the caller's
        self._work = work
        self._lock = threading.Lock()
        self._state: _State = "waiting"
        self._interrupt: Callable[[], None] | None = None
        self.left = threading.Event()
        """Set when the caller leaves; a thread that waits for a lock waits on it."""
        self.done: asyncio.Future[T] = self._loop.create_future()

    def leave(self) -> bool:
        """Take the caller away, and say whether nothing will be kept: it is too late once COMMIT has begun."""
        with self._lock:
            if self._state in _TOO_LATE:
                return False
            self._state = "left"
            self.left.set()
            if self._interrupt is not None:
                self._interrupt()  # inside the lock: the connection is this job's until it ends
        return True

    def give_up(self) -> bool:
        """Wait no longer for a COMMIT under way, and say whether there was one: its outcome stays unknown."""
        with self._lock:
            if self._state not in _TOO_LATE:
                return False
            if self._interrupt is not None:
                self._interrupt()
        return True

    def interruptible(self, interrupt: Callable[[], None]) -> None:
        """Say how what is under way is ended; ``interrupt`` must not block. Raises Left."""
        with self._lock:
            if self._state == "left":
                raise Left
            self._interrupt = interrupt

    def commit(self, *, give_up: Callable[[], None] | None) -> None:
        """Begin to commit; raise Left where nobody waits for it any longer. ``give_up`` ends a COMMIT that hangs."""
        with self._lock:
            if self._state == "left":
                raise Left
            self._state = "committing"
            self._interrupt = give_up

    def end(self) -> bool:
        """Have nothing interrupted any more, and say whether something may have been."""
        with self._lock:
            self._interrupt = None
            return self._state == "left"

    def run(self) -> None:
        """Do the work in this thread and report to the event loop; one whose caller has left is not begun."""
        with self._lock:
            if self._state == "left":
                return
            self._state = "running"
        result: Any = None
        error: BaseException | None = None
        try:
            result = self._context.run(self._work, self)
        except BaseException as raised:  # noqa: BLE001 - the caller's
            error = raised
        with self._lock:
            if not self.left.is_set():
                self._state = "done"
        with suppress(RuntimeError):  # the event loop is closed
            self._loop.call_soon_threadsafe(self._report, result, error)

    def _report(self, result: Any, error: BaseException | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(result)
        else:
            self.done.set_exception(error)
            self.done.exception()  # looked at, also where nobody waits for it


class Threads:
    """As many threads as ``size``, started as they are needed, and queues of jobs that they serve in turns.

    A queue is first in, first out; no queue waits for another, however long that is.
    """

    def __init__(self, name: str, size: int, *, queues: int = 1) -> None:
        self._name = name
        self._size = size
        self._queues: list[deque[Job[Any]]] = [deque() for _ in range(queues)]
        self._next = 0
        self._idle = 0
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._changed = threading.Condition()

    def submit(self, job: Job[Any], *, queue: int = 0) -> None:
        """Have a thread run the job when its turn comes."""
        with self._changed:
            self._queues[queue].append(job)
            waiting = sum(map(len, self._queues))
            if waiting > self._idle and len(self._threads) < self._size:
                # A daemon: a statement that cannot be interrupted must not keep the process from ending.
                thread = threading.Thread(target=self._serve, name=f"{self._name} {len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._changed.notify()

    async def close(self, within: float = retry.STOPPING.threads) -> None:
        """End the threads that are idle, and wait so many seconds for the others."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        ends = asyncio.get_running_loop().time() + within
        for thread in self._threads:
            while thread.is_alive() and (left := ends - asyncio.get_running_loop().time()) > 0:
                await asyncio.to_thread(thread.join, min(left, 0.5))

    def _serve(self) -> None:
        while (job := self._taken()) is not None:
            job.run()
            del job  # holds a caller's frame

    def _taken(self) -> Job[Any] | None:
        with self._changed:
            self._idle += 1
            try:
                while True:
                    for each in range(len(self._queues)):
                        queue = self._queues[(self._next + each) % len(self._queues)]
                        if queue:
                            self._next = (self._next + each + 1) % len(self._queues)
                            return queue.popleft()
                    if self._closed:
                        return None
                    self._changed.wait()
            finally:
                self._idle -= 1
