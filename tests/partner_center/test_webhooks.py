"""The webhook's registration: what is sent, how answers are read, and that trying again makes nothing twice."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.partner_center import webhooks
from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import AlreadyRegistered, SearchRefused, Throttled, Unavailable
from bot.partner_center.protocol import understand
from bot.partner_center.webhooks import ValidationEvent
from sandbox.microsoft import answers
from sandbox.microsoft.answers import Answer, Drop
from sandbox.microsoft.company import guid
from sandbox.microsoft.registration import EVENTS as OFFERED
from sandbox.microsoft.registration import REGISTRATION_PATH, TEST, VALIDATION_EVENTS_PATH
from tests.partner_center.asking import CORRELATION_ID, REQUESTS, SAMPLES, WEBHOOK, answer, call_for
from tests.partner_center.conftest import HURRIED, Wire

ELSEWHERE = "https://another.example/hook"


@pytest.fixture
async def errand(partner_center: PartnerCenter) -> Errand:
    return partner_center.errand(deadline=10)


def test_a_registration_says_all_that_it_wants() -> None:
    request = webhooks.register(WEBHOOK, ("subscription-updated", "test-created"), replace=False)

    assert (request.operation, request.target) == ("POST /webhooks/v1/registration", "/webhooks/v1/registration")
    assert json.loads(request.body or b"") == {
        "WebhookUrl": WEBHOOK,
        "WebhookEvents": ["subscription-updated", "test-created"],
        "SignatureTokenToMsSignatureHeader": False,
    }
    assert webhooks.register(WEBHOOK, (), replace=True).method == "PUT"


def test_addresses_are_kept_out_of_logs() -> None:
    request = webhooks.register("https://tool.example/?code=key", (), replace=False)
    read = understand(call_for(request), answer('{"webhookUrl":"https://tool.example/?code=key"}'))

    assert "key" not in repr(request)
    assert "key" not in repr(read)


@pytest.mark.parametrize("change", [str, str.lower, str.upper])
def test_registrations_are_read_in_any_case(change: type[str]) -> None:
    body = json.loads((SAMPLES / "webhook_registration.json").read_text())
    written = json.dumps({change(key): value for key, value in body.items()})
    found = understand(call_for(REQUESTS["webhook_registration"]), answer(written))

    assert (found.webhook_url, found.events) == (WEBHOOK, ("subscription-updated", "test-created"))


def test_a_registration_without_events_has_none() -> None:
    found = understand(call_for(REQUESTS["webhook_registration"]), answer('{"WebhookUrl":"a","WebhookEvents":null}'))

    assert found.events == ()


def test_names_of_events_are_read_and_what_is_none_is_left_out() -> None:
    assert understand(call_for(REQUESTS["webhook_events"]), answer('["test-created", null, "new"]')) == (
        "test-created",
        "new",
    )


@pytest.mark.parametrize("body", [f'{{"correlationId":"{CORRELATION_ID.upper()}"}}', f'"{CORRELATION_ID}"'])
def test_the_id_of_a_test_comes_in_an_object_or_alone(body: str) -> None:
    assert understand(call_for(REQUESTS["send_validation_event"]), answer(body)) == CORRELATION_ID


def test_what_became_of_a_test_is_understood() -> None:
    body = (SAMPLES / "validation_event.json").read_bytes()
    event = understand(call_for(REQUESTS["validation_event"]), answer(body))
    first, second = event.attempts

    assert (first.response_code, first.delivered, second.delivered) == ("InternalServerError", False, True)
    assert second.at == datetime(2017, 12, 8, 21, 39, 48, 238699, tzinfo=UTC)
    assert event.delivered
    assert event.over


@pytest.mark.parametrize(
    ("body", "delivered", "over"),
    [
        ({"status": "inProgress", "results": None}, False, False),
        ({"status": "Completed", "results": []}, False, True),
        ({"Status": "FAILED"}, False, True),
        ({"results": [{"responseCode": "Accepted"}]}, True, True),
        ({"results": [{"responseCode": "No Content"}, None]}, True, True),
        ({"results": [{"responseCode": 200}]}, True, True),
        ({"results": [{"responseCode": "OK", "systemError": True}]}, False, False),
        ({"results": [{"responseCode": "Unauthorized"}]}, False, False),
    ],
)
def test_a_test_is_over_when_it_arrived_or_is_given_up(body: object, delivered: bool, over: bool) -> None:  # noqa: FBT001
    event = ValidationEvent.model_validate_json(json.dumps(body))

    assert (event.delivered, event.over) == (delivered, over)


async def test_what_microsoft_offers_is_what_the_bot_knows(errand: Errand) -> None:
    assert set(await errand.webhook_events()) == set(OFFERED)


async def test_a_webhook_is_registered_read_and_replaced(wire: Wire, errand: Errand) -> None:
    assert await errand.webhook_registration() is None
    await errand.register_webhook(WEBHOOK, (TEST,), replace=False)
    replaced = await errand.register_webhook(ELSEWHERE, OFFERED, replace=True)
    found = await errand.webhook_registration()

    assert found is not None
    assert found == replaced
    assert (found.webhook_url, found.events) == (ELSEWHERE, OFFERED)
    methods = [request.method for request in wire.microsoft.partner_center.asked(REGISTRATION_PATH)]
    assert methods == ["GET", "POST", "PUT", "GET"]


async def test_another_registration_is_not_replaced_by_accident(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.registrations.register(ELSEWHERE)

    with pytest.raises(AlreadyRegistered) as raised:
        await errand.register_webhook(WEBHOOK, (TEST,), replace=False)
    assert raised.value.diagnosis is not None
    assert wire.microsoft.partner_center.registrations.url == ELSEWHERE


async def test_an_event_that_microsoft_does_not_know_is_refused(errand: Errand) -> None:
    with pytest.raises(SearchRefused):
        await errand.register_webhook(WEBHOOK, ("pigs-fly",), replace=False)


@pytest.mark.parametrize(
    "trouble", [answers.empty(503), Answer(drop=Drop.BEFORE), Answer(body={"WebhookUrl": ""}, drop=Drop.WITHIN)]
)
async def test_a_change_is_tried_again_under_the_same_request_id(wire: Wire, errand: Errand, trouble: Answer) -> None:
    wire.microsoft.partner_center.answer_next(REGISTRATION_PATH, trouble, times=2)
    await errand.register_webhook(WEBHOOK, (TEST,), replace=False)
    asked = wire.microsoft.partner_center.asked(REGISTRATION_PATH)

    assert {request.method for request in asked} == {"POST"}
    assert len(asked) == 3
    assert len({request.headers["MS-RequestId"] for request in asked}) == 1
    assert len({request.body for request in asked}) == 1


async def test_a_change_whose_answer_never_came_is_not_made_twice(wire: Wire) -> None:
    partner_center = wire.client(timeouts=replace(HURRIED, attempt=0.2))
    wire.microsoft.partner_center.hold(REGISTRATION_PATH)
    asking = asyncio.create_task(partner_center.errand(deadline=10).register_webhook(WEBHOOK, (TEST,), replace=False))
    await wire.microsoft.partner_center.until_called(REGISTRATION_PATH, 2)  # the first is made, and nobody is told
    wire.microsoft.partner_center.release()

    assert (await asking).webhook_url == WEBHOOK
    assert len({request.headers["MS-RequestId"] for request in wire.microsoft.partner_center.requests}) == 1


async def test_two_changes_are_two_requests(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.registrations.register(WEBHOOK)
    await asyncio.gather(*(errand.register_webhook(WEBHOOK, (TEST,), replace=True) for _ in range(2)))

    assert len({request.headers["MS-RequestId"] for request in wire.microsoft.partner_center.requests}) == 2


async def test_a_test_is_sent_and_known_by_its_id(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.registrations.register(ELSEWHERE)
    wire.microsoft.partner_center.registrations.send = None
    correlation_id = await errand.send_validation_event()
    event = await errand.validation_event(correlation_id)

    assert event is not None
    assert (event.attempts, event.over) == ((), False)
    assert await errand.validation_event(guid("another")) is None


async def test_the_third_test_within_a_minute_is_throttled(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.registrations.register(ELSEWHERE)
    wire.microsoft.partner_center.registrations.send = None
    await errand.send_validation_event()
    await errand.send_validation_event()

    with pytest.raises(Throttled) as raised:
        await errand.send_validation_event()
    assert 50 < raised.value.retry_after <= 60
    assert wire.microsoft.partner_center.calls(VALIDATION_EVENTS_PATH) == 3


async def test_without_a_registration_for_tests_none_is_sent(wire: Wire, errand: Errand) -> None:
    with pytest.raises(SearchRefused):
        await errand.send_validation_event()
    wire.microsoft.partner_center.registrations.register(ELSEWHERE, ("invoice-ready",))
    with pytest.raises(SearchRefused):
        await errand.send_validation_event()


async def test_a_change_ends_at_its_deadline(wire: Wire, partner_center: PartnerCenter) -> None:
    wire.microsoft.partner_center.hold()

    with pytest.raises(Unavailable):
        await partner_center.errand(deadline=0.2).register_webhook(WEBHOOK, (TEST,), replace=False)
