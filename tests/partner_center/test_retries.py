"""Trouble on the wire: what is tried again, how, and when it is given up."""

import asyncio
import math
from dataclasses import replace

import aiohttp
import pytest

from bot.partner_center.client import Errand, PartnerCenter
from bot.partner_center.errors import (
    PartnerCenterError,
    SignInCause,
    SignInRefused,
    Throttled,
    Unavailable,
    UnreadableAnswer,
    WrongKindOfSignIn,
)
from bot.retry import RetryPolicy
from sandbox.microsoft import answers, companies, faults
from sandbox.microsoft.answers import Answer, Drop
from sandbox.microsoft.partner_center import CUSTOMER_PATH
from tests.partner_center.conftest import HURRIED, Wire

CONTOSO = companies.CONTOSO.tenant_id


@pytest.fixture
async def errand(partner_center: PartnerCenter) -> Errand:
    return partner_center.errand(deadline=10)


def sent_ids(wire: Wire) -> list[str]:
    return [request.headers["MS-RequestId"] for request in wire.microsoft.partner_center.requests]


TROUBLE = {
    "408": answers.error(408, "900225", "Timed out."),
    "500": answers.empty(500),
    "502 with a page": answers.html(),
    "503": answers.empty(503),
    "dropped before an answer": Answer(drop=Drop.BEFORE),
    "dropped within an answer": Answer(body={"id": CONTOSO}, drop=Drop.WITHIN),
}


@pytest.mark.parametrize("answer", TROUBLE.values(), ids=TROUBLE)
async def test_trouble_is_tried_again_under_the_same_request_id(wire: Wire, errand: Errand, answer: Answer) -> None:
    wire.microsoft.partner_center.answer_next(CUSTOMER_PATH, answer, times=2)

    assert (await errand.customer(CONTOSO)).name == "Contoso"
    ids = sent_ids(wire)
    assert len(ids) >= 3  # aiohttp itself sends once more where a kept-alive connection breaks
    assert len(set(ids)) == 1


@pytest.mark.parametrize("answer", TROUBLE.values(), ids=TROUBLE)
async def test_after_three_tries_it_is_given_up(wire: Wire, errand: Errand, answer: Answer) -> None:
    wire.microsoft.partner_center.answer_next(CUSTOMER_PATH, answer, times=math.inf)

    with pytest.raises(Unavailable) as raised:
        await errand.customer(CONTOSO)
    assert raised.value.attempts == 3
    assert raised.value.diagnosis is not None
    assert (
        raised.value.diagnosis.correlation_id == wire.microsoft.partner_center.requests[0].headers["MS-CorrelationId"]
    )


async def test_nobody_listening_is_unavailable(wire: Wire) -> None:
    errand = wire.client(base_url="http://127.0.0.1:1").errand(deadline=5)

    with pytest.raises(Unavailable) as raised:
        await errand.customer(CONTOSO)
    assert isinstance(raised.value.__cause__, aiohttp.ClientError)


async def test_a_try_that_hangs_is_tried_again(wire: Wire) -> None:
    wire.microsoft.partner_center.answer_next(CUSTOMER_PATH, delay=5)
    partner_center = wire.client(timeouts=replace(HURRIED, attempt=0.1))

    assert (await partner_center.errand(deadline=10).customer(CONTOSO)).name == "Contoso"
    assert len(set(sent_ids(wire))) == 1


async def test_the_deadline_ends_it(wire: Wire, partner_center: PartnerCenter) -> None:
    wire.microsoft.partner_center.hold()
    begin = asyncio.get_running_loop().time()

    with pytest.raises(Unavailable) as raised:
        await partner_center.errand(deadline=0.2).customer(CONTOSO)
    assert raised.value.attempts == 1
    assert raised.value.diagnosis is not None
    assert asyncio.get_running_loop().time() - begin < 1


async def test_an_errand_past_its_deadline_asks_nobody(wire: Wire, partner_center: PartnerCenter) -> None:
    with pytest.raises(Unavailable):
        await partner_center.errand(deadline=-1).customer(CONTOSO)
    assert wire.microsoft.partner_center.requests == []


@pytest.mark.parametrize(
    "answer", [answers.NO_SUCH_TENANT, answers.NO_RELATIONSHIP, answers.APP_ONLY, answers.html(200), answers.NO_MFA]
)
async def test_refusals_are_not_tried_again(wire: Wire, errand: Errand, answer: Answer) -> None:
    wire.microsoft.partner_center.answer_next(CUSTOMER_PATH, answer)

    with pytest.raises(PartnerCenterError):
        await errand.customer(CONTOSO)
    assert len(sent_ids(wire)) == 1


