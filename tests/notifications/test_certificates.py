"""A certificate vouches for a signature when it is Microsoft's, valid, and chained to a trusted root."""

import asyncio
import socket
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp.abc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.notifications.forged import Why
from bot.notifications.signature import Signatures
from sandbox.microsoft.authority import CERTIFICATE_PATH, ISSUER_PATH
from sandbox.microsoft.certificates import DAY, FALSE, Order, authority, certificate, der, pem
from tests.notifications.gate import Gate, refusal, verify

WHY = {
    "expired": Why.NOT_VALID_NOW,
    "not yet valid": Why.NOT_VALID_NOW,
    "of an unknown root": Why.UNTRUSTED,
    "signed by itself": Why.UNTRUSTED,
    "issued by one who may not": Why.UNTRUSTED,
    "for signing code": Why.UNTRUSTED,
    "with an elliptic-curve key": Why.OTHER_KEY,
    "with a key of 1,024 bits": Why.WEAK,
    "with a key of 2,047 bits": Why.WEAK,
    "too far from the root": Why.UNTRUSTED,
    "without a word of its issuer": Why.UNTRUSTED,
}
"""All others are another owner's."""


@pytest.mark.parametrize("name", FALSE)
async def test_no_false_certificate_vouches(gate: Gate, signatures: Signatures, name: str) -> None:
    gate.authority.publish(der(gate.authority.issue(FALSE[name])))

    refused = await refusal(signatures, gate.signed())

    assert (refused.why, refused.status) == (WHY.get(name, Why.OTHER_OWNER), 401)


@pytest.mark.parametrize("name", ["expired", "of another organisation", "for another's name"])
async def test_nobody_is_asked_for_the_issuer_of_what_is_refused_anyway(
    gate: Gate, signatures: Signatures, name: str
) -> None:
    gate.authority.publish(der(gate.authority.issue(FALSE[name])))

    await refusal(signatures, gate.signed())

    assert gate.authority.calls(ISSUER_PATH) == 0


@pytest.mark.parametrize(
    "names",
    [
        ("microsoft.com",),
        ("PCNotifications.Microsoft.com",),
        ("notifications.fabrikam.com", "dispatch.microsoft.com"),
        ("*.partner.microsoft.com",),
    ],
)
async def test_any_name_under_microsofts_domain_will_do(
    gate: Gate, signatures: Signatures, names: tuple[str, ...]
) -> None:
    gate.authority.publish(der(gate.authority.issue(Order(names=names))))

    await verify(signatures, gate.signed())


@pytest.mark.parametrize("body", [b"", b"0", b"<html></html>", b"-----BEGIN CERTIFICATE-----", b"\x30\x03\x02\x01\x00"])
@pytest.mark.parametrize("path", [CERTIFICATE_PATH, ISSUER_PATH])
async def test_a_file_that_holds_no_certificate_is_refused(
    gate: Gate, signatures: Signatures, path: str, body: bytes
) -> None:
    gate.authority.answer_next(path, body=body)

    assert (await refusal(signatures, gate.signed())).status == 401


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_flipped_byte_of_the_certificate_is_noticed(gate: Gate, data: st.DataObject) -> None:
    certificate = bytearray(der(gate.authority.issue()))
    certificate[data.draw(st.integers(0, 2**16)) % len(certificate)] ^= data.draw(st.integers(1, 255))
    gate.authority.publish(bytes(certificate))

    with warnings.catch_warnings(action="ignore"):  # of serial numbers and the like that should not be
        assert (await refusal(gate.signatures(), gate.signed())).status == 401
    gate.authority.complaints.clear()  # where the flipped byte stood in the issuer's address


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
async def test_missing_issuers_are_fetched_up_to_three_and_each_once(
    gate: Gate, signatures: Signatures, depth: int
) -> None:
    gate.authority.publish(der(gate.authority.issue(Order(depth=depth))))

    await verify(signatures, gate.signed())

    assert gate.authority.calls(ISSUER_PATH) == depth


async def test_no_more_than_three_issuers_are_fetched(gate: Gate, signatures: Signatures) -> None:
    gate.authority.publish(der(gate.authority.issue(Order(depth=5))))

    assert (await refusal(signatures, gate.signed())).why == Why.UNTRUSTED
    assert gate.authority.calls(ISSUER_PATH) == 3


async def test_an_issuer_that_comes_along_is_not_fetched(gate: Gate, signatures: Signatures) -> None:
    gate.authority.publish(pem(gate.authority.issue(), gate.authority.issuer().certificate))

    await verify(signatures, gate.signed())

    assert gate.authority.calls(ISSUER_PATH) == 0


