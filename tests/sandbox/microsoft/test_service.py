"""What tests can do with any of the fakes: record, count, hold, delay, drop, and switch faults on."""

import asyncio
import math
from typing import TYPE_CHECKING

import aiohttp
import pytest

from sandbox.microsoft import FAULTS, companies, faults
from sandbox.microsoft.answers import Drop
from sandbox.microsoft.partner_center import CUSTOMER_PATH, INVITATION_PATH, RELATIONSHIPS_PATH

if TYPE_CHECKING:
    from tests.sandbox.microsoft.conftest import Asker

CONTOSO = f"/v1/customers/{companies.CONTOSO.tenant_id}"


async def test_requests_are_recorded_and_counted_by_path(ask: "Asker") -> None:
    fake = ask.microsoft.partner_center
    await ask.get(CONTOSO)
    await ask.get("/v1/customers/relationshiprequests")

    assert (fake.calls(), fake.calls(CUSTOMER_PATH), fake.calls(INVITATION_PATH)) == (2, 1, 1)
    assert fake.calls("/v1/customers/*") == 2
    assert fake.requests[0].headers["accept"] == "application/json"
    assert fake.complaints == []


async def test_dictated_answers_are_given_in_order_and_so_often(ask: "Asker") -> None:
    fake = ask.microsoft.partner_center
    fake.answer_next(CUSTOMER_PATH, status=500, times=2)
    fake.answer_next(CUSTOMER_PATH, body={"id": "1"}, headers={"X-Test": "yes"})
    fake.answer_next(RELATIONSHIPS_PATH, status=418, reason="Teapot", times=math.inf)

    assert [(await ask.get(CONTOSO)).status for _ in range(2)] == [500, 500]
    third = await ask.get(CONTOSO)
    assert (third.json, third.headers["X-Test"]) == ({"id": "1"}, "yes")
    assert {(await ask.get(f"{CONTOSO}/relationships")).reason for _ in range(5)} == {"Teapot"}
    fake.forget_answers()
    assert (await ask.get(f"{CONTOSO}/relationships")).status == 200


async def test_held_requests_wait_until_they_are_let_go(ask: "Asker") -> None:
    fake = ask.microsoft.partner_center
    fake.hold(CUSTOMER_PATH)
    held = [asyncio.create_task(ask.get(CONTOSO)) for _ in range(3)]
    await fake.until_called(CUSTOMER_PATH, 3)

    assert (await ask.get("/v1/customers/relationshiprequests")).status == 200
    assert not any(task.done() for task in held)
    fake.release()
    assert [reply.status for reply in await asyncio.gather(*held)] == [200, 200, 200]


async def test_a_connection_can_break_before_an_answer_or_within_it(ask: "Asker") -> None:
    fake = ask.microsoft.partner_center
    request_id = "0c1d2e3f-0000-4000-8000-000000000004"
    # aiohttp asks again once by itself when a GET is not answered at all.
    fake.answer_next(CUSTOMER_PATH, drop=Drop.BEFORE, times=2)
    fake.answer_next(CUSTOMER_PATH, body={"id": "half of this comes"}, drop=Drop.WITHIN)

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await ask.get(CONTOSO, MS_RequestId=request_id)
    with pytest.raises(aiohttp.ClientPayloadError):
        await ask.get(CONTOSO, MS_RequestId=request_id)
    assert (await ask.get(CONTOSO, MS_RequestId=request_id)).status == 200


async def test_an_answer_that_nobody_waited_for_may_be_asked_for_again(ask: "Asker") -> None:
    fake = ask.microsoft.partner_center
    request_id = "0c1d2e3f-0000-4000-8000-000000000005"
    fake.hold()
    impatient = asyncio.create_task(ask.get(CONTOSO, MS_RequestId=request_id))
    await fake.until_called(CUSTOMER_PATH)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    fake.release()

    assert (await ask.get(CONTOSO, MS_RequestId=request_id)).status == 200


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        (faults.DOWN, 503, b""),
        (faults.THROTTLED, 429, b'{"statusCode": 429'),
        (faults.MFA_MISSING, 401, b'{"code": 900421'),
        (faults.CONSENT_WITHDRAWN, 401, b'{"code": "400"'),
        (faults.HTML_ANSWER, 200, b"<!DOCTYPE html>"),
        (faults.BOM, 200, b'\xef\xbb\xbf{"id"'),
    ],
)
async def test_a_fault_shows_while_it_is_on(ask: "Asker", fault: str, status: int, start: bytes) -> None:
    ask.microsoft.faults.switch(fault, on=True)
    reply = await ask.get(CONTOSO)
    assert reply.status == status
    assert reply.body.startswith(start)

    ask.microsoft.faults.clear()
    assert (await ask.get(CONTOSO)).json["id"] == companies.CONTOSO.tenant_id


async def test_the_faults_of_single_routes_show_there(ask: "Asker") -> None:
    ask.microsoft.faults.switch(faults.DIRECT_PARTNER, on=True)
    ask.microsoft.faults.switch(faults.STRANGE_LINK, on=True)

    assert (await ask.get(f"{CONTOSO}/relationships")).json["code"] == 1002
    assert "invitations.example" in (await ask.get("/v1/customers/relationshiprequests")).json["url"]


async def test_the_slow_fault_takes_as_long_as_it_is_told(ask: "Asker") -> None:
    assert ask.microsoft.partner_center.state.slow_seconds == 6
    ask.microsoft.partner_center.state.slow_seconds = 0.02
    ask.microsoft.faults.switch(faults.SLOW, on=True)
    started = asyncio.get_running_loop().time()
    await ask.get(CONTOSO)

    assert asyncio.get_running_loop().time() - started >= 0.02


def test_faults_have_different_ids_and_words_in_both_languages() -> None:
    assert len({fault.id for fault in FAULTS}) == len(FAULTS) == 9
    assert all(fault.label != fault.label_fr and fault.effect != fault.effect_fr for fault in FAULTS)