async def test_a_429_within_the_deadline_is_waited_out(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.answer_next(CUSTOMER_PATH, answers.throttled(1))

    assert (await errand.customer(CONTOSO)).name == "Contoso"
    first, second = wire.microsoft.partner_center.requests
    assert second.at - first.at >= 1
    assert len(set(sent_ids(wire))) == 1


async def test_a_429_beyond_the_deadline_is_told_at_once(wire: Wire, errand: Errand) -> None:
    wire.microsoft.faults.switch(faults.THROTTLED, on=True)

    with pytest.raises(Throttled) as raised:
        await errand.customer(CONTOSO)
    assert raised.value.retry_after == 57
    assert len(sent_ids(wire)) == 1


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        ("99999999999", 86_400),
        ("9" * 400, 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("inf", 57),
        ("nan", 57),
        ("1e300", 57),
        ("-5", 57),
        ("Sat, 99 Nov 2026 12:00:00 GMT", 57),
        ("५७", 57),
    ],
)
async def test_an_absurd_wait_of_microsoft_is_a_day_at_most(
    wire: Wire, errand: Errand, header: str, waits: float
) -> None:
    refused = replace(answers.throttled(), headers={"Retry-After": header})
    wire.microsoft.partner_center.answer_next(CUSTOMER_PATH, refused)

    with pytest.raises(Throttled) as raised:
        await errand.customer(CONTOSO)
    assert raised.value.retry_after == waits


@pytest.mark.parametrize("seconds", ["99999999", "9" * 400])
async def test_a_gateways_text_makes_nobody_wait_longer_than_a_day(wire: Wire, errand: Errand, seconds: str) -> None:
    text = f"Rate limit is exceeded. Try again in {seconds} seconds."
    wire.microsoft.partner_center.answer_next(CUSTOMER_PATH, Answer(status=429, body={"message": text}))

    with pytest.raises(Throttled) as raised:
        await errand.customer(CONTOSO)
    assert raised.value.retry_after == 86_400


async def test_a_429_again_and_again_is_given_up(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.answer_next(CUSTOMER_PATH, answers.throttled(0), times=math.inf)

    with pytest.raises(Throttled):
        await errand.customer(CONTOSO)
    assert len(sent_ids(wire)) == 3


async def test_a_plain_401_gets_one_new_token_and_one_more_try(wire: Wire, errand: Errand) -> None:
    await wire.tokens.access_token()
    wire.microsoft.tokens.revoke_access_tokens()

    assert (await errand.customer(CONTOSO)).name == "Contoso"
    assert wire.tokens.refreshed == 1
    assert len(set(sent_ids(wire))) == 1


async def test_a_plain_401_with_the_new_token_too_means_to_sign_in_again(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.answer_next(CUSTOMER_PATH, answers.ACCESS_DENIED, times=math.inf)

    with pytest.raises(SignInRefused) as raised:
        await errand.customer(CONTOSO)
    assert type(raised.value) is SignInRefused
    assert raised.value.cause is SignInCause.OTHER
    assert raised.value.diagnosis is not None
    assert wire.tokens.refreshed == 1
    assert len(sent_ids(wire)) == 2


async def test_many_calls_refused_together_take_one_new_token(wire: Wire, partner_center: PartnerCenter) -> None:
    await wire.tokens.access_token()
    wire.microsoft.tokens.revoke_access_tokens()
    ids = [company.tenant_id for company in companies.NOTABLE[:8]]
    await asyncio.gather(*(partner_center.errand(deadline=10).customer(customer_id) for customer_id in ids))

    assert wire.tokens.refreshed == 1


@pytest.mark.parametrize("refusal", ["2026", "2019"])
async def test_a_missing_mfa_claim_is_no_matter_of_a_new_token(wire: Wire, errand: Errand, refusal: str) -> None:
    wire.microsoft.faults.switch(faults.MFA_MISSING, on=True)
    wire.microsoft.partner_center.state.mfa_refusal = "2019" if refusal == "2019" else "2026"

    with pytest.raises(SignInRefused) as raised:
        await errand.customer(CONTOSO)
    assert raised.value.cause is SignInCause.MFA_MISSING
    assert wire.tokens.refreshed == 0
    assert len(sent_ids(wire)) == 1


async def test_a_token_for_another_audience_is_a_wrong_kind_of_sign_in(wire: Wire, errand: Errand) -> None:
    wire.microsoft.partner_center.state.audience = "https://elsewhere.example"

    with pytest.raises(WrongKindOfSignIn):
        await errand.customer(CONTOSO)


async def test_a_page_instead_of_data_is_unreadable(wire: Wire, errand: Errand) -> None:
    wire.microsoft.faults.switch(faults.HTML_ANSWER, on=True)

    with pytest.raises(UnreadableAnswer):
        await errand.customer(CONTOSO)


async def test_a_sign_in_that_fails_says_which_errand_it_was(wire: Wire) -> None:
    class Dead:
        async def access_token(self, *, refresh: bool = False) -> str:
            raise SignInRefused(SignInCause.UNUSED)

    with pytest.raises(SignInRefused) as raised:
        await wire.client(tokens=Dead()).errand(deadline=5, correlation_id="errand-1").customer(CONTOSO)
    assert raised.value.diagnosis is not None
    assert raised.value.diagnosis.correlation_id == "errand-1"


async def test_a_sign_in_that_hangs_ends_at_the_deadline(wire: Wire) -> None:
    class Hanging:
        async def access_token(self, *, refresh: bool = False) -> str:
            await asyncio.Event().wait()
            raise AssertionError

    with pytest.raises(Unavailable):
        await wire.client(tokens=Hanging()).errand(deadline=0.1).customer(CONTOSO)


def test_pauses_grow_within_their_bounds() -> None:
    policy = RetryPolicy(first=0.5, longest=3, jitter=1.0)

    for attempt, longest in ((1, 0.5), (2, 1), (3, 2), (4, 3), (9, 3)):
        assert all(0 <= policy.after(attempt) <= longest for _ in range(50))
