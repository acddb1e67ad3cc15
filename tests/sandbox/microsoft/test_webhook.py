"""How the fake brings events to a receiver: signed, in ten attempts, late, twice, backwards, unsigned."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web

from sandbox.microsoft import Microsoft, companies
from sandbox.microsoft.registration import TEST
from sandbox.microsoft.webhook import ATTEMPTS, Style


@dataclass
class Receiver:
    """Takes what comes, and answers with these statuses, the last one for good."""

    statuses: list[int] = field(default_factory=lambda: [200])
    bodies: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    url: str = ""

    @property
    def names(self) -> list[str]:
        return [json.loads(body)["EventName"] for body in self.bodies]

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append(request.headers)
        return web.Response(status=self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0])


class Seal:
    """An authority whose signature is the length of what it signs."""

    def sign(self, body: bytes, *, style: Style = "Authorization") -> Mapping[str, str]:
        return {style: f"Signature {len(body)}"}


@asynccontextmanager
async def listening(receiver: Receiver) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
async def receiver(microsoft: Microsoft) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with listening(receiver):
        microsoft.partner_center.registrations.register(receiver.url)
        microsoft.webhook.authority = Seal()
        microsoft.webhook.pauses = (0.001,)
        yield receiver


async def test_an_event_arrives_signed_and_as_it_is(microsoft: Microsoft, receiver: Receiver) -> None:
    (event,) = microsoft.happenings.accept_invitation("new.example", "Café")
    (delivery,) = await microsoft.webhook.deliver(event)

    assert json.loads(receiver.bodies[0]) == event
    assert receiver.headers[0]["Authorization"] == f"Signature {len(receiver.bodies[0])}"
    assert receiver.headers[0]["Content-Type"] == "application/json"
    assert (delivery.taken, delivery.statuses) == (True, [200])


async def test_the_signature_stands_where_the_registration_wants_it(microsoft: Microsoft, receiver: Receiver) -> None:
    microsoft.partner_center.registrations.register(receiver.url, ms_signature=True)
    await microsoft.webhook.deliver(*microsoft.happenings.invoice_ready())

    assert "Authorization" not in receiver.headers[0]
    assert receiver.headers[0]["x-ms-signature"].startswith("Signature ")


async def test_an_event_may_come_unsigned(microsoft: Microsoft, receiver: Receiver) -> None:
    await microsoft.webhook.deliver(*microsoft.happenings.invoice_ready(), signed=False)

    assert "Authorization" not in receiver.headers[0]


async def test_a_receiver_in_trouble_is_tried_again(microsoft: Microsoft, receiver: Receiver) -> None:
    receiver.statuses = [503, 401, 302, 204]
    (delivery,) = await microsoft.webhook.deliver(*microsoft.happenings.invoice_ready())

    assert (delivery.taken, delivery.statuses) == (True, [503, 401, 302, 204])
    assert len(set(receiver.bodies)) == 1


async def test_after_ten_attempts_it_is_given_up(microsoft: Microsoft, receiver: Receiver) -> None:
    receiver.statuses = [500]
    (delivery,) = await microsoft.webhook.deliver(*microsoft.happenings.invoice_ready())

    assert (delivery.taken, len(receiver.bodies)) == (False, ATTEMPTS)
    assert microsoft.webhook.deliveries == [delivery]


async def test_nobody_listening_is_an_attempt_too(microsoft: Microsoft, receiver: Receiver) -> None:
    url = "http://127.0.0.1:1/hook"
    (delivery,) = await microsoft.webhook.deliver(*microsoft.happenings.invoice_ready(), url=url)

    assert (delivery.url, delivery.statuses) == (url, [None] * ATTEMPTS)
    assert delivery.attempts[0].error == "ClientConnectorError"


async def test_only_what_is_registered_is_sent(microsoft: Microsoft, receiver: Receiver) -> None:
    microsoft.partner_center.registrations.register(receiver.url, (TEST,))
    assert await microsoft.webhook.deliver(*microsoft.happenings.invoice_ready()) == []
    assert microsoft.webhook.send(microsoft.happenings.unknown_event("pigs-fly")[0]) is None
    await microsoft.webhook.deliver(*microsoft.happenings.unknown_event("pigs-fly"), url=receiver.url)

    assert receiver.names == ["pigs-fly"]


async def test_events_come_in_order_twice_or_backwards(microsoft: Microsoft, receiver: Receiver) -> None:
    events = microsoft.happenings.grant_access(companies.CONTOSO.tenant_id)
    approved, activated = (str(event["EventName"]) for event in events)
    await microsoft.webhook.deliver(*events)
    await microsoft.webhook.deliver_backwards(*events)
    await microsoft.webhook.deliver_twice(*events)

    assert receiver.names == [approved, activated, activated, approved, approved, activated, approved, activated]


async def test_an_event_may_be_older_than_it_should(microsoft: Microsoft, receiver: Receiver) -> None:
    (event,) = microsoft.happenings.invoice_ready()
    await microsoft.webhook.deliver_late(event, by=timedelta(days=15))
    date = json.loads(receiver.bodies[0])["ResourceChangeUtcDate"]

    assert date < str(event["ResourceChangeUtcDate"])
    assert date[19:] == str(event["ResourceChangeUtcDate"])[19:]


async def test_sending_goes_on_in_the_background(microsoft: Microsoft, receiver: Receiver) -> None:
    delivery = microsoft.webhook.send(microsoft.happenings.invoice_ready()[0])

    assert delivery is not None
    assert delivery.attempts == []
    assert (await delivery.wait()).taken


async def test_any_bytes_can_be_posted(microsoft: Microsoft, receiver: Receiver) -> None:
    receiver.statuses = [418]
    attempt = await microsoft.webhook.post(receiver.url, b"\xff", {"X-Test": "1"})

    assert (attempt.status, attempt.code, receiver.bodies) == (418, "I'mATeapot", [b"\xff"])


async def test_what_is_under_way_ends_with_microsoft() -> None:
    async with Microsoft() as microsoft:
        microsoft.webhook.pauses = (60.0,)
        delivery = microsoft.webhook.send(microsoft.happenings.invoice_ready()[0], url="http://127.0.0.1:1/")

    assert delivery is not None
    assert not delivery.over.is_set()
