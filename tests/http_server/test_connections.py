"""Deadlines and bounds of one connection, with bytes as strangers send them."""

import asyncio

import pytest

from bot.http_server.limits import Limits
from tests.http_server.wire import Held, connected, served

SHORT = 0.2
"""Seconds of a deadline that is to pass."""
LONG = 3600.0


def short(**limits: float) -> Limits:
    """Return limits of which only these matter."""
    return Limits(**{"head_seconds": LONG, "body_seconds": LONG, "idle_seconds": LONG} | limits)  # type: ignore[arg-type]


async def test_a_silent_connection_is_closed() -> None:
    async with served(Held(), short(head_seconds=SHORT)) as port, connected(port) as wire:
        assert await wire.closed() == b""


@pytest.mark.parametrize("begun", [b"G", b"GET /quick HTTP/1.1\r\n", b"GET /quick HTTP/1.1\r\nHost: x\r\nX-Half: "])
async def test_half_a_head_is_not_waited_for(begun: bytes) -> None:
    async with served(Held(), short(head_seconds=SHORT)) as port, connected(port) as wire:
        wire.writer.write(begun)

        assert await wire.closed() == b""


async def test_a_head_that_trickles_has_no_more_time_than_another() -> None:
    async with served(Held(), short(head_seconds=SHORT)) as port, connected(port) as wire:
        wire.writer.write(b"GET /quick HTTP/1.1\r\nX-Trickle: ")
        closed = asyncio.ensure_future(wire.closed())
        while not closed.done():
            wire.writer.write(b"x")
            await asyncio.wait([closed], timeout=SHORT / 10)

        assert closed.result() == b""


async def test_half_a_body_is_told_that_it_is_too_slow() -> None:
    handler = Held()
    async with served(handler, short(body_seconds=SHORT)) as port, connected(port) as wire:
        wire.send("POST /read HTTP/1.1", "Host: x", "Content-Length: 9", body=b"1234")

        answer = await wire.answer()

        assert (answer.status, answer.body) == (408, b"too slow")
        assert answer.header("Connection") == "close"
        assert await wire.closed() == b""
    assert handler.sizes == []


@pytest.mark.parametrize("framing", ["Content-Length: 100000", "Transfer-Encoding: chunked"])
async def test_a_body_that_trickles_has_no_more_time_than_another(framing: str) -> None:
    async with served(Held(), short(body_seconds=SHORT)) as port, connected(port) as wire:
        wire.send("POST /read HTTP/1.1", "Host: x", framing)
        answered = asyncio.ensure_future(wire.answer())
        while not answered.done():
            wire.writer.write(b"1\r\nx\r\n" if "chunked" in framing else b"x")
            await asyncio.wait([answered], timeout=SHORT / 10)

        assert answered.result().status == 408


async def test_a_request_that_is_being_answered_is_not_touched() -> None:
    handler = Held()
    limits = short(head_seconds=SHORT, body_seconds=SHORT, idle_seconds=SHORT)
    async with served(handler, limits) as port, connected(port) as asked, connected(port) as silent:
        asked.send("GET /hold HTTP/1.1", "Host: x")
        await handler.reached.wait()
        async with connected(port) as later:
            await silent.closed()
            await later.closed()
        handler.release.set()

        assert (await asked.answer()).body == b"late"


async def test_an_idle_connection_is_closed_after_its_own_time() -> None:
    async with served(Held(), short(idle_seconds=SHORT)) as port, connected(port) as wire:
        wire.send("GET /quick HTTP/1.1", "Host: x")

        assert (await wire.answer()).header("Connection") is None
        assert await wire.closed() == b""


async def test_the_next_request_on_a_connection_has_the_same_time_from_its_first_byte() -> None:
    async with served(Held(), short(head_seconds=SHORT)) as port, connected(port) as wire:
        wire.send("GET /quick HTTP/1.1", "Host: x")
        await wire.answer()
        wire.writer.write(b"GET /qu")

        assert await wire.closed() == b""


async def test_half_a_request_behind_one_that_is_being_answered_has_no_more_time() -> None:
    handler = Held()
    async with served(handler, short(head_seconds=SHORT)) as port, connected(port) as wire:
        wire.send("GET /hold HTTP/1.1", "Host: x")
        await handler.reached.wait()
        wire.writer.write(b"GET /qu")
        await wire.writer.drain()
        async with connected(port) as later:
            await later.closed()
        handler.release.set()

        assert (await wire.answer()).body == b"late"
        assert await wire.closed() == b""


async def test_requests_sent_at_once_are_answered_in_turn() -> None:
    handler = Held()
    async with served(handler) as port, connected(port) as wire:
        for size in (3, 0, 5):
            wire.send("POST /read HTTP/1.1", "Host: x", f"Content-Length: {size}", body=b"x" * size)
        wire.send("GET /quick HTTP/1.1", "Host: x")

        assert [(await wire.answer()).body for _ in range(4)] == [b"3", b"0", b"5", b"ok"]


async def test_the_oldest_connection_without_a_request_gives_way() -> None:
    async with (
        served(Held(), short(pending_connections=2)) as port,
        connected(port) as first,
        connected(port) as second,
    ):
        second.writer.write(b"GET")
        async with connected(port) as third:
            third.send("GET /quick HTTP/1.1", "Host: x")

            assert (await third.answer()).status == 200
        assert await first.closed() == b""
        assert second.stands()


async def test_a_fresh_request_is_answered_while_many_say_nothing() -> None:
    async with served(Held(), short(pending_connections=8)) as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(100)]
        async with connected(port) as fresh:
            fresh.send("GET /quick HTTP/1.1", "Host: x")

            assert (await fresh.answer()).status == 200
        for _, writer in silent:
            writer.transport.abort()


async def test_idle_connections_give_way_too() -> None:
    async with served(Held(), short(pending_connections=1)) as port, connected(port) as idle:
        idle.send("GET /quick HTTP/1.1", "Host: x")
        await idle.answer()
        async with connected(port):
            assert await idle.closed() == b""


async def test_half_bodies_together_hold_no_more_than_the_bound() -> None:
    half = b"x" * 40_000
    async with (
        served(Held(), short(pending_bytes=100_000)) as port,
        connected(port) as first,
        connected(port) as second,
    ):
        for wire in (first, second):
            wire.send("POST /read HTTP/1.1", "Host: x", "Content-Length: 50000", body=half)
            await wire.writer.drain()
        async with connected(port) as third:
            third.send("POST /read HTTP/1.1", "Host: x", "Content-Length: 40000", body=half)

            assert (await third.answer()).body == b"40000"
        assert await first.closed() == b""


async def test_a_peer_that_does_not_read_is_not_waited_for() -> None:
    async with served(Held(), short(body_seconds=SHORT)) as port, connected(port) as wire:
        wire.writer.transport.pause_reading()  # type: ignore[attr-defined] # a read transport
        with pytest.raises(ConnectionError):
            await wire.flood(b"GET /quick HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)


@pytest.mark.parametrize("line", ["X-Wide: " + "x" * 8000, "X-Many: x"])
async def test_a_head_is_bounded(line: str) -> None:
    async with served(Held()) as port, connected(port) as wire:
        for _ in range(1000):
            wire.writer.write(f"{'GET /quick HTTP/1.1' if not _ else line}\r\n".encode())

        assert (await wire.answer()).status in {400, 431}
        await wire.closed()