@pytest.mark.parametrize(
    "form",
    [
        der,
        pem,
        lambda certificate: pkcs7.serialize_certificates([certificate], Encoding.DER),
        lambda certificate: b"Bag Attributes: <none>\r\n" + pem(certificate).replace(b"\n", b"\r\n"),
    ],
    ids=["DER", "PEM", "PKCS #7", "PEM with a preface"],
)
@pytest.mark.parametrize("whose", ["its own", "its issuer's"])
async def test_certificates_come_in_every_form_of_the_field(
    gate: Gate, signatures: Signatures, form: Callable[[x509.Certificate], bytes], whose: str
) -> None:
    if whose == "its own":
        gate.authority.answer_next(CERTIFICATE_PATH, body=form(gate.authority.issue()))
    else:
        gate.authority.answer_next(ISSUER_PATH, body=form(gate.authority.issuer().certificate))

    await verify(signatures, gate.signed())


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:{port}/pkiops/certs/",
        "{url}@127.0.0.1:{port}/",
        "http://www.microsoft.com.evil.example/pkiops/",
    ],
)
async def test_an_issuer_elsewhere_is_not_asked_for(
    gate: Gate, signatures: Signatures, place: str, unused_tcp_port: int
) -> None:
    elsewhere = place.format(port=unused_tcp_port, url=gate.authority.url)
    gate.authority.publish(der(gate.authority.issue(Order(issuer_urls=(f"{elsewhere}issuer.crt",)))))

    refused = await refusal(signatures, gate.signed())

    assert (refused.why, refused.status) == (Why.UNTRUSTED, 401)


