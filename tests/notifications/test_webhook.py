"""The webhook, over HTTP: what is signed by Microsoft is kept and told once, anything else leaves no trace."""

import asyncio
import codecs
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import aiohttp
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from bot.domain import event_kinds
from bot.domain.events import Source
from bot.http_server.limits import Limits
from bot.notifications import webhook
from bot.storage.checkpoints import Checkpoint
from bot.storage.database import Database
from bot.web import create_web, listening
from sandbox.microsoft.authority import Authority
from sandbox.microsoft.companies import CONTOSO
from sandbox.microsoft.registration import TEST
from tests.http_server.wire import Wire, connected
from tests.notifications.newsroom import Newsroom
from tests.transactions import read, writing

CUSTOMER = CONTOSO.tenant_id
TEST_EVENT = {
    "EventName": TEST,
    "ResourceUri": "http://api.partnercenter.microsoft.com/webhooks/v1/registration/validationEvents/1",
    "ResourceName": "test",
    "AuditUri": None,
    "ResourceChangeUtcDate": "2026-10-18T00:26:24.0159088+00:00",
}


async def post(news: Newsroom, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Post these bytes; return status and text of the answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(news.webhook_url, data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


@asynccontextmanager
async def sent(news: Newsroom, headers: Mapping[str, str], *, length: int) -> AsyncIterator[Wire]:
    """Send the head of a delivery, whose body is to come."""
    async with connected(urlsplit(news.webhook_url).port or 0) as wire:
        lines = [f"{name}: {value}" for name, value in headers.items()]
        wire.send("POST /partner-center/webhook HTTP/1.1", "Host: x", f"Content-Length: {length}", *lines)
        yield wire


@asynccontextmanager
async def served_within(news: Newsroom, limits: Limits) -> AsyncIterator[int]:
    """Serve the same webhook a second time, within other limits; yields the port."""

    async def ready() -> bool:
        return True

    app = create_web(slack_events=None, ready=ready, metrics_token=None, webhook=news.sources.webhook.deliver)
    async with listening(app, "127.0.0.1", 0, limits=limits) as port:
        yield port


async def is_untouched(news: Newsroom) -> bool:
    """Say whether nothing is known of any delivery."""
    return (
        await news.events() == []
        and await read(news.database, news.repositories.checkpoints.get, Checkpoint.WEBHOOK) is None
    )


async def test_an_event_is_kept_before_it_is_answered(news: Newsroom) -> None:
    statuses = await news.deliver(*news.happen.accept_invitation("alpineskihouse.com"))

    (event,) = await news.events()
    assert statuses == [200]
    assert (event.kind, event.source, event.notified) == (event_kinds.RELATIONSHIP_ACCEPTED, Source.WEBHOOK, True)
    assert await read(news.database, news.repositories.checkpoints.get, Checkpoint.WEBHOOK) is not None


async def test_an_event_that_comes_twice_is_taken_twice_and_told_once(news: Newsroom) -> None:
    announced = news.happen.change_subscription(CUSTOMER)

    statuses = await news.deliver(*announced, *announced)

    assert statuses == [200, 200]
    assert [kind for kind, _ in await news.told()] == ["subscription_changed"]


async def test_the_signature_may_come_in_a_header_of_its_own(news: Newsroom, authority: Authority) -> None:
    body = json.dumps(TEST_EVENT).encode()

    status, _ = await post(news, body, authority.sign(body, style="x-ms-signature"))

    assert status == 200


async def test_an_old_event_is_kept_and_told_to_nobody(news: Newsroom) -> None:
    sender = news.world.microsoft.webhook
    announced = news.happen.accept_invitation("alpineskihouse.com")

    (sent,) = await sender.deliver_late(*announced, by=timedelta(days=15), url=news.webhook_url)

    assert sent.statuses == [200]
    assert [event.notified for event in await news.events()] == [False]


async def test_a_test_is_kept_and_told_to_nobody(news: Newsroom) -> None:
    assert await news.deliver(TEST_EVENT) == [200]
    assert [(event.kind, event.notified) for event in await news.events()] == [(event_kinds.TEST, False)]


async def test_an_event_of_a_new_kind_is_kept_and_noticed(news: Newsroom) -> None:
    statuses = await news.deliver(*news.happen.unknown_event("customer-renamed"))

    assert statuses == [200]
    assert (await news.sources.health.status()).unknown_events == ("customer-renamed",)
    assert await news.told() == []


# What is not Microsoft's


async def test_an_unsigned_delivery_leaves_no_trace(news: Newsroom) -> None:
    (announced,) = news.happen.accept_invitation("alpineskihouse.com")

    status, said = await post(news, json.dumps(announced).encode(), {})

    assert (status, said) == (401, "not signed by Microsoft\n")
    assert await is_untouched(news)


async def test_refusals_are_counted_by_their_reason(news: Newsroom) -> None:
    def counted() -> float:
        labels = {"outcome": "no signature"}
        return REGISTRY.get_sample_value("partner_bot_webhook_deliveries_total", labels) or 0

    before = counted()

    await post(news, b"{}", {})

    assert counted() == before + 1


async def test_an_altered_delivery_leaves_no_trace(news: Newsroom, authority: Authority) -> None:
    body = json.dumps(TEST_EVENT).encode()

    status, _ = await post(news, body.replace(b"test", b"rest", 1), authority.sign(body))

    assert status == 401
    assert await is_untouched(news)


async def test_a_delivery_that_names_no_certificate_is_a_bad_request(news: Newsroom, authority: Authority) -> None:
    body = json.dumps(TEST_EVENT).encode()
    headers = authority.sign(body)
    del headers["X-MS-Certificate-Url"]

    assert (await post(news, body, headers))[0] == 400
    assert await is_untouched(news)


async def test_microsoft_is_asked_to_come_again_while_its_certificate_cannot_be_had(
    news: Newsroom, authority: Authority
) -> None:
    authority.answer_next("/cert/*", status=503)
    body = json.dumps(TEST_EVENT).encode()

    first, said = await post(news, body, authority.sign(body))
    nothing_kept = await is_untouched(news)
    second, _ = await post(news, body, authority.sign(body))

    assert (first, said, nothing_kept, second) == (503, "try again later\n", True, 200)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"ResourceName": "Customer"}', b"[" * 100_000])
async def test_signed_and_unreadable_is_a_bad_request(news: Newsroom, authority: Authority, body: bytes) -> None:
    assert await post(news, body, authority.sign(body)) == (400, "bad request\n")
    assert await is_untouched(news)


async def test_what_is_too_large_is_refused_before_anything_else(news: Newsroom, authority: Authority) -> None:
    body = json.dumps({**TEST_EVENT, "Padding": "x" * webhook.LARGEST_BODY}).encode()

    assert (await post(news, body, authority.sign(body)))[0] == 413
    assert authority.requests == []
    assert await is_untouched(news)


async def test_what_does_not_say_how_large_it_is_is_read_no_further_than_it_may_be(
    news: Newsroom, authority: Authority
) -> None:
    async def without_end() -> AsyncIterator[bytes]:
        for _ in range(2 * webhook.LARGEST_BODY // 1024):
            yield b"x" * 1024

    headers = authority.sign(b"x")
    async with (
        aiohttp.ClientSession() as session,
        session.post(news.webhook_url, data=without_end(), headers=headers) as answer,
    ):
        assert answer.status == 413


async def test_no_more_are_held_than_the_bound_while_a_certificate_is_fetched(
    news: Newsroom, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "VERIFYING", 1)
    body = json.dumps(TEST_EVENT).encode()
    authority.hold("/cert/*")
    first = asyncio.ensure_future(post(news, body, authority.sign(body)))
    await authority.until_called("/cert/*")

    second = await post(news, body, authority.sign(body))
    authority.release()

    assert second == (503, "try again later\n")
    assert (await first)[0] == 200
    assert (await post(news, body, authority.sign(body)))[0] == 200


UNSIGNED = {
    "nothing": {},
    "no certificate": {"Authorization": "Signature AAAA"},
    "no algorithm": {"Authorization": "Signature AAAA", "X-MS-Certificate-Url": "https://example.com/a.cer"},
    "another algorithm": {
        "Authorization": "Signature AAAA",
        "X-MS-Certificate-Url": "https://example.com/a.cer",
        "X-MS-Signature-Algorithm": "none",
    },
    "an unreadable signature": {"Authorization": "Signature é"},
    "two signatures": {"Authorization": "Signature AAAA", "x-ms-signature": "BBBB"},
}


@pytest.mark.parametrize("headers", UNSIGNED.values(), ids=UNSIGNED.keys())
async def test_what_its_headers_refuse_is_answered_before_its_body_comes(
    news: Newsroom, headers: Mapping[str, str]
) -> None:
    async with sent(news, headers, length=200_000) as wire:
        answer = await wire.answer()

        assert answer.status in {400, 401}
        assert answer.header("Connection") == "close"


@pytest.mark.parametrize("name", ["Authorization", "X-MS-Certificate-Url", "X-MS-Signature-Algorithm"])
async def test_headers_of_odd_bytes_are_refused(news: Newsroom, authority: Authority, name: str) -> None:
    headers = authority.sign(b"x")
    headers[name] += "\xff"
    async with sent(news, headers, length=1) as wire:
        wire.writer.write(b"x")

        assert (await wire.answer()).status in {400, 401}


async def test_a_body_that_does_not_come_is_not_waited_for(news: Newsroom, authority: Authority) -> None:
    async with served_within(news, Limits(body_seconds=0.1)) as port, connected(port) as wire:
        wire.send(
            "POST /partner-center/webhook HTTP/1.1",
            "Host: x",
            "Content-Length: 9",
            *(f"{name}: {value}" for name, value in authority.sign(b"x").items()),
        )

        answer = await wire.answer()

    assert (answer.status, answer.body) == (408, b"too slow\n")
    assert await is_untouched(news)


async def test_what_cannot_be_kept_is_asked_for_again(news: Newsroom, authority: Authority) -> None:
    body = json.dumps(news.happen.accept_invitation("alpineskihouse.com")[0]).encode()
    await run(news.database, "ALTER TABLE events RENAME TO elsewhere")

    first = await post(news, body, authority.sign(body))
    await run(news.database, "ALTER TABLE elsewhere RENAME TO events")
    second, _ = await post(news, body, authority.sign(body))

    assert first == (503, "try again later\n")
    assert second == 200
    assert [kind for kind, _ in await news.told()] == ["relationship_accepted"]


async def run(database: Database, statement: str) -> None:
    async with writing(database) as connection:
        connection.execute(text(statement))


async def test_the_log_names_no_customer_and_no_address(news: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    (announced,) = news.happen.accept_invitation("alpineskihouse.com", "Alpine Ski House")

    await news.deliver(announced)
    await post(news, json.dumps(announced).encode(), {})

    logged = capsys.readouterr()
    said = logged.out + logged.err
    assert "reseller-relationship-accepted-by-customer" in said
    assert "webhook delivery refused" in said
    assert not any(word in said for word in ("Alpine", "alpineskihouse", "http", str(announced["ResourceUri"])[-36:]))


async def test_a_body_may_begin_with_a_byte_order_mark_that_is_signed_with_it(
    news: Newsroom, authority: Authority
) -> None:
    body = codecs.BOM_UTF8 + json.dumps(TEST_EVENT).encode()

    assert (await post(news, body, authority.sign(body)))[0] == 200
    assert [event.kind for event in await news.events()] == [event_kinds.TEST]


@pytest.mark.parametrize("signed", ["without it", "with another"])
async def test_a_byte_order_mark_that_is_not_signed_makes_a_body_another(
    news: Newsroom, authority: Authority, signed: str
) -> None:
    plain = json.dumps(TEST_EVENT).encode()
    others = codecs.BOM_UTF8 * 2 + plain if signed == "with another" else plain

    assert (await post(news, codecs.BOM_UTF8 + plain, authority.sign(others)))[0] == 401
    assert await is_untouched(news)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
async def test_a_signed_body_in_another_encoding_is_a_bad_request(
    news: Newsroom, authority: Authority, encoding: str
) -> None:
    body = json.dumps(TEST_EVENT | {"AuditUri": "é"}, ensure_ascii=False).encode(encoding)

    assert await post(news, body, authority.sign(body)) == (400, "bad request\n")
    assert await is_untouched(news)


@pytest.mark.parametrize("body", [codecs.BOM_UTF8, codecs.BOM_UTF8 * 2 + b"{}", b" " + codecs.BOM_UTF8 + b"{}", b""])
async def test_a_signed_body_with_nothing_behind_its_mark_is_a_bad_request(
    news: Newsroom, authority: Authority, body: bytes
) -> None:
    assert (await post(news, body, authority.sign(body)))[0] == 400
    assert await is_untouched(news)
