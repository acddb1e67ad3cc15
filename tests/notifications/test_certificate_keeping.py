"""A certificate is fetched once for all, kept while it is good, and fetched again when its key does not fit."""

import asyncio
from datetime import timedelta

from bot.notifications.certificates import CAPACITY
from bot.notifications.forged import Why
from bot.notifications.signature import Signatures
from sandbox.microsoft.authority import CERTIFICATE_PATH, ISSUER_PATH
from sandbox.microsoft.certificates import Order, authority, der
from tests.notifications.gate import BODY, Gate, refusal, verify

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def test_deliveries_that_come_together_share_one_fetch(gate: Gate, signatures: Signatures) -> None:
    gate.authority.hold(CERTIFICATE_PATH)
    deliveries = [asyncio.create_task(verify(signatures, gate.signed())) for _ in range(20)]
    await gate.authority.until_called(CERTIFICATE_PATH)
    gate.authority.release()
    await asyncio.gather(*deliveries)

    assert (gate.authority.calls(CERTIFICATE_PATH), gate.authority.calls(ISSUER_PATH)) == (1, 1)


async def test_a_refusal_is_shared_too(gate: Gate, signatures: Signatures) -> None:
    gate.authority.hold(CERTIFICATE_PATH)
    gate.authority.answer_next(CERTIFICATE_PATH, status=404)
    deliveries = [asyncio.create_task(refusal(signatures, gate.signed())) for _ in range(20)]
    await gate.authority.until_called(CERTIFICATE_PATH)
    gate.authority.release()

    assert {refused.why for refused in await asyncio.gather(*deliveries)} == {Why.CERTIFICATE_MISSING}
    assert gate.authority.calls() == 1


async def test_a_certificate_is_kept_for_an_hour(gate: Gate, signatures: Signatures) -> None:
    await verify(signatures, gate.signed())
    gate.later = HOUR - MINUTE
    await verify(signatures, gate.signed())

    assert gate.authority.calls(CERTIFICATE_PATH) == 1

    gate.later = HOUR
    await verify(signatures, gate.signed())

    assert gate.authority.calls(CERTIFICATE_PATH) == 2


async def test_only_so_many_certificates_are_kept(gate: Gate, signatures: Signatures) -> None:
    paths = [f"/cert/{number}.cer" for number in range(CAPACITY + 1)]
    for path in paths:
        gate.authority.publish(der(gate.authority.issue()), path)
        await verify(signatures, gate.signed(X_MS_Certificate_Url=gate.authority.url + path))
    for path in (paths[-1], paths[0]):
        await verify(signatures, gate.signed(X_MS_Certificate_Url=gate.authority.url + path))

    assert [gate.authority.calls(path) for path in paths] == [2] + [1] * CAPACITY


async def test_a_kept_certificate_needs_no_host(gate: Gate, signatures: Signatures) -> None:
    await verify(signatures, gate.signed())
    gate.authority.answer_next("**", status=500)

    await verify(signatures, gate.signed())


async def test_a_certificate_is_not_kept_beyond_its_end(gate: Gate, signatures: Signatures) -> None:
    gate.authority.publish(der(gate.authority.issue(Order(ends=10 * MINUTE))))
    await verify(signatures, gate.signed())
    gate.later = 11 * MINUTE

    assert (await refusal(signatures, gate.signed())).why == Why.NOT_VALID_NOW

    gate.authority.renew()
    await verify(signatures, gate.signed())


async def test_a_renewed_certificate_is_picked_up(gate: Gate, signatures: Signatures) -> None:
    await verify(signatures, gate.signed())
    old = gate.signed()
    gate.authority.renew()
    gate.later = MINUTE
    deliveries = [asyncio.create_task(verify(signatures, gate.signed())) for _ in range(20)]
    await asyncio.gather(*deliveries)

    assert gate.authority.calls(CERTIFICATE_PATH) == 2
    assert (await refusal(signatures, old)).why == Why.WRONG_SIGNATURE


async def test_forgers_make_the_bot_ask_once_a_minute_at_most(gate: Gate, signatures: Signatures) -> None:
    await verify(signatures, gate.signed())
    for minute in range(5):
        gate.later = minute * MINUTE
        refused = await asyncio.gather(*(refusal(signatures, gate.signed(), BODY + b" ") for _ in range(20)))

        assert {error.why for error in refused} == {Why.WRONG_SIGNATURE}
        assert gate.authority.calls(CERTIFICATE_PATH) == 1 + minute


async def test_a_renewal_that_fails_is_tried_again_a_minute_later(gate: Gate, signatures: Signatures) -> None:
    await verify(signatures, gate.signed())
    old = gate.signed()
    gate.authority.renew()
    gate.later = MINUTE
    gate.authority.answer_next(CERTIFICATE_PATH, status=503)

    assert (await refusal(signatures, gate.signed())).status == 503
    assert (await refusal(signatures, gate.signed())).status == 401
    await verify(signatures, old)

    gate.later = 2 * MINUTE
    await verify(signatures, gate.signed())
    assert gate.authority.calls(CERTIFICATE_PATH) == 3


async def test_the_issuer_is_kept_longer_than_the_certificate(gate: Gate, signatures: Signatures) -> None:
    await verify(signatures, gate.signed())
    gate.later = 2 * HOUR

    await verify(signatures, gate.signed())

    assert (gate.authority.calls(CERTIFICATE_PATH), gate.authority.calls(ISSUER_PATH)) == (2, 1)


async def test_an_issuer_is_not_kept_beyond_its_end(gate: Gate, signatures: Signatures) -> None:
    renewed = gate.authority.issuer()
    old = authority("Sandbox Issuing CA 1", above=gate.authority.issuer(0), ends=10 * MINUTE)
    gate.authority.answer_next(ISSUER_PATH, body=der(old.certificate))
    await verify(signatures, gate.signed())
    gate.later = 11 * MINUTE

    await verify(signatures, gate.signed())

    assert old.certificate.subject == renewed.certificate.subject
    assert gate.authority.calls(ISSUER_PATH) == 2