class Nearby(aiohttp.abc.AbstractResolver):
    """Every name is this machine's."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None: ...


async def test_only_on_this_machine_issuers_are_asked_for_where_the_certificate_is(gate: Gate) -> None:
    gate.authority.url = gate.authority.url.replace("127.0.0.1", "authority.example")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Nearby())) as session:
        refused = await refusal(replace(gate, session=session).signatures(), gate.signed())

    assert refused.why == Why.UNTRUSTED
    assert (gate.authority.calls(CERTIFICATE_PATH), gate.authority.calls(ISSUER_PATH)) == (1, 0)


async def test_an_issuer_that_has_moved_is_not_followed(gate: Gate, signatures: Signatures) -> None:
    url = gate.authority.issuer().url
    gate.authority.answer_next(ISSUER_PATH, status=301, headers={"Location": url})

    assert (await refusal(signatures, gate.signed())).why == Why.UNTRUSTED
    assert gate.authority.calls(ISSUER_PATH) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_issuers_host_in_trouble_is_waited_for(gate: Gate, signatures: Signatures, status: int) -> None:
    gate.authority.answer_next(ISSUER_PATH, status=status)

    refused = await refusal(signatures, gate.signed())

    assert (refused.why, refused.status) == (Why.UNREACHABLE, 503)
    await verify(signatures, gate.signed())


@pytest.mark.parametrize("status", [404, 500])
async def test_where_one_address_fails_the_next_is_asked(gate: Gate, signatures: Signatures, status: int) -> None:
    first, second = f"{gate.authority.url}/pkiops/certs/first.crt", gate.authority.issuer().url
    gate.authority.answer_next("/pkiops/certs/first.crt", status=status)
    gate.authority.publish(der(gate.authority.issue(Order(issuer_urls=(first, second)))))

    await verify(signatures, gate.signed())


async def test_an_issuer_must_be_valid_too(gate: Gate, signatures: Signatures) -> None:
    gate.authority.publish(der(gate.authority.issue(Order(begins=-800 * DAY))))
    gate.later = -400 * DAY

    assert (await refusal(signatures, gate.signed())).why == Why.UNTRUSTED

    gate.later = -300 * DAY
    await verify(signatures, gate.signed())


async def test_a_root_that_is_only_fetched_is_not_trusted(gate: Gate, signatures: Signatures) -> None:
    stranger = authority("Another Root CA")
    gate.authority.answer_next(ISSUER_PATH, body=der(stranger.certificate))
    order = Order(issuer="another", issuer_urls=(gate.authority.issuer().url,))
    gate.authority.publish(der(gate.authority.issue(order)))

    assert (await refusal(signatures, gate.signed())).why == Why.UNTRUSTED


@pytest.mark.parametrize("stranger", ["itself", "another's"])
async def test_an_answer_that_is_not_the_issuers_is_of_no_use(
    gate: Gate, signatures: Signatures, stranger: str
) -> None:
    certificate = gate.authority.issue()
    wrong = certificate if stranger == "itself" else authority("Another Root CA").certificate
    gate.authority.publish(der(certificate))
    gate.authority.answer_next(ISSUER_PATH, body=der(wrong))

    assert (await refusal(signatures, gate.signed())).why == Why.UNTRUSTED


async def test_the_public_roots_do_not_trust_the_sandbox(gate: Gate) -> None:
    assert (await refusal(gate.signatures(ca_file=None), gate.signed())).why == Why.UNTRUSTED


async def test_a_root_that_does_not_parse_is_left_out(gate: Gate, tmp_path: Path) -> None:
    signatures = gate.signatures()
    broken = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
    gate.root_file.write_bytes(b"# A comment\n" + broken + gate.root_file.read_bytes() + broken)

    await verify(signatures, gate.signed())


WEAK_ISSUERS: dict[str, tuple[dict[str, Any], Why]] = {
    "a key of 1,024 bits": ({"bits": 1024}, Why.WEAK),
    "an elliptic-curve key": ({"elliptic": True}, Why.WEAK),
}


@pytest.mark.parametrize("weak", WEAK_ISSUERS)
@pytest.mark.parametrize("distance", [1, 2])
async def test_an_issuer_that_is_weak_vouches_for_nothing(
    gate: Gate, signatures: Signatures, weak: str, distance: int
) -> None:
    made, why = WEAK_ISSUERS[weak]
    chain = [authority(f"Weak CA, {weak}", above=gate.authority.issuer(0), **made)]
    if distance > 1:
        chain.append(authority("CA of a weak one", above=chain[0]))
    leaf = certificate(Order(issuer_urls=()), chain[-1])
    gate.authority.publish(pem(leaf, *(issuer.certificate for issuer in reversed(chain))))

    refused = await refusal(signatures, gate.signed())

    assert refused.status == 401
    assert refused.why in {why, Why.UNTRUSTED}  # what the verifier refuses by itself is no chain at all


@pytest.mark.parametrize("made", [{"bits": 1024}, {"elliptic": True}], ids=["1,024 bits", "elliptic"])
async def test_a_root_that_is_weak_vouches_for_nothing(gate: Gate, tmp_path: Path, made: dict[str, Any]) -> None:
    root = authority("Weak Root CA", **made)
    file = tmp_path / "weak.pem"
    file.write_bytes(pem(root.certificate))
    gate.authority.publish(der(certificate(Order(issuer_urls=()), root)))
    signatures = gate.signatures()

    refused = await refusal(gate.signatures(ca_file=file), gate.signed())

    assert refused.status == 401
    assert refused.why in {Why.WEAK, Why.UNTRUSTED}
    assert (await refusal(signatures, gate.signed())).why == Why.UNTRUSTED


@pytest.mark.parametrize("order", [Order(bits=3072, key="large"), Order(hashed=SHA384()), Order(hashed=SHA512())])
async def test_larger_keys_and_longer_hashes_vouch(gate: Gate, signatures: Signatures, order: Order) -> None:
    gate.authority.publish(der(gate.authority.issue(order)))

    why = (await refusal(signatures, gate.signed(b"other"), b"body")).why

    assert why == Why.WRONG_SIGNATURE


@pytest.mark.parametrize("digest", ["sha1", "md5"])
async def test_a_certificate_signed_with_a_weak_hash_does_not_vouch(
    gate: Gate, signatures: Signatures, tmp_path: Path, digest: str
) -> None:
    root = gate.authority.issuer(0)
    (tmp_path / "leaf.pem").write_bytes(pem(certificate(Order(issuer_urls=()), None)))
    (tmp_path / "ca.pem").write_bytes(pem(root.certificate))
    key = root.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "ca.key").write_bytes(key)
    arguments = f"x509 -in leaf.pem -CA ca.pem -CAkey ca.key -{digest} -days 30 -set_serial 5 -out weak.pem"
    process = await asyncio.create_subprocess_exec("openssl", *arguments.split(), cwd=tmp_path)
    assert await process.wait() == 0
    gate.authority.publish((tmp_path / "weak.pem").read_bytes())

    refused = await refusal(signatures, gate.signed())

    assert refused.status == 401
    assert refused.why in {Why.WEAK, Why.UNTRUSTED}
