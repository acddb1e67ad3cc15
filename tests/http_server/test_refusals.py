"""What the headers refuse on every path, what is never unpacked, and what answers do not tell."""

import asyncio
import gzip
from collections.abc import Mapping

import pytest
from aiohttp import compression_utils
from prometheus_client import REGISTRY

from bot.http_server.limits import Limits
from bot.redirect import loopback_redirect
from tests.http_server.wire import Held, connected, served

BOMB = gzip.compress(b"\0" * 20_000_000)
PATHS = ["POST /read", "GET /quick", "POST /quick", "POST /nowhere", "BREW /quick", "HEAD /quick"]


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of what aiohttp was to unpack."""
    sizes: list[int] = []

    def note(_self: object, data: bytes, *_: object, **__: object) -> bytes:
        sizes.append(len(data))
        return b""

    monkeypatch.setattr(compression_utils.ZLibDecompressor, "decompress_sync", note)
    return sizes


@pytest.mark.parametrize("path", PATHS[:4])
@pytest.mark.parametrize("framing", ["length", "chunked"])
async def test_nothing_is_unpacked_on_any_path(path: str, framing: str, unpacked: list[int]) -> None:
    async with served(Held()) as port, connected(port) as wire:
        if framing == "length":
            wire.send(
                f"{path} HTTP/1.1", "Host: x", "Content-Encoding: gzip", f"Content-Length: {len(BOMB)}", body=BOMB
            )
        else:
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BOMB), BOMB)
            wire.send(f"{path} HTTP/1.1", "Host: x", "Content-Encoding: gzip", "Transfer-Encoding: chunked", body=body)

        assert (await wire.answer()).status == 415
    assert unpacked == []


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "identity, gzip", "brew"])
@pytest.mark.parametrize("body", [b"{}", b"\x1f\x8b\x08", b""])
async def test_a_body_that_claims_to_be_packed_is_refused(encoding: str, body: bytes) -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send(
            "POST /read HTTP/1.1", "Host: x", f"Content-Encoding: {encoding}", f"Content-Length: {len(body)}", body=body
        )

        assert (await wire.answer()).status == 415


async def test_a_body_that_says_it_is_as_it_is_is_read() -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send("POST /read HTTP/1.1", "Host: x", "Content-Encoding: identity", "Content-Length: 2", body=b"{}")

        assert (await wire.answer()).body == b"2"


@pytest.mark.parametrize("coding", ["gzip, chunked", "gzip", "chunked, chunked", "brew"])
async def test_a_packed_transfer_is_refused(coding: str) -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send("POST /read HTTP/1.1", "Host: x", f"Transfer-Encoding: {coding}", body=b"0\r\n\r\n")

        assert 400 <= (await wire.answer()).status < 500


@pytest.mark.parametrize("path", PATHS[:4])
@pytest.mark.parametrize("length", ["1048577", "99999999999999999999", "0" * 5000 + "9"])
async def test_a_length_beyond_the_bound_is_refused_before_the_body(path: str, length: str) -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send(f"{path} HTTP/1.1", "Host: x", f"Content-Length: {length}")

        answer = await wire.answer()

        assert answer.status in {400, 413}
        assert await wire.closed() == b""


async def test_a_body_without_a_length_is_read_no_further_than_the_bound() -> None:
    handler = Held()
    async with served(handler) as port, connected(port) as wire:
        wire.send("POST /read HTTP/1.1", "Host: x", "Transfer-Encoding: chunked")
        for _ in range(17):
            wire.writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

        assert (await wire.answer()).status == 413
    assert handler.sizes == []


async def test_a_body_in_tiny_pieces_is_read_whole() -> None:
    handler = Held()
    async with served(handler) as port, connected(port) as wire:
        wire.send("POST /read HTTP/1.1", "Host: x", "Transfer-Encoding: chunked")
        wire.writer.write(b"1\r\nx\r\n" * 40_000 + b"0\r\n\r\n")

        assert (await wire.answer()).body == b"40000"


async def test_a_body_that_breaks_the_framing_is_a_bad_request() -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send("POST /read HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", body=b"2\r\nxx\r\nbrew\r\n")

        assert (await wire.answer()).status == 400


@pytest.mark.parametrize("path", ["GET /quick", "POST /nowhere", "POST /quick"])
async def test_what_nobody_reads_is_not_waited_for(path: str) -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send(f"{path} HTTP/1.1", "Host: x", "Content-Length: 1000000", body=b"x" * 100)

        answer = await wire.answer()

        assert answer.header("Connection") == "close"
        assert await wire.closed() == b""


async def test_an_answer_before_the_bodys_end_reaches_who_still_sends() -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send("POST /nowhere HTTP/1.1", "Host: x", "Content-Length: 1000000", body=b"x" * 100)
        answer = await wire.answer()
        wire.writer.write(b"x" * 999_900)
        await wire.writer.drain()

        assert answer.status == 404
        assert await wire.closed() == b""


async def test_no_more_is_thrown_away_than_the_bound() -> None:
    limits = Limits(discard_seconds=3600, discarded_bytes=100_000)
    async with served(Held(), limits) as port, connected(port) as wire:
        wire.send("POST /nowhere HTTP/1.1", "Host: x", "Transfer-Encoding: chunked")
        await wire.answer()
        with pytest.raises(ConnectionError):
            await wire.flood(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


async def test_a_small_body_that_nobody_reads_leaves_the_connection_open() -> None:
    async with served(Held()) as port, connected(port) as wire:
        for _ in range(2):
            wire.send("POST /nowhere HTTP/1.1", "Host: x", "Content-Length: 3", body=b"abc")

            assert (await wire.answer()).status == 404


async def test_a_body_is_asked_for_when_its_handler_reads() -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send("POST /read HTTP/1.1", "Host: x", "Expect: 100-continue", "Content-Length: 3")
        interim = await wire.answer()
        wire.writer.write(b"abc")

        assert interim.status == 100
        assert (await wire.answer()).body == b"3"


@pytest.mark.parametrize("path", ["POST /nowhere", "POST /quick", "GET /quick"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_a_body_that_nobody_reads_is_not_asked_for(path: str, encoding: str) -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send(
            f"{path} HTTP/1.1",
            "Host: x",
            "Expect: 100-continue",
            f"Content-Encoding: {encoding}",
            "Content-Length: 1000000",
        )

        assert (await wire.answer()).status != 100


async def test_another_expectation_fails() -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send("POST /read HTTP/1.1", "Host: x", "Expect: coffee", "Content-Length: 3", body=b"abc")

        assert (await wire.answer()).status == 417


STRANGE: Mapping[str, bytes] = {
    "no request": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no host": b"GET /quick HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /quick HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "a nul": b"GET /quick HTTP/1.1\r\nHost: x\r\nX-Odd: a\x00b\r\n\r\n",
    "two lengths": b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunked": b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "odd version": b"GET /quick HTTP/9.9\r\nHost: x\r\n\r\n",
    "a tunnel": b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "an upgrade": b"GET /quick HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x00",
    "multipart": b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=\xff\r\n"
    b"Content-Length: 2\r\n\r\n--",
    "odd path": b"GET /\xff\xfe%ff%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "everything": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "another address": b"GET http://other.example/quick HTTP/1.1\r\nHost: x\r\n\r\n",
    "no such path": b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
    "another method": b"DELETE /quick HTTP/1.1\r\nHost: x\r\n\r\n",
    "an old version": b"GET /quick HTTP/1.0\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", STRANGE.values(), ids=STRANGE.keys())
async def test_no_answer_names_software_or_fails(request_bytes: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.writer.write(request_bytes)

        answer = await wire.answer()

    said = (answer.head + answer.body.decode()).lower()
    assert answer.status < 500
    assert answer.header("Server") is None
    assert not any(word in said for word in ("aiohttp", "python", "traceback"))
    written = capfd.readouterr()
    assert "Traceback" not in written.out + written.err


async def test_a_failure_says_nothing_of_itself() -> None:
    async with served(Held()) as port, connected(port) as wire:
        wire.send("GET /fail HTTP/1.1", "Host: x", "Accept: text/html")

        answer = await wire.answer()

        assert (answer.status, answer.body) == (500, b"internal server error\n")
        assert answer.header("Server") is None


async def test_who_breaks_off_leaves_no_trace(capfd: pytest.CaptureFixture[str]) -> None:
    handler = Held()
    async with served(handler) as port:
        async with connected(port) as wire:
            wire.send("POST /read HTTP/1.1", "Host: x", "Content-Length: 9", body=b"1234")
            await wire.writer.drain()
        async with connected(port) as wire:
            wire.send("GET /quick HTTP/1.1", "Host: x")
            await wire.answer()

    written = capfd.readouterr()
    assert "Traceback" not in written.out + written.err
    assert handler.sizes == []


async def test_refusals_are_counted() -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("partner_bot_refused_requests_total", {"why": "encoded"}) or 0

    before = counted()
    async with served(Held()) as port, connected(port) as wire:
        wire.send("POST /read HTTP/1.1", "Host: x", "Content-Encoding: gzip", "Content-Length: 0")
        await wire.answer()

    assert counted() == before + 1


async def test_the_listener_of_a_sign_in_keeps_to_the_same(unpacked: list[int]) -> None:
    answers: asyncio.Queue[Mapping[str, str] | None] = asyncio.Queue()
    async with loopback_redirect(answers) as port:
        async with connected(port) as wire:
            wire.send("GET / HTTP/1.1", "Host: x", "Content-Encoding: gzip", f"Content-Length: {len(BOMB)}", body=BOMB)
            packed = await wire.answer()
        async with connected(port) as wire:
            wire.send("GET /?code=1 HTTP/1.1", "Host: localhost")
            good = await wire.answer()

    assert (packed.status, good.status) == (415, 200)
    assert (packed.header("Server"), good.header("Server")) == (None, None)
    assert answers.get_nowait() == {"code": "1"}
    assert answers.empty()
    assert unpacked == []
