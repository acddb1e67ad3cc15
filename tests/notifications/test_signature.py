"""A delivery passes when its body is signed as Microsoft signs, and in no other case."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.notifications.forged import STATUSES, Why
from bot.notifications.signature import Signatures
from sandbox.microsoft.authority import HeaderStyle
from tests.notifications.gate import BODY, Gate, refusal, verify

OTHER = base64.b64encode(b"\x01" * 256).decode()

examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def token(headers: dict[str, str]) -> str:
    """Return the bare signature of a delivery."""
    return headers["Authorization"].removeprefix("Signature ")


@pytest.mark.parametrize("style", ["Authorization", "x-ms-signature"])
@pytest.mark.parametrize("body", [BODY, b"", b"\xff\xfe", b"[" * 100_000], ids=["an event", "empty", "odd", "long"])
async def test_a_signed_delivery_passes_whatever_its_body(
    gate: Gate, signatures: Signatures, style: HeaderStyle, body: bytes
) -> None:
    await verify(signatures, gate.authority.sign(body, style=style), body)


async def test_both_headers_may_carry_the_signature(gate: Gate, signatures: Signatures) -> None:
    await verify(signatures, gate.authority.sign(BODY) | gate.authority.sign(BODY, style="x-ms-signature"))


async def test_its_own_header_may_carry_it_without_the_scheme(gate: Gate, signatures: Signatures) -> None:
    headers = gate.signed()

    await verify(signatures, {**headers, "Authorization": "", "x-ms-signature": token(headers)})


async def test_an_authorization_for_something_else_is_nobodys_signature(gate: Gate, signatures: Signatures) -> None:
    headers = gate.authority.sign(BODY, style="x-ms-signature")

    await verify(signatures, {**headers, "Authorization": "Basic dXNlcjpwYXNzd29yZA=="})


@pytest.mark.parametrize("algorithm", ["RSA-SHA256", "Rsa-Sha256"])
async def test_case_means_nothing_in_names(gate: Gate, signatures: Signatures, algorithm: str) -> None:
    headers = {name.lower(): value for name, value in gate.signed(X_MS_Signature_Algorithm=algorithm).items()}

    await verify(signatures, {**headers, "authorization": headers["authorization"].replace("Signature", "SIGNATURE")})


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"Authorization": ""}, Why.NO_SIGNATURE),
        ({"Authorization": "Signature"}, Why.NO_SIGNATURE),
        ({"Authorization": "Signature "}, Why.NO_SIGNATURE),
        ({"Authorization": f"Bearer {OTHER}"}, Why.NO_SIGNATURE),
        ({"Authorization": OTHER}, Why.NO_SIGNATURE),
        ({"x-ms-signature": f"Signature {OTHER}"}, Why.SIGNATURES_DISAGREE),
        ({"x-ms-signature": "Signature ?"}, Why.SIGNATURES_DISAGREE),
        ({"Authorization": f"Signature {OTHER}"}, Why.WRONG_SIGNATURE),
        ({"Authorization": "Signature AAAA"}, Why.WRONG_SIGNATURE),
        ({"Authorization": "", "x-ms-signature": "Bearer AAAA"}, Why.UNREADABLE_SIGNATURE),
        ({"X-MS-Certificate-Url": ""}, Why.NO_CERTIFICATE_ADDRESS),
        ({"X-MS-Signature-Algorithm": ""}, Why.NO_ALGORITHM),
        ({"X-MS-Signature-Algorithm": "rsa-sha1"}, Why.OTHER_ALGORITHM),
        ({"X-MS-Signature-Algorithm": "rsa-sha512"}, Why.OTHER_ALGORITHM),
        ({"X-MS-Signature-Algorithm": "none"}, Why.OTHER_ALGORITHM),
        ({"X-MS-Signature-Algorithm": "rsa-sha256, rsa-sha1"}, Why.OTHER_ALGORITHM),
    ],
)
async def test_headers_that_are_missing_or_wrong_are_refused(
    gate: Gate, signatures: Signatures, changed: dict[str, str], why: Why
) -> None:
    refused = await refusal(signatures, gate.signed() | changed)

    assert (refused.why, refused.status) == (why, STATUSES.get(why, 401))


async def test_without_any_header_it_is_unsigned(signatures: Signatures) -> None:
    assert (await refusal(signatures, {})).status == 401


@pytest.mark.parametrize("name", ["X-MS-Certificate-Url", "X-MS-Signature-Algorithm"])
async def test_a_signed_delivery_without_the_other_headers_is_a_bad_request(
    gate: Gate, signatures: Signatures, name: str
) -> None:
    headers = gate.signed()
    del headers[name]

    assert (await refusal(signatures, headers)).status == 400


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1],
        lambda token: token[:-2],
        lambda token: token[:-5],
        lambda token: token + "=",
        lambda token: token.rstrip("="),
        lambda token: token[:10] + "\t" + token[10:],
        lambda token: token[:10] + " " + token[10:],
        lambda token: token[:10] + "-" + token[11:],
        lambda token: token[:10] + "é" + token[11:],
        lambda token: token[:10] + "=" + token[11:],
        lambda token: token[:10] + "\N{FULLWIDTH LATIN CAPITAL LETTER A}" + token[11:],
        lambda token: token[:-3] + chr(ord(token[-3]) + 1) + token[-2:],  # only spare bits differ
        lambda token: f"{token},{token}",
        lambda token: f"{token} {token}",
    ],
)
async def test_a_signature_that_is_no_plain_base64_is_refused_and_nothing_fetched(
    gate: Gate, signatures: Signatures, spoil: Callable[[str], str]
) -> None:
    headers = gate.signed()

    refused = await refusal(signatures, headers | {"Authorization": f"Signature {spoil(token(headers))}"})

    assert (refused.why, refused.status) == (Why.UNREADABLE_SIGNATURE, 401)
    assert gate.authority.calls() == 0


@examples
@given(data=st.data())
async def test_any_flipped_byte_of_the_body_is_noticed(gate: Gate, signatures: Signatures, data: st.DataObject) -> None:
    body = bytearray(BODY)
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))

    assert (await refusal(signatures, gate.signed(), bytes(body))).status == 401


@examples
@given(data=st.data())
async def test_any_flipped_byte_of_the_signature_is_noticed(
    gate: Gate, signatures: Signatures, data: st.DataObject
) -> None:
    headers = gate.signed()
    signature = bytearray(base64.b64decode(token(headers)))
    signature[data.draw(st.integers(0, len(signature) - 1))] ^= data.draw(st.integers(1, 255))
    forged = f"Signature {base64.b64encode(signature).decode()}"

    assert (await refusal(signatures, headers | {"Authorization": forged})).status == 401


@examples
@given(place=st.integers(0, 343), character=st.characters(min_codepoint=32, max_codepoint=0x2FF))
async def test_any_other_character_in_the_signature_is_noticed(
    gate: Gate, signatures: Signatures, place: int, character: str
) -> None:
    headers = gate.signed()
    good = token(headers)
    forged = good[:place] + character + good[place + 1 :]

    if forged != good:
        assert (await refusal(signatures, headers | {"Authorization": f"Signature {forged}"})).status == 401


async def test_the_signature_of_another_body_does_not_do(gate: Gate, signatures: Signatures) -> None:
    assert (await refusal(signatures, gate.signed(b"{}"))).why == Why.WRONG_SIGNATURE


async def test_a_refusal_says_nothing_of_what_was_sent(gate: Gate, signatures: Signatures) -> None:
    for name in ("Authorization", "X-MS-Certificate-Url", "X-MS-Signature-Algorithm"):
        refused = await refusal(signatures, gate.signed() | {name: "Signature whispered"})

        assert str(refused) == refused.why
        assert "whispered" not in repr(refused)
