"""Transactions of a test's own, beside those of the bot: statements one by one, between which a test may wait."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.storage.database import Database
from bot.storage.errors import is_held

POLL = 0.005
P = ParamSpec("P")
T = TypeVar("T")


async def read(
    database: Database, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call a method of a repository in a transaction of the bot's that reads."""
    return await database.read(lambda connection: work(connection, *args, **kwargs))


async def write(
    database: Database, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call a method of a repository in a transaction of the bot's that writes."""
    return await database.write(lambda connection: work(connection, *args, **kwargs))


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[Connection]:
    """Read as the bot would read at this moment; nothing is kept."""
    with database._readers.engine.connect() as connection:
        yield connection


@asynccontextmanager
async def writing(database: Database) -> AsyncIterator[Connection]:
    """Write by a connection of the test's own, and commit at the end; an exception takes everything back."""
    file = database._shared.file
    engine = database._writers.engine if file is None else file.engine(size=1)
    try:
        with engine.connect() as connection, connection.begin():
            if file is not None:
                await _begin(connection)
            yield connection
    finally:
        if file is not None:
            engine.dispose()


async def _begin(connection: Connection) -> None:
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if not is_held(error):
                raise
            await asyncio.sleep(POLL)
        else:
            return
