"""Databases that do not do what they are asked: held by another program, or behind a line that carries nothing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url


@asynccontextmanager
async def sqlite_held(file: Path, begin: str = "BEGIN IMMEDIATE") -> AsyncIterator[None]:
    """Hold SQLite's write lock by another connection while the block lasts."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30, check_same_thread=False)) as holder:
        await asyncio.to_thread(holder.execute, begin)  # the bot, in this thread, may have to finish first
        yield


@asynccontextmanager
async def table_held(address: str, table: str) -> AsyncIterator[None]:
    """Hold a table of PostgreSQL, so that nobody can even read it."""
    async with await psycopg.AsyncConnection.connect(address) as holder:
        await holder.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.Identifier(table)))
        yield


class Line:
    """A TCP line to a server that can stop carrying without being cut, and carry later what it kept."""

    def __init__(self, address: str) -> None:
        self._url = make_url(address)
        self._questions, self._answers = asyncio.Event(), asyncio.Event()
        self.resume()
        self._streams: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._port = 0

    @property
    def address(self) -> str:
        """The database's address at this end of the line."""
        return self._url.set(host="127.0.0.1", port=self._port).render_as_string(hide_password=False)

    def stop(self) -> None:
        """Carry nothing, and keep what is sent."""
        self._questions.clear()
        self.stop_answers()

    def stop_answers(self) -> None:
        """Carry to the server alone, and keep what it answers."""
        self._answers.clear()

    def resume(self) -> None:
        """Carry again, first what was kept."""
        self._questions.set()
        self._answers.set()

    def cut(self) -> None:
        """Break every connection."""
        for stream in self._streams:
            stream.transport.abort()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Line"]:
        """Listen while the block lasts."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.resume()
            for stream in self._streams:
                stream.close()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(self._url.host, self._url.port or 5432)
        self._streams |= {writer, there_writer}
        self._tasks |= {
            asyncio.create_task(self._carry(reader, there_writer, self._questions)),
            asyncio.create_task(self._carry(there_reader, writer, self._answers)),
        }

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, flows: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                await flows.wait()
                sink.write(data)
                await sink.drain()
        await flows.wait()
        sink.close()
