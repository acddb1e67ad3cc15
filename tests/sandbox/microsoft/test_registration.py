"""What the fake promises about the webhook's registration: one, of known events, tried twice a minute."""

from typing import TYPE_CHECKING

import pytest

from sandbox.microsoft import Microsoft
from sandbox.microsoft.registration import EVENTS, EVENTS_PATH, REGISTRATION_PATH, TEST, VALIDATION_EVENTS_PATH

if TYPE_CHECKING:
    from tests.sandbox.microsoft.conftest import Asker

WANTED = {"WebhookUrl": "https://bot.example.com/hook", "WebhookEvents": [TEST]}


@pytest.fixture(autouse=True)
def nobody_sends(microsoft: Microsoft) -> None:
    microsoft.partner_center.registrations.send = None


async def test_the_events_are_a_bare_list(ask: "Asker") -> None:
    assert (await ask.get(EVENTS_PATH)).json == list(EVENTS)
    assert len(EVENTS) == len(set(EVENTS)) == 26


async def test_there_is_one_registration_which_is_made_and_then_replaced(ask: "Asker") -> None:
    assert (await ask.get(REGISTRATION_PATH)).status == 404
    assert (await ask.send("PUT", REGISTRATION_PATH, WANTED)).status == 404
    made = await ask.send("POST", REGISTRATION_PATH, WANTED)
    again = await ask.send("POST", REGISTRATION_PATH, WANTED)
    replaced = await ask.send("PUT", REGISTRATION_PATH, {**WANTED, "SignatureTokenToMsSignatureHeader": True})

    assert (made.status, again.status, replaced.status) == (200, 409, 200)
    assert made.json["WebhookUrl"] == WANTED["WebhookUrl"]
    shown = (await ask.get(REGISTRATION_PATH)).json
    assert (shown["webhookUrl"], shown["signatureTokenToMsSignatureHeader"]) == (WANTED["WebhookUrl"], True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        b"{",
        {**WANTED, "WebhookEvents": []},
        {**WANTED, "WebhookEvents": ["pigs-fly"]},
        {**WANTED, "WebhookUrl": "bot.example.com"},
        {**WANTED, "Secret": "s3"},
    ],
)
async def test_what_is_no_registration_is_refused(ask: "Asker", body: object) -> None:
    reply = await ask.send("POST", REGISTRATION_PATH, body)

    assert (reply.status, reply.json["code"]) == (400, "800002")
    assert (await ask.get(REGISTRATION_PATH)).status == 404


async def test_a_body_of_another_type_is_complained_about(ask: "Asker", microsoft: Microsoft) -> None:
    reply = await ask.send("POST", REGISTRATION_PATH, WANTED, Content_Type="text/plain")

    assert (reply.status, reply.json["code"]) == (400, "fake")
    assert microsoft.partner_center.complaints == ["a body that is no JSON"]


async def test_a_change_is_made_once_for_one_request_id(ask: "Asker", microsoft: Microsoft) -> None:
    request_id = "0c1d2e3f-0000-4000-8000-000000000006"
    await ask.send("POST", REGISTRATION_PATH, WANTED, MS_RequestId=request_id)
    microsoft.partner_center._answered.clear()  # as if the answer had been lost on its way

    again = await ask.send("POST", REGISTRATION_PATH, WANTED, MS_RequestId=request_id)

    assert (again.status, again.json["WebhookUrl"]) == (200, WANTED["WebhookUrl"])


async def test_a_test_needs_its_event_and_two_a_minute_are_sent(ask: "Asker", microsoft: Microsoft) -> None:
    assert (await ask.send("POST", VALIDATION_EVENTS_PATH)).status == 400
    microsoft.partner_center.registrations.register("https://bot.example.com", ("invoice-ready",))
    assert (await ask.send("POST", VALIDATION_EVENTS_PATH)).status == 400
    microsoft.partner_center.registrations.register("https://bot.example.com")
    replies = [await ask.send("POST", VALIDATION_EVENTS_PATH) for _ in range(3)]

    assert [reply.status for reply in replies] == [200, 200, 429]
    assert 55 <= int(replies[2].headers["Retry-After"]) <= 60
    shown = await ask.get(f"{VALIDATION_EVENTS_PATH}/{replies[0].json['correlationId']}")
    assert (shown.json["status"], shown.json["results"]) == ("inProgress", [])


async def test_tests_are_forgotten_after_a_week_and_counted_by_the_minute(ask: "Asker", microsoft: Microsoft) -> None:
    microsoft.partner_center.registrations.register("https://bot.example.com")
    sent = [await ask.send("POST", VALIDATION_EVENTS_PATH) for _ in range(2)]
    clock = microsoft.tokens.clock
    microsoft.partner_center.registrations._clock = lambda: clock() + 61
    assert (await ask.send("POST", VALIDATION_EVENTS_PATH)).status == 200

    path = f"{VALIDATION_EVENTS_PATH}/{sent[0].json['correlationId']}"
    assert (await ask.get(path)).status == 200
    microsoft.partner_center.registrations._clock = lambda: clock() + 8 * 86400
    assert (await ask.get(path)).status == 404


async def test_an_app_may_register_by_itself(ask: "Asker") -> None:
    ask.user = None

    assert (await ask.get(EVENTS_PATH)).status == 200
    assert (await ask.send("POST", REGISTRATION_PATH, WANTED)).status == 200
