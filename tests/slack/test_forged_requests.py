"""Deliveries that are not Slack's, or that no Slack would send: refused before anything reads them."""

import gzip
import json
import time
from contextlib import AsyncExitStack
from urllib.parse import urlencode

import pytest

from bot.http_server.limits import Limits, open_file_limit, pending_connections
from sandbox.slack.delivery import sign
from tests.http_server.wire import connected
from tests.slack import child
from tests.world import World

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BODY = urlencode({"command": "/partner", "text": "customer whispered-words.example", "user_id": "U1"}).encode()


def headers(world: World, *, timestamp: str | None = None, signature: str | None = None) -> dict[str, str]:
    """Return the headers of a signed delivery of BODY, forged where asked."""
    good = world.slack.signed(BODY)
    return good | {
        "X-Slack-Request-Timestamp": timestamp or good["X-Slack-Request-Timestamp"],
        "X-Slack-Signature": signature or good["X-Slack-Signature"],
    }


def stale(world: World, seconds: int) -> dict[str, str]:
    """Return headers signed well, so many seconds ago (or ahead, when negative)."""
    return world.slack.signed(BODY, timestamp=int(time.time()) - seconds)


@pytest.fixture
def output(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> "Output":
    caplog.set_level("DEBUG")
    return Output(capfd, caplog)


class Output:
    """All that this process wrote or logged."""

    def __init__(self, written: pytest.CaptureFixture[str], logged: pytest.LogCaptureFixture) -> None:
        self._written, self._logged = written, logged

    @property
    def text(self) -> str:
        out, err = self._written.readouterr()
        return out + err + self._logged.text


async def test_an_unsigned_delivery_is_refused(world: World, output: Output) -> None:
    ack = await world.slack.deliver_raw(BODY, {"Content-Type": FORM})

    assert ack.status == 401
    assert "whispered" not in output.text


@pytest.mark.parametrize("body", [b"{", b"payload={", b"[1]", b"\xff\xfe", b""])
@pytest.mark.parametrize("content_type", [FORM, JSON])
async def test_an_unsigned_delivery_is_refused_before_it_is_read(world: World, body: bytes, content_type: str) -> None:
    ack = await world.slack.deliver_raw(body, {"Content-Type": content_type})

    assert ack.status == 401


async def test_a_signature_by_another_secret_is_refused(world: World, output: Output) -> None:
    forged = sign("another-secret", BODY, int(time.time()))

    ack = await world.slack.deliver_raw(BODY, headers(world, signature=forged))

    assert ack.status == 401
    assert "whispered" not in output.text


async def test_a_signature_of_other_words_is_refused(world: World) -> None:
    ack = await world.slack.deliver_raw(BODY.replace(b"whispered", b"shouted"), headers(world))

    assert ack.status == 401


@pytest.mark.parametrize("seconds", [301, 3600, -301])
async def test_a_replay_is_refused_after_five_minutes(world: World, seconds: int, output: Output) -> None:
    ack = await world.slack.deliver_raw(BODY, stale(world, seconds))

    assert ack.status == 401
    assert "whispered" not in output.text


@pytest.mark.parametrize("timestamp", ["soon", "1e9", "-1", " ", "१७००००००००", "9" * 400, "17.5"])
async def test_a_timestamp_that_is_no_number_is_refused(world: World, timestamp: str) -> None:
    ack = await world.slack.deliver_raw(BODY, headers(world, timestamp=timestamp))

    assert ack.status == 401


async def test_a_forged_delivery_of_odd_bytes_is_refused(world: World) -> None:
    ack = await world.slack.deliver_raw(b"\xff\xfe", headers(world))

    assert ack.status == 401


@pytest.mark.parametrize("signature", ["v0=é", "v0=", "v1=00", "\u212a" * 67])
async def test_a_signature_that_is_none_is_refused(world: World, signature: str) -> None:
    ack = await world.slack.deliver_raw(BODY, headers(world, signature=signature))

    assert ack.status == 401


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", JSON),
        (b"[1]", JSON),
        (b'"text"', JSON),
        (b"null", JSON),
        (b"\xff\xfe", JSON),
        (b"", JSON),
        (b"[" * 100_000, JSON),
        (b"payload={", FORM),
        (b"payload=[1]", FORM),
        (b"payload=", FORM),
        (b"payload=%FF%FE", FORM),
        (b"payload={}&payload={}", FORM),
        (b"payload=" + b"[" * 100_000, FORM),
        (b"\xff\xfe=\xff", FORM),
        (b"{", FORM),
        (b"", FORM),
    ],
    ids=lambda value: value[:20].decode("latin-1") if isinstance(value, bytes) else value.rpartition("/")[2],
)
async def test_a_signed_but_unreadable_delivery_is_a_bad_request(
    world: World, body: bytes, content_type: str, output: Output
) -> None:
    ack = await world.slack.deliver_signed(body, content_type=content_type)

    assert ack.status == 400
    assert "Traceback" not in output.text


@pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")  # the sender's, not the bot's
@pytest.mark.parametrize("signed", [True, False])
async def test_a_body_beyond_one_mebibyte_is_too_large(world: World, *, signed: bool) -> None:
    body = b"text=" + b"x" * 1024 * 1024

    deliver = world.slack.deliver_signed if signed else world.slack.deliver_raw

    assert (await deliver(body)).status == 413


async def test_a_body_below_one_mebibyte_is_read(world: World) -> None:
    asked = await world.maya.types("/partner " + "x" * 900_000)

    answer = await asked.answer()

    assert asked.status == 200
    assert list(answer.buttons) == ["Show help"]


async def test_slacks_challenge_for_a_new_address_comes_back(world: World) -> None:
    ack = await world.slack.verify_url()

    assert ack.status == 200
    assert "3eZbrw1aB10FEMAGAZd4FyFQ" in json.dumps(ack.body)


async def test_an_unsigned_challenge_is_not_answered(world: World) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()

    ack = await world.slack.deliver_raw(body, {"Content-Type": JSON})

    assert ack.status == 401


async def test_slacks_check_of_the_certificate_does_nothing_but_answer(world: World) -> None:
    signed = await world.slack.deliver_signed(b"ssl_check=1&token=deprecatedVerification01")
    unsigned = await world.slack.check_certificate()

    assert signed.status == 200
    assert unsigned.status in {200, 401}


FORGERIES = {
    "nothing": {},
    "no signature": {"X-Slack-Request-Timestamp": "now"},
    "no time": {"X-Slack-Signature": "v0=" + "0" * 64},
    "an old time": {"X-Slack-Request-Timestamp": "1700000000", "X-Slack-Signature": "v0=" + "0" * 64},
    "an absurd time": {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=" + "0" * 64},
    "a short signature": {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=00"},
    "an odd signature": {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=" + "g" * 64},
    "an endless signature": {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=" + "0" * 8000},
}


@pytest.mark.parametrize("headers", FORGERIES.values(), ids=FORGERIES.keys())
async def test_what_its_headers_refuse_is_answered_before_its_body_comes(world: World, headers: dict[str, str]) -> None:
    lines = [f"{name}: {value}".replace("now", str(int(time.time()))) for name, value in headers.items()]
    async with connected(world.port) as wire:
        wire.send("POST /slack/events HTTP/1.1", "Host: x", "Content-Length: 200000", *lines)

        answer = await wire.answer()

    assert (answer.status, answer.header("Connection"), answer.header("Server")) == (401, "close", None)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("signed", [True, False])
async def test_a_body_that_claims_to_be_packed_is_refused(
    world: World, encoding: str, output: Output, *, signed: bool
) -> None:
    packed = {"Content-Encoding": encoding, "Content-Type": FORM}

    ack = await world.slack.deliver_raw(BODY, (world.slack.signed(BODY) if signed else {}) | packed)

    assert ack.status == 415
    assert "Traceback" not in output.text


async def test_a_command_is_acknowledged_while_packed_bodies_come(world: World) -> None:
    packed = gzip.compress(b"\0" * 20_000_000)
    async with AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(connected(world.port)) for _ in range(20)]
        for wire in wires:
            length = f"Content-Length: {len(packed)}"
            wire.send("POST /slack/events HTTP/1.1", "Host: x", "Content-Encoding: gzip", length, body=packed)

        asked = await world.maya.types("/partner help")

        assert asked.status == 200
        assert {(await wire.answer()).status for wire in wires} == {415}


async def test_a_command_is_taken_while_more_connections_say_nothing_than_may_stand(quiet_world: World) -> None:
    async with child.running(quiet_world.environment()) as (_, port), AsyncExitStack() as stack:
        quiet_world.slack.bot_url = f"http://127.0.0.1:{port}"
        many = pending_connections(Limits(), open_file_limit()) + 8
        silent = [await stack.enter_async_context(connected(port)) for _ in range(many)]

        asked = await quiet_world.maya.types("/partner help")

        assert asked.status == 200
        assert await silent[0].closed() == b""
        assert silent[-1].stands()
